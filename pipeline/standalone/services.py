"""What runs on one machine, and with which environment: pure values, started by `supervisor.py`."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ConfigurationError

REPOSITORY = Path(__file__).resolve().parents[2]
WIREROOM = (sys.executable, "-m", "pipeline.cli")
HEARTBEAT_TIMEOUT = "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT"

IDLE_SLEEP = "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The TCP ports of 127.0.0.1 that the services listen on."""

    airflow: int = 8080
    web: int = 8810
    newsroom: int = 8765
    worker_logs: int = 8793
    triggerer_logs: int = 8794

    def by_setting(self) -> dict[str, int]:
        """Return each port under the name of the variable that moves it."""
        return {
            "AIRFLOW_PORT": self.airflow,
            "WIREROOM_WEB_PORT": self.web,
            "NEWSROOM_PORT": self.newsroom,
            "WORKER_LOG_PORT": self.worker_logs,
            "TRIGGERER_LOG_PORT": self.triggerer_logs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One process to keep: its command, its environment beyond ours, and a URL that answers once it is up."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    health_url: str


def airflow_environment(home: Path, ports: Ports, jwt_secret: str) -> dict[str, str]:
    """Return the AIRFLOW__* settings of a standalone Airflow below `home`/airflow."""
    airflow_home = home / "airflow"
    return {
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{ports.airflow}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(airflow_home / "passwords.json"),
        # Its processes write to one SQLite file: a writer that finds it locked waits a minute, not five seconds, before it fails.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{airflow_home / 'airflow.db'}?timeout=60",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(ports.airflow),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{ports.airflow}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": jwt_secret,
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(ports.worker_logs),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports.triggerer_logs),
        # A task whose process died is noticed after this long; Airflow's five minutes are long for one machine.
        HEARTBEAT_TIMEOUT: os.environ.get(HEARTBEAT_TIMEOUT, "60"),
        f"{HEARTBEAT_TIMEOUT}_DETECTION_INTERVAL": "5",
        # How long the scheduler rests between two looks. A pushed article meets it six times on its way to the search page.
        IDLE_SLEEP: os.environ.get(IDLE_SLEEP, "0.2"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
    }


def keep_secrets(home: Path) -> tuple[str, str]:
    """Return (JWT secret, admin password), made at random the first time and kept readable for the owner only.

    Raises `ConfigurationError` where a file of them was changed to something else.
    """
    airflow_home = home / "airflow"
    airflow_home.mkdir(parents=True, exist_ok=True)
    jwt_file, password_file = airflow_home / "jwt-secret", airflow_home / "passwords.json"
    if not jwt_file.exists():
        _write_private(jwt_file, secrets.token_hex(48))  # Airflow wants 64 bytes or more
    if not password_file.exists():
        _write_private(password_file, json.dumps({"admin": secrets.token_urlsafe(12)}))
    try:
        return jwt_file.read_text(), str(json.loads(password_file.read_text())["admin"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{password_file}: holds no password for admin; remove the file, and a new one is made") from error


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def newsroom_service(ports: Ports, pages: Path | None, urls: Path | None, demo: bool) -> Service | None:
    """Return the service that plays the publishers: a folder of pages, the demo newsroom, or (None) nobody."""
    if pages is not None:
        listed = ("--urls", str(urls)) if urls else ()
        arguments: tuple[str, ...] = ("import", "pages", str(pages), *listed, "--port", str(ports.newsroom), "--serve-only")
    elif demo:
        arguments = ("demo", "serve", "--port", str(ports.newsroom))
    else:
        return None
    return Service(name="newsroom", command=(*WIREROOM, *arguments), health_url=f"http://127.0.0.1:{ports.newsroom}/")


def standalone_services(home: Path, ports: Ports, jwt_secret: str, *, newsroom: Service | None) -> tuple[Service, ...]:
    """Return the services of one machine in the order they are started."""
    airflow = Service(
        name="airflow",
        command=(str(Path(sys.executable).parent / "airflow"), "standalone"),
        environment=airflow_environment(home, ports, jwt_secret),
        health_url=f"http://127.0.0.1:{ports.airflow}/api/v2/monitor/health",
    )
    web = Service(name="web", command=(*WIREROOM, "web", "--port", str(ports.web)), health_url=f"http://127.0.0.1:{ports.web}/healthz")
    return (airflow, web) if newsroom is None else (newsroom, airflow, web)
