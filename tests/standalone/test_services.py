"""What runs on one machine, as values."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from pipeline.cli.app import run
from pipeline.errors import ConfigurationError
from pipeline.standalone.services import (
    IDLE_SLEEP,
    REPOSITORY,
    Ports,
    airflow_environment,
    keep_secrets,
    newsroom_service,
    standalone_services,
)

PORTS = Ports(airflow=1, web=2, newsroom=3, worker_logs=4, triggerer_logs=5)


def test_every_port_has_the_variable_that_moves_it() -> None:
    """`make run NAME=PORT` must be read by `wireroom up`, or by the settings."""
    named = PORTS.by_setting()
    assert sorted(named.values()) == [1, 2, 3, 4, 5]
    up = (REPOSITORY / "pipeline" / "cli" / "standalone.py").read_text()
    assert all(f'envvar="{name}"' in up or name == "WIREROOM_WEB_PORT" for name in named)


def test_airflow_lives_below_home_and_on_our_ports(tmp_path: Path) -> None:
    """Nothing of the user's own Airflow is touched, and nothing listens elsewhere."""
    environment = airflow_environment(tmp_path, PORTS, "secret")
    assert environment["AIRFLOW_HOME"] == str(tmp_path / "airflow")
    assert environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == f"sqlite:///{tmp_path}/airflow/airflow.db?timeout=60"
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__API__PORT"] == "1"
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:1/execution/"
    assert environment["AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT"] == "4"
    assert environment["AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT"] == "5"
    assert environment["AIRFLOW__API_AUTH__JWT_SECRET"] == "secret"
    for folder in ("DAGS", "PLUGINS"):
        assert list(Path(environment[f"AIRFLOW__CORE__{folder}_FOLDER"]).glob("*.py"))


def test_airflow_finds_the_programs_beside_python(tmp_path: Path) -> None:
    """Its standalone starts `airflow` by name, and the virtual environment need not be active."""
    assert airflow_environment(tmp_path, PORTS, "secret")["PATH"].split(os.pathsep)[0] == str(Path(sys.executable).parent)


def test_secrets_are_made_once_and_kept_private(tmp_path: Path) -> None:
    """Long enough for Airflow, other in each home, readable for nobody else."""
    secret, password = keep_secrets(tmp_path)
    assert keep_secrets(tmp_path) == (secret, password)
    assert len(secret) >= 64
    assert re.fullmatch(r"[\w-]{12,}", password)
    assert keep_secrets(tmp_path / "other") != (secret, password)
    for name in ("jwt-secret", "passwords.json"):
        assert (tmp_path / "airflow" / name).stat().st_mode & 0o777 == 0o600


def test_a_password_of_ones_own_stays(tmp_path: Path) -> None:
    """The file is Airflow's; who changes it there is obeyed."""
    keep_secrets(tmp_path)
    (tmp_path / "airflow" / "passwords.json").write_text(json.dumps({"admin": "mine", "guest": "x"}))
    assert keep_secrets(tmp_path)[1] == "mine"


@pytest.mark.parametrize("text", ["", "{}", "[]", '"admin"', "{"])
def test_a_broken_password_file_is_named_with_the_remedy(tmp_path: Path, text: str) -> None:
    """The message says which file to remove."""
    keep_secrets(tmp_path)
    (tmp_path / "airflow" / "passwords.json").write_text(text)
    with pytest.raises(ConfigurationError, match=r"passwords\.json: holds no password for admin; remove the file"):
        keep_secrets(tmp_path)


@pytest.mark.parametrize(
    ("pages", "urls", "demo", "expected"),
    [
        (None, None, True, ["demo", "serve", "--port", "3"]),
        ("saved", None, False, ["import", "pages", "saved", "--port", "3", "--serve-only"]),
        ("saved", "list.csv", True, ["import", "pages", "saved", "--urls", "list.csv", "--port", "3", "--serve-only"]),
    ],
)
def test_who_plays_the_publishers(pages: str | None, urls: str | None, demo: bool, expected: list[str]) -> None:
    """Pages go before the demo; the command line that is started is one that `wireroom` takes."""
    service = newsroom_service(PORTS, Path(pages) if pages else None, Path(urls) if urls else None, demo)
    assert service is not None
    assert list(service.command[3:]) == expected
    assert service.health_url == "http://127.0.0.1:3/"
    assert run([*expected, "--help"]) == 0


def test_real_feeds_need_no_newsroom() -> None:
    """Then two services are enough."""
    assert newsroom_service(PORTS, None, None, False) is None
    assert [service.name for service in standalone_services(Path("var"), PORTS, "s", newsroom=None)] == ["airflow", "web"]


def test_publishers_are_up_before_anybody_asks_them(capsys: pytest.CaptureFixture[str]) -> None:
    """Services start in this order, each with a URL of its own to ask; the commands are ones that `wireroom` takes."""
    services = standalone_services(Path("var"), PORTS, "s", newsroom=newsroom_service(PORTS, None, None, True))
    assert [(service.name, service.health_url) for service in services] == [
        ("newsroom", "http://127.0.0.1:3/"),
        ("airflow", "http://127.0.0.1:1/api/v2/monitor/health"),
        ("web", "http://127.0.0.1:2/healthz"),
    ]
    assert services[1].command[-1] == "standalone"
    assert run([*services[2].command[3:], "--help"]) == 0


def test_the_scheduler_looks_often_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pushed should not wait for it; a machine that is short of breath may ask it to rest longer."""
    monkeypatch.delenv(IDLE_SLEEP, raising=False)
    assert airflow_environment(tmp_path, PORTS, "secret")[IDLE_SLEEP] == "0.2"
    monkeypatch.setenv(IDLE_SLEEP, "1")
    assert airflow_environment(tmp_path, PORTS, "secret")[IDLE_SLEEP] == "1"
