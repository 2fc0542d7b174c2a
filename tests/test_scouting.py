"""Looking for the feeds of a site, over a scripted fetcher: what is found, and that no more is asked than must be."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import pytest

from pipeline.errors import HostBusyError
from pipeline.scouting import MAX_LOOKED_AT, Find, Scout
from pipeline.types import Feed, FeedId, Rejected
from tests.fakes_fetch import NOON, FakeFetcher, Reply, Scripted
from tests.test_polling import rss

SITE = "https://news.example.org/"
FEED = Feed(feed_id=FeedId("news"), url=SITE)


def page(*hrefs: str) -> Reply:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in hrefs)
    return Reply(body=f"<!doctype html><html><head>{links}</head><body><p>News</p></body></html>".encode())


def search(script: Mapping[str, Scripted], *, robots: bytes | None = None) -> tuple[list[tuple[str, str, int]], list[str]]:
    """The finds as (url, found in, entries), and the addresses asked for."""
    fetcher = FakeFetcher(script)
    finds: tuple[Find, ...] = asyncio.run(Scout(fetcher=fetcher, robots=lambda _site: robots).search(SITE, FEED))
    return [(find.url, find.found_in, find.entries) for find in finds], [url for _, url, _ in fetcher.calls]


def test_a_feed_is_found_at_once() -> None:
    """The address given was no site's, but the feed's."""
    assert search({SITE: rss("a", "b")}) == ([(SITE, "itself", 2)], [SITE])


def test_linked_feeds_are_looked_at_once() -> None:
    """What is no feed is left out; the usual places are not asked for."""
    found, asked = search({SITE: page("/rss", "/old", "/rss/"), f"{SITE}rss": rss("a"), f"{SITE}rss/": rss("a"), f"{SITE}old": page()})
    assert found == [(f"{SITE}rss", "link", 1)]
    assert asked == [SITE, f"{SITE}rss", f"{SITE}old", f"{SITE}rss/"]


def test_usual_places_one_after_the_other() -> None:
    """Until one holds a feed."""
    found, asked = search({SITE: page(), f"{SITE}rss.xml": rss("a")})
    assert found == [(f"{SITE}rss.xml", "usual-place", 1)]
    assert asked == [SITE, f"{SITE}feed", f"{SITE}rss", f"{SITE}rss.xml"]


def test_sitemaps_come_last() -> None:
    """An index of them counts, though it lists no article itself."""
    index = b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://news.example.org/1.xml</loc></sitemap></sitemapindex>"
    found, _ = search({SITE: Reply(status=403), f"{SITE}map.xml": Reply(body=index)}, robots=f"Sitemap: {SITE}map.xml".encode())
    assert found == [(f"{SITE}map.xml", "robots", 0)]


def test_nothing_is_found() -> None:
    """An empty feed is none; what robots.txt forbids is not looked at."""
    assert search({SITE: page("/empty", "/no"), f"{SITE}empty": rss(), f"{SITE}no": Rejected(url=SITE, reason="robots")})[0] == []


def test_looks_are_few() -> None:
    """A page may name a hundred feeds."""
    names = [f"/{number}" for number in range(100)]
    found, asked = search({SITE: page(*names)} | {f"{SITE}{number}": rss("a") for number in range(100)})
    assert (len(found), len(asked)) == (MAX_LOOKED_AT, MAX_LOOKED_AT + 1)


def test_a_refusal_ends_the_search() -> None:
    """The host asked for a pause, and there is nobody else to ask."""
    busy = HostBusyError("asks for a pause", until=NOON + timedelta(minutes=15))
    with pytest.raises(HostBusyError):
        search({SITE: page("/rss"), f"{SITE}rss": busy})
