from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.index.build import to_document
from pipeline.index.document import ArticleDocument
from pipeline.index.refusal import refusal
from pipeline.types import (
    ArchivePointer,
    Article,
    ArticleId,
    Block,
    BlockKind,
    Candidate,
    Caption,
    DatePrecision,
    Digest,
    EnrichedArticle,
    Entity,
    EntryId,
    FeedId,
    Place,
    Quote,
    Removed,
    Rights,
    UrlKey,
)
from tests.index.documents import document as sample

SEEN = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)
FETCHED = datetime(2026, 11, 20, 12, 6, 7, 890_999, tzinfo=UTC)
INDEXED = datetime(2026, 11, 20, 12, 7, tzinfo=UTC)


def article(**changes: object) -> Article:
    """An article with something in every field."""
    return Article(
        **{
            "article_id": ArticleId("a" * 32),
            "entry_id": EntryId("e" * 32),
            "feed_id": FeedId("wire"),
            "url": "https://wire.example/1?utm_source=x",
            "url_key": UrlKey("https://wire.example/1"),
            "aliases": (UrlKey("https://m.wire.example/1"), UrlKey("https://wire.example/1")),
            "publisher": "Wire",
            "country": "US",
            "title": "Talks",
            "blocks": (Block(kind=BlockKind.HEADING, text="First", level=2), Block(kind=BlockKind.PARAGRAPH, text="Then.")),
            "authors": ("Jane Doe",),
            "agency": "VOA",
            "dateline": "REYKJAVIK",
            "contributors": "With John Roe",
            "captions": (Caption(text="Harbour", credit="Pool"),),
            "corrections": ("An earlier version …",),
            "published": SEEN - timedelta(hours=1),
            "published_precision": DatePrecision.DAY,
            "modified": SEEN,
            "section": "World",
            "tags": ("diplomacy",),
            "image": "https://wire.example/1.jpg",
            "summary": "They met.",
            "flags": ("tz-assumed",),
            "rights": Rights(noindex=True),
            "removed": (Removed(text="Loading...", rule="loading", position=3, score=0.5),),
            "candidates": (Candidate(field="title", value="Talks", source="meta", chosen=True),),
            "fetched_at": FETCHED,
            "first_seen_at": SEEN,
            "pointer": ArchivePointer(file="a.warc.gz", offset=1, length=2, digest=Digest("d" * 64)),
            "text_digest": Digest("f" * 64),
            "cleaner": "trafilatura/2.0",
        }
        | changes  # type: ignore[arg-type]
    )


def enriched(**changes: object) -> EnrichedArticle:
    """The article above with every kind of entity."""
    return EnrichedArticle(
        article=article(**changes),
        language="en",
        entities=(
            Entity(name="Antony Blinken", label="PERSON", mentions=((0, 1), (3, 4))),
            Entity(name="Tass", label="ORG", mentions=((5, 6),)),
            Entity(name="Iceland", label="GPE", mentions=((5, 6),)),
            Entity(name="the Arctic", label="LOC", mentions=((5, 6),)),
            Entity(name="Iceland", label="LOC", mentions=((7, 8),)),
            Entity(name="Monday", label="DATE", mentions=((7, 8),)),
        ),
        places=(Place(name="Reykjavik", country="IS", latitude=64.1, longitude=-21.9),),
        keywords=("talks",),
        quotes=(Quote(text="We met", speaker="Blinken", start=0, end=6),),
        words=2,
        enrichers=("language/1", "entities/2.1"),
    )


def test_every_field_has_its_place() -> None:
    """The whole document, key by key, where it is another than the plain one of this room's tests; an index takes it."""
    document = to_document(enriched(), revision=3, indexed_at=INDEXED, pipeline={"index": "1"})
    assert refusal(document) is None
    assert set(document) == set(ArticleDocument.__annotations__)
    assert document == sample() | {
        "article_id": "a" * 32,
        "version": 1795176367890,
        "revision": 3,
        "url": "https://wire.example/1?utm_source=x",
        "url_keys": ["https://wire.example/1", "https://m.wire.example/1"],
        "title": "Talks",
        "summary": "They met.",
        "body": "First\n\nThen.",
        "blocks": [{"kind": "heading", "text": "First", "level": 2}, {"kind": "paragraph", "text": "Then.", "level": 0}],
        "authors": ["Jane Doe"],
        "agency": "VOA",
        "dateline": "REYKJAVIK",
        "contributors": "With John Roe",
        "captions": [{"text": "Harbour", "credit": "Pool"}],
        "corrections": ["An earlier version …"],
        "source": "Wire",
        "feed_id": "wire",
        "country": "US",
        "section": "World",
        "tags": ["diplomacy"],
        "image": "https://wire.example/1.jpg",
        "@timestamp": "2026-11-20T11:05:00Z",
        "published": "2026-11-20T11:05:00Z",
        "published_precision": "day",
        "modified": "2026-11-20T12:05:00Z",
        "first_seen_at": "2026-11-20T12:05:00Z",
        "fetched_at": "2026-11-20T12:06:07.890999Z",
        "indexed_at": "2026-11-20T12:07:00Z",
        "people": ["Antony Blinken"],
        "organisations": ["Tass"],
        "places": ["Iceland", "the Arctic"],
        "entities": [
            {"name": "Antony Blinken", "label": "PERSON", "count": 2},
            {"name": "Tass", "label": "ORG", "count": 1},
            {"name": "Iceland", "label": "GPE", "count": 1},
            {"name": "the Arctic", "label": "LOC", "count": 1},
            {"name": "Iceland", "label": "LOC", "count": 1},
            {"name": "Monday", "label": "DATE", "count": 1},
        ],
        "locations": [{"name": "Reykjavik", "country": "IS", "location": {"lat": 64.1, "lon": -21.9}}],
        "keywords": ["talks"],
        "quotes": [{"text": "We met", "speaker": "Blinken", "start": 0, "end": 6}],
        "words": 2,
        "reading_minutes": 0,
        "story_id": "a" * 32,
        "flags": ["tz-assumed"],
        "noindex": True,
        "archive": {"file": "a.warc.gz", "offset": 1, "length": 2, "digest": "d" * 64},
        "removed": [{"text": "Loading...", "rule": "loading", "position": 3, "score": 0.5}],
        "candidates": [{"field": "title", "value": "Talks", "source": "meta", "chosen": True}],
        "pipeline": {"clean": "trafilatura/2.0", "language": "1", "entities": "2.1", "index": "1"},
    }


@pytest.mark.parametrize(
    ("published", "timestamp"),
    [
        (SEEN - timedelta(days=3), "2026-11-17T12:05:00Z"),
        (SEEN + timedelta(days=300), "2026-11-20T12:05:00Z"),  # an embargo or a wrong clock
        (None, "2026-11-20T12:05:00Z"),
    ],
)
def test_the_effective_time(published: datetime | None, timestamp: str) -> None:
    """Published counts, unless it lies after we first saw the article; the original stays in `published`."""
    document = to_document(enriched(published=published), revision=1, indexed_at=INDEXED, pipeline={})
    assert document["@timestamp"] == timestamp
    assert (document["published"] is None) == (published is None)


def test_the_version_is_the_time_of_the_fetch() -> None:
    """A later fetch has a greater version, to the millisecond."""
    versions = [
        to_document(enriched(fetched_at=FETCHED + timedelta(milliseconds=at)), revision=1, indexed_at=INDEXED, pipeline={})["version"]
        for at in range(3)
    ]
    assert versions == [versions[0], versions[0] + 1, versions[0] + 2]
