"""What the web tests put behind the pages: an index in memory, documents to fill it with, and a reader of the pages."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from pipeline.errors import ConfigurationError
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.query import (
    And,
    AsOf,
    Between,
    Equals,
    Everything,
    FacetCount,
    Fragment,
    Hit,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    SearchPage,
    SearchRequest,
    Sort,
    Word,
)
from pipeline.types import ArticleId
from pipeline.web.desk import Desk
from tests.fakes_state import MemoryState

NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)


def document(number: int = 1, **fields: object) -> ArticleDocument:
    """A whole document, with the fields given in place of the usual ones."""
    at = (NOW - timedelta(hours=number)).isoformat().replace("+00:00", "Z")
    plain: dict[str, Any] = {
        "article_id": f"{number:032x}", "version": number, "revision": 1, "url": f"https://news.example/{number}",
        "url_keys": [f"https://news.example/{number}"], "title": f"Ferry number {number} sails", "summary": "",
        "body": "The ferry left the harbour.", "blocks": [], "authors": [], "agency": None, "dateline": None, "contributors": None,
        "captions": [], "corrections": [], "source": "The Meridian", "feed_id": "the-meridian", "country": "GB", "language": "en",
        "section": "Politics", "tags": [], "image": None, "@timestamp": at, "published": at, "published_precision": "second",
        "modified": None, "first_seen_at": at, "fetched_at": at, "indexed_at": at, "people": [], "organisations": [], "places": [],
        "entities": [], "locations": [], "keywords": [], "quotes": [], "words": 5,
        "reading_minutes": 1, "gist": "", "story_id": f"{number:032x}", "copy_of": None, "copy_kind": None, "copy_distance": None,
        "revision_of": None, "superseded_at": None, "changes": [], "taken_down_at": None,
        "page_type": "article", "flags": [], "noindex": False,
        "noarchive": False,
        "archive": {"file": "2026/07/14/a.warc.gz", "offset": 1024, "length": 2048, "digest": "0" * 64}, "removed": [],
        "candidates": [], "pipeline": {"clean": "clean/1"},
    }  # fmt: skip
    return cast("ArticleDocument", plain | fields)


# ── an index ──────────────────────────────────────────────────────────────────────────────────────────────────────


class ShelfIndex:
    """Looks through every document. `fault` is raised by whatever is asked next, where set."""

    def __init__(self, documents: Iterable[ArticleDocument] = ()) -> None:
        self.documents = {ArticleId(one["article_id"]): one for one in documents}
        self.fault: Exception | None = None
        self.asked: list[SearchRequest] = []

    def get(self, article_id: ArticleId) -> ArticleDocument | None:
        self._stumble()
        return self.documents.get(article_id)

    def count(self, query: Query | None = None) -> int:
        self._stumble()
        return len(self._found(query or Everything()))

    def search(self, request: SearchRequest) -> SearchPage:
        self._stumble()
        self.asked.append(request)
        found = self._found(request.query)
        if request.sort is Sort.NEWEST:
            found.sort(key=lambda one: one["@timestamp"], reverse=True)
        start = _offset(request.cursor)
        shown = found[start : start + request.size]
        more = start + request.size < len(found)
        return SearchPage(
            hits=tuple(_hit(one, request.query) for one in shown),
            total=len(found),
            facets={name: _counted(name, found, request.facet_size) for name in request.facets},
            next_cursor=f"from-{start + request.size}" if more else None,
            milliseconds=1.25,
        )

    def _found(self, query: Query) -> list[ArticleDocument]:
        return [one for one in self.documents.values() if matches(query, one)]

    def _stumble(self) -> None:
        if self.fault is not None:
            raise self.fault


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not re.fullmatch(r"from-\d+", cursor):
        raise ConfigurationError.of("cursor", cursor, "one that a page of results gave")
    return int(cursor.removeprefix("from-"))


def matches(query: Query, one: ArticleDocument) -> bool:
    """Whether a document matches, by plain comparison of letters."""
    fields = cast("Mapping[str, Any]", one)
    match query:
        case Everything() | AsOf():
            return True
        case And(parts=parts):
            return all(matches(part, one) for part in parts)
        case Or(parts=parts):
            return any(matches(part, one) for part in parts)
        case Not(part=part):
            return not matches(part, one)
        case Equals(field=field, value=value):
            values = fields[field] if isinstance(fields[field], list) else [fields[field]]
            return value.casefold() in [str(each).casefold() for each in values]
        case Between(field=field, start=start, end=end):
            at = datetime.fromisoformat(str(fields[field]))
            return (start is None or start <= at) and (end is None or at < end)
        case Word(text=text, field=field) | Phrase(text=text, field=field) | Prefix(text=text, field=field):
            sought = re.escape(text) + ("" if isinstance(query, Prefix) else r"\b")
            texts = str(fields[field]) if field else f"{one['title']} {one['body']}"
            return re.search(rf"\b{sought}", texts, re.IGNORECASE) is not None


def _counted(name: str, found: list[ArticleDocument], size: int) -> tuple[FacetCount, ...]:
    counts: Counter[str] = Counter()
    for one in found:
        values = one["@timestamp"][:10] if name == "day" else cast("Mapping[str, Any]", one)[name]
        counts.update([values] if isinstance(values, str) else values or [])
    return tuple(FacetCount(value=value, count=count) for value, count in counts.most_common(size))


def _hit(one: ArticleDocument, query: Query) -> Hit:
    words = [part.text for part in (query.parts if isinstance(query, And) else (query,)) if isinstance(part, Word | Phrase)]
    return Hit(
        article_id=ArticleId(one["article_id"]),
        score=1.0,
        document=one,
        title=_fragments(one["title"], words),
        snippet=_fragments(one["body"][:200], words),
    )


def _fragments(text: str, words: Sequence[str]) -> tuple[Fragment, ...]:
    if not words:
        return ()
    pieces = re.split(rf"\b({'|'.join(map(re.escape, words))})\b", text, flags=re.IGNORECASE)
    return tuple(Fragment(text=piece, marked=place % 2 == 1) for place, piece in enumerate(pieces) if piece)


# ── a desk ────────────────────────────────────────────────────────────────────────────────────────────────────────


def desk_of(index: ShelfIndex | None = None, state: MemoryState | None = None, **others: Any) -> Desk:
    """A desk over the index and ledger given, empty ones else, at `NOW`."""
    index, state = index or ShelfIndex(), state or MemoryState()
    usual: dict[str, Any] = {"open_index": lambda: index, "open_state": lambda: state, "parse": parse_query, "clock": lambda: NOW}
    return Desk(**(usual | others))


def refusing(error: Exception) -> Callable[[], Any]:
    """An opening that never succeeds."""

    def refuse() -> Any:
        raise error

    return refuse


# ── a reader ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Browser:
    """Asks an app without a socket. Faults that a server would log are answered, as a server would."""

    def __init__(self, app: ASGIApp, *, root_path: str = "") -> None:
        self._app = app
        self._root_path = root_path

    def get(self, path: str, *, method: str = "GET", **params: str) -> httpx.Response:
        """The answer to one request."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False, root_path=self._root_path)
            async with httpx.AsyncClient(transport=transport, base_url="http://wireroom.test") as client:
                return await client.request(method, path, params=params or None)

        return asyncio.run(ask())


def links_in(page: str) -> list[str]:
    """Every address that a page links to, loads or sends a form to, in order."""
    return [found.replace("&amp;", "&") for found in re.findall(r'(?:href|src|action)="([^"]*)"', page)]


def own_links(page: str) -> list[str]:
    """Those that stay on this site."""
    return [link for link in links_in(page) if not urlsplit(link).netloc and not link.startswith("#")]
