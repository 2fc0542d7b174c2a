"""JSON Feed 1.0 and 1.1. Every field is taken as it is meant where it has the wrong type or shape, and left out where not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from pipeline.errors import QuarantineError
from pipeline.sources.charset import decoded
from pipeline.sources.detection import is_json, ready
from pipeline.sources.draft import MAX_TITLE, Draft, entries_of, language_of
from pipeline.sources.hubs import several_hubs
from pipeline.sources.plain_text import plain_text
from pipeline.types import Feed, FeedDocument, FeedHints, FeedKind
from pipeline.urls import fetchable

_ITEMS: Final = re.compile(r'"items"\s*:\s*\[')
_GAP: Final = re.compile(r"[\s,]*")
_VERSION: Final = "jsonfeed.org/version/1"


class JsonFeedSource:
    """Reads JSON Feed. See `ports.Source`."""

    def matches(self, body: bytes) -> bool:
        return is_json(body)

    def parse(self, feed: Feed, body: bytes, *, base_url: str, at_least: int = 0) -> FeedDocument:
        text = decoded(ready(feed, body), feed.language)
        channel, flaw = _channel(text)
        entries_given = channel.get("items")
        if not isinstance(entries_given, list) or (flaw and not entries_given):
            raise QuarantineError(f"feed {feed.feed_id}: {base_url} is no JSON Feed ({flaw or 'JSON without a list of items'})")
        if flaw is None and _VERSION not in str(channel.get("version")):
            flaw = "no-version"
        site = fetchable(_text(channel.get("home_page_url")), base_url)
        drafts = [_draft(one, channel) for one in entries_given if isinstance(one, dict)]
        entries, skipped, rung = entries_of(feed, drafts, base_url=base_url, site=site, at_least=at_least)
        return FeedDocument(
            kind=FeedKind.JSONFEED,
            entries=entries,
            title=plain_text(_text(channel.get("title")), MAX_TITLE),
            site=site or "",
            bozo=flaw,
            skipped=skipped + len(entries_given) - len(drafts),
            rung=rung,
            hints=_hints(channel, base_url),
        )


def _channel(text: str) -> tuple[dict[str, object], str | None]:
    """Return the feed object and what was wrong with the text; of a torn text, what came whole."""
    try:
        found = json.loads(text, strict=False)
        return (found, None) if isinstance(found, dict) else ({}, "no-object")
    except RecursionError:
        return {}, "nested-too-deeply"
    except ValueError:  # also a number of more digits than Python converts
        return {"items": list(_whole_entries(text))}, "invalid-json"


def _whole_entries(text: str) -> Iterator[object]:
    start = _ITEMS.search(text)
    decoder = json.JSONDecoder(strict=False)
    place = start.end() if start else len(text)
    while (gap := _GAP.match(text, place)) is not None and text.startswith("{", gap.end()):
        try:
            found, place = decoder.raw_decode(text, gap.end())
        except (ValueError, RecursionError):
            return
        yield found


def _draft(entry: dict[str, object], channel: dict[str, object]) -> Draft:
    guid = _name(entry.get("id"))
    return Draft(
        links=(_text(entry.get("url")), _text(entry.get("external_url")), fetchable(guid) or ""),
        guid=guid,
        title=_text(entry.get("title")),
        summary=_text(entry.get("summary")) or _text(entry.get("content_text")) or _text(entry.get("content_html")),
        authors=tuple(_authors(entry) or _authors(channel)),
        published=_text(entry.get("date_published")) or None,
        updated=_text(entry.get("date_modified")) or None,
        tags=tuple(map(_name, _list(entry.get("tags")))),
        language=language_of(_text(entry.get("language"))) or language_of(_text(channel.get("language"))),
    )


def _authors(owner: dict[str, object]) -> list[str]:
    """Return names from `authors` (1.1) or `author` (1.0)."""
    given = _list(owner.get("authors")) or [owner.get("author")]
    names = [_text(author.get("name")) if isinstance(author, dict) else _text(author) for author in given]
    return [name for name in names if name]


def _hints(channel: dict[str, object], base_url: str) -> FeedHints:
    hubs = [hub for hub in _list(channel.get("hubs")) if isinstance(hub, dict) and _text(hub.get("type")).lower() == "websub"]
    urls = [url for hub in hubs if (url := fetchable(_text(hub.get("url"))))]
    return FeedHints(
        hub=next(iter(urls), None),
        hubs=several_hubs(urls),
        self_url=fetchable(_text(channel.get("feed_url")), base_url),
        next_url=fetchable(_text(channel.get("next_url")), base_url),
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name(value: object) -> str:
    """Return a text or a number as text: ids of version 1.0 may be numbers."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)
