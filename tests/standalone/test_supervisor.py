"""Services are started, watched and ended: real processes for what only they can show."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from pipeline.errors import ConfigurationError
from pipeline.standalone import supervisor as module
from pipeline.standalone.services import REPOSITORY, Ports, Service
from pipeline.standalone.supervisor import STOPPING, Supervisor, answers, check_ports, hold_home
from tests.standalone.local_http import LocalHttp
from tests.standalone.small_services import ME


def free_port() -> int:
    """A port that nobody had a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports() -> Ports:
    """Five of them, all different."""
    found: set[int] = set()
    while len(found) < 5:
        found.add(free_port())
    airflow, web, newsroom, worker_logs, triggerer_logs = found
    return Ports(airflow=airflow, web=web, newsroom=newsroom, worker_logs=worker_logs, triggerer_logs=triggerer_logs)


# ── ports ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_free_ports_are_fine() -> None:
    """And are free afterwards, all of them at once."""
    ports = free_ports()
    check_ports(ports, demo=True)
    with ExitStack() as taken:
        bound = [taken.enter_context(socket.create_server(("127.0.0.1", port))) for port in ports.by_setting().values()]
        assert {server.getsockname()[1] for server in bound} == set(ports.by_setting().values())


@pytest.mark.parametrize("setting", list(Ports().by_setting()))
def test_a_taken_port_is_named_with_the_variable_that_moves_it(setting: str) -> None:
    """Whoever listens, and on whichever address: the remedy can be pasted."""
    ports = free_ports()
    port = ports.by_setting()[setting]
    with socket.create_server(("0.0.0.0", port)), pytest.raises(ConfigurationError) as caught:
        check_ports(ports, demo=True)
    message = str(caught.value)
    assert message.startswith(
        f"{setting}: port {port} of 127.0.0.1 is taken; stop what listens there, or choose another: make run {setting}="
    )
    assert int(message.rpartition("=")[2]) not in {port, *ports.by_setting().values()}


def test_the_newsrooms_port_matters_only_with_a_newsroom() -> None:
    """Real feeds need none."""
    ports = free_ports()
    with socket.create_server(("127.0.0.1", ports.newsroom)):
        check_ports(ports, demo=False)
        with pytest.raises(ConfigurationError, match=f"NEWSROOM_PORT: port {ports.newsroom}"):
            check_ports(ports, demo=True)


def test_a_port_that_cannot_be_had_is_not_called_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port below 1024 needs a right, not another program's end."""

    class Refusing(socket.socket):
        def bind(self, _address: object) -> None:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.socket, "socket", Refusing)
    with pytest.raises(ConfigurationError, match=r"AIRFLOW_PORT: port 80 of 127\.0\.0\.1 cannot be had \(Permission denied\);"):
        check_ports(Ports(airflow=80), demo=True)


@pytest.mark.parametrize("port", [8810, 8693, 65500])
def test_one_port_for_two_services_is_refused(port: int) -> None:
    """Each would find it free; the remedy is a port that is there and that none of the others has."""
    with pytest.raises(ConfigurationError) as caught:
        check_ports(Ports(airflow=port, web=port, newsroom=port + 1), demo=True)
    message = str(caught.value)
    assert f"WIREROOM_WEB_PORT: port {port} is that of AIRFLOW_PORT already" in message
    assert int(message.rpartition("=")[2]) not in {port, port + 1, 8793, 8794}
    assert int(message.rpartition("=")[2]) < 65536


# ── the data folder ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_home_has_one_supervisor(tmp_path: Path) -> None:
    """The second is told where, and gets it once the first lets go."""
    home = tmp_path / "new" / "home"
    lock = hold_home(home)
    with pytest.raises(ConfigurationError) as caught:
        hold_home(home)
    assert str(caught.value).startswith(f"WIREROOM_HOME: got '{home}'; allowed: a folder that no other `wireroom up` uses; stop that one")
    lock.close()
    hold_home(home).close()


def test_a_look_at_the_lock_keeps_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command looks whether somebody is up, just when somebody wants to be."""
    with (tmp_path / "standalone.lock").open("w") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        monkeypatch.setattr(module.time, "sleep", lambda _seconds: fcntl.flock(looked_at, fcntl.LOCK_UN))
        hold_home(tmp_path).close()
        with pytest.raises(BlockingIOError), hold_home(tmp_path):
            fcntl.flock(looked_at, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file in the way, a read-only disk."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"WIREROOM_HOME: got '.*/file/home'; allowed: a folder that can be written to \(Not a"):
        hold_home(tmp_path / "file" / "home")


def test_a_disk_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network disks have none."""

    def flock(*_arguments: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(module.fcntl, "flock", flock)
    with pytest.raises(ConfigurationError, match="a folder on a disk that can lock files"):
        hold_home(tmp_path)


# ── health ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "body", "healthy"),
    [(200, b"", True), (404, b"", True), (500, b"", False), (503, b"", False), (0, b"", False), (0, b"no HTTP\r\n\r\n", False)],
)
def test_a_service_answers_with_anything_but_a_server_error(status: int, body: bytes, healthy: bool) -> None:
    """Who says 404 is up; who says 503, or nothing that is HTTP, is not."""
    with LocalHttp(lambda asked: (status, body)) as server:
        assert answers(Service(name="x", command=(), health_url=f"http://127.0.0.1:{server.port}/")) is healthy


def test_a_closed_port_does_not_answer() -> None:
    """Before a service listens."""
    assert not answers(Service(name="x", command=(), health_url="http://127.0.0.1:1/"))


# ── processes ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a supervisor in a process of its own; see small_services."""
    started: list[subprocess.Popen[str]] = []

    def start(what: str, port: int = 0, *, program: str = "supervise") -> subprocess.Popen[str]:
        command = [*ME, program, str(tmp_path), what, str(port)]
        started.append(subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for one in started:
        if one.poll() is None:
            one.kill()
        one.communicate()


def wait_for(true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something is true; a test that waits too long has failed."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def living(folder: Path) -> list[int]:
    """Which of the served processes are alive."""
    pids = [int(pid) for pid in (folder / "pids").read_text().split()]
    assert len(pids) == 2
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_services_are_kept_until_a_signal_and_end_with_it(
    supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path, number: signal.Signals
) -> None:
    """Each of the ways to ask for an end: the service and its child are gone, and it is said."""
    process = supervise("one", free_port())
    assert process.stdout is not None
    assert process.stdout.readline() == "healthy\n"
    assert len(living(tmp_path)) == 2
    process.send_signal(number)
    assert process.communicate(timeout=30)[0].splitlines() == ["stopping …", "stopped; what was done is kept", "interrupted"]
    assert living(tmp_path) == []


def test_a_killed_supervisor_leaves_nothing(supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    """SIGKILL leaves it no time: the leashes notice."""
    process = supervise("one", free_port())
    assert process.stdout is not None
    assert process.stdout.readline() == "healthy\n"
    process.kill()
    wait_for(lambda: not living(tmp_path))


def test_a_killed_parent_ends_the_supervisor(supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    """Whoever started `wireroom up` and died does not leave it running."""
    process = supervise("one", free_port(), program="parent")
    assert process.stdout is not None
    assert process.stdout.readline() == "healthy\n"
    process.kill()
    assert process.communicate(timeout=30)[0].splitlines() == ["stopping …", "stopped; what was done is kept", "interrupted"]
    assert living(tmp_path) == []


def test_a_service_that_ends_is_told_with_the_end_of_its_log(supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    """Name, status, where the log is, and its last lines: the reason is there."""
    told = supervise("one that fails").communicate(timeout=30)[0]
    assert f"RetryableError: failing ended with status 3; the end of {tmp_path}/logs/failing.log:\nline 19986\n" in told
    assert told.endswith("line 19999\nthe reason\x1b[31m\n")


def test_a_service_that_gets_not_healthy_is_told(supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    """After the time it was given, with the place of its log."""
    told = supervise("one that sleeps").communicate(timeout=30)[0]
    assert f"RetryableError: sleeping is not healthy after 2 s; its log is {tmp_path}/logs/sleeping.log" in told


def test_a_program_that_is_not_installed_is_told_before_anything_starts(
    supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    """With the remedy."""
    told = supervise("one that is not there").communicate(timeout=30)[0]
    assert "ConfigurationError: absent: /no/such/program is not there; run scripts/setup" in told
    assert list((tmp_path / "logs").iterdir()) == []


def test_a_large_log_is_put_aside_and_a_small_one_goes_on(supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    """Weeks of running must not fill the disk with one file."""
    log = tmp_path / "logs" / "failing.log"
    log.parent.mkdir()
    log.write_text("of an earlier run\n")
    supervise("one that fails").communicate(timeout=30)
    assert log.read_text().startswith("of an earlier run\nline 0\n")
    os.truncate(log, module.LARGE_LOG_BYTES + 1)
    supervise("one that fails").communicate(timeout=30)
    assert log.read_text().startswith("line 0\n")
    assert (tmp_path / "logs" / "failing.log.1").stat().st_size == module.LARGE_LOG_BYTES + 1


def test_signal_handlers_are_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it stops, a second signal changes nothing; afterwards the process is as it was. A dead terminal changes nothing."""
    monkeypatch.setattr(module, "end_descendants", lambda **_: seen.append([signal.getsignal(number) for number in STOPPING]))
    monkeypatch.setattr(module, "become_subreaper", lambda: None)
    seen: list[object] = []

    def dead_terminal(_text: str) -> None:
        raise OSError(5, "Input/output error")

    before = [signal.getsignal(number) for number in STOPPING]
    with Supervisor([], logs=tmp_path / "logs", environment={}, say=dead_terminal):
        assert [signal.getsignal(number) for number in STOPPING] != before
    assert seen == [[signal.SIG_IGN] * 3]
    assert [signal.getsignal(number) for number in STOPPING] == before
