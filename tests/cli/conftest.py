"""The command line in this process, a demo home that is ingested once, and homes of one test's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipeline.cli import screen
from pipeline.cli.app import run
from pipeline.sources.registry import write_feed_file
from tests.newsroom import RunningNewsroom, newsroom, open_newsroom

__all__ = ["newsroom"]  # a fixture is used by being known


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command line gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output read as JSON."""
        return json.loads(self.out)

    def column(self, name: str) -> list[str]:
        """The cells of a column of a table, found by where its title stands."""
        lines = self.out.splitlines()
        head = next(line for line in lines if name in line.split("  ") or line.split()[:1] == [name])
        start = head.index(name)
        return [line[start:].split("  ")[0].strip() for line in lines[lines.index(head) + 1 :]]


Wireroom = Callable[..., Ran]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the ingested home in one process: ingesting takes longer than all of them."""
    for one in items:
        if "ingested" in getattr(one, "fixturenames", ()):
            one.add_marker(pytest.mark.xdist_group("the ingested demo"))


@dataclass(frozen=True, slots=True)
class DemoHome:
    """A home into which the whole demo was ingested. Commands that read may use it; none may change it."""

    home: Path
    port: int

    def enter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make it the home of the commands that follow."""
        settings(monkeypatch, self.home, self.port)


def settings(monkeypatch: pytest.MonkeyPatch, home: Path, port: int) -> None:
    """Point the commands at a home and at a newsroom, without pauses."""
    monkeypatch.setenv("HOME", str(home.parent))
    monkeypatch.setenv("WIREROOM_HOME", str(home))
    monkeypatch.setenv("WIREROOM_LOCAL_NEWSROOM", f"127.0.0.1:{port}")
    monkeypatch.setenv("WIREROOM_HOST_DELAY", "0")
    monkeypatch.setenv("WIREROOM_FEED_HOST_DELAY", "0")


@pytest.fixture(autouse=True)
def a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the developer's terminal is, output goes to a pipe here."""
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def wireroom(capsys: pytest.CaptureFixture[str]) -> Wireroom:
    """Runs a command line and returns what it gave."""

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes standard output a terminal of so many columns, without styles."""

    def widen(width: int) -> None:
        shown = Console(highlight=False, soft_wrap=True, markup=False, emoji=False, force_terminal=True, color_system=None, width=width)
        monkeypatch.setattr(screen, "out", shown)

    return widen


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of this test's own: not there yet, and no newsroom behind it."""
    settings(monkeypatch, tmp_path / "home", 1)
    return tmp_path / "home"


@pytest.fixture
def demo(home: Path, newsroom: RunningNewsroom, monkeypatch: pytest.MonkeyPatch) -> RunningNewsroom:
    """A home of this test's own that follows the demo newsroom; nothing was polled yet."""
    settings(monkeypatch, home, newsroom.port)
    write_feed_file(home / "feeds.toml", newsroom.feeds())
    return newsroom


@pytest.fixture(scope="session")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoHome]:
    """The demo's eighty stories, taken through every stage once. Its newsroom stays open."""
    running = open_newsroom()
    home = tmp_path_factory.mktemp("demo") / "home"
    write_feed_file(home / "feeds.toml", running.feeds())
    with pytest.MonkeyPatch.context() as monkeypatch:
        settings(monkeypatch, home, running.port)
        assert run(["run", "--once"]) == 0
    yield DemoHome(home, running.port)
    running.close()


@pytest.fixture
def copied_home(ingested: DemoHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DemoHome:
    """A copy of the ingested home that a test may change; its newsroom is the same one."""
    copy = DemoHome(shutil.copytree(ingested.home, tmp_path / "home"), ingested.port)
    copy.enter(monkeypatch)
    return copy


@pytest.fixture
def demo_home(ingested: DemoHome, monkeypatch: pytest.MonkeyPatch) -> DemoHome:
    """The ingested home as the home of this test's commands."""
    ingested.enter(monkeypatch)
    return ingested
