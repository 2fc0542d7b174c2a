"""What the contract of batches leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.ledger import Outcome
from pipeline.state.batches import random_tail
from pipeline.state.store import SqlLedger, SqlState
from tests.state.samples import MINUTE, NOON, ended, make_entry


def test_an_id_that_is_taken_is_not_used(state: SqlState) -> None:
    """Chance may repeat itself within a second."""
    tails: Iterator[str] = iter(["0000000a", "0000000a", "0000000b"])
    ledger = SqlLedger(state._database, tail=lambda: next(tails))
    ledger.add_entries([make_entry(1), make_entry(2)], NOON)
    made = ledger.make_batches(NOON, size=1)
    assert [batch.batch_id for batch in made] == ["20261118T120000-0000000a", "20261118T120000-0000000b"]


def test_members_come_in_the_order_they_were_laid(state: SqlState) -> None:
    """Hosts take turns within the batch, too."""
    state.ledger.add_entries([make_entry(number, domain="a.example") for number in range(3)], NOON)
    state.ledger.add_entries([make_entry(number, domain="b.example") for number in range(3)], NOON + MINUTE)
    (batch,) = state.ledger.make_batches(NOON + MINUTE, size=10)
    hosts = [member.entry.url.split("/")[2] for member in state.ledger.batch_entries(batch.batch_id)]
    assert hosts == ["a.example", "b.example"] * 3


def test_tails_are_eight_hex_digits() -> None:
    """And differ."""
    tails = {random_tail() for _ in range(100)}
    assert len(tails) == 100
    assert all(re.fullmatch(r"[0-9a-f]{8}", tail) for tail in tails)


def test_a_batch_keeps_its_counts_when_its_entries_move_on(state: SqlState) -> None:
    """An entry that failed in the first batch and was indexed in the second is told so by each."""
    state.ledger.add_entries([make_entry(1)], NOON)
    (first,) = state.ledger.make_batches(NOON, size=1)
    state.ledger.save_outcomes(first.batch_id, [ended(make_entry(1), Outcome.FAILED, retry_at=NOON)], NOON)
    (second,) = state.ledger.make_batches(NOON, size=1)
    state.ledger.save_outcomes(second.batch_id, [ended(make_entry(1), Outcome.INDEXED)], NOON)
    assert state.ledger.finish(first.batch_id, NOON) == {Outcome.FAILED: 1}
    assert state.ledger.finish(second.batch_id, NOON) == {Outcome.INDEXED: 1}
