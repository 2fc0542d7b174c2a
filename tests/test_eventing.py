from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pipeline.errors import RetryableError
from pipeline.eventing import Event, NoEventLog, event_of_poll, events_of_report, note
from pipeline.ledger import BatchReport, Outcome, Poll, PollOutcome, Stage
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


def test_a_log_that_is_away_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It is told of, once."""

    class Away(NoEventLog):
        def note(self, events: Sequence[Event]) -> None:
            raise RetryableError("the cluster is away")

    with caplog.at_level(logging.WARNING):
        note(Away(), [])
    assert "the cluster is away" in caplog.text
