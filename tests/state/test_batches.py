"""What the contract of batches leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.state.batches import random_tail
from pipeline.state.store import SqlLedger, SqlState
from tests.state.samples import NOON, make_entry


def test_an_id_that_is_taken_is_not_used(state: SqlState) -> None:
    """Chance may repeat itself within a second."""
    tails: Iterator[str] = iter(["0000000a", "0000000a", "0000000b"])
    ledger = SqlLedger(state._database, tail=lambda: next(tails))
    ledger.add_entries([make_entry(1), make_entry(2)], NOON)
    made = ledger.make_batches(NOON, size=1)
    assert [batch.batch_id for batch in made] == ["20261118T120000-0000000a", "20261118T120000-0000000b"]


def test_tails_are_eight_hex_digits() -> None:
    """And differ."""
    tails = {random_tail() for _ in range(100)}
    assert len(tails) == 100
    assert all(re.fullmatch(r"[0-9a-f]{8}", tail) for tail in tails)


def test_a_batch_keeps_its_counts_when_its_entries_move_on(state: SqlState) -> None:
    """An entry that failed in the first batch and was indexed in the second is told so by each."""
    from pipeline.ledger import Outcome
    from tests.state.samples import ended

    state.ledger.add_entries([make_entry(1)], NOON)
    (first,) = state.ledger.make_batches(NOON, size=1)
    state.ledger.save_outcomes(first.batch_id, [ended(make_entry(1), Outcome.FAILED, retry_at=NOON)], NOON)
    (second,) = state.ledger.make_batches(NOON, size=1)
    state.ledger.save_outcomes(second.batch_id, [ended(make_entry(1), Outcome.INDEXED)], NOON)
    assert state.ledger.finish(first.batch_id, NOON) == {Outcome.FAILED: 1}
    assert state.ledger.finish(second.batch_id, NOON) == {Outcome.INDEXED: 1}
