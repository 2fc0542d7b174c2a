"""The document that is searched: the only place that knows the index's field names.

`ArticleDocument` is what both backends store and give back. Times are ISO 8601 strings in UTC ending in Z, because a document
is JSON wherever it travels. docs/fields.md explains each field.
"""

from __future__ import annotations

from typing import TypedDict

CaptionField = TypedDict("CaptionField", {"text": str, "credit": str})
EntityField = TypedDict("EntityField", {"name": str, "label": str, "count": int})
PlaceField = TypedDict("PlaceField", {"name": str, "country": str | None, "location": dict[str, float]})
QuoteField = TypedDict("QuoteField", {"text": str, "speaker": str | None, "start": int, "end": int})
RemovedField = TypedDict("RemovedField", {"text": str, "rule": str, "position": int, "score": float | None})
CandidateField = TypedDict("CandidateField", {"field": str, "value": str, "source": str, "chosen": bool})
BlockField = TypedDict("BlockField", {"kind": str, "text": str, "level": int})
PointerField = TypedDict("PointerField", {"file": str, "offset": int, "length": int, "digest": str})


class Wording(TypedDict):
    """What the article says, and who says it."""

    title: str
    summary: str
    body: str  # blocks joined by blank lines
    blocks: list[BlockField]
    authors: list[str]
    agency: str | None
    dateline: str | None
    contributors: str | None
    captions: list[CaptionField]
    corrections: list[str]
    section: str | None
    tags: list[str]
    image: str | None


class Origin(TypedDict):
    """Which article this is, and where it came from."""

    article_id: str
    version: int  # external version: fetched_at in milliseconds; an equal one may replace, an older one never
    revision: int
    url: str
    url_keys: list[str]  # every key this article is known under, its own first
    source: str  # publisher
    feed_id: str
    country: str | None
    page_type: str
    flags: list[str]
    noindex: bool
    noarchive: bool
    ai_allowed: bool | None  # None: nothing was said
    tdm_reserved: bool | None
    free_to_read: bool | None
    syndicated_from: str | None  # the address on another site that the page names as the article's own


Times = TypedDict(
    "Times",
    {
        "@timestamp": str,  # effective publication time
        "published": str | None,
        "published_precision": str,
        "modified": str | None,
        "first_seen_at": str,
        "fetched_at": str,
        "indexed_at": str,
    },
)


class Findings(TypedDict):
    """What the enrichers found."""

    language: str
    people: list[str]
    organisations: list[str]
    places: list[str]
    entities: list[EntityField]
    locations: list[PlaceField]
    keywords: list[str]
    quotes: list[QuoteField]
    words: int
    reading_minutes: int
    gist: str  # two sentences of the body; empty where it has no more than these
    vector: str | None  # signed bytes in hex, for finding what is alike; None: no model was there to make it
    vector_model: str | None


class Standing(TypedDict):
    """How it stands to other articles, and to its own earlier revisions."""

    story_id: str  # of the article the story is told first in; its own where it stands alone
    copy_of: str | None  # article id
    copy_kind: str | None  # verbatim, cut, rewritten
    copy_distance: float | None  # 0.0: the same words; 1.0: none in common
    revision_of: str | None  # the article whose earlier revision this is; None: this is the latest
    superseded_at: str | None  # when a newer revision was fetched; None: none was
    changes: list[str]  # how it differs from the revision before: headline, correction, silent-edit, …
    taken_down_at: str | None


class Provenance(TypedDict):
    """How the document came to be what it is."""

    archive: PointerField
    removed: list[RemovedField]
    candidates: list[CandidateField]
    pipeline: dict[str, str]  # stage or enricher name → version


class ArticleDocument(Origin, Wording, Times, Findings, Standing, Provenance):
    """One searchable article, or one of its earlier revisions."""


def completed(document: ArticleDocument) -> ArticleDocument:
    """Return a document with every field: one that was stored before there were stories and revisions lacks some."""
    return {
        "reading_minutes": 0, "gist": "", "vector": None, "vector_model": None, "story_id": document["article_id"],
        "copy_of": None, "copy_kind": None, "copy_distance": None,
        "revision_of": None, "superseded_at": None, "changes": [], "taken_down_at": None, **document,
        "quotes": [{"start": 0, "end": 0, **quote} for quote in document["quotes"]],
    }  # fmt: skip
