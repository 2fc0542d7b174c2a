"""RSS 0.9x, 1.0, 2.0 and Atom, by way of feedparser. A flaw is counted, never a verdict: what can be read is read.

Three attempts: the text as it came, strictly; the repaired text, strictly; the repaired text, loosely.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.errors import QuarantineError
from pipeline.sources.charset import declared_charset, declared_text, likely_text
from pipeline.sources.detection import FEED_ROOTS, begins_with, ready
from pipeline.sources.draft import MAX_ENTRIES, MAX_TITLE, Draft, entries_of, language_of
from pipeline.sources.feed_reader import Reading, read_loosely, read_strictly
from pipeline.sources.hints import hints_of
from pipeline.sources.plain_text import plain_text
from pipeline.sources.repair import bounded, repaired, without_prologue
from pipeline.types import Feed, FeedDocument, FeedKind
from pipeline.urls import fetchable


class RssSource:
    """Reads RSS and Atom. See `ports.Source`."""

    def matches(self, body: bytes) -> bool:
        return begins_with(FEED_ROOTS, body)

    def parse(self, feed: Feed, body: bytes, *, base_url: str, at_least: int = 0) -> FeedDocument:
        body, cut_off = bounded(ready(feed, body), MAX_ENTRIES)
        reading, flaw = _best_reading(body, feed.language)
        channel = reading.channel
        site = fetchable(str(channel.get("link") or ""), base_url)
        drafts = [_draft(entry, channel, reading.version) for entry in reading.entries]
        entries, skipped, rung = entries_of(feed, drafts, base_url=base_url, site=site, at_least=at_least)
        if not entries and (flaw or not reading.version):
            raise QuarantineError(f"feed {feed.feed_id}: nothing could be read from {base_url} ({flaw or 'neither RSS nor Atom'})")
        return FeedDocument(
            kind=FeedKind.RSS,
            entries=entries,
            title=plain_text(str(channel.get("title") or ""), MAX_TITLE),
            site=site or "",
            bozo=flaw,
            skipped=skipped + cut_off,
            rung=rung,
            hints=hints_of(channel, body, base_url=base_url),
        )


# ── attempts ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _best_reading(body: bytes, language: str | None) -> tuple[Reading, str | None]:
    """Return the first reading that succeeds, and what was wrong with the bytes."""
    text = declared_text(body)
    if text is None:
        flaw: str | None = "wrong-charset" if declared_charset(body) else "undeclared-charset"
        text = likely_text(body, language)
    else:
        first = read_strictly(without_prologue(text))
        if first.flaw is None:
            return first, None
        flaw = first.flaw
    mended = repaired(text)
    second = read_strictly(mended)
    return (second if second.flaw is None else read_loosely(mended, second.flaw)), flaw


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
