"""Filling gaps, and following sitemap indexes: the documents beside a feed, read when they are due.

    due visits ──▶ older page of the feed ──▶ entries of that time ──▶ ledger      robots.txt ──▶ news sitemaps to visit
                   sitemap                └──▶ the next page, or parts of an index, to visit

A gap is closed when nothing is left to visit for it. Entries come by the ledger like any other, so what was known is not
fetched again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.aside import Aside
from pipeline.coverage import Way
from pipeline.errors import ConfigurationError, HostBusyError, QuarantineError, WireroomError
from pipeline.ledger import Decision, FeedState, Gap, GapState, Priority, Stage, Visit, VisitKind
from pipeline.ports import Archive, Fetcher, StateStore
from pipeline.sources import read_feed
from pipeline.sources.discovery import news_sitemaps
from pipeline.sources.doubts import without_made_up_dates
from pipeline.sources.gaps import child_visits, end_of_archive, reaches_back, within
from pipeline.tally import Clock
from pipeline.types import Deferred, FeedDocument, FeedEntry, FeedId, FeedKind, FetchedPage, Validators
from pipeline.urls import origin

log = logging.getLogger(__name__)

AT_A_TIME: Final = 200  # visits in one run
MAX_PAGES: Final = 10  # older pages of one feed for one gap
AGAIN: Final = timedelta(hours=1)  # after a passing fault
PATIENCE: Final = timedelta(hours=48)  # after which a gap is given up
SLACK: Final = timedelta(minutes=15)  # by which dates of sitemap and feed may differ

Page = FetchedPage | str  # or why there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Mender:
    """Reads what is due beside the feeds."""

    state: StateStore
    fetcher: Fetcher
    archive: Archive
    clock: Clock
    disk: Aside = field(default_factory=lambda: Aside("disk"))  # archive and ledger are asked aside: they may take their time

    async def mend(self, *, limit: int = AT_A_TIME) -> int:
        """Make the visits that are due, those that they lead to at once included; return the number of entries that were new."""
        new = 0
        try:
            for _ in range(limit):
                due = await self.disk.ask(self.state.gaps.due_visits, self.clock(), limit=1)
                if not due:
                    break
                new += await self._visit(due[0])
        finally:
            self.disk.close(wait=True)
        return new

    async def _visit(self, visit: Visit) -> int:
        now = self.clock()
        known = await self.disk.ask(self.state.feeds.get, visit.feed_id)
        if known is None:
            await self.disk.ask(self._done, visit, now)
            return 0
        try:
            page = await self._page(visit)
        except HostBusyError as busy:
            await self.disk.ask(self._later, visit, busy.until, now)
            return 0
        except ConfigurationError:
            raise
        except WireroomError as error:
            log.info("%s for feed %s: %s", visit.url, visit.feed_id, error)
            await self.disk.ask(self._failed, visit, now)
            return 0
        if isinstance(page, datetime):
            await self.disk.ask(self._later, visit, page, now)
            return 0
        return await self.disk.ask(self._settle, visit, known, page, now)

    async def _page(self, visit: Visit) -> Page | datetime:
        """Return the document, why there is none, or when to ask again."""
        kept = await self.disk.ask(self.state.hosts.robots, origin(visit.url)) if visit.kind is VisitKind.ROBOTS else None
        if kept is not None:
            return kept[2].decode("utf-8", "replace") if kept[1] < 300 else ""
        answer = await self.fetcher.fetch_listing(visit.url, Validators(), priority=Priority.BACKFILL)
        if isinstance(answer, Deferred):
            return answer.until
        if not isinstance(answer, FetchedPage) or answer.status != 200:
            return ""
        return answer

    def _settle(self, visit: Visit, known: FeedState, page: Page, now: datetime) -> int:
        found = self._read(visit, known, page, now)
        self._done(visit, now, new=found)
        return found

    def _read(self, visit: Visit, known: FeedState, page: Page, now: datetime) -> int:
        """Take what is wanted out of a document, plan where it leads, and return how many entries were new."""
        if visit.kind is VisitKind.ROBOTS:
            body = page.body if isinstance(page, FetchedPage) else page.encode()
            found = news_sitemaps(body, site=visit.url)
            self.state.gaps.save_visits([replace(visit, url=url, kind=VisitKind.SITEMAP) for url in found])
            return 0
        if not isinstance(page, FetchedPage):
            return 0
        self.archive.add(page, kind="feed")
        document = self._document(known, page)
        if document is None:
            return 0
        self.state.gaps.save_visits(self._onward(visit, document, now))
        return len(self._remember(visit, document, now))

    def _document(self, known: FeedState, page: FetchedPage) -> FeedDocument | None:
        feed = replace(known.feed, kind=FeedKind.AUTO if known.feed.kind is not FeedKind.SITEMAP else FeedKind.SITEMAP)
        try:
            document = read_feed(feed, page.body, base_url=page.final_url, at_least=known.course.rung)
        except QuarantineError as error:
            log.info("%s", error)
            return None
        return without_made_up_dates(document, page.fetched_at)

    def _onward(self, visit: Visit, document: FeedDocument, now: datetime) -> tuple[Visit, ...]:
        """Return the visits that a document leads to."""
        if visit.kind is VisitKind.SITEMAP:
            known = {one.url: one for one in self.state.gaps.visits(visit.feed_id)}
            return child_visits(visit.feed_id, document.hints, known, now, parent=visit)
        older = document.hints.next_url
        enough = visit.since is not None and reaches_back(document, visit.since)
        if older is None or enough or visit.depth + 1 >= MAX_PAGES:
            return ()
        return (replace(visit, url=older, depth=visit.depth + 1, due_at=now),)

    def _remember(self, visit: Visit, document: FeedDocument, now: datetime) -> tuple[FeedEntry, ...]:
        slack = SLACK if visit.gap_at is not None else timedelta()
        until = visit.until + slack if visit.until else None
        if visit.kind is VisitKind.ARCHIVE and visit.until and visit.gap_at:
            until = end_of_archive(visit.until, visit.gap_at) + slack
        wanted = within(document.entries, visit.since - slack if visit.since else None, until)
        priority = Priority.BACKFILL if visit.gap_at is not None else Priority.LIVE
        expected = self.state.ledger.expected([entry.article_id for entry in wanted])  # the feed may list them by other names
        unknown = [entry for entry in wanted if entry.article_id not in expected]
        way = Way.SITEMAP if visit.kind is VisitKind.SITEMAP and visit.gap_at is not None else None  # the feed had missed it
        new = self.state.ledger.add_entries(unknown, now, priority=priority, way=way)
        self.state.decisions.add([_seen(entry, visit, now) for entry in new])
        return new

    # ── the end of a visit ────────────────────────────────────────────────────────────────────────────────────────

    def _failed(self, visit: Visit, now: datetime) -> None:
        """Try again for a gap; a part of an index is planned anew when it changes."""
        if visit.gap_at is None:
            self.state.gaps.save_visits([replace(visit, due_at=None)])
        else:
            self._later(visit, now + AGAIN, now)

    def _later(self, visit: Visit, until: datetime, now: datetime) -> None:
        """Come back later; not for ever."""
        if now - (visit.gap_at or visit.due_at or now) > PATIENCE:
            self._done(visit, now)
        else:
            self.state.gaps.save_visits([replace(visit, due_at=max(until, now + timedelta(minutes=1)))])

    def _done(self, visit: Visit, now: datetime, *, new: int = 0) -> None:
        self.state.gaps.save_visits([replace(visit, due_at=None, visited_at=now)])
        gap = self._gap(visit.feed_id, visit.gap_at)
        if gap is None:
            return
        open_visits = any(one.due_at is not None and one.gap_at == visit.gap_at for one in self.state.gaps.visits(visit.feed_id))
        gap = replace(gap, filled=gap.filled + new, source=_source(visit) if new else gap.source)
        if not open_visits:
            gap = replace(gap, state=GapState.FILLED if gap.filled else GapState.LOST)
        self.state.gaps.save(gap)

    def _gap(self, feed_id: FeedId, found_at: datetime | None) -> Gap | None:
        return next((gap for gap in self.state.gaps.gaps(feed_id) if gap.found_at == found_at), None)


def _source(visit: Visit) -> str:
    return "older pages of the feed" if visit.kind is VisitKind.ARCHIVE else visit.url


def _seen(entry: FeedEntry, visit: Visit, at: datetime) -> Decision:
    why = f"listed by {visit.url}, read to fill a gap of feed {visit.feed_id}" if visit.gap_at else f"listed by {visit.url}"
    return Decision(
        at=at,
        stage=Stage.POLL,
        url_key=entry.url_key,
        verdict="new",
        reason=why,
        entry_id=entry.entry_id,
        article_id=entry.article_id,
    )
