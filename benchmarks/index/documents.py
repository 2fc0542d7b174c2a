"""Made-up news of realistic word frequencies: always the same for the same number."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import numpy as np

from pipeline.index.document import ArticleDocument, completed

WORDS = 60_000
_SYLLABLES = ("ka", "lo", "mi", "ren", "tas", "vor", "bel", "dun", "ish", "ol", "per", "qua", "sen", "tri", "un", "wey")
_BEGIN = datetime(2025, 11, 1, tzinfo=UTC)
SOURCES, PEOPLE, PLACES = 60, 3_000, 800


def vocabulary() -> list[str]:
    """Return words, the frequent ones short."""
    found: dict[str, None] = {}
    at = 0
    while len(found) < WORDS:
        number, word = at, ""
        while True:
            word += _SYLLABLES[number % 16]
            number //= 16
            if not number:
                break
        found[word] = None
        at += 1
    return list(found)


def made_documents(count: int, *, words: int = 400) -> Iterator[ArticleDocument]:
    """Yield documents of about so many words; the rank of each word follows Zipf's law with exponent 1.07."""
    rng = np.random.default_rng(20)
    known = np.array(vocabulary(), dtype=object)
    weights = 1.0 / np.arange(1, WORDS + 1) ** 1.07
    cumulative = np.cumsum(weights / weights.sum())
    for at in range(count):
        drawn = known[np.searchsorted(cumulative, rng.random(words + 8))]
        yield _document(at, " ".join(drawn[:8]), " ".join(drawn[8:]), rng)


def _document(at: int, title: str, body: str, rng: np.random.Generator) -> ArticleDocument:
    moment = (_BEGIN + timedelta(seconds=int(rng.integers(0, 365 * 86_400)))).isoformat().replace("+00:00", "Z")
    url = f"https://paper{at % SOURCES}.example/{at}"
    names = [f"Person {int(rank)}" for rank in rng.zipf(1.3, 3) % PEOPLE]
    full: dict[str, Any] = {
        "article_id": sha256(str(at).encode()).hexdigest()[:32], "version": 1, "revision": 1, "url": url, "url_keys": [url], "title": title,
        "summary": body[:150], "body": body, "blocks": [], "authors": [], "agency": None, "dateline": None, "contributors": None,
        "captions": [], "corrections": [], "source": f"Paper {at % SOURCES}", "feed_id": f"paper-{at % SOURCES}", "country": "GB",
        "language": "en", "section": ("World", "Sport", "Business")[at % 3], "tags": [], "image": None, "@timestamp": moment,
        "published": moment, "published_precision": "second", "modified": None, "first_seen_at": moment, "fetched_at": moment,
        "indexed_at": moment, "people": names, "organisations": [], "places": [f"Place {int(rng.zipf(1.3)) % PLACES}"], "entities": [],
        "locations": [], "keywords": title.split()[:3], "quotes": [], "words": 400, "page_type": "article", "flags": [], "noindex": False,
        "noarchive": False, "archive": {"file": "2026/11/20/a.warc.gz", "offset": at, "length": 10, "digest": "0" * 64}, "removed": [],
        "candidates": [], "pipeline": {"clean": "1"},
    }  # fmt: skip
    return _with_every_field(completed(full))  # type: ignore[arg-type]


def _with_every_field(document: ArticleDocument) -> ArticleDocument:
    """Fields that came later than this benchmark are none, false or empty."""
    from typing import get_type_hints

    for name, hint in get_type_hints(ArticleDocument).items():
        if name not in document:
            empty = None if type(None) in getattr(hint, "__args__", ()) else False if hint is bool else [] if "list" in str(hint) else ""
            document[name] = empty  # type: ignore[literal-required]
    return document
