"""What passed unseen between two polls, as far as it can be told, and what it is to be filled from. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import FeedState, Gap, Visit, VisitKind
from pipeline.types import EntryId, FeedDocument, FeedEntry, FeedHints, FeedId
from pipeline.urls import origin

MAX_DEPTH: Final = 3  # indexes of indexes
MAX_CHILDREN: Final = 50  # of an index, read for one reason
MAX_UNDATED: Final = 3  # of those that do not say when they changed
APART: Final = timedelta(minutes=15)
OVERLAP: Final = timedelta(days=1)  # entries may be listed later than they are dated
FIRST_LOOK: Final = timedelta(days=7)
NO_NEWS: Final = timedelta(hours=24)  # as young is nothing in an archive

_FEWEST: Final = 3  # entries of a document that can tell a rolled-over window from a quiet feed with a short one
_PINNED: Final = 0.1  # share of a document, its oldest, that may be pinned there: not sharing those means nothing


def shares_entries(document: FeedDocument, known: Collection[EntryId]) -> bool:
    """Whether a document holds entries that were there before, beside those that are pinned to its end."""
    return any(entry.entry_id in known for entry in _without_pinned(document.entries))


def gap_between(state: FeedState, document: FeedDocument, *, shared: bool, now: datetime) -> Gap | None:
    """Return the gap before a document that shares no entry with the poll before, None where there is none.

    `state` is as it was before. Nothing was missed where the document itself reaches back to the last success: then the
    feed has new ids. The number is estimated from the rate, and from how dense the document is where its dates tell.
    """
    if shared or not document.entries or document.rung != state.course.rung:
        return None
    if state.last_success_at is None or state.body_digest is None:
        return None
    dates = sorted(date for entry in _without_pinned(document.entries) if (date := entry.published or entry.updated) and date <= now)
    since, dated = state.last_success_at, len(dates) * 2 > len(document.entries)
    until = dates[0] if dated else now
    if until <= since:
        return None
    rates = [state.rate_per_hour or 0.0]
    if dated and dates[-1] - dates[0] > timedelta(minutes=1):
        rates.append((len(dates) - 1) / _hours(dates[0], dates[-1]))
    seen = 0 if dated else len(document.entries)
    expected = sum(rates) / len(rates) * _hours(since, until) - seen
    if expected < 0.5 and len(document.entries) < _FEWEST:
        return None
    return Gap(feed_id=state.feed.feed_id, found_at=now, since=since, until=until, missed=max(1, round(expected)))


def first_visits(gap: Gap, document: FeedDocument, address: str) -> tuple[Visit, ...]:
    """Return what is read first to fill a gap: the feed's older pages (RFC 5005), parts of a sitemap index that changed since,
    else the robots.txt of the site whose articles it lists, which tells where its news sitemap is.
    """

    def visit(url: str, kind: VisitKind) -> Visit:
        return Visit(feed_id=gap.feed_id, url=url, kind=kind, due_at=gap.found_at, since=gap.since, until=gap.until, gap_at=gap.found_at)

    if document.hints.next_url:
        return (visit(document.hints.next_url, VisitKind.ARCHIVE),)
    site = origin(document.entries[0].url if document.entries else address)
    return (visit(f"{site}/robots.txt", VisitKind.ROBOTS),)


def child_visits(
    feed_id: FeedId, hints: FeedHints, known: Mapping[str, Visit], now: datetime, *, parent: Visit | None = None
) -> tuple[Visit, ...]:
    """Return the visits to the parts of a sitemap index: of those that changed since they were last read, the newest first, a
    quarter of an hour apart. Of a part not read before it is what changed within a week that counts.

    `parent` is the visit that led to the index; parts of the third index on the way are not followed.
    """
    depth = parent.depth + 1 if parent else 1
    if depth > MAX_DEPTH:
        return ()
    planned: list[Visit] = []
    changed = hints.child_changed or (None,) * len(hints.child_sitemaps)
    for url, at in zip(hints.child_sitemaps, changed, strict=True):
        before = known.get(url)
        if before is not None and before.due_at is not None:  # planned already
            continue
        since = (before.visited_at if before else None) or (parent.since if parent else None) or now - FIRST_LOOK
        undated = at is None and (before is None or before.visited_at is None) and len(planned) < MAX_UNDATED
        if len(planned) < MAX_CHILDREN and ((at is not None and at > since) or undated):
            planned.append(_child(feed_id, url, since, now + len(planned) * APART, depth, parent))
    return tuple(planned)


def _child(feed_id: FeedId, url: str, since: datetime, due_at: datetime, depth: int, parent: Visit | None) -> Visit:
    return Visit(
        feed_id=feed_id,
        url=url,
        kind=VisitKind.SITEMAP,
        due_at=due_at,
        depth=depth,
        since=parent.since if parent and parent.gap_at else since - OVERLAP,
        until=parent.until if parent else None,
        gap_at=parent.gap_at if parent else None,
    )


def within(entries: Sequence[FeedEntry], since: datetime | None, until: datetime | None) -> tuple[FeedEntry, ...]:
    """Return the entries dated in that time. One without a date is none of them: in an old page it would pass for new."""
    dated = ((entry, entry.published or entry.updated) for entry in entries)
    return tuple(
        entry for entry, date in dated if date is not None and (since is None or date >= since) and (until is None or date <= until)
    )


def end_of_archive(until: datetime, now: datetime) -> datetime:
    """Return up to when the entries of an older page are believed, which are wanted up to `until` at a time that was `now` then.

    An entry there must be older than what the feed itself showed, or than the end of a day that is over. Where neither is
    known it must be a day old: servers date an old entry that has no date by the request, and it would pass for news.
    """
    return until if until < now else now - NO_NEWS


def reaches_back(document: FeedDocument, moment: datetime) -> bool:
    """Whether a document holds an entry from before that time, so that an older one need not be asked for."""
    return any(date < moment for entry in document.entries if (date := entry.published or entry.updated) is not None)


def _without_pinned(entries: Sequence[FeedEntry]) -> Sequence[FeedEntry]:
    """Return the entries less the oldest tenth by date, in the feed's order where it has too few dates."""
    count = int(_PINNED * len(entries))
    if not count:
        return entries
    dates = [entry.published or entry.updated for entry in entries]
    if any(date is None for date in dates):
        return entries
    limit = sorted(date for date in dates if date is not None)[count]
    return [entry for entry, date in zip(entries, dates, strict=True) if date is not None and date >= limit]


def _hours(start: datetime, end: datetime) -> float:
    return (end - start) / timedelta(hours=1)
