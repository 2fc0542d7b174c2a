"""What the contract of outcomes leaves open: what each word about an entry writes, and where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Row, select

from pipeline.errors import QuarantineError
from pipeline.ledger import Outcome, Stage
from pipeline.state.endings import LONGEST_REASON
from pipeline.state.outcomes import write_outcomes
from pipeline.state.schema import batch_entries, entries
from pipeline.state.store import SqlState
from pipeline.types import ArticleId, BatchId, EntryId
from tests.state.samples import HOUR, MINUTE, NOON, ended, make_entry

LATER = NOON + HOUR


def batched(state: SqlState, *numbers: int) -> BatchId:
    """A batch of these entries."""
    state.ledger.add_entries([make_entry(number) for number in numbers], NOON)
    (batch,) = state.ledger.make_batches(NOON, size=100)
    return batch.batch_id


def entry_row(state: SqlState, number: int = 1) -> Row[tuple[object, ...]]:
    """The entry by itself."""
    with state._database.reading() as connection:
        return connection.execute(select(entries).where(entries.c.entry_id == make_entry(number).entry_id)).one()


def member_row(state: SqlState, batch_id: BatchId, number: int = 1) -> Row[tuple[object, ...]]:
    """The entry as a member of its batch."""
    of_it = (batch_entries.c.batch_id == batch_id, batch_entries.c.entry_id == make_entry(number).entry_id)
    with state._database.reading() as connection:
        return connection.execute(select(batch_entries).where(*of_it)).one()


def test_an_end_is_written_to_both(state: SqlState) -> None:
    """With stage, reason and time; what has ended is due no more."""
    batch_id = batched(state, 1)
    state.ledger.save_outcomes(batch_id, [ended(make_entry(), Outcome.REJECTED, reason="gone: 410", stage=Stage.FETCH)], LATER)
    for row in (entry_row(state), member_row(state, batch_id)):
        assert (row.outcome, row.reason, row.stage, row.changed_at) == (Outcome.REJECTED, "gone: 410", Stage.FETCH, LATER)
    assert (entry_row(state).cause, entry_row(state).due_at) == ("gone", None)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.DEFERRED])
def test_what_waits_is_due_when_it_says(state: SqlState, outcome: Outcome) -> None:
    """Or at once, where it says nothing."""
    batch_id = batched(state, 1, 2)
    outcomes = [ended(make_entry(1), outcome, retry_at=NOON + 2 * HOUR), ended(make_entry(2), outcome)]
    state.ledger.save_outcomes(batch_id, outcomes, LATER)
    assert (entry_row(state, 1).due_at, entry_row(state, 2).due_at) == (NOON + 2 * HOUR, LATER)


def test_passing_moves_the_stage_and_the_article_only(state: SqlState) -> None:
    """The entry of a new article learns its id on the way; the batch keeps no word of it."""
    batch_id = batched(state, 1)
    found = ArticleId("a" * 32)
    before = entry_row(state)
    state.ledger.save_outcomes(batch_id, [ended(make_entry(), Outcome.PASSED, stage=Stage.CLEAN, article_id=found)], LATER)
    after = entry_row(state)
    assert (after.stage, after.article_id) == (Stage.CLEAN, found)
    assert (after.outcome, after.due_at, after.changed_at) == (before.outcome, before.due_at, before.changed_at)
    assert member_row(state, batch_id).outcome is None
    state.ledger.save_outcomes(batch_id, [ended(make_entry(), Outcome.INDEXED, stage=Stage.INDEX)], LATER)
    assert entry_row(state).article_id == found  # an end that names none keeps the one that is known


def test_passing_says_nothing_about_what_has_ended(state: SqlState) -> None:
    """A stage that runs again after the end cannot move the entry back."""
    batch_id = batched(state, 1)
    state.ledger.save_outcomes(batch_id, [ended(make_entry(), Outcome.INDEXED, stage=Stage.INDEX)], NOON)
    state.ledger.save_outcomes(batch_id, [ended(make_entry(), Outcome.PASSED, stage=Stage.FETCH, article_id=ArticleId("b" * 32))], LATER)
    assert (entry_row(state).stage, entry_row(state).article_id) == (Stage.INDEX, make_entry().article_id)


def test_two_words_in_one_call_are_heard_in_order(state: SqlState) -> None:
    """The first final one stands, as it does in two calls."""
    batch_id = batched(state, 1)
    words = [ended(make_entry(), Outcome.FAILED), ended(make_entry(), Outcome.INDEXED), ended(make_entry(), Outcome.UNCHANGED)]
    state.ledger.save_outcomes(batch_id, words, LATER)
    assert entry_row(state).outcome is Outcome.INDEXED
    assert member_row(state, batch_id).outcome is Outcome.INDEXED


def test_a_left_batch_keeps_its_own_word(state: SqlState) -> None:
    """An entry that went on to another batch is not made to wait again by the first, but the first remembers what it saw."""
    first = batched(state, 1)
    state.ledger.save_outcomes(first, [ended(make_entry(), Outcome.FAILED, retry_at=NOON + MINUTE)], NOON)
    (second,) = state.ledger.make_batches(NOON + MINUTE, size=100)
    state.ledger.save_outcomes(first, [ended(make_entry(), Outcome.DEFERRED, reason="late")], LATER)
    assert (member_row(state, first).outcome, member_row(state, first).reason) == (Outcome.DEFERRED, "late")
    assert (entry_row(state).batch_id, entry_row(state).due_at, entry_row(state).reason) == (second.batch_id, None, "")


def test_reasons_are_cut_for_both(state: SqlState) -> None:
    """A reason may quote a server at length."""
    batch_id = batched(state, 1)
    state.ledger.save_outcomes(batch_id, [ended(make_entry(), Outcome.QUARANTINED, reason="x" * 9999)], NOON)
    assert entry_row(state).reason == member_row(state, batch_id).reason == "x" * LONGEST_REASON


def test_strangers_are_counted_and_nothing_is_written(state: SqlState) -> None:
    """The message names the batch, the first of them and how many there are."""
    batch_id = batched(state, 1)
    strangers = [replace(ended(make_entry(), Outcome.INDEXED), entry_id=EntryId(digit * 32)) for digit in "ef"]
    message = rf"^batch {batch_id} has no entry e{{32}} \(2 of 3 outcomes\)$"
    with pytest.raises(QuarantineError, match=message), state._database.writing() as connection:
        write_outcomes(connection, batch_id, [ended(make_entry(), Outcome.INDEXED), *strangers], NOON)
    assert entry_row(state).outcome is None
