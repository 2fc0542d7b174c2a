"""Looking for the feeds of a site: its pages, then the usual places, then its robots.txt. As few requests as can be.

    site ──▶ a feed already?  ──no──▶ links of the page ──none──▶ usual places, one by one ──none──▶ sitemaps of robots.txt
             └──▶ that one             └──▶ each read once        └──▶ the first that is a feed      └──▶ those of news

Each find was read and holds entries (or, a sitemap index, other sitemaps). What answers 429 or does not answer ends the search:
adding a feed must not be what gets us refused (miniflux#2128).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from pipeline.errors import ConfigurationError, QuarantineError
from pipeline.ledger import Priority
from pipeline.ports import Fetcher, HostStore
from pipeline.sources import is_html, read_feed
from pipeline.sources.discovery import Lead, leads_in_page, sitemaps_in_robots, usual_places
from pipeline.types import Feed, FeedDocument, FeedKind, FetchedPage, Validators
from pipeline.urls import origin, url_key

MAX_LOOKED_AT: Final = 6  # of the addresses that a page or a robots.txt names

Robots = Callable[[str], bytes | None]  # origin → robots.txt as cached, None where it is not


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A feed that was found, and what it held when it was looked at."""

    url: str  # after redirects
    found_in: str  # itself, link, anchor, usual-place, robots
    document: FeedDocument

    @property
    def entries(self) -> int:
        """How many entries it held."""
        return len(self.document.entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scout:
    """Finds the feeds of sites."""

    fetcher: Fetcher
    robots: Robots

    async def search(self, site: str, feed: Feed) -> tuple[Find, ...]:
        """Return the feeds of a site, read as if they were `feed`; none where there are none, or robots.txt forbids a look.

        Raises `RetryableError` (`HostBusyError`) where the site does not answer.
        """
        answer = await self.fetcher.fetch_listing(site, Validators(), priority=Priority.LIVE)
        if isinstance(answer, FetchedPage) and answer.status == 200:
            return await self.search_from(answer, feed)
        return await self._elsewhere(site, feed)

    async def search_from(self, page: FetchedPage, feed: Feed) -> tuple[Find, ...]:
        """Return the feeds of a site of which one page is here already."""
        if not is_html(page.body):
            found = _read(page, feed, "itself")
            return () if found is None else (found,)
        leads = leads_in_page(page.body, base_url=page.final_url)
        return await self._looked_at(leads[:MAX_LOOKED_AT], feed) or await self._elsewhere(page.final_url, feed)

    async def _elsewhere(self, site: str, feed: Feed) -> tuple[Find, ...]:
        for lead in usual_places(site):
            if found := await self._looked_at([lead], feed):
                return found
        leads = sitemaps_in_robots(self.robots(origin(site)) or b"", site=site)
        return await self._looked_at(leads[:MAX_LOOKED_AT], feed)

    async def _looked_at(self, leads: Iterable[Lead], feed: Feed) -> tuple[Find, ...]:
        finds: dict[str, Find] = {}
        for lead in leads:
            answer = await self.fetcher.fetch_listing(lead.url, Validators(), priority=Priority.LIVE)
            if not isinstance(answer, FetchedPage) or answer.status != 200:
                continue
            found = _read(answer, feed, lead.found_in)
            if found is not None:
                finds.setdefault(url_key(found.url), found)
        return tuple(finds.values())


async def find_feeds(fetcher: Fetcher, hosts: HostStore, feed: Feed) -> tuple[Find, ...]:
    """Return the feed at an address, or the feeds of the site whose page is there; at least one.

    Raises:
        ConfigurationError: there is neither, and why.
        QuarantineError: what is there looks like a feed and cannot be read.
        RetryableError: the site does not answer.
    """

    def robots(site: str) -> bytes | None:
        kept = hosts.robots(site)
        return kept[2] if kept is not None and kept[1] < 300 else None

    answer = await fetcher.fetch_feed(feed.url, Validators())
    if not isinstance(answer, FetchedPage):
        words = (str(getattr(answer, name, "")) for name in ("reason", "detail"))
        raise ConfigurationError(f"{feed.url} gives no feed: {', '.join(filter(None, words))}")
    if answer.status != 200:
        raise ConfigurationError(f"{feed.url} answered {answer.status}")
    if not is_html(answer.body):
        return (Find(url=answer.final_url, found_in="itself", document=read_feed(feed, answer.body, base_url=answer.final_url)),)
    found = await Scout(fetcher=fetcher, robots=robots).search_from(answer, feed)
    if not found:
        raise ConfigurationError(f"{feed.url} gave a web page instead of a feed, and no feed was found on that site")
    return found


def _read(page: FetchedPage, feed: Feed, found_in: str) -> Find | None:
    try:
        document = read_feed(replace(feed, url=page.final_url, kind=FeedKind.AUTO), page.body, base_url=page.final_url)
    except QuarantineError:
        return None
    if not document.entries and not document.hints.child_sitemaps:
        return None
    return Find(url=page.final_url, found_in=found_in, document=document)
