"""Make the stack of docker-compose.yml ready; twice is the same: `python -m scripts.stack_setup all|kibana|roles|airflow|wireroom`.

    roles      Elasticsearch: Kibana's password; a user who writes our indices, and one who only reads them
    airflow    Airflow's database migrated, the administrator's password written
    wireroom   the ledger migrated, the feed file put where there is none, the index prepared
    all        these three
    kibana     the saved objects, and a user who may look at them

Runs inside the network of the stack, as the services `setup` and `setup-kibana`.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import WireroomError
from pipeline.settings import load_settings
from pipeline.wiring import open_rooms
from scripts.kibana import every_object

ROOT = Path(__file__).resolve().parents[1]
OURS = ["wireroom-articles*", "wireroom-events*"]
WRITER, READER, NEWSDESK = "wireroom", "wireroom_search", "newsdesk"
ROLES: dict[str, dict[str, Any]] = {
    WRITER: {
        "cluster": ["monitor", "manage_index_templates", "manage_ilm"],
        "indices": [{"names": OURS, "privileges": ["all"]}],
    },
    READER: {"cluster": ["monitor"], "indices": [{"names": OURS, "privileges": ["read", "view_index_metadata"]}]},
}
# Kibana's own interface makes this one: what it may do in Kibana is part of it.
NEWSDESK_ROLE = {
    "elasticsearch": {"cluster": [], "indices": [{"names": OURS, "privileges": ["read", "view_index_metadata"]}]},
    "kibana": [{"base": ["read"], "spaces": ["*"]}],
}
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0)
BOUNDARY = "wireroom-saved-objects"
# A proxy of the environment knows nothing of the names inside the stack.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SetupError(Exception):
    """Something could not be set up; the message names what, and why."""


class Server:
    """Elasticsearch or Kibana as `elastic`. One that is not ready is asked again a few times."""

    def __init__(self, url: str, password: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._url = url.rstrip("/")
        self._login = base64.b64encode(f"elastic:{password}".encode()).decode()
        self._sleep = sleep

    def send(self, method: str, path: str, body: bytes, content_type: str = "application/json") -> dict[str, Any]:
        """Send and return the JSON object that is answered.

        Raises:
            SetupError: refused, or never ready.
        """
        headers = {"Authorization": f"Basic {self._login}", "Content-Type": content_type, "kbn-xsrf": "true"}
        request = urllib.request.Request(self._url + path, method=method, data=body, headers=headers)  # noqa: S310 - an address of the stack
        for pause in (*PAUSES, None):
            try:
                with DIRECTLY.open(request, timeout=60) as answer:
                    return dict(json.loads(answer.read() or b"{}"))
            except urllib.error.HTTPError as error:
                said = error.read(500).decode(errors="replace")
                if pause is None or error.code not in {408, 429, 500, 502, 503, 504}:
                    raise SetupError(f"{method} {self._url}{path}: {error.code} {said}") from error
            except OSError as error:
                if pause is None:
                    raise SetupError(f"{method} {self._url}{path}: {error}") from error
            self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def put(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a JSON object."""
        return self.send(method, path, json.dumps(body).encode())


def set_roles(server: Server, environment: Mapping[str, str]) -> None:
    """Give Kibana its password, and each of our users a role with what it needs and no more."""
    server.put("POST", "/_security/user/kibana_system/_password", {"password": environment["KIBANA_SYSTEM_PASSWORD"]})
    for role, privileges in ROLES.items():
        server.put("PUT", f"/_security/role/{role}", privileges)
    for user, variable in ((WRITER, "INDEX_WRITER_PASSWORD"), (READER, "INDEX_READER_PASSWORD")):
        server.put("PUT", f"/_security/user/{user}", {"password": environment[variable], "roles": [user]})


def set_kibana(elasticsearch: Server, kibana: Server, environment: Mapping[str, str]) -> None:
    """Load the saved objects, and make the user who may read them."""
    kibana.put("PUT", f"/api/security/role/{NEWSDESK}", NEWSDESK_ROLE)
    user = {"password": environment["KIBANA_NEWSDESK_PASSWORD"], "roles": [NEWSDESK]}
    elasticsearch.put("PUT", f"/_security/user/{NEWSDESK}", user)
    objects = "\n".join(json.dumps(one) for one in every_object(environment["SEARCH_PAGE_URL"]))
    answer = kibana.send(
        "POST", "/api/saved_objects/_import?overwrite=true", multipart(objects), f"multipart/form-data; boundary={BOUNDARY}"
    )
    if not answer.get("success"):
        raise SetupError(f"Kibana did not take all saved objects: {json.dumps(answer.get('errors'))[:1000]}")


def multipart(objects: str) -> bytes:
    """Return a form with one file, as Kibana wants what it imports."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="wireroom.ndjson"\r\n\r\n'
    return f"{head}{objects}\r\n--{BOUNDARY}--\r\n".encode()


def set_airflow(environment: Mapping[str, str], *, run: Callable[..., Any] = subprocess.run) -> None:
    """Migrate Airflow's database and write the administrator's password where Airflow looks for it."""
    run(["airflow", "db", "migrate"], check=True)
    path = Path(environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"admin": environment["AIRFLOW_ADMIN_PASSWORD"]}, file)


def set_wireroom() -> None:
    """Migrate the ledger, put the seeds' feed file where there is none, prepare the index."""
    feeds = load_settings().feed_file
    if not feeds.exists():
        feeds.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "seeds" / "feeds.toml", feeds)
    with open_rooms() as rooms:
        rooms.sync_feeds()
        rooms.index.count()


def main(arguments: list[str], environment: Mapping[str, str] = os.environ) -> int:
    """Do one part, or all. 2: there is no such part; 1: it could not be done."""
    parts: dict[str, Callable[[], None]] = {
        "roles": lambda: set_roles(_server("ELASTICSEARCH_URL", environment), environment),
        "airflow": lambda: set_airflow(environment),
        "wireroom": set_wireroom,
        "kibana": lambda: set_kibana(_server("ELASTICSEARCH_URL", environment), _server("KIBANA_URL", environment), environment),
    }
    wanted = ["roles", "airflow", "wireroom"] if arguments == ["all"] else arguments
    if not wanted or not set(wanted) <= set(parts):
        print(f"stack_setup: got {arguments}; allowed: all, {', '.join(parts)}", file=sys.stderr)
        return 2
    try:
        for part in wanted:
            parts[part]()
            print(f"{part}: ready", flush=True)
    except (SetupError, WireroomError, subprocess.CalledProcessError) as error:
        print(f"stack_setup: {error}", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"stack_setup: the variable {error} is not set; docker-compose.yml sets it from .env", file=sys.stderr)
        return 2
    return 0


def _server(variable: str, environment: Mapping[str, str]) -> Server:
    return Server(environment[variable], environment["ELASTIC_PASSWORD"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
