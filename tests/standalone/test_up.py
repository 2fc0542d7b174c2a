"""`wireroom up`: what it prepares, when it is settled, and the whole of it with a small program in Airflow's place."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from pipeline.clean.cleaner import MIN_TEXT
from pipeline.clean.hygiene import bare
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.ledger import Batch, BatchReport, FeedState, Outcome, Stage
from pipeline.settings import load_settings
from pipeline.sources.registry import read_feed_file
from pipeline.standalone import up as module
from pipeline.standalone.services import REPOSITORY, Ports
from pipeline.standalone.supervisor import hold_home
from pipeline.standalone.up import Plan, example_command, progress_line, publish_command, run_up, settled, work_since
from pipeline.status import BatchRow, FeedRow, Health, Lag, Status
from pipeline.types import BatchId, Feed, FeedId
from tests.standalone.local_http import LocalHttp
from tests.standalone.test_supervisor import free_ports

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def status(healths: Mapping[Health, int], outcomes: Mapping[Outcome, int], *, waiting: int = 0, unfinished: int = 0) -> Status:
    """How things stand, with as many feeds of each health."""
    feed = Feed(feed_id=FeedId("x"), url="https://example.org/feed")
    state = FeedState(feed=feed, next_poll_at=NOW)
    rows = tuple(FeedRow(state=state, health=health, overdue_seconds=0.0) for health, count in healths.items() for _ in range(count))
    lag = Lag(
        feeds_due=0,
        feeds_late=0,
        longest_overdue_seconds=0.0,
        entries_waiting=waiting,
        waiting_seconds=0.0,
        entries_later=0,
        batches_unfinished=unfinished,
        oldest_unfinished_seconds=0.0,
        turnaround_median_seconds=None,
        turnaround_p95_seconds=None,
    )
    return Status(at=NOW, feeds=rows, batches=(), outcomes=outcomes, reasons=(), stages=(), polls={}, lag=lag)


# ── when it is settled ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (status({Health.FINE: 2}, {Outcome.INDEXED: 3}), True),
        (status({Health.FAILING: 2}, {}), True),
        (status({Health.FINE: 2}, {Outcome.FAILED: 1, Outcome.QUARANTINED: 1}), True),
        (status({}, {}), False),
        (status({Health.FINE: 1, Health.NEW: 1}, {Outcome.INDEXED: 3}), False),
        (status({Health.FINE: 2}, {Outcome.INDEXED: 3}, waiting=1), False),
        (status({Health.FINE: 2}, {Outcome.INDEXED: 3, Outcome.DEFERRED: 1}), False),
        (status({Health.FINE: 2}, {Outcome.INDEXED: 3}, unfinished=1), False),
    ],
)
def test_it_is_settled_when_every_entry_has_its_outcome(found: Status, expected: bool) -> None:
    """Feeds that all failed are an end too, or one would wait for ever; what was put off is none."""
    assert settled(found) is expected


def test_progress_is_one_line() -> None:
    """Feeds polled, entries by outcome, what waits."""
    shown = progress_line(status({Health.FINE: 2, Health.NEW: 1}, {Outcome.INDEXED: 3, Outcome.REJECTED: 1}, waiting=4))
    assert shown == "2 of 3 feeds polled; 8 entries: 3 indexed, 1 rejected; 4 waiting"
    assert progress_line(status({Health.NEW: 1}, {})) == "0 of 1 feeds polled; 0 entries: none yet; 0 waiting"


# ── what is prepared ──────────────────────────────────────────────────────────────────────────────────────────────


class Onlooker:
    """In the supervisor's place: looks at what was prepared, and is interrupted at once."""

    settings = None
    standalone_env = ""
    services: tuple[str, ...] = ()
    environment: Mapping[str, str] = MappingProxyType({})

    def __init__(self, services: tuple[module.Service, ...], *, environment: Mapping[str, str], **_rest: object) -> None:
        type(self).services = tuple(service.name for service in services)
        type(self).environment = environment

    def __enter__(self) -> Onlooker:
        return self

    def __exit__(self, *_exc: object) -> None:
        """Nothing was started."""

    def start(self) -> None:
        """See what a task would see."""
        type(self).settings = load_settings()
        generated = load_settings().home / "standalone.env"
        type(self).standalone_env = generated.read_text() if generated.exists() else ""
        raise KeyboardInterrupt


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new home, and nothing that is really started."""
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(module, "Supervisor", Onlooker)
    return tmp_path / "home"


def saved_pages(folder: Path) -> Path:
    """Two pages of two publishers, on a list of URLs. Nobody can unpack them: enrichers take seconds to load."""
    folder.mkdir()
    (folder / "urls.csv").write_text("file,url\none,https://a.example/news/1\ntwo,https://b.example/news/2\n")
    for name in ("one", "two"):
        (folder / f"{name}.html.gz").write_bytes(b"torn")
    return folder


def test_the_demo_is_let_through_while_it_runs_and_no_longer(home: Path) -> None:
    """Its settings are those of every process of this home, until it stops; then commands are about real feeds again."""
    ports = free_ports()
    run_up(Plan(ports=ports, demo=True))
    seen = Onlooker.settings
    assert seen is not None
    assert seen.local_newsroom == f"127.0.0.1:{ports.newsroom}"
    assert seen.feed_file == home / "demo.feeds.toml"
    assert seen.host_delay < 1
    assert seen.callback_url == f"http://127.0.0.1:{ports.web}/push"
    assert all(f":{ports.newsroom}/" in feed.url for feed in read_feed_file(seen.feed_file))
    assert Onlooker.services == ("newsroom", "airflow", "web")
    assert load_settings().local_newsroom is None
    assert load_settings().feed_file == home / "feeds.toml"
    hold_home(home).close()


def test_services_know_the_demo_by_themselves(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all is killed, the last of their tasks must not turn to real feeds; an empty variable is as none, others go before."""
    monkeypatch.setenv("WIREROOM_FEEDS", "")
    monkeypatch.setenv("WIREROOM_HOST_DELAY", "3")
    ports = free_ports()
    run_up(Plan(ports=ports, demo=True))
    told = {name.removeprefix("WIREROOM_"): value for name, value in Onlooker.environment.items() if name.startswith("WIREROOM_")}
    assert (told["LOCAL_NEWSROOM"], told["FEEDS"]) == (f"127.0.0.1:{ports.newsroom}", str(home / "demo.feeds.toml"))
    assert (told["HOST_DELAY"], told["HOME"]) == ("3", str(home))


def test_pages_are_followed_instead(home: Path, tmp_path: Path) -> None:
    """Each publisher has a feed, under its own name; requests to it are as far apart as to any other."""
    run_up(Plan(ports=free_ports(), demo=False, pages=saved_pages(tmp_path / "saved")))
    seen = Onlooker.settings
    assert seen is not None
    assert [feed.url for feed in read_feed_file(seen.feed_file)] == [
        f"http://{host}/wireroom-feed.xml" for host in ("a.example", "b.example")
    ]
    assert seen.local_newsroom is not None
    assert seen.host_delay == 5.0


def test_real_feeds_begin_as_a_copy_of_the_seeds(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once; what a demo that was killed left behind lets nobody through."""
    home.mkdir()
    (home / "standalone.env").write_text("WIREROOM_LOCAL_NEWSROOM=127.0.0.1:1\n")
    run_up(Plan(ports=free_ports(), demo=False))
    seen = Onlooker.settings
    assert seen is not None
    assert seen.local_newsroom is None
    assert Onlooker.services == ("airflow", "web")
    assert (home / "feeds.toml").read_bytes() == (REPOSITORY / "seeds" / "feeds.toml").read_bytes()
    assert "it is yours to edit" in capsys.readouterr().err
    (home / "feeds.toml").write_text('[[feed]]\nid = "mine"\nurl = "https://example.org/feed"\n')
    run_up(Plan(ports=free_ports(), demo=False))
    assert "mine" in (home / "feeds.toml").read_text()


def test_a_broken_feed_file_is_told_before_anything_starts(home: Path) -> None:
    """Not in the log of a task."""
    home.mkdir()
    (home / "feeds.toml").write_text('[[feed]]\nid = "mine"\nurl = "example.org"\n')
    with pytest.raises(ConfigurationError, match=r"feeds\.toml: feed 1 \(mine\): url: got 'example\.org'; allowed: "):
        run_up(Plan(ports=free_ports(), demo=False))


@pytest.mark.parametrize(("name", "value"), [("FEEDS", "/mine.toml"), ("LOCAL_NEWSROOM", "127.0.0.1:9")])
def test_the_environment_must_not_contradict_the_demo(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """It goes before the file that lets the demo through, so real feeds would be looked for in the demo."""
    monkeypatch.setenv(f"WIREROOM_{name}", value)
    with pytest.raises(ConfigurationError, match=f"WIREROOM_{name}: got '{value}'; allowed: unset in the environment while"):
        run_up(Plan(ports=free_ports(), demo=True))
    assert not (home / "standalone.env").exists()
    hold_home(home).close()


def test_a_feed_file_that_cannot_be_made_is_named(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Field, value, reason."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WIREROOM_FEEDS", str(tmp_path / "file" / "feeds.toml"))
    with pytest.raises(ConfigurationError, match=r"WIREROOM_FEEDS: got '.*feeds\.toml'; allowed: a file that can be written"):
        run_up(Plan(ports=free_ports(), demo=False))


def test_a_home_in_use_is_refused_before_anything_is_written(home: Path) -> None:
    """The other one's settings stay as they are."""
    with hold_home(home), pytest.raises(ConfigurationError, match="no other `wireroom up` uses"):
        (home / "standalone.env").write_text("WIREROOM_SHARDS=3\n")
        run_up(Plan(ports=free_ports(), demo=True))
    assert (home / "standalone.env").read_text() == "WIREROOM_SHARDS=3\n"


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_example_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search with the home where it is not the default one; the program as seen from here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    plan = Plan(ports=free_ports(), demo=True)
    assert example_command(plan, tmp_path / "var") == ".venv/bin/wireroom search 'ferry strike'"
    shown = example_command(Plan(ports=plan.ports, demo=False), tmp_path / "my home")
    assert shown == f"WIREROOM_HOME='{tmp_path}/my home' .venv/bin/wireroom search since:1d"
    monkeypatch.setattr(sys, "executable", "/opt/venv/bin/python")
    assert example_command(plan, tmp_path / "var").startswith("/opt/venv/bin/wireroom search")


# ── waiting ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Alive:
    """A supervisor whose services live."""

    checks = 0

    def check_alive(self) -> None:
        """Count."""
        self.checks += 1


def test_what_is_waited_for_may_fail_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow answers with errors while it starts; meanwhile the services are looked after."""
    monkeypatch.setattr(module.time, "sleep", lambda _seconds: None)
    answers = iter([RetryableError("500"), "", "run-1"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, RetryableError):
            raise answer
        return answer

    supervisor = Alive()
    assert module._until(ask, supervisor, what="no run", log=Path("a.log"), seconds=60) == "run-1"  # type: ignore[arg-type]
    assert supervisor.checks == 3


def test_waiting_in_vain_says_for_what_and_why() -> None:
    """With the last answer."""

    def ask() -> str:
        raise RetryableError("HTTP Error 500")

    with pytest.raises(RetryableError, match=r"^no run after -?0 s: HTTP Error 500; its log is a\.log$"):
        module._until(ask, Alive(), what="no run", log=Path("a.log"), seconds=-0.1)  # type: ignore[arg-type]


# ── all of it ─────────────────────────────────────────────────────────────────────────────────────────────────────

UP = """
import dataclasses, sys
from pipeline.cli.app import run
from pipeline.standalone import up
whole = up.standalone_services
def small(*arguments, **named):
    services = whole(*arguments, **named)
    return [dataclasses.replace(one, command=(sys.executable, "-m", "tests.standalone.small_airflow")) if one.name == "airflow" else one
            for one in services]
up.standalone_services = small
sys.exit(run(["up", *sys.argv[1:]]))
"""


def start_up(home: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """`wireroom up` in a process of its own, with a small program in Airflow's place, on free ports."""
    ports = free_ports()
    moved = [f"--{name.lower().replace('_', '-').removeprefix('wireroom-')}={port}" for name, port in ports.by_setting().items()]
    ours = {"WIREROOM_HOME": str(home), "WIREROOM_HOST_DELAY": "0", "WIREROOM_FEED_HOST_DELAY": "0", "COLUMNS": "200"}
    command = [sys.executable, "-c", UP, *moved, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env={**os.environ, **ours, **settings}, cwd=REPOSITORY, stdout=pipe, stderr=pipe, text=True)


def test_the_article_that_is_to_be_published_is_one(tmp_path: Path) -> None:
    """Whoever pastes the command must find it: the cleaner calls nothing so short a story as two short sentences."""
    ports = replace(Ports(), newsroom=4711)
    words = shlex.split(publish_command(Plan(ports=ports, demo=True)))
    assert words[1:5] == ["demo", "publish", "--port", "4711"]
    assert len(bare(words[-1])) >= MIN_TEXT
    assert "--port" not in publish_command(Plan(ports=Ports(), demo=True))


def test_only_the_work_of_this_run_is_shown() -> None:
    """A home may hold years of batches; one that was left half done by an earlier run counts from where it was taken up."""

    def report(stage: Stage, minutes: int) -> BatchReport:
        at = NOW + timedelta(minutes=minutes)
        counts = {Outcome.PASSED: 7}
        return BatchReport(batch_id=BatchId("b"), stage=stage, inputs=7, counts=counts, started_at=at, seconds=1.0, peak_rss_bytes=1)

    old = Batch(batch_id=BatchId("b"), created_at=NOW - timedelta(minutes=9), size=7)
    row = BatchRow(batch=old, reports=(report(Stage.FETCH, -5), report(Stage.CLEAN, 0), report(Stage.ENRICH, 5)), seconds=1.0)
    done = work_since(replace(status({}, {}), batches=(row,)), NOW)
    assert [(one.stage, one.entries) for one in done] == [(Stage.CLEAN, 7), (Stage.ENRICH, 7)]
    assert work_since(replace(status({}, {}), batches=(row,)), NOW + timedelta(hours=1)) == ()


def test_pages_go_all_the_way_and_it_stops_when_they_are_done(tmp_path: Path) -> None:
    """Publishers, scheduler, search page: started, waited for, used and ended; every entry has its outcome."""
    pages = saved_pages(tmp_path / "saved")
    process = start_up(tmp_path / "home", "--pages", str(pages), "--until-done")
    shown, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert f"starting newsroom, airflow, web; logs are in {tmp_path}/home/logs" in told
    assert "everything is up after" in told
    assert "2 of 2 feeds polled; 2 entries: 2 failed; 0 waiting" in told
    assert told.endswith("stopping …\nstopped; what was done is kept\n")
    assert "stages of this run" in shown
    assert "entries/s" in shown
    assert not (tmp_path / "home" / "standalone.env").exists()


def test_after_a_kill_commands_are_about_real_feeds_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had no time to remove what it wrote, and it need not have."""
    home = tmp_path / "home"
    monkeypatch.setenv("WIREROOM_HOME", str(home))
    process = start_up(home, "--pages", str(saved_pages(tmp_path / "saved")))
    assert process.stderr is not None
    told = process.stderr.readline()
    while not told.startswith("everything is up"):  # before that it may be in the middle of starting one, who then has the lock too
        assert process.poll() is None, told
        told = process.stderr.readline()
    assert load_settings().local_newsroom is not None
    process.kill()
    process.communicate(timeout=60)
    assert (home / "standalone.env").exists()
    assert load_settings().local_newsroom is None


def test_it_shows_where_to_look_and_stays_until_interrupted(tmp_path: Path) -> None:
    """Addresses, password, a search to try. What is followed is one feed of the operator's own, without entries."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "feeds.toml").write_text('[[feed]]\nid = "mine"\nurl = "http://a.example/feed"\n')
    with LocalHttp(lambda asked: (200, b"<rss version='2.0'><channel><title>Mine</title></channel></rss>")) as publisher:
        process = start_up(home, "--no-demo", WIREROOM_LOCAL_NEWSROOM=f"127.0.0.1:{publisher.port}", SMALL_AIRFLOW_RUNS="poll")
        told = ""
        assert process.stderr is not None
        while "Ctrl-C stops everything" not in told:
            told += process.stderr.readline()
            assert process.poll() is None, told
        for words in ("1 of 1 feeds polled; 0 entries", "Search page", "user admin, password ", "search since:1d", f"{home}/logs"):
            assert words in told
        assert "nothing new came in" in told
        assert "Demo newsroom" not in told
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[1].endswith("stopping …\nstopped; what was done is kept\n")
    assert process.returncode == 0
