"""A made-up year of news: always the same for the same number of documents.

Words follow Zipf's law, and each story has words of its own; few sources write much and most little; days differ, hours too;
stories burst and fade, some are on many sites, and part of those are copies of one text. Seven languages, by source.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Any, get_args, get_type_hints

import numpy as np

from benchmarks.index.words import PLACES, TOPICS, Drawing, forms, topics
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
_AT_ONCE = 2_000  # documents whose words are drawn together


@dataclass(slots=True)
class _Told:
    """An article that others may take up; its wording is `_write`'s."""

    article_id: str
    story_id: str
    source: int
    moment: datetime
    topic: int
    author: int
    copied: _Told | None  # whose text it takes over
    title: str = ""
    body: str = ""
    words: int = 0

    @property
    def language(self) -> str:
        return LANGUAGES[self.source % len(LANGUAGES)]


def made_documents(count: int, *, words: float = 1.0) -> Iterator[ArticleDocument]:
    """Yield documents in order of time, of 400 words on average, or that many times as many."""
    rng = np.random.default_rng(20)
    drawing, recent = Drawing(rng), deque[_Told](maxlen=_RECENT)
    weights = 1.0 / np.arange(1, SOURCES + 1) ** 0.8
    sources = rng.choice(SOURCES, count, p=weights / weights.sum())
    moments = _moments(count, rng)
    for first in range(0, count, _AT_ONCE):
        some = range(first, min(first + _AT_ONCE, count))
        told = _planned(some, sources[some.start : some.stop].tolist(), moments[some.start : some.stop], recent, rng)
        _write(told, drawing, rng, words)
        for each in told:
            yield _document(each)
            each.copied = None  # else a story would be kept back to its beginning


def _moments(count: int, rng: np.random.Generator) -> list[int]:
    """Seconds since the beginning: weekdays and working hours have more, and some days far more."""
    days = _WEEK[np.arange(DAYS) % 7] * rng.lognormal(0, 0.25, DAYS)
    day = rng.choice(DAYS, count, p=days / days.sum())
    hour = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    seconds: list[int] = np.sort(day * 86_400 + hour * 3_600 + rng.integers(0, 3_600, count)).tolist()
    return seconds


def _planned(some: range, sources: list[int], moments: list[int], recent: deque[_Told], rng: np.random.Generator) -> list[_Told]:
    """Decide what each article is about, and whether it goes on with one of the recent ones."""
    chances = rng.random((len(some), 3)).tolist()
    new = np.minimum(rng.zipf(1.2, len(some)), TOPICS) - 1
    rows = zip(some, sources, moments, chances, new.tolist(), rng.integers(0, 30, len(some)).tolist(), strict=True)
    planned = []
    for at, source, second, (goes_on, which, copies), topic, author in rows:
        earlier = recent[int(len(recent) * which**0.5)] if recent and goes_on < _CONTINUES else None
        article_id = blake2b(str(at).encode(), digest_size=16).hexdigest()
        story, about = (earlier.story_id, earlier.topic) if earlier else (article_id, topic)
        told = _Told(article_id, story, source, BEGIN + timedelta(seconds=second), about, author, None)
        if earlier and earlier.language == told.language and copies < _COPIES:
            told.copied = earlier
        recent.append(told)
        planned.append(told)
    return planned


def _write(told: list[_Told], drawing: Drawing, rng: np.random.Generator, words: float) -> None:
    """Give each its title and its text."""
    own = [each for each in told if each.copied is None]
    lengths = (np.clip(rng.lognormal(5.83, 0.55, len(own)), 60, 2_500) * words).astype(int)
    for each, text in zip(own, _texts(own, lengths, drawing, 0.1), strict=True):
        each.body, each.words = _paragraphs(text), len(text)
    for each, text in zip(told, _texts(told, rng.integers(6, 11, len(told)), drawing, 0.5), strict=True):
        each.title = " ".join(text).capitalize()
        if each.copied is not None:
            each.body, each.words = each.copied.body, each.copied.words


def _texts(told: list[_Told], lengths: np.ndarray, drawing: Drawing, share: float) -> Iterator[list[str]]:
    about = np.array([each.topic for each in told], dtype=int)
    written = forms()[drawing.words(lengths, about, share)].tolist()
    end = 0
    for length in lengths.tolist():
        yield written[end : end + length]
        end += length


def _paragraphs(words: list[str]) -> str:
    """Sentences of sixteen words, paragraphs of three sentences."""
    sentences = [" ".join(words[at : at + 16]).capitalize() for at in range(0, len(words), 16)]
    return "\n\n".join(". ".join(sentences[at : at + 3]) + "." for at in range(0, len(sentences), 3))


def _document(told: _Told) -> ArticleDocument:
    at, url = told.moment.strftime("%Y-%m-%dT%H:%M:%SZ"), f"https://paper{told.source}.example/{told.article_id}"
    topic, copied = topics()[told.topic], told.copied
    places = list(dict.fromkeys(topic.places))
    return {
        **_rest(),
        "article_id": told.article_id, "version": int(told.moment.timestamp() * 1000), "url": url, "url_keys": [url],
        "title": told.title, "summary": told.body[:150], "body": told.body,
        "source": f"Paper {told.source}", "feed_id": f"paper-{told.source}",
        "country": _COUNTRIES[told.language], "language": told.language, "section": _SECTIONS[topic.lemmas[2] % len(_SECTIONS)],
        "authors": [f"Author {told.source}-{told.author}"], "@timestamp": at, "published": at,
        "first_seen_at": at, "fetched_at": at, "indexed_at": at, "words": told.words,
        "people": [f"Person {number}" for number in dict.fromkeys(topic.people)],
        "organisations": [f"Organisation {number}" for number in dict.fromkeys(topic.organisations)],
        "places": [f"Place {number}" for number in places], "locations": [_location(number) for number in places],
        "keywords": told.title.lower().split()[:4], "story_id": told.story_id, "copy_of": copied.article_id if copied else None,
        "copy_kind": "verbatim" if copied else None, "copy_distance": 0.0 if copied else None,
    }  # fmt: skip


@cache
def _location(number: int) -> dict[str, Any]:
    spot = {"lat": 70.0 - 130.0 * (number * 7_919 % PLACES) / PLACES, "lon": -180.0 + 360.0 * number / PLACES}
    return {"name": f"Place {number}", "country": None, "location": spot}


@cache
def _rest() -> ArticleDocument:
    """What all have: fields that nothing is said of are none, false or empty."""
    given: dict[str, Any] = {
        "article_id": "", "revision": 1, "published_precision": "second", "page_type": "article", "pipeline": {"clean": "1"},
        "reading_minutes": 2, "archive": {"file": "2026/11/20/a.warc.gz", "offset": 0, "length": 10, "digest": "0" * 64},
    }  # fmt: skip
    for name, hint in get_type_hints(ArticleDocument).items():
        if name not in given:
            given[name] = None if type(None) in get_args(hint) else False if hint is bool else [] if "list" in str(hint) else ""
    return completed(given)  # type: ignore[arg-type]
