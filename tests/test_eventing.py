from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest

from pipeline.backfill.estimate import Estimate
from pipeline.covering import Alarm, Coverage, Covered
from pipeline.errors import RetryableError
from pipeline.eventing import (
    Event,
    NoEventLog,
    event_of_gap,
    event_of_poll,
    events_of_coverage,
    events_of_reasons,
    events_of_report,
    note,
    note_standing,
)
from pipeline.index.elastic_events import FIELDS
from pipeline.ledger import BatchReport, Gap, GapState, Outcome, Poll, PollOutcome, Stage
from pipeline.ports import StateStore
from pipeline.types import BatchId, FeedId

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_report_is_one_event_and_one_for_each_outcome() -> None:
    """The same report makes the same events; outcomes of nobody make none."""
    counts = {Outcome.INDEXED: 3, Outcome.QUARANTINED: 1, Outcome.FAILED: 0}
    report = BatchReport(batch_id=BatchId("b1"), stage=Stage.INDEX, inputs=4, counts=counts, started_at=AT, seconds=1.5, peak_rss_bytes=9)
    whole, *outcomes = events_of_report(report)
    assert (whole["kind"], whole["entries"], whole["seconds"], whole["@timestamp"]) == ("batch", 4, 1.5, "2026-11-23T12:00:00Z")
    assert {each["outcome"]: each["entries"] for each in outcomes} == {"indexed": 3, "quarantined": 1}
    assert len({each["event_id"] for each in events_of_report(report)}) == 3
    assert list(events_of_report(report)) == [whole, *outcomes]


def test_a_poll_is_an_event() -> None:
    """Of a long error only the beginning is kept."""
    poll = Poll(feed_id=FeedId("f"), at=AT, outcome=next(iter(PollOutcome)), http_status=304, error="x" * 999)
    event = event_of_poll(poll)
    assert (event["kind"], event["feed_id"], event["http_status"]) == ("poll", "f", 304)
    assert len(str(event["error"])) == 200


def test_coverage_and_alarms_are_events_of_their_day() -> None:
    """Every field is one that the index of events knows; what nobody knows is left out."""
    day = date(2026, 11, 22)
    estimate = Estimate(total=10.5, low=9, high=12, recall=0.9, looks="feed × sitemap")
    covered = Covered(domain="a.example", day=day, by_feed=4, by_push=3, by_sitemap=2, by_import=0, listed=8, missing=2, estimate=estimate)
    unknown = Covered(domain="b.example", day=day, by_feed=1, by_push=0, by_sitemap=0, by_import=0)
    alarms = (
        Alarm(subject="source", name="a.example", word="silent", day=day, usual=9.5, last=0),
        Alarm(subject="language", name="uk", word="vanished", day=day, usual=4.0, last=0),
    )
    events = list(events_of_coverage(Coverage(days=(covered, unknown), alarms=alarms)))
    assert [event["kind"] for event in events] == ["coverage", "coverage", "alarm", "alarm"]
    assert {event["@timestamp"] for event in events} == {"2026-11-22T00:00:00Z"}
    assert len({event["event_id"] for event in events}) == 4
    first, second, source, language = events
    assert (first["by_push"], first["missing"], first["estimated"], first["recall"]) == (3, 2, 10.5, 0.9)
    assert not {"listed", "missing", "estimated", "recall"} & second.keys()
    assert (source["domain"], source["alarm"], source["usual"], source["entries"]) == ("a.example", "silent", 9.5, 0)
    assert (language["language"], language["alarm"]) == ("uk", "vanished")
    assert {name for event in events for name in event} <= FIELDS.keys()


def test_a_log_that_is_away_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is told of, once."""

    class Away(NoEventLog):
        def note(self, events: Sequence[Event]) -> None:
            raise RetryableError("the cluster is away")

    with caplog.at_level(logging.WARNING):
        note(Away(), [])
    assert "the cluster is away" in caplog.text


def test_a_gap_is_told_again_when_it_was_filled() -> None:
    """As the same event, so that the later word stands."""
    gap = Gap(feed_id=FeedId("f"), found_at=AT, since=AT - timedelta(hours=2), until=AT, missed=7)
    before, after = event_of_gap(gap), event_of_gap(replace(gap, filled=6, state=GapState.FILLED))
    assert before["event_id"] == after["event_id"]
    assert (before["outcome"], before["filled"], before["missed"], before["seconds"]) == ("open", 0, 7, 7200.0)
    assert (after["outcome"], after["filled"]) == ("filled", 6)
    assert before.keys() <= FIELDS.keys()


def test_reasons_are_told_of_what_somebody_may_do_something_about() -> None:
    """One event for each outcome and reason and time; what ended well has none."""
    counts = {
        (Outcome.INDEXED, ""): 90,
        (Outcome.QUARANTINED, "refused"): 2,
        (Outcome.REJECTED, "robots.txt"): 5,
        (Outcome.FAILED, "robots.txt"): 1,
    }
    events = list(events_of_reasons(counts, AT))
    assert [(one["outcome"], one["reason"], one["entries"]) for one in events] == [
        ("quarantined", "refused", 2), ("rejected", "robots.txt", 5), ("failed", "robots.txt", 1),
    ]  # fmt: skip
    assert len({one["event_id"] for one in (*events, *events_of_reasons(counts, AT + timedelta(minutes=15)))}) == 6
    assert all(one.keys() <= FIELDS.keys() for one in events)


def test_for_nobody_nothing_is_counted() -> None:
    """The ledger is not even asked where events go nowhere."""
    note_standing(NoEventLog(), cast("StateStore", None), AT)
