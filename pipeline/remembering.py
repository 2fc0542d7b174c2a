"""Entries of a document into the ledger, whether the document was polled or pushed."""

from __future__ import annotations

from datetime import datetime

from pipeline.coverage import Way
from pipeline.ports import EntryLedger
from pipeline.sources.doubts import readdressed
from pipeline.types import FeedDocument, FeedEntry


def remember(
    ledger: EntryLedger, document: FeedDocument, now: datetime, *, way: Way = Way.FEED
) -> tuple[FeedDocument, tuple[FeedEntry, ...]]:
    """Write a document's entries to the ledger; return it with the ids they have there, and those that are new."""
    document, moved = readdressed(document, ledger.listed([entry.entry_id for entry in document.entries]))
    new = ledger.add_entries(document.entries, now, way=way)
    if moved:
        ledger.readdress(moved, now)
    return document, new
