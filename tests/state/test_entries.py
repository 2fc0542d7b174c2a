"""What the contract of entries leaves open."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ledger import Outcome
from pipeline.state.store import SqlState
from pipeline.types import UrlKey
from tests.state.samples import NOON, ended, make_article_state, make_entry


def test_an_entry_out_of_the_wild(state: SqlState) -> None:
    """Neither NUL, half surrogates, nor a URL longer than any index row stop a poll."""
    long = "https://kbay.example/" + "x" * 10_000
    wild = replace(make_entry(1), url=long, url_key=UrlKey(long), title="a\0b\udc00c", summary="é" * 100_000, guid="\0")
    assert state.ledger.add_entries([wild, make_entry(2)], NOON) == (wild, make_entry(2))
    (batch,) = state.ledger.make_batches(NOON, size=10)
    found = {member.entry.entry_id: member.entry for member in state.ledger.batch_entries(batch.batch_id)}
    assert found[wild.entry_id].title == "a\ufffdb\ufffdc"
    assert found[wild.entry_id].url == long
    assert found[make_entry(2).entry_id] == make_entry(2)
    state.articles.save(make_article_state(), [UrlKey(long)])
    assert state.articles.resolve(UrlKey(long)) == make_article_state().article_id


def test_a_long_reason_is_cut(state: SqlState) -> None:
    """It may quote a whole page."""
    state.ledger.add_entries([make_entry(1)], NOON)
    (batch,) = state.ledger.make_batches(NOON, size=10)
    state.ledger.save_outcomes(batch.batch_id, [ended(make_entry(1), Outcome.REJECTED, reason="\0\ud800" + "<html>" * 100_000)], NOON)
    ((_, cause),) = state.ledger.outcomes_by_reason()
    assert cause == ("\ufffd\ufffd" + "<html>" * 13)[:80]


def test_more_outcomes_than_fit_one_statement(state: SqlState) -> None:
    """A batch may be of thousands."""
    entries = [make_entry(number) for number in range(1201)]
    state.ledger.add_entries(entries, NOON)
    (batch,) = state.ledger.make_batches(NOON, size=5000)
    state.ledger.save_outcomes(batch.batch_id, [ended(entry, Outcome.REJECTED) for entry in entries], NOON)
    assert state.ledger.finish(batch.batch_id, NOON) == {Outcome.REJECTED: 1201}
