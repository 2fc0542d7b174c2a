"""The whole way through a real Airflow: scheduler, LocalExecutor, partitions; and a worker that is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.ledger import BatchState, Outcome
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.stages import STAGES
from pipeline.standalone.services import HEARTBEAT_TIMEOUT
from pipeline.standalone.up import settled
from pipeline.status import read_status
from pipeline.wiring import Rooms
from tests.newsroom import RunningNewsroom, newsroom

__all__ = ["newsroom"]

pytestmark = [pytest.mark.scheduler, pytest.mark.airflow, pytest.mark.timeout(600), pytest.mark.xdist_group("scheduler")]


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Standalone:
    """`wireroom up` in a process of its own, following the newsroom of the test."""

    def __init__(self, home: Path, news: RunningNewsroom, **more: str) -> None:
        feeds = home / "feeds.toml"
        write_feed_file(feeds, news.feeds())
        airflow, web, worker_logs, triggerer_logs = free_ports(4)
        settings = {
            "WIREROOM_HOME": str(home),
            "WIREROOM_FEEDS": str(feeds),
            "WIREROOM_LOCAL_NEWSROOM": f"127.0.0.1:{news.port}",
            "WIREROOM_HOST_DELAY": "0.7",  # slow enough to be killed in the middle
            "WIREROOM_FEED_HOST_DELAY": "0",
            "WIREROOM_STALE_AFTER": "30",
            "WIREROOM_SHARDS": "2",
            "WIREROOM_CALLBACK_URL": f"http://127.0.0.1:{web}/push",
            HEARTBEAT_TIMEOUT: "15",
        } | {f"WIREROOM_{name.upper()}": value for name, value in more.items()}
        self.airflow_port = airflow
        self.web = f"http://127.0.0.1:{web}"
        ports = {"AIRFLOW_PORT": airflow, "WIREROOM_WEB_PORT": web, "WORKER_LOG_PORT": worker_logs, "TRIGGERER_LOG_PORT": triggerer_logs}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WIREROOM_"))}
        self.environment = kept | settings | {name: str(port) for name, port in ports.items()}
        ours = {name.removeprefix("WIREROOM_").lower(): value for name, value in settings.items() if name.startswith("WIREROOM_")}
        self.rooms = Rooms(Settings(_env_file=None, **ours))  # type: ignore[arg-type]
        self.log = (home / "up.log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.cli", "up", "--no-demo"], env=self.environment, stdout=self.log, stderr=subprocess.STDOUT
        )

    def wait_for(self, true: Callable[[], bool], *, seconds: float = 240) -> None:
        """Wait until something is so; fail with the end of the log where it never is."""
        deadline = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.tail()
            assert time.monotonic() < deadline, self.tail()
            time.sleep(0.2)

    def tail(self) -> str:
        logs = [Path(self.log.name), *sorted(self.rooms.settings.home.glob("logs/*.log"))]
        return "\n".join(f"── {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-30:]) for path in logs)

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def captured(self) -> int:
        ledger = self.rooms.state.ledger
        return sum(member.pointer is not None for batch in ledger.batches() for member in ledger.batch_entries(batch.batch_id))

    def settled(self) -> bool:
        return settled(read_status(self.rooms.state, self.rooms.clock()))

    def wireroom(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line beside it."""
        return subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *arguments], env=self.environment, capture_output=True, text=True, check=False
        )

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)
        self.rooms.close()
        self.log.close()


@pytest.fixture
def standalone(tmp_path: Path, newsroom: RunningNewsroom) -> Iterator[Standalone]:
    """Everything on this machine, started; gone after the test."""
    running = Standalone(tmp_path, newsroom)
    yield running
    running.close()


def _task_processes(running: Standalone) -> list[psutil.Process]:
    """The LocalExecutor's workers that have a task in hand, with the processes of those tasks."""
    workers = []
    for process in running.descendants():
        try:
            title = " ".join(process.cmdline())
        except psutil.NoSuchProcess:
            continue
        if "airflow worker -- LocalExecutor" in title and "<idle>" not in title:
            workers.append(process)
    return workers


def test_a_worker_killed_in_mid_batch_loses_nothing_and_doubles_nothing(standalone: Standalone, newsroom: RunningNewsroom) -> None:
    """Demo feeds → ledger → partition → four stages → index, with a SIGKILL while pages are being fetched."""
    standalone.wait_for(lambda: standalone.captured() >= 10)
    killed = _task_processes(standalone)
    assert killed
    for process in killed:
        process.kill()
    before = standalone.captured()
    assert before < 80, "the batch was over before anything was killed"
    standalone.wait_for(standalone.settled, seconds=400)

    ledger = standalone.rooms.state.ledger
    members = [member for batch in ledger.batches() for member in ledger.batch_entries(batch.batch_id)]
    assert all(batch.state is BatchState.FINISHED for batch in ledger.batches())
    assert all(member.outcome is not None for member in members)
    assert len({member.entry.entry_id for member in members}) == len(members) == sum(ledger.counts().values())
    assert ledger.counts() == {Outcome.INDEXED: 80, Outcome.DUPLICATE: len(members) - 80}
    assert standalone.rooms.index.count() == 80
    for batch in ledger.batches():
        assert {report.stage for report in ledger.reports(batch.batch_id)} == set(STAGES)

    asked = Counter(
        (request.host, request.path) for request in newsroom.requests if request.path.partition("?")[0].endswith((".html", "/"))
    )
    assert max(asked.values()) <= 2, "no page is fetched more than twice"
    assert sum(count - 1 for count in asked.values()) <= 15, "only what was under way when the worker died is fetched again"

    newsroom.clear()
    again = standalone.wireroom("poll", "--all", "--json")
    assert again.returncode == 0, again.stderr
    counts = json.loads(again.stdout)["outcomes"]
    assert set(counts) <= {"not-modified", "unchanged"}  # one poll in a hundred asks for everything on purpose
    assert sum(counts.values()) == 12
    assert [request.status for request in newsroom.requests].count(304) == counts["not-modified"] >= 8
    assert standalone.rooms.announce() == []

    family = standalone.descendants()
    standalone.process.send_signal(signal.SIGINT)
    assert standalone.process.wait(timeout=60) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


def test_a_killed_supervisor_leaves_no_process_behind(standalone: Standalone) -> None:
    """SIGKILL, which leaves no time to clean up; and nothing that was done is lost."""
    standalone.wait_for(lambda: standalone.captured() >= 1)
    family = standalone.descendants()
    assert any("airflow" in " ".join(process.cmdline()) for process in family if process.is_running())
    standalone.process.kill()
    standalone.process.wait()
    _, alive = psutil.wait_procs(family, timeout=40)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
