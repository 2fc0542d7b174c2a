"""Sitemaps, news sitemaps and sitemap indexes, whatever their namespaces are called."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Final

from lxml import etree

from pipeline.errors import QuarantineError
from pipeline.sources.charset import decoded
from pipeline.sources.dates import parse_date
from pipeline.sources.detection import SITEMAP_ROOTS, begins_with, ready
from pipeline.sources.draft import Draft, entries_of
from pipeline.sources.repair import repaired
from pipeline.types import Feed, FeedDocument, FeedHints, FeedKind
from pipeline.urls import fetchable

MAX_URLS: Final = 50_000  # the protocol's limit for one file
MAX_CHILDREN: Final = 1_000  # of an index; the newest
_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_NEWS: Final = ("news", "publication_date", "title", "publication")


@dataclass(slots=True)
class _Listing:
    """What was read of one sitemap file: per <url> or <sitemap>, the text of each element below it by local name."""

    pages: list[dict[str, str]] = field(default_factory=list)
    children: list[dict[str, str]] = field(default_factory=list)
    beyond: int = 0  # URLs past the protocol's limit


class SitemapSource:
    """Reads sitemaps. See `ports.Source`.

    An ordinary sitemap lists every page of a site: without news marks its URLs become entries only where the operator
    wrote down that this source is a sitemap.
    """

    def matches(self, body: bytes) -> bool:
        return begins_with(SITEMAP_ROOTS, body)

    def parse(self, feed: Feed, body: bytes, *, base_url: str, at_least: int = 0) -> FeedDocument:
        return self._document(feed, body, base_url, at_least, None)

    def parse_span(self, feed: Feed, body: bytes, *, base_url: str, start: datetime, end: datetime) -> FeedDocument:
        """Return what a sitemap lists of [start, end), by publication or else by last change, however much else it lists."""
        return self._document(feed, body, base_url, 0, (start, end))

    def _document(self, feed: Feed, body: bytes, base_url: str, at_least: int, span: tuple[datetime, datetime] | None) -> FeedDocument:
        body = ready(feed, body)
        if not self.matches(body):
            raise QuarantineError(f"feed {feed.feed_id}: {base_url} is no sitemap; it begins with {body[:40]!r}")
        listing, flaw = _listing(feed, body, base_url)
        pages = [page for page in listing.pages if feed.kind is FeedKind.SITEMAP or any(name in page for name in _NEWS)]
        if span is not None:
            pages = [page for page in pages if span[0] <= _moment(page, feed.timezone) < span[1]]
        drafts = [_draft(page) for page in _newest_first(pages, feed.timezone)]
        entries, skipped, rung = entries_of(feed, drafts, base_url=base_url, site=None, at_least=at_least)
        return FeedDocument(
            kind=FeedKind.SITEMAP,
            entries=entries,
            title=next((page["name"] for page in pages if "name" in page), ""),
            bozo=flaw,
            skipped=skipped + len(listing.pages) - len(pages) + listing.beyond,
            rung=rung,
            hints=_hints(listing, feed.timezone, base_url),
        )


def _listing(feed: Feed, body: bytes, base_url: str) -> tuple[_Listing, str | None]:
    """Read strictly, and where that fails the repaired text as far as it goes."""
    try:
        return _read(body, recover=False), None
    except etree.XMLSyntaxError as error:
        flaw = "-".join(re.findall(r"[a-z]+", (error.msg or "").partition(",")[0].lower()))[:60] or "not-well-formed"
    try:
        listing = _read(repaired(decoded(body, feed.language)).encode("utf-8", "replace"), recover=True)
    except etree.XMLSyntaxError as error:
        raise QuarantineError(f"feed {feed.feed_id}: nothing could be read from {base_url} ({flaw})") from error
    if not listing.pages and not listing.children:
        raise QuarantineError(f"feed {feed.feed_id}: nothing could be read from {base_url} ({flaw})")
    return listing, flaw


def _read(body: bytes, *, recover: bool) -> _Listing:
    listing = _Listing()
    events = etree.iterparse(
        BytesIO(body), events=("end",), recover=recover, no_network=True, resolve_entities=False, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for _, element in events:
        name = _local(element)
        if name not in {"url", "sitemap"}:
            continue
        kept = listing.pages if name == "url" else listing.children
        if len(kept) < MAX_URLS:
            kept.append(_texts(element))
        else:
            listing.beyond += 1
        element.clear()
        while element.getprevious() is not None:  # or 50 MB of read elements would stay
            del element.getparent()[0]
    return listing


def _texts(entry: etree._Element) -> dict[str, str]:
    """Return the first text under each local name; a `loc` only of the entry itself, for pictures have one too."""
    found: dict[str, str] = {}
    for element in entry.iter():
        name, text = _local(element), (element.text or "").strip()
        own = element.getparent() is entry or name not in {"loc", "title"} or _local(element.getparent()) == "news"
        if element is not entry and own and (text or name == "news"):
            found.setdefault(name, text)
    return found


def _local(element: etree._Element | None) -> str:
    tag = element.tag if element is not None else ""
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _newest_first(pages: list[dict[str, str]], zone: str) -> list[dict[str, str]]:
    return sorted(pages, key=lambda page: _moment(page, zone), reverse=True)


def _moment(page: dict[str, str], zone: str) -> datetime:
    return parse_date(page.get("publication_date") or page.get("lastmod"), zone) or _NEVER


def _draft(page: dict[str, str]) -> Draft:
    return Draft(
        links=(page.get("loc", ""),),
        title=page.get("title", ""),
        published=page.get("publication_date"),
        updated=page.get("lastmod"),
        tags=tuple(page.get("keywords", "").split(",")),
        language=page.get("language"),
        publisher=page.get("name", ""),
        in_sitemap=True,
    )


def _hints(listing: _Listing, zone: str, base_url: str) -> FeedHints:
    """Return the children of an index, the newest first, each once."""
    children: dict[str, datetime | None] = {}
    for child in _newest_first(listing.children, zone):
        if url := fetchable(child.get("loc", ""), base_url):
            children.setdefault(url, parse_date(child.get("lastmod"), zone))
    return FeedHints(child_sitemaps=tuple(children)[:MAX_CHILDREN], child_changed=tuple(children.values())[:MAX_CHILDREN])
