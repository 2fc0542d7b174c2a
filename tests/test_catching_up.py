"""A backfill run here, step by step, and where it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline import catching_up
from pipeline.catching_up import PLAN_FILE, begin, left_over, waits, work
from pipeline.errors import ConfigurationError
from pipeline.ledger import Outcome, Priority
from pipeline.planning import Span
from pipeline.settings import Settings
from pipeline.wiring import BACKFILL, Rooms
from tests.test_importing import story, warc

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = date(2024, 5, 3)


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    """A home whose sitemaps list nothing."""
    monkeypatch.setattr(catching_up, "survey_day", lambda *_one, **_wanted: {"new": 0})
    settings = Settings(_env_file=None, home=tmp_path / "home", local_newsroom="127.0.0.1:9")
    with Rooms(settings, clock=lambda: NOON) as opened:
        yield opened


def spanned(folder: Path) -> Span:
    """A day, a file of two pages and a list of one address."""
    (folder / "list.txt").write_text("http://far.localhost/a\n")
    return Span(days=(DAY,), warcs=(warc(folder, story(1), story(2)),), lists=(str(folder / "list.txt"),))


def test_the_plan_lies_in_the_home_until_it_is_done(rooms: Rooms, tmp_path: Path) -> None:
    """Step by step it gets shorter; what it brought is counted."""
    begun = begin(rooms, spanned(tmp_path))
    assert [kind for kind, _ in begun.steps] == ["list", "survey", "import"]
    left = left_over(rooms)
    assert left == begun
    assert left is not None
    done: list[int] = []
    left.run(rooms, progress=done.append)
    assert (left.new, left.outcomes, done) == (1, {"indexed": 2}, [1, 1, 1])
    assert left_over(rooms) is None
    again = begin(rooms, Span(days=(DAY,)))
    assert [kind for kind, _ in again.steps] == ["survey", "replay"], "what is archived by now is looked at, too"
    again.run(rooms)
    assert not again.outcomes, "and all of it is current"


def test_what_a_kill_leaves_is_done_by_the_next_run(rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the step that it met on; a second plan is refused meanwhile."""

    def killed(*_one: object, **_wanted: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(catching_up, "import_warcs", killed)
        with pytest.raises(KeyboardInterrupt):
            begin(rooms, spanned(tmp_path)).run(rooms)
    left = left_over(rooms)
    assert left is not None
    assert [kind for kind, _ in left.steps] == ["import"]
    with pytest.raises(ConfigurationError, match=r"not done yet .*1 steps left"):
        begin(rooms, Span(days=(DAY,)))
    left.run(rooms)
    assert left.outcomes == {"indexed": 2}


def test_while_paused_nothing_is_worked_on(rooms: Rooms, tmp_path: Path) -> None:
    """Addresses are written down; files wait."""
    rooms.state.coverage.hold(BACKFILL, NOON)
    begun = begin(rooms, spanned(tmp_path))
    begun.run(rooms)
    assert ([kind for kind, _ in begun.steps], begun.new) == (["import"], 1)
    assert work(rooms) == {}
    begun.forget()
    assert left_over(rooms) is None


def test_work_ends_when_hosts_are_to_be_waited_for(rooms: Rooms, tmp_path: Path) -> None:
    """Whoever calls it waits; a pause ends the waiting."""
    begun = begin(rooms, spanned(tmp_path))
    begun.run(rooms)
    rooms.state.hosts.pause("far.localhost", NOON.replace(hour=23), "asked for it")
    assert work(rooms) == {"deferred": 1}
    assert rooms.state.ledger.counts(Priority.BACKFILL)[Outcome.DEFERRED] == 1
    assert waits(rooms)
    rooms.state.coverage.hold(BACKFILL, NOON)
    assert not waits(rooms)


def test_a_plan_that_is_none(rooms: Rooms) -> None:
    """It names the file and the remedy."""
    rooms.state.coverage.held_since(BACKFILL)  # makes the home
    (rooms.settings.home / PLAN_FILE).write_text('{"steps": 3}')
    with pytest.raises(ConfigurationError, match=r"backfill\.json: no plan .*remedy"):
        left_over(rooms)
