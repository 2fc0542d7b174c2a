"""A known entry under a new address."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ledger import Outcome
from pipeline.state.store import SqlState
from pipeline.types import FeedEntry
from pipeline.urls import url_key
from tests.state.samples import HOUR, NOON, ended, make_article_state, make_entry, make_pointer

MOVED_TO = "https://kbay.example/news/moved"


def moved(entry: FeedEntry, url: str = MOVED_TO) -> FeedEntry:
    return replace(entry, url=url, url_key=url_key(url))


def known(state: SqlState, outcome: Outcome | None = Outcome.INDEXED) -> FeedEntry:
    """An entry that has been through a batch, with its article."""
    entry = make_entry(1)
    state.ledger.add_entries([entry], NOON)
    (batch,) = state.ledger.make_batches(NOON, size=5)
    state.ledger.save_capture(batch.batch_id, entry.entry_id, make_pointer(), NOON)
    state.articles.save(make_article_state("news/story-number-1"), [])
    if outcome is not None:
        state.ledger.save_outcomes(batch.batch_id, [ended(entry, outcome)], NOON)
        state.ledger.finish(batch.batch_id, NOON)
    return entry


def test_the_new_address_is_one_more_name(state: SqlState) -> None:
    """The entry is due for a look at it, its article stays, and `explain` tells."""
    entry = known(state)
    assert state.ledger.readdress([moved(entry)], NOON + HOUR) == (moved(entry),)
    assert state.articles.resolve(url_key(MOVED_TO)) == entry.article_id
    listed = state.ledger.listed([entry.entry_id])[entry.entry_id]
    assert (listed.url, listed.article_id) == (MOVED_TO, entry.article_id)
    assert [one.verdict for one in state.decisions.about(url_key(MOVED_TO))][-1] == "alias"
    (batch,) = state.ledger.make_batches(NOON + HOUR, size=5)
    (member,) = state.ledger.batch_entries(batch.batch_id)
    assert member.pointer is None, "the page that was archived under the old address is no answer"


def test_one_that_is_on_its_way_goes_on(state: SqlState) -> None:
    """Only its address is written down."""
    entry = known(state, None)
    assert state.ledger.readdress([moved(entry)], NOON + HOUR) == ()
    assert state.ledger.listed([entry.entry_id])[entry.entry_id].url == MOVED_TO
    assert state.ledger.make_batches(NOON + HOUR, size=5) == ()


def test_addresses_that_change_every_time_are_looked_at_a_few_times(state: SqlState) -> None:
    """That is a feed's habit, and no news."""
    entry = known(state)
    looked = 0
    for number in range(6):
        looked += bool(state.ledger.readdress([moved(entry, f"{MOVED_TO}?{number}")], NOON + HOUR))
        for batch in state.ledger.make_batches(NOON + HOUR, size=5):
            state.ledger.save_outcomes(batch.batch_id, [ended(entry, Outcome.UNCHANGED)], NOON + HOUR)
    assert looked == 3


def test_nobody_s_entry(state: SqlState) -> None:
    """Nothing is written."""
    assert state.ledger.readdress([moved(make_entry(7))], NOON) == ()
    assert state.articles.resolve(url_key(MOVED_TO)) is None
