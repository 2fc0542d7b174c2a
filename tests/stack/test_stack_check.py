"""What the check of the stack starts, where and with what, without starting it. That it works is its own to show, in minutes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from pipeline.ledger import BatchState, Outcome
from pipeline.settings import PREFIX, Settings
from scripts.stack_check import (
    PORTS,
    ROOT,
    WORKERS,
    CheckError,
    Place,
    free_ports,
    place_of,
    programs,
    read_as_docker_does,
    start,
    stop,
    verdict,
    wait_for,
)

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A place whose every variable is its own name."""
    names = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", (ROOT / "docker-compose.yml").read_text()))
    return Place(
        folder=tmp_path, ports={name: 20_000 + at for at, name in enumerate(PORTS)}, values={name: name.lower() for name in names},
        node_url="http://127.0.0.1:1",
    )  # fmt: skip


def test_every_service_that_is_ours_is_started(place: Place) -> None:
    """With as many workers as the check names; each has a health check."""
    started = {name for name, _, _, _ in programs(place, COMPOSE)}
    ours = {name for name, service in COMPOSE["services"].items() if "build" in service and service.get("restart") == "unless-stopped"}
    assert started == ours - {"airflow-worker"} | {f"airflow-worker-{one}" for one in WORKERS}
    assert all(check for _, _, _, check in programs(place, COMPOSE))


def test_nothing_of_another_machine_is_left(place: Place) -> None:
    """No host of the stack, no path of its images, no variable: everything is of this place, and workers share no port or pid file."""
    hosts = set(COMPOSE["services"])
    for name, command, given, check in programs(place, COMPOSE):
        ours = {key: value for key, value in given.items() if key.startswith((PREFIX, "AIRFLOW"))}
        for text in (*command, *check, *ours.values()):
            assert not re.search(rf"(?:@|//)(?:{'|'.join(hosts)})[:/]", text), (name, text)
            assert "/var/lib/" not in text, (name, text)
            assert "${" not in text, (name, text)
        assert "0.0.0.0" not in command, name
    one, other = ((given, command) for name, command, given, _ in programs(place, COMPOSE) if name.startswith("airflow-worker"))
    port = "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT"
    assert one[0][port] != other[0][port]
    assert one[1] != other[1]


def test_settings_are_those_of_the_composition(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of whoever runs the check comes in; the node without users gets no password."""
    monkeypatch.setenv(PREFIX + "BATCH_SIZE", "999")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "LocalExecutor")
    for name, _, given, _ in programs(place, COMPOSE):
        assert given[PREFIX + "BATCH_SIZE"] == "10", name
        assert given.get("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor") == "CeleryExecutor", name
        assert not {PREFIX + "INDEX_USER", PREFIX + "INDEX_PASSWORD"} & given.keys()
        assert {key.removeprefix(PREFIX).lower() for key in given if key.startswith(PREFIX)} <= set(Settings.model_fields)


def test_a_place_has_secrets_of_its_own(tmp_path: Path) -> None:
    """What scripts/env writes, a port for each purpose, and nothing running afterwards."""
    with place_of(tmp_path, "http://127.0.0.1:1") as place:
        start(place, "sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], {})
        assert place.values["REDIS_PASSWORD"]
        assert place.values["AIRFLOW_PORT"] == str(place.ports["airflow"])
    assert place.processes["sleeper"].poll() is not None


def test_ports_are_free_and_different() -> None:
    """One for each purpose."""
    ports = free_ports()
    assert set(ports) == set(PORTS)
    assert len(set(ports.values())) == len(PORTS)
    for port in ports.values():
        with socket.socket() as one:
            one.bind(("127.0.0.1", port))


def test_who_ends_too_early_is_named_with_the_end_of_its_log(place: Place) -> None:
    """And so is what never becomes true."""
    start(place, "crasher", [sys.executable, "-c", "print('no such setting'); raise SystemExit(3)"], {})
    with pytest.raises(CheckError, match=r"health: ended: crasher(?s:.*)no such setting"):
        wait_for(place, "health", lambda: False)
    stop(place)
    place.processes.clear()
    with pytest.raises(CheckError, match="health: not within 0 s"):
        wait_for(place, "health", lambda: False, seconds=0)
    assert wait_for(place, "health", lambda: True) < 1


def rooms_of(*, state: BatchState, indexed: int, found: int) -> Any:
    """As much of the rooms as the verdict looks at."""
    ledger = SimpleNamespace(batches=lambda: [SimpleNamespace(state=state)], counts=lambda: {Outcome.INDEXED: indexed})
    index = SimpleNamespace(refresh=lambda: None, count=lambda: found)
    return SimpleNamespace(state=SimpleNamespace(ledger=ledger), index=index)


@pytest.mark.parametrize(
    ("state", "indexed", "found", "idle", "told"),
    [
        (BatchState.FINISHED, 5, 5, False, None),
        (BatchState.RUNNING, 5, 5, False, "not everything"),
        (BatchState.FINISHED, 0, 0, False, "not everything"),
        (BatchState.FINISHED, 5, 4, False, "differs"),
        (BatchState.FINISHED, 5, 5, True, "nothing to do"),
    ],
)  # fmt: skip
def test_the_verdict(place: Place, state: BatchState, indexed: int, found: int, idle: bool, told: str | None) -> None:
    """All batches finished, as many documents as entries that were indexed, and work for both workers."""
    for one in WORKERS:
        done = "" if idle and one == WORKERS[0] else "[2026] task[x] succeeded in 1.5s: None\n"
        (place.folder / f"airflow-worker-{one}.log").write_text(done.replace("task[x]", "Task x[y]"))
    rooms = rooms_of(state=state, indexed=indexed, found=found)
    if told is None:
        assert verdict(place, rooms)["tasks by worker"] == dict.fromkeys(WORKERS, 1)
    else:
        with pytest.raises(CheckError, match=told):
            verdict(place, rooms)


def test_where_it_cannot_run_it_says_so() -> None:
    """Without Celery or a store it ends with 2 and one line, not with a traceback."""
    empty = {"PATH": "/nonexistent", "HOME": "/nonexistent"}
    code = "import shutil, sys; shutil.which = lambda *a, **k: None; from scripts import stack_check; sys.exit(stack_check.main())"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=empty, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == "stack-check: Celery is not installed: scripts/setup stack\n"


def test_without_go_nobody_reads_the_composition(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, and the rest is checked all the same."""
    monkeypatch.setenv("PATH", str(place.folder))
    assert read_as_docker_does(place) is None


@pytest.mark.skipif("WIREROOM_TEST_GO" not in os.environ, reason="WIREROOM_TEST_GO is not set: Go would fetch the modules of stack/compose")
@pytest.mark.timeout(900)
def test_docker_would_take_the_composition(tmp_path: Path) -> None:
    """Its own loader says so, and what it would not take it names."""
    with place_of(tmp_path, "http://127.0.0.1:1") as here:
        assert read_as_docker_does(here) == sorted(COMPOSE["services"])
        wrong = tmp_path / "docker-compose.yml"
        wrong.write_text((ROOT / wrong.name).read_text().replace("postgres:/var/lib", "postgre:/var/lib"))
        with pytest.raises(CheckError, match="undefined volume postgre"):
            read_as_docker_does(here, wrong)
        wrong.write_text((ROOT / wrong.name).read_text().replace("${BIND_ADDRESS:?run make env}", "0.0.0.0"))
        with pytest.raises(CheckError, match="open to other machines"):
            read_as_docker_does(here, wrong)
