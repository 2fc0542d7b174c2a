"""What the contract of sums leaves open."""

from __future__ import annotations

from pipeline.ledger import Outcome
from pipeline.state.store import SqlState
from pipeline.types import BatchId
from tests.state.samples import HOUR, MINUTE, NOON, ended, make_entry


def batched(state: SqlState, *numbers: int) -> BatchId:
    """A batch of these entries."""
    state.ledger.add_entries([make_entry(number) for number in numbers], NOON)
    (batch,) = state.ledger.make_batches(NOON, size=100)
    return batch.batch_id


def test_counts_tell_waiting_entries_from_ended_ones(state: SqlState) -> None:
    """Those without an outcome are counted under None; outcomes that nobody has are left out."""
    assert state.ledger.counts() == {}
    batch_id = batched(state, 1, 2, 3, 4)
    words = (Outcome.PASSED, Outcome.INDEXED, Outcome.FAILED)
    state.ledger.save_outcomes(batch_id, [ended(make_entry(number), word) for number, word in enumerate(words, 1)], NOON)
    assert state.ledger.counts() == {None: 2, Outcome.INDEXED: 1, Outcome.FAILED: 1}


def test_reasons_of_one_number_come_in_a_fixed_order(state: SqlState) -> None:
    """By outcome, then by the words: two calls show the same list, and the same words of two outcomes are two rows."""
    batch_id = batched(state, 1, 2, 3, 4)
    ends = [(Outcome.REJECTED, "gone"), (Outcome.QUARANTINED, "robots"), (Outcome.REJECTED, "b"), (Outcome.QUARANTINED, "gone")]
    outcomes = [ended(make_entry(number), outcome, reason=reason) for number, (outcome, reason) in enumerate(ends, 1)]
    state.ledger.save_outcomes(batch_id, outcomes, NOON)
    assert list(state.ledger.outcomes_by_reason()) == [
        (Outcome.QUARANTINED, "gone"),
        (Outcome.QUARANTINED, "robots"),
        (Outcome.REJECTED, "b"),
        (Outcome.REJECTED, "gone"),
    ]


def test_entries_that_wait_have_no_reason_to_be_counted(state: SqlState) -> None:
    """Only ends have reasons."""
    batched(state, 1)
    assert state.ledger.outcomes_by_reason() == {}


def test_an_entry_in_a_batch_no_longer_waits_for_one(state: SqlState) -> None:
    """It is the batch that is undone then, since it was made."""
    state.ledger.add_entries([make_entry(1)], NOON)
    lag = state.ledger.lag(NOON + HOUR)
    assert (lag.waiting, lag.waiting_seconds, lag.open_batches) == (1, 3600.0, 0)
    state.ledger.make_batches(NOON + MINUTE, size=100)
    lag = state.ledger.lag(NOON + HOUR)
    assert (lag.waiting, lag.waiting_seconds, lag.open_batches, lag.open_seconds) == (0, 0.0, 1, 3540.0)


def test_a_clock_that_runs_behind_makes_no_negative_wait(state: SqlState) -> None:
    """Two machines need not agree on the time."""
    batched(state, 1)
    assert state.ledger.lag(NOON - HOUR).open_seconds == 0.0
