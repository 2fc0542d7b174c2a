"""The setup of the stack against a server that remembers what it was asked: roles, users, saved objects, patience, refusals."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipeline.index.elastic_events import EVENTS
from pipeline.index.elastic_mapping import Names
from scripts import stack_setup
from scripts.stack_setup import ROLES, Server, SetupError

VARIABLES = {
    "ELASTIC_PASSWORD": "e", "KIBANA_SYSTEM_PASSWORD": "k", "INDEX_WRITER_PASSWORD": "w", "INDEX_READER_PASSWORD": "r",
    "KIBANA_NEWSDESK_PASSWORD": "n", "SEARCH_PAGE_URL": "http://127.0.0.1:1234",
}  # fmt: skip


class Remembering(ThreadingHTTPServer):
    """Answers with what it was given, then with success."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.answers: list[tuple[int, dict[str, Any]]] = []
        self.asked: list[tuple[str, str, bytes, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def bodies(self) -> dict[str, Any]:
        return {path: json.loads(body) for _, path, body, _ in self.asked if "_import" not in path}


class _Asked(BaseHTTPRequestHandler):
    server: Remembering

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.command, self.path, body, dict(self.headers)))
        status, answer = self.server.answers.pop(0) if self.server.answers else (200, {"success": True})
        sent = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    do_PUT = do_POST = _answer

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Remembering]:
    """One on a free port."""
    running = Remembering()
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def test_roles_before_the_users_that_have_them(server: Remembering) -> None:
    """Each user with his own password and the role of his name."""
    stack_setup.set_roles(Server(server.url, "e"), VARIABLES)
    assert [path for _, path, _, _ in server.asked] == [
        "/_security/user/kibana_system/_password",
        "/_security/role/wireroom", "/_security/role/wireroom_search", "/_security/user/wireroom", "/_security/user/wireroom_search",
    ]  # fmt: skip
    bodies = server.bodies()
    assert bodies["/_security/user/kibana_system/_password"] == {"password": "k"}
    assert bodies["/_security/user/wireroom"] == {"password": "w", "roles": ["wireroom"]}
    assert bodies["/_security/user/wireroom_search"] == {"password": "r", "roles": ["wireroom_search"]}
    assert base64.b64decode(server.asked[0][3]["Authorization"].split()[1]) == b"elastic:e"


def test_roles_reach_our_indices_and_no_others() -> None:
    """Their patterns are those of the two aliases; only the writer may write; nobody may manage security."""
    for role in ROLES.values():
        assert [entry["names"] for entry in role["indices"]] == [[f"{Names().alias}*", f"{EVENTS}*"]]
        assert not {"all", "manage", "manage_security"} & set(role["cluster"])
    assert ROLES["wireroom_search"]["indices"][0]["privileges"] == ["read", "view_index_metadata"]


def test_saved_objects_lead_to_the_search_page_of_the_stack(server: Remembering) -> None:
    """One file of JSON lines in a form, with the header that Kibana insists on."""
    asked = Server(server.url, "e")
    stack_setup.set_kibana(asked, asked, VARIABLES)
    _, path, body, headers = server.asked[-1]
    assert path == "/api/saved_objects/_import?overwrite=true"
    assert {"kbn-xsrf": "true"}.items() <= {name.lower(): value for name, value in headers.items()}.items()
    head, _, rest = body.decode().partition("\r\n\r\n")
    boundary = headers["Content-Type"].partition("boundary=")[2]
    assert head.startswith(f"--{boundary}\r\n")
    objects = [json.loads(line) for line in rest.removesuffix(f"\r\n--{boundary}--\r\n").splitlines()]
    assert {"index-pattern", "dashboard", "search"} <= {one["type"] for one in objects}
    assert "http://127.0.0.1:1234/article/" in rest


def test_objects_that_kibana_refuses(server: Remembering) -> None:
    """An import that is answered with 200 and is none."""
    server.answers = [(200, {}), (200, {}), (200, {"success": False, "errors": [{"id": "news"}]})]
    asked = Server(server.url, "e")
    with pytest.raises(SetupError, match="news"):
        stack_setup.set_kibana(asked, asked, VARIABLES)


def test_a_server_that_is_not_ready_is_asked_again(server: Remembering) -> None:
    """With growing pauses, and then no more."""
    pauses: list[float] = []
    server.answers = [(503, {}), (429, {})]
    assert Server(server.url, "e", sleep=pauses.append).put("PUT", "/x", {}) == {"success": True}
    assert pauses == list(stack_setup.PAUSES[:2])
    server.answers = [(503, {"error": "still starting"})] * 6
    with pytest.raises(SetupError, match=r"PUT .*/x: 503 .*still starting"):
        Server(server.url, "e", sleep=pauses.append).put("PUT", "/x", {})


def test_a_refusal_is_final(server: Remembering) -> None:
    """A wrong password does not get better by waiting."""
    server.answers = [(401, {"error": "unable to authenticate"})]
    with pytest.raises(SetupError, match=r"401 .*unable to authenticate"):
        Server(server.url, "e", sleep=lambda _: pytest.fail("waited")).put("PUT", "/x", {})


def test_the_password_of_airflow_is_the_owners_alone(tmp_path: Path) -> None:
    """The file holds the password of .env after each start, also when it changed."""
    path = tmp_path / "passwords.json"
    path.write_text('{"admin": "old"}')
    calls: list[Any] = []
    environment = {"AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(path), "AIRFLOW_ADMIN_PASSWORD": "new"}
    stack_setup.set_airflow(environment, run=lambda command, **_: calls.append(command))
    assert calls == [["airflow", "db", "migrate"]]
    assert json.loads(path.read_text()) == {"admin": "new"}
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("arguments", [[], ["al"], ["roles", "x"]])
def test_unknown_parts(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Named with what is allowed, before anything is done."""
    assert stack_setup.main(arguments, {}) == 2
    assert "allowed: all, roles, airflow, wireroom, kibana" in capsys.readouterr().err


def test_a_variable_that_is_not_set(capsys: pytest.CaptureFixture[str]) -> None:
    """Named, without a traceback."""
    assert stack_setup.main(["roles"], {}) == 2
    assert "'ELASTICSEARCH_URL' is not set" in capsys.readouterr().err


def test_all_is_everything_before_kibana(server: Remembering, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Roles first: the index is prepared by the user they let in."""
    done: list[str] = []
    monkeypatch.setattr(stack_setup, "set_airflow", lambda _: done.append("airflow"))
    monkeypatch.setattr(stack_setup, "set_wireroom", lambda: done.append("wireroom"))
    assert stack_setup.main(["all"], VARIABLES | {"ELASTICSEARCH_URL": server.url}) == 0
    assert done == ["airflow", "wireroom"]
    assert capsys.readouterr().out == "roles: ready\nairflow: ready\nwireroom: ready\n"
