"""Entries of a document into the ledger, whether the document was polled or pushed."""

from __future__ import annotations

from datetime import datetime

from pipeline.coverage import Way
from pipeline.ports import EntryLedger
from pipeline.sources.doubts import offered_anew, readdressed
from pipeline.types import FeedDocument, FeedEntry


def remember(
    ledger: EntryLedger, document: FeedDocument, now: datetime, *, way: Way = Way.FEED
) -> tuple[FeedDocument, tuple[FeedEntry, ...]]:
    """Write a document's entries to the ledger; return it with the ids they have there, and those that are new.

    What was turned away and is offered anew, changed, waits again: a page that was a placeholder may be an article by now.
    """
    listed = ledger.listed([entry.entry_id for entry in document.entries])
    document, moved = readdressed(document, listed)
    new = ledger.add_entries(document.entries, now, way=way)
    if anew := offered_anew(document, listed):
        ledger.offer_again(anew, now)
    if moved:
        ledger.readdress(moved, now)
    return document, new
