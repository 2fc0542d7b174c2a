"""Feeds of the demo newsroom as bytes: RSS 2.0, RSS 1.0, Atom, JSON Feed, news sitemap, with the flaws they are given.

A flaw is put into a sound document at the end (flaws.py), so that each can be seen beside what it spoils.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from pipeline.demo.addresses import number
from pipeline.demo.body import BlockShape
from pipeline.demo.content import DemoArticle
from pipeline.demo.flaws import FLAW_MAKERS
from pipeline.demo.newsroom import Edition
from pipeline.demo.publishers import FeedSpec, Publisher

CONTENT_TYPES = {
    "rss2": "application/rss+xml; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "jsonfeed": "application/feed+json; charset=utf-8",
    "sitemap": "application/xml; charset=utf-8",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One article as a feed lists it. `guid` is None where the feed is to leave it out."""

    article: DemoArticle
    path: str
    link: str
    guid: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a feed is written from: one publisher's feed and the articles it lists, newest first."""

    publisher: Publisher
    spec: FeedSpec
    site: str  # the publisher's root URL without a slash
    listed: tuple[Listed, ...]

    @property
    def changed_at(self) -> datetime | None:
        """When the newest change in it was made."""
        return max((one.changed_at for one in self.listed), default=None)


def lay_out(publisher: Publisher, spec: FeedSpec, editions: Sequence[Edition], *, site: str) -> Sheet:
    """Choose what a feed lists of the publisher's editions, which come newest first."""
    listed = tuple(_listed(edition.article, edition, spec, site) for edition in editions[: spec.limit] if edition.article)
    return Sheet(publisher=publisher, spec=spec, site=site, listed=listed)


def feed_bytes(sheet: Sheet) -> bytes:
    """Return the feed's body with its flaws. Same arguments, same bytes."""
    body = WRITERS[sheet.spec.shape](sheet).encode()
    for flaw in sheet.spec.flaws:
        body = FLAW_MAKERS[flaw](body) if flaw in FLAW_MAKERS else body
    return body


def _listed(article: DemoArticle, edition: Edition, spec: FeedSpec, site: str) -> Listed:
    name = number(article)
    link = edition.path.lstrip("/") if "relative_links" in spec.flaws else site + edition.path
    return Listed(
        article=article,
        path=edition.path,
        link=f"{link}?utm_source=rss&utm_medium=feed" if spec.trackers and name % 2 else link,
        guid=None if "missing_guids" in spec.flaws and name % 3 == 0 else f"{article.publisher.publisher_id}-{name}",
        changed_at=edition.changed_at,
    )


def _html(article: DemoArticle) -> str:
    """The body as HTML. Every > in the text is escaped, so that no CDATA section can end in it."""
    tags = {BlockShape.HEADING: "h2", BlockShape.QUOTE: "blockquote", BlockShape.PARAGRAPH: "p"}
    pieces = []
    for block in article.blocks:
        if block.shape is BlockShape.ENUMERATION:
            pieces.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in block.lines) + "</ul>")
        else:
            pieces.append(f"<{tags[block.shape]}>{escape(block.text)}</{tags[block.shape]}>")
    return "\n".join(pieces)


def _element(name: str, text: str | None) -> str:
    return f"<{name}>{escape(text)}</{name}>" if text else ""


def _lines(*pieces: str) -> str:
    return "\n".join(piece for piece in pieces if piece) + "\n"


def _rss2(sheet: Sheet) -> str:
    def entry(one: Listed) -> str:
        article = one.article
        return _lines(
            "<item>",
            _element("title", article.title),
            _element("link", one.link),
            f'<guid isPermaLink="false">{escape(one.guid)}</guid>' if one.guid else "",
            _element("pubDate", format_datetime(article.published.astimezone(sheet.publisher.timezone))),
            *(_element("dc:creator", name) for name in article.authors),
            *(_element("category", tag) for tag in article.tags),
            _element("description", article.summary),
            f"<content:encoded><![CDATA[{_html(article)}]]></content:encoded>" if sheet.spec.full_text else "",
            "</item>",
        )

    changed = sheet.changed_at
    return _lines(
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        "<channel>",
        _element("title", sheet.spec.title),
        _element("link", f"{sheet.site}/"),
        _element("description", sheet.publisher.slogan),
        _element("language", sheet.publisher.language),
        _element("lastBuildDate", format_datetime(changed) if changed else None),
        *(entry(one) for one in sheet.listed),
        "</channel>",
        "</rss>",
    )


def _rdf(sheet: Sheet) -> str:
    def entry(one: Listed) -> str:
        article = one.article
        return _lines(
            f"<item rdf:about={quoteattr(one.link)}>",
            _element("title", article.title),
            _element("link", one.link),
            _element("description", article.summary),
            _element("dc:date", article.published.astimezone(sheet.publisher.timezone).isoformat()),
            *(_element("dc:creator", name) for name in article.authors),
            _element("dc:subject", article.section),
            "</item>",
        )

    return _lines(
        '<?xml version="1.0" encoding="utf-8"?>',
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">',
        f"<channel rdf:about={quoteattr(sheet.site + sheet.spec.path)}>",
        _element("title", sheet.spec.title),
        _element("link", f"{sheet.site}/"),
        _element("description", sheet.publisher.slogan),
        "<items><rdf:Seq>",
        *(f"<rdf:li rdf:resource={quoteattr(one.link)}/>" for one in sheet.listed),
        "</rdf:Seq></items>",
        "</channel>",
        *(entry(one) for one in sheet.listed),
        "</rdf:RDF>",
    )


def _atom(sheet: Sheet) -> str:
    def entry(one: Listed) -> str:
        article = one.article
        return _lines(
            "<entry>",
            _element("title", article.title),
            f'<link rel="alternate" type="text/html" href={quoteattr(one.link)}/>',
            _element("id", f"tag:{sheet.publisher.host},2026:{one.guid or one.path}"),
            _element("published", article.published.isoformat()),
            _element("updated", one.changed_at.isoformat()),
            *(f"<author>{_element('name', name)}</author>" for name in article.authors or (article.agency or sheet.publisher.name,)),
            *(f"<category term={quoteattr(tag)}/>" for tag in article.tags),
            _element("summary", article.summary),
            f'<content type="html">{escape(_html(article))}</content>' if sheet.spec.full_text else "",
            "</entry>",
        )

    origin = f" xml:base={quoteattr(sheet.site + '/')}" if "relative_links" in sheet.spec.flaws else ""
    return _lines(
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(sheet.publisher.language)}{origin}>',
        _element("title", sheet.spec.title),
        f'<link rel="self" href={quoteattr(sheet.site + sheet.spec.path)}/>',
        f'<link rel="alternate" href={quoteattr(sheet.site + "/")}/>',
        _element("id", f"{sheet.site}/"),
        _element("updated", sheet.changed_at.isoformat() if sheet.changed_at else None),
        *(entry(one) for one in sheet.listed),
        "</feed>",
    )


def _jsonfeed(sheet: Sheet) -> str:
    def entry(one: Listed) -> dict[str, object]:
        article = one.article
        return {
            "id": one.guid or one.link,
            "url": one.link,
            "title": article.title,
            "summary": article.summary,
            **({"content_html": _html(article)} if sheet.spec.full_text else {"content_text": article.summary}),
            "date_published": article.published.isoformat(),
            "date_modified": one.changed_at.isoformat(),
            "authors": [{"name": name} for name in article.authors],
            "tags": list(article.tags),
        }

    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": sheet.spec.title,
        "home_page_url": f"{sheet.site}/",
        "feed_url": sheet.site + sheet.spec.path,
        "language": sheet.publisher.language,
        "items": [entry(one) for one in sheet.listed],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _sitemap(sheet: Sheet) -> str:
    publication = _element("news:name", sheet.publisher.name) + _element("news:language", sheet.publisher.language)

    def entry(one: Listed) -> str:
        return _lines(
            "<url>",
            _element("loc", one.link),
            _element("lastmod", one.changed_at.isoformat()),
            "<news:news>",
            f"<news:publication>{publication}</news:publication>",
            _element("news:publication_date", one.article.published.isoformat()),
            _element("news:title", one.article.title),
            "</news:news>",
            "</url>",
        )

    return _lines(
        '<?xml version="1.0" encoding="utf-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">',
        *(entry(one) for one in sheet.listed),
        "</urlset>",
    )


WRITERS: Mapping[str, Callable[[Sheet], str]] = {"rss2": _rss2, "rdf": _rdf, "atom": _atom, "jsonfeed": _jsonfeed, "sitemap": _sitemap}
