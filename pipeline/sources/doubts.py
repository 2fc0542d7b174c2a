"""What a document says that cannot be so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final

from pipeline.types import EntryId, FeedDocument, FeedEntry
from pipeline.urls import entry_id

_AT_ONCE: Final = timedelta(minutes=1)
_FEWEST: Final = 3  # entries that tell a habit from a coincidence
_ALIKE: Final = 0.6  # of titles


def without_made_up_dates(document: FeedDocument, fetched_at: datetime) -> FeedDocument:
    """Return the document without its dates where all of them are that of the request: the server wrote them for us.

    What was sent stays in `published_raw`.
    """
    dates = [entry.published or entry.updated for entry in document.entries]
    told = [date for date in dates if date is not None]
    if len(told) < _FEWEST or len(told) < len(dates):
        return document
    if max(told) - min(told) > _AT_ONCE or any(abs(date - fetched_at) > _AT_ONCE for date in told):
        return document
    return replace(document, entries=tuple(replace(entry, published=None, updated=None) for entry in document.entries))


def offered_anew(document: FeedDocument, listed: Mapping[EntryId, FeedEntry]) -> tuple[FeedEntry, ...]:
    """Return the entries of a document that their feed has changed since they were written down: updated later, or renamed."""
    pairs = ((entry, listed.get(entry.entry_id)) for entry in document.entries)
    return tuple(entry for entry, known in pairs if known is not None and known.url_key == entry.url_key and _changed(known, entry))


def _changed(known: FeedEntry, entry: FeedEntry) -> bool:
    before = known.updated or known.published
    later = entry.updated is not None and before is not None and entry.updated > before
    return later or bool(known.title and entry.title and known.title != entry.title)


def readdressed(document: FeedDocument, listed: Mapping[EntryId, FeedEntry]) -> tuple[FeedDocument, tuple[FeedEntry, ...]]:
    """Return the document and those of its entries that are known under another address.

    An id that now names another story altogether (`latest`, a number used twice) gets a name of its own: id and address.
    """
    moved: list[FeedEntry] = []
    entries: list[FeedEntry] = []
    for entry in document.entries:
        known = listed.get(entry.entry_id)
        if known is None or known.url_key == entry.url_key:
            entries.append(entry)
        elif _same_story(known, entry):
            moved.append(entry)
            entries.append(entry)
        else:
            entries.append(replace(entry, entry_id=entry_id(entry.feed_id, f"{entry.guid}|{entry.url_key}")))
    return replace(document, entries=tuple(entries)), tuple(moved)


def _same_story(known: FeedEntry, entry: FeedEntry) -> bool:
    one, other = known.title.casefold()[:300], entry.title.casefold()[:300]
    return one == other or SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
