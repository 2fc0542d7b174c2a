"""Where a site says its feeds are: its pages, its robots.txt, and the places where feeds are usually put. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from pipeline.urls import fetchable, origin, registered_domain

MAX_PAGE: Final = 2_000_000  # bytes of a page that are looked at
MAX_LEADS: Final = 12

FEED_TYPES: Final = frozenset(
    {"application/atom+xml", "application/feed+json", "application/rdf+xml", "application/rss+xml", "application/xml", "text/xml"}
)
#: Where feeds are put by what most sites are made with; asked for one after the other, and only where nothing else is known.
FEED_PATHS: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds/posts/default")
NEWS_SITEMAP_PATHS: Final = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml")

_FEED_PATH: Final = re.compile(r"(?:^|[/._-])(?:rss|feeds?|atom)(?:[/._-]|\d?$)", re.IGNORECASE)
_COMMENTS: Final = re.compile(r"comment|kommentar|commentaire|comentario|reacties", re.IGNORECASE)
_SITEMAP_LINE: Final = re.compile(r"^\s{0,20}sitemap\s{0,20}:\s{0,20}(\S+)", re.IGNORECASE | re.MULTILINE)
_NEWS: Final = re.compile(r"news|latest|nachrichten|actu", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """An address where a feed may be. `found_in`: link, anchor, usual-place, robots."""

    url: str
    title: str = ""
    found_in: str


def leads_in_page(body: bytes, *, base_url: str) -> tuple[Lead, ...]:
    """Return what a page links to as its feeds, the likeliest first, feeds of comments last; where it declares none, links
    within the same registered domain whose address looks like a feed's.
    """
    declared: dict[str, Lead] = {}
    linked: dict[str, Lead] = {}
    for tag, attributes in _tags(body):
        base_url = fetchable(attributes.get("href", ""), base_url) or base_url if tag == "base" else base_url
        url = fetchable(attributes.get("href", ""), base_url)
        if url is None:
            continue
        if tag == "link" and _declares(attributes):
            declared.setdefault(url, Lead(url=url, title=attributes.get("title", "")[:200], found_in="link"))
        elif tag == "a" and _FEED_PATH.search(urlsplit(url).path) and registered_domain(url) == registered_domain(base_url):
            linked.setdefault(url, Lead(url=url, found_in="anchor"))
    found = sorted((declared or linked).values(), key=lambda lead: bool(_COMMENTS.search(f"{lead.title} {lead.url}")))
    return tuple(found)[:MAX_LEADS]


def usual_places(site: str) -> tuple[Lead, ...]:
    """Return where feeds are often put on a site."""
    return tuple(Lead(url=origin(site) + path, found_in="usual-place") for path in FEED_PATHS)


def sitemaps_in_robots(body: bytes, *, site: str) -> tuple[Lead, ...]:
    """Return the sitemaps that a robots.txt names, those of news first."""
    lines = _SITEMAP_LINE.findall(body[:512_000].decode("utf-8", "replace"))
    urls = dict.fromkeys(url for line in lines if (url := fetchable(line, site)))
    ordered = sorted(urls, key=lambda url: not _NEWS.search(urlsplit(url).path))
    return tuple(Lead(url=url, found_in="robots") for url in ordered)[:MAX_LEADS]


def news_sitemaps(body: bytes, *, site: str) -> tuple[str, ...]:
    """Return where a site's news sitemap may be: what its robots.txt calls so, else the usual places; the index of all
    sitemaps last.
    """
    told = [lead.url for lead in sitemaps_in_robots(body, site=site)]
    news = [url for url in told if _NEWS.search(urlsplit(url).path)]
    return tuple(news or [*told[:2], *(origin(site) + path for path in NEWS_SITEMAP_PATHS)][:4])


def _tags(body: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    text = body[:MAX_PAGE].decode("utf-8", "replace").encode()  # addresses are ASCII whatever the page is in
    events = etree.iterparse(
        BytesIO(text), events=("start",), tag=("link", "a", "base"), html=True, encoding="utf-8", no_network=True, recover=True
    )
    try:
        for _, element in events:
            yield str(element.tag), {str(name).lower(): str(value) for name, value in element.attrib.items()}
    except etree.XMLSyntaxError:  # no page at all
        return


def _declares(attributes: dict[str, str]) -> bool:
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in attributes.get("rel", "").lower().split() and kind in FEED_TYPES
