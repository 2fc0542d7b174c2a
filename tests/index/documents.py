"""Documents for the tests of this room, and the few words that made-up ones are made of."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from pipeline.index.document import ArticleDocument


def document(name: str = "one", **changes: Any) -> ArticleDocument:
    """Return a valid document; its id is 32 hex digits made of `name`."""
    article_id = sha256(name.encode()).hexdigest()[:32]
    url = f"https://paper.example/{name}"
    full: dict[str, Any] = {
        "article_id": article_id,
        "version": 1,
        "revision": 1,
        "url": url,
        "url_keys": [url],
        "title": "A quiet day",
        "summary": "",
        "body": "Nothing much was reported.",
        "blocks": [],
        "authors": [],
        "agency": None,
        "dateline": None,
        "contributors": None,
        "captions": [],
        "corrections": [],
        "source": "The Paper",
        "feed_id": "the-paper",
        "country": "GB",
        "language": "en",
        "section": None,
        "tags": [],
        "image": None,
        "@timestamp": "2026-11-20T12:00:00Z",
        "published": "2026-11-20T12:00:00Z",
        "published_precision": "second",
        "modified": None,
        "first_seen_at": "2026-11-20T12:05:00Z",
        "fetched_at": "2026-11-20T12:06:00Z",
        "indexed_at": "2026-11-20T12:07:00Z",
        "people": [],
        "organisations": [],
        "places": [],
        "entities": [],
        "locations": [],
        "keywords": [],
        "quotes": [],
        "words": 4,
        "reading_minutes": 1,
        "gist": "",
        "vector": None,
        "vector_model": None,
        "story_id": article_id,
        "copy_of": None,
        "copy_kind": None,
        "copy_distance": None,
        "revision_of": None,
        "superseded_at": None,
        "changes": [],
        "taken_down_at": None,
        "page_type": "article",
        "flags": [],
        "noindex": False,
        "noarchive": False,
        "ai_allowed": None,
        "tdm_reserved": None,
        "free_to_read": None,
        "syndicated_from": None,
        "archive": {"file": "2026/11/20/a.warc.gz", "offset": 0, "length": 10, "digest": "0" * 64},
        "removed": [],
        "candidates": [],
        "pipeline": {"clean": "1"},
    }
    assert not set(changes) - set(full), "no such field"
    return full | changes  # type: ignore[return-value]


WORDS = ("market", "markets", "oil", "Öl", "Zürich", "zurich", "été", "well-known", "東京都", "京都", "O’Brien", "выборы", "выборов", "5")
LANGUAGES = ("en", "de", "fr", "ru", "ja", "pl", "und")
TIMES = ("2026-11-20T12:00:00Z", "2026-11-20T12:00:00.500000Z", "2026-11-21T00:00:00Z", "1969-01-01T00:00:00Z")
NAMES = ("Antony Blinken", "Blinken", "La Costa", "la costa", "Arctic Council")
