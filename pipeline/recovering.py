"""The ledger made anew from the archive: feeds, entries, articles, revisions and aliases, by the same stages as ever.

    archived feeds, day by day ─▶ entries ┐
    archived pages, day by day ───────────┴─▶ batches, oldest first ─▶ clean, enrich, relate, index

Pages stay where they lie: the entries point to them. Every later capture of a page goes through the stages after the
earlier ones, so that articles get the revisions they had. Nothing is fetched.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pipeline.errors import ConfigurationError, QuarantineError
from pipeline.ledger import Batch, FeedState, FeedStatus, Replayable
from pipeline.ports import Archive, StateStore
from pipeline.sources import read_feed
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import ArchivePointer, BatchId, Capture, EntryId, FeedEntry, FeedId
from pipeline.urls import article_id, entry_id, registered_domain, url_key

log = logging.getLogger(__name__)

LOST: Final = (
    "when each feed was polled, and how: every feed is due at once, and asked without validators the first time",
    "what was learned of feeds: rates, habits, gaps, moved addresses",
    "subscriptions at hubs: they are made again as feeds are polled",
    "decisions before today, which `explain` tells; those of the rebuild are there",
    "entries whose page was never archived and whose feed is followed no more",
    "that a page was taken down or answered 304: only pages are archived, not their absence",
    "the seconds between the beginning of a poll and its answer: an entry counts as first seen when the answer came",
    "pauses that hosts asked for, and their robots.txt",
    "coverage of past days: `sitemap_day` surveys them again",
    "which of a publisher's feeds brought an article that several list: the one whose answer came first counts",
    "which entries hubs delivered: what is archived of a feed counts as polled",
)
UNLISTED: Final = FeedId("import-archive")  # pages whose feed is not in the archive: imports, and feeds that are followed no more


@dataclass(frozen=True, slots=True)
class _Page:
    """An archived page without its body."""

    url: str
    at: datetime
    pointer: ArchivePointer


@dataclass(slots=True, kw_only=True)
class Recoverer:
    """Fills an empty ledger. `counts` are what was found: feed documents, entries, pages, captures beyond the first."""

    state: StateStore
    archive: Archive
    clock: Clock
    run: Callable[[BatchId], Mapping[str, int]]  # takes a batch through the stages; returns its entries by outcome
    size: int
    counts: Counter[str] = field(default_factory=Counter)
    _feeds: dict[str, FeedState] = field(default_factory=dict)
    _listed: dict[str, dict[EntryId, tuple[FeedEntry, datetime]]] = field(default_factory=dict)  # by address; not in the ledger yet
    _owner: dict[str, EntryId] = field(default_factory=dict)  # the entry that an address was captured for

    def recover(self, days: Sequence[date], *, progress: Progress = no_progress) -> None:
        """Go through these UTC days of the archive, oldest first. The feeds must be in the ledger already.

        Raises:
            ConfigurationError: the ledger is not empty.
        """
        if self.state.ledger.counts():
            raise ConfigurationError("the ledger is not empty; remedy: move its database away first, and keep it until you have compared")
        self._feeds = {url: state for state in self.state.feeds.all() for url in (state.feed.url, state.address)}
        for day in days:
            start = _midnight(day)
            self._read_feeds(start)
            self._take_pages(sorted(self._pages(start), key=lambda page: (page.at, page.pointer.file, page.pointer.offset)))
            progress(1)
        self._settle()

    # ── feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _read_feeds(self, start: datetime) -> None:
        for _, page in self.archive.pages(start, start + timedelta(days=1), kind="feed"):
            state = self._feeds.get(page.url) or self._feeds.get(page.final_url)
            if state is None or state.status is FeedStatus.REMOVED:
                self.counts["feed documents of nobody we follow"] += 1
                continue
            try:
                document = read_feed(state.feed, page.body, base_url=page.final_url)
            except QuarantineError as error:
                log.info("%s", error)
                continue
            self.counts["feed documents"] += 1
            for entry in document.entries:
                self._listed.setdefault(entry.url, {}).setdefault(entry.entry_id, (entry, page.fetched_at))

    # ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _pages(self, start: datetime) -> Iterator[_Page]:
        for pointer, page in self.archive.pages(start, start + timedelta(days=1)):
            yield _Page(page.url, page.fetched_at, pointer)

    def _take_pages(self, pages: Sequence[_Page]) -> None:
        """Take pages through the stages in the order they were fetched in; those of one batch are of different addresses."""
        waiting: dict[str, _Page] = {}
        for page in pages:
            if page.url in waiting or len(waiting) >= self.size:
                self._take(list(waiting.values()))
                waiting = {}
            waiting[page.url] = page
        self._take(list(waiting.values()))

    def _take(self, pages: Sequence[_Page]) -> None:
        first = [self._capture(page) for page in pages if page.url not in self._owner]
        later = [self._again(page) for page in pages if page.url in self._owner]
        self._owner |= {capture.entry.url: capture.entry.entry_id for capture in first}
        self.counts.update({"pages": len(first), "later captures": len(later)})
        made = [self.state.ledger.add_captures(first, self.clock()) if first else None]
        made.append(self.state.ledger.replay(later, self.clock()) if later else None)
        for batch in made:
            self._run(batch)

    def _run(self, batch: Batch | None) -> None:
        if batch is not None:
            self.counts.update({f"entries {outcome}": count for outcome, count in self.run(batch.batch_id).items()})

    def _capture(self, page: _Page) -> Capture:
        """Return the first capture of an address, for the entry that listed it first."""
        listed = sorted(self._listed.get(page.url, {}).values(), key=lambda one: one[1])
        if listed:
            entry, seen_at = listed[0]
            del self._listed[page.url][entry.entry_id]
            return Capture(entry=entry, pointer=page.pointer, seen_at=seen_at)
        key = url_key(page.url)
        name = entry_id(UNLISTED, key)
        entry = FeedEntry(entry_id=name, feed_id=UNLISTED, url=page.url, url_key=key, article_id=article_id(key))
        return Capture(entry=entry, pointer=page.pointer, seen_at=page.at)

    def _again(self, page: _Page) -> Replayable:
        return Replayable(
            entry_id=self._owner[page.url], feed_id=UNLISTED, domain=registered_domain(page.url), pointer=page.pointer, article_id=None
        )

    # ── what is left ──────────────────────────────────────────────────────────────────────────────────────────────

    def _settle(self) -> None:
        """Remember the entries that no page was archived for: those of known articles end as duplicates, others wait."""
        by_time: dict[datetime, list[FeedEntry]] = {}
        for listed in self._listed.values():
            for entry, seen_at in listed.values():
                by_time.setdefault(seen_at, []).append(entry)
        for seen_at, entries in sorted(by_time.items()):
            new = self.state.ledger.add_entries(entries, seen_at)
            self.counts.update({"entries duplicate": len(entries) - len(new), "entries to be fetched": len(new)})
        self._listed.clear()


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
