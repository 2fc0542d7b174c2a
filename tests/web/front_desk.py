"""What the web tests put behind the pages: an index in memory, documents to fill it with, and a reader of the pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from starlette.types import ASGIApp

from pipeline.index.cursors import Cursor
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.query import Query, SearchPage, SearchRequest, Sort
from pipeline.types import ArticleId
from pipeline.web.desk import Desk
from tests.fakes_index import InMemoryIndex
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
        "reading_minutes": 1, "gist": "", "vector": None, "vector_model": None,
        "story_id": f"{number:032x}", "copy_of": None, "copy_kind": None, "copy_distance": None,
        "revision_of": None, "superseded_at": None, "changes": [], "taken_down_at": None,
        "page_type": "article", "flags": [], "noindex": False,
        "noarchive": False,
        "ai_allowed": None,
        "tdm_reserved": None,
        "free_to_read": None,
        "syndicated_from": None,
        "archive": {"file": "2026/07/14/a.warc.gz", "offset": 1024, "length": 2048, "digest": "0" * 64}, "removed": [],
        "candidates": [], "pipeline": {"clean": "clean/1"},
    }  # fmt: skip
    return cast("ArticleDocument", plain | fields)


# ── an index ──────────────────────────────────────────────────────────────────────────────────────────────────────


class ShelfIndex(InMemoryIndex):
    """An index that holds these documents and notes what it is asked. `fault` is raised by whatever comes next, where set."""

    def __init__(self, documents: Iterable[ArticleDocument] = ()) -> None:
        super().__init__()
        self.fault: Exception | None = None
        self.asked: list[SearchRequest] = []
        assert not self.upsert(documents)
        self.refresh()

    def get(self, article_id: ArticleId) -> ArticleDocument | None:
        self._stumble()
        return super().get(article_id)

    def count(self, query: Query | None = None) -> int:
        self._stumble()
        return super().count(query)

    def search(self, request: SearchRequest) -> SearchPage:
        self._stumble()
        self.asked.append(request)
        return replace(super().search(request), milliseconds=1.25)

    def _stumble(self) -> None:
        if self.fault is not None:
            raise self.fault


def cursor_behind(rank: int) -> str:
    """What the index in memory gives with a page whose last hit is the one of that number."""
    return Cursor(Sort.NEWEST, 0, 0.0, rank).text()


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
