"""What sitemaps and older feed pages list of one day, beside what we have: found, counted, and put into the ledger.

    feeds by domain ─▶ robots.txt ─▶ sitemaps ─▶ parts that may list the day ─▶ addresses of the day ─▶ new? ─▶ ledger, as backfill
                   └▶ older pages (RFC 5005, ?paged=)                               └▶ coverage ledger: listed, seen, both, held

Nothing but robots.txt, sitemaps and feed pages is fetched, politely and behind live news. An entry that is known is not
added again, so a second survey of a day adds what is new since.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from pipeline.backfill.buckets import parts_for
from pipeline.coverage import SITEMAPS, Looks, Survey, Way, Ways
from pipeline.errors import ConfigurationError, QuarantineError, WireroomError
from pipeline.ledger import Decision, FeedState, FeedStatus, Priority, Stage
from pipeline.ports import Archive, Fetcher, StateStore
from pipeline.sources import read_feed
from pipeline.sources.discovery import NEWS_SITEMAP_PATHS, sitemaps_in_robots
from pipeline.sources.doubts import without_made_up_dates
from pipeline.sources.gaps import end_of_archive, reaches_back, within
from pipeline.sources.sitemap import SitemapSource
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import ArticleId, Feed, FeedDocument, FeedEntry, FeedId, FeedKind, FetchedPage, Validators
from pipeline.urls import origin, registered_domain

log = logging.getLogger(__name__)

SITEMAP, ARCHIVE_PAGES, NUMBERED_PAGES = "sitemap", "feed archive (RFC 5005)", "feed pages (?paged=)"
MAX_DOCUMENTS: Final = 40  # of one domain for one day
MAX_OLDER: Final = 20  # pages of one feed
MAX_DEPTH: Final = 3  # indexes of indexes
_FOLLOWED: Final = frozenset(FeedStatus) - {FeedStatus.REMOVED, FeedStatus.GONE}
_BROUGHT: Final = frozenset({Way.FEED, Way.PUSH})
_USUAL: Final = ("/sitemap.xml", *NEWS_SITEMAP_PATHS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a source of one kind lists of a day, and how much of that we hold."""

    kind: str  # SITEMAP, ARCHIVE_PAGES, NUMBERED_PAGES
    listed: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """One domain's day: what is kept of it, and the entries that we do not have."""

    survey: Survey
    missing: tuple[FeedEntry, ...]
    offers: tuple[Offer, ...] = ()  # what was listed, by where; an address that several list counts for the first


@dataclass(slots=True)
class _Look:
    """What one look at a domain for one day has read so far."""

    start: datetime
    end: datetime
    documents: int = 0
    visited: set[str] = field(default_factory=set)
    entries: dict[ArticleId, FeedEntry] = field(default_factory=dict)
    kinds: dict[ArticleId, str] = field(default_factory=dict)  # where each was listed first

    def add(self, entries: Iterable[FeedEntry], kind: str) -> None:
        for entry in entries:
            self.entries.setdefault(entry.article_id, entry)
            self.kinds.setdefault(entry.article_id, kind)

    def offers(self, held: Collection[ArticleId]) -> tuple[Offer, ...]:
        """Return what each kind of source listed."""
        listed, known = Counter(self.kinds.values()), Counter(self.kinds[name] for name in held)
        return tuple(Offer(kind=kind, listed=count, held=known[kind]) for kind, count in sorted(listed.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyor:
    """Looks at what publishers list of a day."""

    state: StateStore
    fetcher: Fetcher
    archive: Archive
    clock: Clock
    keep: bool = True  # False: a plan; documents are not archived, nothing is written

    async def survey(self, day: date, domains: Mapping[str, Sequence[FeedState]], *, progress: Progress = no_progress) -> list[Surveyed]:
        """Look at these domains' sitemaps and older feed pages for a UTC day; with `keep`, put what we lack into the ledger."""

        async def one(domain: str, feeds: Sequence[FeedState]) -> Surveyed:
            surveyed = await self._domain(domain, feeds, day)
            progress(1)
            return surveyed

        return list(await asyncio.gather(*(one(domain, feeds) for domain, feeds in sorted(domains.items()))))

    async def _domain(self, domain: str, feeds: Sequence[FeedState], day: date) -> Surveyed:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        look = _Look(start, start + timedelta(days=1))
        for root in await self._roots(feeds):
            await self._sitemap(look, root, _as_sitemap(feeds[0].feed, domain), depth=0)
        for state in feeds:
            if state.feed.kind is not FeedKind.SITEMAP:
                await self._older(look, state)
        return self._settled(domain, day, look)

    def _settled(self, domain: str, day: date, look: _Look) -> Surveyed:
        now = self.clock()
        ways = self.state.coverage.ways(list(look.entries))
        both = sum(bool(known & _BROUGHT) for known in ways.values())
        brought = {known: count for (name, _, known), count in self.state.coverage.seen(look.start, look.end).items() if name == domain}
        fed = sum(count for known, count in brought.items() if known & _BROUGHT)
        survey = Survey(
            domain=domain,
            day=day,
            listed=len(look.entries),
            seen=max(fed, both),
            both=both,
            held=len(ways),
            documents=look.documents,
            at=now,
            looks=_looks(ways, brought, listed=len(look.entries)),
        )
        missing = tuple(entry for name, entry in look.entries.items() if name not in ways)
        if self.keep:
            new = self.state.ledger.add_entries(missing, now, priority=Priority.BACKFILL)
            self.state.decisions.add([_found(entry, day, now) for entry in new])
            self.state.coverage.save(survey)
        return Surveyed(survey=survey, missing=missing, offers=look.offers(ways.keys()))

    # ── sitemaps ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _roots(self, feeds: Sequence[FeedState]) -> list[str]:
        """Return the sitemaps of a domain: those we follow, and those its robots.txt names, else the usual places."""
        own = [state.address for state in feeds if state.feed.kind is FeedKind.SITEMAP]
        sites = dict.fromkeys(origin(site) for state in feeds for site in (state.feed.site, state.feed.url) if site)
        named = [lead.url for site in sites for lead in sitemaps_in_robots(await self._robots(site), site=site)]
        usual = [] if named or own else [site + path for site in sites for path in _USUAL]
        return list(dict.fromkeys((*own, *named, *usual)))

    async def _robots(self, site: str) -> bytes:
        kept = self.state.hosts.robots(site)
        if kept is not None:
            return kept[2] if kept[1] < 300 else b""
        page = await self._page(f"{site}/robots.txt")
        return page.body if page is not None else b""

    async def _sitemap(self, look: _Look, url: str, feed: Feed, *, depth: int) -> None:
        """Read a sitemap, and those parts of an index that may list the day."""
        page = await self._document(look, url)
        if page is None:
            return
        try:  # in a thread, because fifty megabytes take seconds and other answers are waiting
            found = await asyncio.to_thread(
                SitemapSource().parse_span, feed, page.body, base_url=page.final_url, start=look.start, end=look.end
            )
        except QuarantineError as error:
            log.info("%s", error)
            return
        look.add(found.entries, SITEMAP)
        for part in parts_for(found.hints, look.start, look.end) if depth < MAX_DEPTH else ():
            await self._sitemap(look, part, feed, depth=depth + 1)

    # ── older pages of feeds ──────────────────────────────────────────────────────────────────────────────────────

    async def _older(self, look: _Look, state: FeedState) -> None:
        """Read the older pages of a feed back to the day: by the links of RFC 5005, else by number where nothing else listed
        anything.
        """
        if state.hints.next_url is None and look.entries:
            return
        known: set[str] = set()
        kind = NUMBERED_PAGES if state.hints.next_url is None else ARCHIVE_PAGES
        for url in _pages(state):
            document = await self._feed_page(look, state, url)
            while document is not None and document.entries:
                look.add(within(document.entries, look.start, end_of_archive(look.end, self.clock()) - timedelta(microseconds=1)), kind)
                fresh = {entry.entry_id for entry in document.entries} - known
                if not fresh or reaches_back(document, look.start):
                    return
                known |= fresh
                if document.hints.next_url is None:
                    break
                document = await self._feed_page(look, state, document.hints.next_url)
            else:
                return

    async def _feed_page(self, look: _Look, state: FeedState, url: str) -> FeedDocument | None:
        page = await self._document(look, url)
        if page is None:
            return None
        try:
            document = await asyncio.to_thread(read_feed, state.feed, page.body, base_url=page.final_url, at_least=state.course.rung)
        except QuarantineError as error:
            log.info("%s", error)
            return None
        return without_made_up_dates(document, page.fetched_at)

    # ── documents ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _document(self, look: _Look, url: str) -> FetchedPage | None:
        """Fetch a document once for each look, as long as there are not too many."""
        if url in look.visited or look.documents >= MAX_DOCUMENTS:
            return None
        look.visited.add(url)
        page = await self._page(url)
        if page is not None:
            look.documents += 1
            if self.keep:
                self.archive.add(page, kind="feed")
        return page

    async def _page(self, url: str) -> FetchedPage | None:
        try:
            answer = await self.fetcher.fetch_listing(url, Validators(), priority=Priority.BACKFILL)
        except ConfigurationError:
            raise
        except WireroomError as error:
            log.info("%s: %s", url, error)
            return None
        return answer if isinstance(answer, FetchedPage) and answer.status == 200 else None


def domains_of(states: Iterable[FeedState], feeds: Collection[str] = (), domains: Collection[str] = ()) -> dict[str, list[FeedState]]:
    """Return the feeds that are followed by the registered domain of their site, those that were asked for."""
    found: dict[str, list[FeedState]] = {}
    for state in states:
        domain = registered_domain(state.feed.site or state.feed.url)
        if state.status in _FOLLOWED and (not feeds or state.feed.feed_id in feeds) and (not domains or domain in domains):
            found.setdefault(domain, []).append(state)
    return found


def _looks(listed_ways: Mapping[ArticleId, Ways], brought: Mapping[Ways, int], *, listed: int) -> Looks:
    """Count the day's articles by exactly which looks saw them; those that feeds brought on the day and nothing lists, too."""
    by_looks = Counter(known & _BROUGHT for known in listed_ways.values())
    day: Counter[Ways] = Counter()
    for known, count in brought.items():
        day[known & _BROUGHT] += count
    fed, pushed, either = frozenset({Way.FEED}), frozenset({Way.PUSH}), _BROUGHT
    return Looks(
        feed=max(day[fed] - by_looks[fed], 0),
        push=max(day[pushed] - by_looks[pushed], 0),
        sitemap=listed - by_looks[fed] - by_looks[pushed] - by_looks[either],
        feed_push=max(day[either] - by_looks[either], 0),
        feed_sitemap=by_looks[fed],
        push_sitemap=by_looks[pushed],
        all=by_looks[either],
    )


def _found(entry: FeedEntry, day: date, at: datetime) -> Decision:
    return Decision(
        at=at,
        stage=Stage.POLL,
        url_key=entry.url_key,
        verdict="new",
        reason=f"listed for {day} by {entry.feed_id}",
        entry_id=entry.entry_id,
        article_id=entry.article_id,
    )


def _as_sitemap(feed: Feed, domain: str) -> Feed:
    return replace(feed, feed_id=FeedId(SITEMAPS + domain), kind=FeedKind.SITEMAP)


def _pages(state: FeedState) -> Iterator[str]:
    """Yield where the older pages of a feed begin: what it links to, else its numbered pages, one after the other."""
    if state.hints.next_url is not None:
        yield state.hints.next_url
        return
    address = state.address
    for number in range(2, MAX_OLDER + 2):
        yield f"{address}{'&' if urlsplit(address).query else '?'}paged={number}"
