"""A made-up year of news: always the same for the same number of documents.

Words follow Zipf's law, and each story has words of its own; few sources write much and most little; days differ, hours too;
stories burst and fade, some are on many sites, and part of those are copies of one text. Seven languages, by source.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, get_args, get_type_hints

import numpy as np

from benchmarks.index.words import PLACES, TOPICS, Drawing, Topic, forms, topics
from pipeline.index.document import ArticleDocument, completed

BEGIN = datetime(2025, 11, 1, tzinfo=UTC)
DAYS, SOURCES = 365, 300
_HOURS = np.array((1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 9, 9, 9, 9, 9, 9, 8, 7, 6, 5, 4, 3, 2), dtype=float)
_WEEK = np.array((1.1, 1.15, 1.15, 1.15, 1.1, 0.7, 0.65))
LANGUAGES = ("en", "en", "en", "en", "en", "en", "de", "es", "fr", "it", "pt", "ru")
_COUNTRIES = {"en": "GB", "de": "DE", "es": "ES", "fr": "FR", "it": "IT", "pt": "PT", "ru": "RU"}
_SECTIONS = ("World", "Politics", "Business", "Sport", "Culture", "Science", "Opinion", "Local", "Health", "Technology")
_CONTINUES, _COPIES = 0.4, 0.3  # shares: of articles that go on with a story, and of those that take over its text
_RECENT = 3_000  # articles a story may be taken up from


@dataclass(frozen=True, slots=True)
class _Told:
    """An article that others may take up."""

    story_id: str
    article_id: str
    topic: Topic
    language: str
    words: np.ndarray


def made_documents(count: int, *, words: float = 1.0) -> Iterator[ArticleDocument]:
    """Yield documents in order of time, of 400 words on average, or that many times as many."""
    rng = np.random.default_rng(20)
    drawing, recent = Drawing(rng), deque[_Told](maxlen=_RECENT)
    weights = 1.0 / np.arange(1, SOURCES + 1) ** 0.8
    sources = rng.choice(SOURCES, count, p=weights / weights.sum())
    for at, (second, source) in enumerate(zip(_moments(count, rng), sources.tolist(), strict=True)):
        language = LANGUAGES[source % len(LANGUAGES)]
        earlier = recent[int(len(recent) * rng.random() ** 0.5)] if recent and rng.random() < _CONTINUES else None
        topic = earlier.topic if earlier else topics()[min(int(rng.zipf(1.2)), TOPICS) - 1]
        article_id = blake2b(str(at).encode(), digest_size=16).hexdigest()
        copied = earlier is not None and earlier.language == language and rng.random() < _COPIES
        length = int(np.clip(rng.lognormal(5.83, 0.55), 60, 2_500) * words)
        text = earlier.words if copied and earlier else drawing.words(length, topic, 0.1)
        told = _Told(earlier.story_id if earlier else article_id, article_id, topic, language, text)
        recent.append(told)
        title = " ".join(forms()[drawing.words(int(rng.integers(6, 11)), topic, 0.5)])
        yield _document(told, title, source, BEGIN + timedelta(seconds=second), earlier if copied else None, rng)


def _moments(count: int, rng: np.random.Generator) -> list[int]:
    """Seconds since the beginning: weekdays and working hours have more, and some days far more."""
    days = _WEEK[np.arange(DAYS) % 7] * rng.lognormal(0, 0.25, DAYS)
    day = rng.choice(DAYS, count, p=days / days.sum())
    hour = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    seconds: list[int] = np.sort(day * 86_400 + hour * 3_600 + rng.integers(0, 3_600, count)).tolist()
    return seconds


def _document(told: _Told, title: str, source: int, moment: datetime, copied: _Told | None, rng: np.random.Generator) -> ArticleDocument:
    at = moment.isoformat().replace("+00:00", "Z")
    body, url = _paragraphs(told.words), f"https://paper{source}.example/{told.article_id}"
    topic = told.topic
    places = [f"Place {number}" for number in dict.fromkeys(topic.places)]
    given: dict[str, Any] = {
        "article_id": told.article_id, "version": int(moment.timestamp() * 1000), "revision": 1, "url": url, "url_keys": [url],
        "title": title.capitalize(), "summary": body[:150], "body": body, "source": f"Paper {source}", "feed_id": f"paper-{source}",
        "country": _COUNTRIES[told.language], "language": told.language, "section": _SECTIONS[topic.lemmas[2] % len(_SECTIONS)],
        "authors": [f"Author {source}-{int(rng.integers(0, 30))}"], "@timestamp": at, "published": at, "published_precision": "second",
        "first_seen_at": at, "fetched_at": at, "indexed_at": at, "page_type": "article", "words": len(told.words),
        "people": [f"Person {number}" for number in dict.fromkeys(topic.people)],
        "organisations": [f"Organisation {number}" for number in dict.fromkeys(topic.organisations)], "places": places,
        "locations": [{"name": f"Place {number}", "country": None, "location": _spot(number)} for number in dict.fromkeys(topic.places)],
        "keywords": title.split()[:4], "archive": {"file": "2026/11/20/a.warc.gz", "offset": 0, "length": 10, "digest": "0" * 64},
        "pipeline": {"clean": "1"}, "reading_minutes": 2, "story_id": told.story_id, "copy_of": copied.article_id if copied else None,
        "copy_kind": "verbatim" if copied else None, "copy_distance": 0.0 if copied else None,
    }  # fmt: skip
    return _with_every_field(given)


def _paragraphs(words: np.ndarray) -> str:
    """Sentences of sixteen words, paragraphs of three sentences."""
    written = forms()[words].tolist()
    sentences = [" ".join(written[at : at + 16]).capitalize() + "." for at in range(0, len(written), 16)]
    return "\n\n".join(" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3))


def _spot(number: int) -> dict[str, float]:
    return {"lat": 70.0 - 130.0 * (number * 7_919 % PLACES) / PLACES, "lon": -180.0 + 360.0 * number / PLACES}


def _with_every_field(given: dict[str, Any]) -> ArticleDocument:
    """What is not given is none, false or empty."""
    for name, hint in _HINTS.items():
        if name not in given:
            given[name] = None if type(None) in get_args(hint) else False if hint is bool else [] if "list" in str(hint) else ""
    return completed(given)  # type: ignore[arg-type]


_HINTS = get_type_hints(ArticleDocument)
