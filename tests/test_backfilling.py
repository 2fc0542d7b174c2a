"""What the command line and the DAGs ask for: days, choices, coverage told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.backfill.choice import Choice
from pipeline.backfilling import (
    archived_days,
    day_of,
    days_of,
    import_urls,
    import_warcs,
    page_bytes,
    paths_of,
    replay_day,
    spelled_choice,
    tell_coverage,
)
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.eventing import Event, NoEventLog
from pipeline.settings import Settings
from pipeline.wiring import Rooms
from tests.state.samples import make_entry
from tests.test_importing import story, warc

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
YESTERDAY = NOON.date() - timedelta(days=1)


class Noted(NoEventLog):
    """Events, kept."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def note(self, events: Sequence[Event]) -> None:
        self.events.extend(events)


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    """A home that asks nobody, with a log of events."""
    with Rooms(Settings(_env_file=None, home=tmp_path / "home", local_newsroom="127.0.0.1:9"), clock=lambda: NOON) as opened:
        opened.__dict__["events"] = Noted()
        yield opened


def events(rooms: Rooms, kind: str) -> list[Event]:
    assert isinstance(rooms.events, Noted)
    return [event for event in rooms.events.events if event["kind"] == kind]


def test_days_of_a_span() -> None:
    """Both ends included; wrong ones are named by their options."""
    assert days_of("2024-02-28", "2024-03-01") == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert days_of("2024-02-28", None) == [date(2024, 2, 28)]
    with pytest.raises(ConfigurationError, match="--to: got '2024-02-27'"):
        days_of("2024-02-28", "2024-02-27")
    with pytest.raises(ConfigurationError, match=r"start: got '28\.2\.2024'"):
        day_of("start", "28.2.2024")


def test_a_choice_as_it_is_spelled() -> None:
    """The last day is wanted whole; a language is its primary subtag, a domain without www."""
    choice = spelled_choice(["WWW.BBC.co.uk"], ["en-GB"], "2024-05-01", "2024-05-02")
    assert (choice.domains, choice.languages) == ({"bbc.co.uk"}, {"en"})
    assert (choice.start, choice.end) == (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 5, 3, tzinfo=UTC))
    with pytest.raises(ConfigurationError, match="end: got '2024-04-30'"):
        spelled_choice([], [], "2024-05-01", "2024-04-30", names=("start", "end"))


def test_paths_of_a_listing() -> None:
    """One a line; empty lines and comments are passed over."""
    assert paths_of(["a.warc.gz\n", "\n", "# b.warc.gz\n", " c.warc.gz "]) == ["a.warc.gz", "c.warc.gz"]


def test_days_and_bytes_of_the_archive(rooms: Rooms, tmp_path: Path) -> None:
    """What pages usually take, until there are some to tell by."""
    assert archived_days(rooms) == []
    assert page_bytes(rooms, usual=7.0) == 7.0
    import_warcs(rooms, [warc(tmp_path, story(1), story(2, at="2024-05-04T00:00:00Z"))], Choice())
    assert archived_days(rooms) == [date(2024, 5, 3), date(2024, 5, 4)]
    assert 100 < page_bytes(rooms) < 5_000
    assert replay_day(rooms, date(2024, 5, 3)) == {"current": 1}


def test_a_list_that_cannot_be_read(rooms: Rooms, tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(ConfigurationError, match=r"FILE: got .*missing\.csv"):
        import_urls(rooms, tmp_path / "missing.csv", Choice())


def quiet_since(rooms: Rooms, last: date) -> None:
    """A source that gave five a day up to that one."""
    for number in range(15 * 5):
        at = datetime(last.year, last.month, last.day, 9, tzinfo=UTC) - timedelta(days=number // 5)
        rooms.state.ledger.add_entries([make_entry(number)], at)


def test_coverage_and_alarms_of_yesterday_are_told(rooms: Rooms, caplog: pytest.LogCaptureFixture) -> None:
    """As events, and the alarms in the log as well; today is not over."""
    quiet_since(rooms, YESTERDAY - timedelta(days=1))
    tell_coverage(rooms, [YESTERDAY - timedelta(days=1), YESTERDAY, NOON.date()])
    assert [(event["domain"], event["by_feed"]) for event in events(rooms, "coverage")] == [("kbay.example", 5)]
    (alarm,) = events(rooms, "alarm")
    assert (alarm["domain"], alarm["alarm"], alarm["@timestamp"]) == ("kbay.example", "silent", f"{YESTERDAY}T00:00:00Z")
    assert "source kbay.example: silent" in caplog.text


def test_the_silence_of_long_ago_is_no_alarm(rooms: Rooms) -> None:
    """Its coverage is told all the same; of days to come there is nothing to tell."""
    quiet_since(rooms, YESTERDAY - timedelta(days=9))
    tell_coverage(rooms, [YESTERDAY - timedelta(days=number) for number in (9, 8)])
    assert len(events(rooms, "coverage")) == 1
    tell_coverage(rooms, [NOON.date()])
    assert events(rooms, "alarm") == []


def test_an_index_that_is_away_costs_the_languages_alone(rooms: Rooms, caplog: pytest.LogCaptureFixture) -> None:
    """What is to be fetched must not wait for it."""

    class Away:
        def search(self, _request: object) -> None:
            raise RetryableError("the index is away")

        def close(self) -> None:
            """Nothing is open."""

    rooms.__dict__["index"] = Away()
    quiet_since(rooms, YESTERDAY - timedelta(days=1))
    tell_coverage(rooms, [YESTERDAY])
    assert [event["subject"] for event in events(rooms, "alarm")] == ["source"]
    assert "the index is away" in caplog.text
