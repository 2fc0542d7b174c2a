"""RSS 0.9x, 1.0, 2.0 and Atom, by way of feedparser. A flaw is counted, never a verdict: what can be read is read.

The first attempt gives feedparser the bytes as they came. Where it stumbles, a second one gives it the repaired text,
and the better reading of the two is kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import feedparser

from pipeline.errors import QuarantineError
from pipeline.sources.charset import declared_charset
from pipeline.sources.detection import FEED_ROOTS, begins_with, ready
from pipeline.sources.draft import MAX_ENTRIES, MAX_TITLE, Draft, entries_of, language_of
from pipeline.sources.hints import hints_of
from pipeline.sources.plain_text import plain_text
from pipeline.sources.repair import bounded, repaired
from pipeline.types import Feed, FeedDocument, FeedKind
from pipeline.urls import fetchable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What feedparser made of some bytes; `flaw` is its complaint as a kebab-case word, None where it had none."""

    feed: dict[str, Any]
    entries: list[dict[str, Any]]
    version: str = ""
    flaw: str | None = None


class RssSource:
    """Reads RSS and Atom. See `ports.Source`."""

    def matches(self, body: bytes) -> bool:
        return begins_with(FEED_ROOTS, body)

    def parse(self, feed: Feed, body: bytes, *, base_url: str) -> FeedDocument:
        body, cut_off = bounded(ready(feed, body), MAX_ENTRIES)
        reading, flaw = _best_reading(body, feed.language)
        channel = reading.feed
        site = fetchable(str(channel.get("link") or ""), base_url)
        drafts = [_draft(entry, channel, reading.version) for entry in reading.entries]
        entries, skipped = entries_of(feed, drafts, base_url=base_url, site=site)
        if not entries and (flaw or not reading.version):
            raise QuarantineError(f"feed {feed.feed_id}: nothing could be read from {base_url} ({flaw or 'neither RSS nor Atom'})")
        return FeedDocument(
            kind=FeedKind.RSS,
            entries=entries,
            title=plain_text(str(channel.get("title") or ""), MAX_TITLE),
            site=site or "",
            bozo=flaw,
            skipped=skipped + cut_off,
            hints=hints_of(channel, body, base_url=base_url),
        )


# ── attempts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _best_reading(body: bytes, language: str | None) -> tuple[_Reading, str | None]:
    """Return the best reading of the bytes and what was wrong with them."""
    first = _read(body)
    if first.flaw is None:
        return first, None
    second = _read(repaired(body, language))
    # A torn tail leaves the first reading one entry more than is whole; beyond that, more entries are better.
    mended = second.flaw is None and len(second.entries) >= len(first.entries) - 1
    better = second if mended or len(second.entries) > len(first.entries) else first
    return better, first.flaw


def _read(body: bytes) -> _Reading:
    try:
        result = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # feedparser promises nothing for hostile bytes: huge references alone raise three kinds
        return _Reading(feed={}, entries=[], flaw=f"unreadable-{type(error).__name__.lower()}")
    return _Reading(
        feed=dict(result.get("feed") or {}),
        entries=[dict(entry) for entry in result.get("entries") or []],
        version=str(result.get("version") or ""),
        flaw=_flaw(result, body),
    )


def _flaw(result: Any, body: bytes) -> str | None:
    """Name feedparser's complaint in few words, for a counter: undefined-entity, mismatched-tag, wrong-charset."""
    if not result.get("bozo"):
        return None
    error = result.get("bozo_exception")
    if isinstance(error, feedparser.CharacterEncodingOverride | feedparser.CharacterEncodingUnknown):
        return "wrong-charset" if declared_charset(body) else "undeclared-charset"
    words = error.getMessage() if hasattr(error, "getMessage") else type(error).__name__
    return "-".join(re.findall(r"[a-z]+", str(words).partition("(")[0].lower()))[:60] or "flawed"


# ── entries ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _draft(entry: dict[str, Any], channel: dict[str, Any], version: str) -> Draft:
    published, updated = entry.get("published") or entry.get("created"), entry.get("updated")
    if published is None and not version.startswith("atom"):
        published = updated  # dc:date is all the date that RSS 1.0 has
    return Draft(
        links=tuple(_links(entry)),
        guid=_text(entry.get("id")),
        title=_text(entry.get("title")) or "",
        summary=_text(entry.get("summary")) or _content(entry),
        authors=tuple(_authors(entry)),
        published=_text(published),
        updated=_text(updated),
        tags=tuple(str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags") or ()),
        language=language_of(_language(entry)) or language_of(_text(channel.get("language"))),
    )


def _links(entry: dict[str, Any]) -> Iterator[str]:
    """Yield where the article may be: behind a redirector, the link, other alternates, a guid that is an address."""
    guid, link = _text(entry.get("id")) or "", _text(entry.get("link")) or ""
    yield _text(entry.get("feedburner_origlink")) or ""
    if link != guid or not entry.get("guidislink"):
        yield link
    for other in entry.get("links") or ():
        if other.get("rel", "alternate") == "alternate":
            yield _text(other.get("href")) or ""
    yield fetchable(guid) or ""  # a relative guid is a number, not an address


def _authors(entry: dict[str, Any]) -> Iterator[str]:
    for author in entry.get("authors") or ():
        yield _text(author.get("name")) or ""


def _content(entry: dict[str, Any]) -> str:
    return next((_text(content.get("value")) or "" for content in entry.get("content") or ()), "")


def _language(entry: dict[str, Any]) -> str | None:
    found = entry.get("language") or (entry.get("title_detail") or {}).get("language")
    return _text(found)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
