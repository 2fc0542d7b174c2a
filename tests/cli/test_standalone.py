"""`wireroom up`, `web` and `demo serve`: what the options become, and what they refuse."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.standalone import listening_socket
from pipeline.errors import ConfigurationError
from pipeline.standalone import up
from pipeline.standalone.services import REPOSITORY, Ports, Service
from pipeline.standalone.supervisor import answers
from pipeline.standalone.up import Plan
from tests.cli.conftest import Wireroom
from tests.standalone.test_supervisor import free_port, free_ports, wait_for


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """What `wireroom up` would do."""
    found: list[Plan] = []
    monkeypatch.setattr(up, "run_up", found.append)
    return found


def test_up_follows_the_demo_by_default(wireroom: Wireroom, home: Path, plans: list[Plan]) -> None:
    """On the ports that are documented."""
    assert wireroom("up").code == 0
    assert plans == [Plan(ports=Ports(), demo=True)]


def test_options_and_variables_of_up(wireroom: Wireroom, home: Path, plans: list[Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both move each port; an option goes before a variable."""
    names = ("AIRFLOW_PORT", "WIREROOM_WEB_PORT", "NEWSROOM_PORT", "WORKER_LOG_PORT", "TRIGGERER_LOG_PORT")
    for number, name in enumerate(names, 2001):
        monkeypatch.setenv(name, str(number))
    monkeypatch.setenv("DEMO", "0")
    wireroom("up", "--until-done", "--airflow-port", "2000")
    ports = Ports(airflow=2000, web=2002, newsroom=2003, worker_logs=2004, triggerer_logs=2005)
    assert plans.pop() == Plan(ports=ports, demo=False, until_done=True)
    words = [f"--{name.lower().removeprefix('wireroom_').replace('_', '-')}={number}" for number, name in enumerate(names, 3001)]
    wireroom("up", "--demo", *words)
    ports = Ports(airflow=3001, web=3002, newsroom=3003, worker_logs=3004, triggerer_logs=3005)
    assert plans.pop() == Plan(ports=ports, demo=True)


def test_the_web_port_of_the_env_file_is_obeyed(wireroom: Wireroom, home: Path, plans: list[Plan]) -> None:
    """It is a setting like any other."""
    home.mkdir()
    (home / "wireroom.env").write_text("WIREROOM_WEB_PORT=4002\n")
    wireroom("up")
    assert plans[0].ports.web == 4002


def test_pages_go_before_the_demo(wireroom: Wireroom, home: Path, plans: list[Plan]) -> None:
    """With their list of URLs."""
    wireroom("up", "--pages", "saved", "--urls", "list.csv")
    assert plans == [Plan(ports=Ports(), demo=False, pages=Path("saved"), urls=Path("list.csv"))]


def test_up_names_a_taken_port(wireroom: Wireroom, home: Path) -> None:
    """Exit code 2, with the variable that moves it; nothing was started or left behind."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = wireroom("up", "--airflow-port", port)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(
        f"error: AIRFLOW_PORT: port {port} of 127.0.0.1 is taken; stop what listens there, or choose another: make run "
    )
    assert not (home / "standalone.env").exists()


def test_up_names_a_folder_without_pages(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """Before anything is started."""
    (tmp_path / "empty").mkdir()
    found = free_ports().by_setting()
    ports = [f"--{name.lower().removeprefix('wireroom_').replace('_', '-')}={port}" for name, port in found.items()]
    ran = wireroom("up", "--pages", tmp_path / "empty", *ports)
    assert ran.code == 2
    assert f"error: folder: got '{tmp_path}/empty'; allowed: a folder with .html" in ran.err


@pytest.mark.parametrize(
    ("host", "complaint"),
    [
        ("x" * 64, f"WIREROOM_WEB_HOST: got '{'x' * 64}'; allowed: an address of this machine ("),
        ("192.0.2.1", "got '192.0.2.1:"),
    ],
)
def test_an_address_that_is_not_ours_is_named(wireroom: Wireroom, home: Path, host: str, complaint: str) -> None:
    """A name that is none, an address of somebody else's."""
    ran = wireroom("web", "--host", host, "--port", free_port())
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err


def test_web_names_a_taken_port(wireroom: Wireroom, home: Path) -> None:
    """With the option and the variable that move it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = wireroom("web", "--port", port)
    assert ran.code == 2
    told = f"error: WIREROOM_WEB_HOST and WIREROOM_WEB_PORT: got '127.0.0.1:{port}'; allowed: an address and a free port of this machine"
    assert ran.err.startswith(told)
    assert "choose another with --port or WIREROOM_WEB_PORT" in ran.err


def test_an_address_of_the_newer_kind() -> None:
    """IPv6, where the machine has it."""
    try:
        with listening_socket("::1", 0) as listening:
            assert listening.family == socket.AF_INET6
    except ConfigurationError:
        pytest.skip("this machine has no IPv6")


@pytest.mark.parametrize(("words", "address"), [(["web"], "the search page is on"), (["demo", "serve"], "the demo newsroom is on")])
def test_serving_says_where_answers_and_ends_with_a_signal(home: Path, words: list[str], address: str) -> None:
    """A real process: the address that is printed is the one that answers."""
    port = free_port()
    command = [sys.executable, "-m", "pipeline.cli", *words, "--port", str(port)]
    with subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == f"{address} http://127.0.0.1:{port}/ - Ctrl-C ends it\n"
        page = Service(name="page", command=(), health_url=f"http://127.0.0.1:{port}/")
        wait_for(lambda: answers(page))
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.communicate(timeout=30)[1]
        assert process.returncode in {0, 130}
