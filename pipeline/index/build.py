"""An enriched article → the document that is indexed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from pipeline.index.dates import iso
from pipeline.index.document import ArticleDocument, BlockField, CandidateField, CaptionField, PlaceField, QuoteField, RemovedField
from pipeline.types import Article, Caption, EnrichedArticle, Entity, Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PERSON_LABELS = frozenset({"PERSON", "PER"})
ORGANISATION_LABELS = frozenset({"ORG"})
PLACE_LABELS = frozenset({"GPE", "LOC", "FAC"})


def to_document(enriched: EnrichedArticle, *, revision: int, indexed_at: datetime, pipeline: Mapping[str, str]) -> ArticleDocument:
    """Return the document of an article.

    Args:
        enriched: the article with what was found in it.
        revision: 1 for the first text that was seen, 2 for the next …
        indexed_at: when this document is made.
        pipeline: stage → version of what it went through; the cleaner and the enrichers add themselves.
    """
    article = enriched.article
    return {
        "article_id": article.article_id,
        "version": (article.fetched_at - _EPOCH) // timedelta(milliseconds=1),
        "revision": revision,
        "url": article.url,
        "url_keys": _unique([article.url_key, *article.aliases]),
        "title": article.title,
        "summary": article.summary,
        "body": article.text,
        "blocks": _blocks(article),
        "authors": list(article.authors),
        "agency": article.agency,
        "dateline": article.dateline,
        "contributors": article.contributors,
        "captions": [_caption(caption) for caption in article.captions],
        "corrections": list(article.corrections),
        "source": article.publisher,
        "feed_id": article.feed_id,
        "country": article.country,
        "language": enriched.language,
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
        "@timestamp": iso(effective_time(article)),
        "published": iso(article.published) if article.published else None,
        "published_precision": article.published_precision.value,
        "modified": iso(article.modified) if article.modified else None,
        "first_seen_at": iso(article.first_seen_at),
        "fetched_at": iso(article.fetched_at),
        "indexed_at": iso(indexed_at),
        "people": _names(enriched.entities, PERSON_LABELS),
        "organisations": _names(enriched.entities, ORGANISATION_LABELS),
        "places": _names(enriched.entities, PLACE_LABELS),
        "entities": [{"name": entity.name, "label": entity.label, "count": len(entity.mentions)} for entity in enriched.entities],
        "locations": [_location(place) for place in enriched.places],
        "keywords": list(enriched.keywords),
        "quotes": _quotes(enriched),
        "words": enriched.words,
        "page_type": article.page_type,
        "flags": list(article.flags),
        "noindex": article.rights.noindex,
        "archive": {
            "file": article.pointer.file,
            "offset": article.pointer.offset,
            "length": article.pointer.length,
            "digest": article.pointer.digest,
        },
        "removed": _removed(article),
        "candidates": _candidates(article),
        "pipeline": _versions(enriched, pipeline),
    }


def effective_time(article: Article) -> datetime:
    """Return when the article counts as published: as it says itself, but never after it was first seen.

    A date in the future (an embargo, a wrong clock) would pin the article to the top of every list.
    """
    return min(article.published, article.first_seen_at) if article.published else article.first_seen_at


def _names(entities: Iterable[Entity], labels: Collection[str]) -> list[str]:
    return _unique(entity.name for entity in entities if entity.label in labels)


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _blocks(article: Article) -> list[BlockField]:
    return [{"kind": block.kind.value, "text": block.text, "level": block.level} for block in article.blocks]


def _caption(caption: Caption) -> CaptionField:
    return {"text": caption.text, "credit": caption.credit}


def _location(place: Place) -> PlaceField:
    return {"name": place.name, "country": place.country, "location": {"lat": place.latitude, "lon": place.longitude}}


def _quotes(enriched: EnrichedArticle) -> list[QuoteField]:
    return [{"text": quote.text, "speaker": quote.speaker} for quote in enriched.quotes]


def _removed(article: Article) -> list[RemovedField]:
    return [{"text": line.text, "rule": line.rule, "position": line.position, "score": line.score} for line in article.removed]


def _candidates(article: Article) -> list[CandidateField]:
    return [
        {"field": candidate.field, "value": candidate.value, "source": candidate.source, "chosen": candidate.chosen}
        for candidate in article.candidates
    ]


def _versions(enriched: EnrichedArticle, pipeline: Mapping[str, str]) -> dict[str, str]:
    """Enrichers come as name/version; the caller's own versions have the last word."""
    named = dict(_split(enricher) for enricher in enriched.enrichers)
    return {"clean": enriched.article.cleaner, **named, **pipeline}


def _split(name_and_version: str) -> tuple[str, str]:
    name, _, version = name_and_version.partition("/")
    return name, version
