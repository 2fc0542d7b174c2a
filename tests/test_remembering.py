"""Entries of a document, into the ledger: once, and at the address they have by now."""

from __future__ import annotations

from dataclasses import replace

from pipeline.ledger import EntryOutcome, Outcome, Stage
from pipeline.remembering import remember
from pipeline.types import FeedDocument, FeedKind
from pipeline.urls import article_id, url_key
from tests.fakes_state import MemoryState
from tests.state.samples import HOUR, NOON, make_entry


def test_what_is_new_is_told_once() -> None:
    """Polled or pushed, the second time it is known."""
    ledger = MemoryState().ledger
    document = FeedDocument(kind=FeedKind.RSS, entries=(make_entry(1), make_entry(2)))
    assert remember(ledger, document, NOON) == (document, (make_entry(1), make_entry(2)))
    more = replace(document, entries=(make_entry(2), make_entry(3)))
    assert remember(ledger, more, NOON + HOUR)[1] == (make_entry(3),)


def test_an_entry_that_moved_waits_at_its_new_address() -> None:
    """Its feed says so; it is no other entry for that."""
    state = MemoryState()
    remember(state.ledger, FeedDocument(kind=FeedKind.RSS, entries=(make_entry(1),)), NOON)
    key = url_key("https://kbay.example/news/moved")
    moved = replace(make_entry(1), url="https://kbay.example/news/moved", url_key=key, article_id=article_id(key))
    _document, new = remember(state.ledger, FeedDocument(kind=FeedKind.RSS, entries=(moved,)), NOON + HOUR)
    assert new == ()
    assert [one.entry.url for one in state.ledger.entries.values()] == [moved.url]


def test_what_was_turned_away_waits_again_when_its_feed_changes_it() -> None:
    """A placeholder in the morning, the article at noon: renamed or updated, it is looked at once more; unchanged it is not."""
    state = MemoryState()
    known = make_entry(1)
    remember(state.ledger, FeedDocument(kind=FeedKind.RSS, entries=(known,)), NOON)
    (batch,) = state.ledger.make_batches(NOON, size=10)
    state.ledger.save_outcomes(batch.batch_id, [EntryOutcome(entry_id=known.entry_id, stage=Stage.CLEAN, outcome=Outcome.REJECTED)], NOON)
    state.ledger.finish(batch.batch_id, NOON)
    later = NOON + 7 * HOUR
    remember(state.ledger, FeedDocument(kind=FeedKind.RSS, entries=(known,)), later)
    assert state.ledger.make_batches(later, size=10) == ()
    remember(state.ledger, FeedDocument(kind=FeedKind.RSS, entries=(replace(known, title="Now with a story"),)), later)
    (again,) = state.ledger.make_batches(later, size=10)
    assert [member.entry.title for member in state.ledger.batch_entries(again.batch_id)] == ["Now with a story"]
