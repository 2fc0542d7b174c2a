"""What the ledger remembers, as values: a report that does not add up cannot be made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from pipeline.ledger import BatchReport, FeedState, Outcome, Stage
from pipeline.stages import STAGES
from pipeline.types import BatchId, Feed, FeedId

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def report(inputs: int, counts: Mapping[Outcome, int]) -> BatchReport:
    """A report of so many inputs and these counts."""
    return BatchReport(
        batch_id=BatchId("b"), stage=Stage.FETCH, inputs=inputs, counts=counts, started_at=NOON, seconds=1.0, peak_rss_bytes=1
    )


@pytest.mark.parametrize(("inputs", "counts"), [(0, {}), (3, {Outcome.PASSED: 2, Outcome.REJECTED: 1})])
def test_counts_sum_to_the_inputs(inputs: int, counts: Mapping[Outcome, int]) -> None:
    """Every entry ends in exactly one counted outcome."""
    assert report(inputs, counts).counts == counts


@pytest.mark.parametrize(("inputs", "counts"), [(1, {}), (0, {Outcome.PASSED: 1}), (3, {Outcome.PASSED: 2})])
def test_a_report_that_does_not_add_up_cannot_be_made(inputs: int, counts: Mapping[Outcome, int]) -> None:
    """An entry that is lost or counted twice is a fault of ours, seen at once."""
    with pytest.raises(AssertionError, match=f"fetch of b: {sum(counts.values())} outcomes for {inputs} inputs"):
        report(inputs, counts)


def test_stages_are_in_the_order_of_the_way() -> None:
    """Status and reports follow the order of the enumeration; what runs is all of it but the poll."""
    assert tuple(Stage) == (Stage.POLL, *STAGES)


def test_a_new_feed_is_active_and_knows_nothing() -> None:
    """Only when to poll it must be said."""
    state = FeedState(feed=Feed(feed_id=FeedId("x"), url="https://x.example/"), next_poll_at=NOON)
    assert (state.status, state.failures, state.polls, state.body_digest, state.last_polled_at) == ("active", 0.0, 0, None, None)
    assert (state.validators.etag, state.validators.last_modified, state.hints.hub) == (None, None, None)
