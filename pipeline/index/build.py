"""An enriched article → the document that is indexed. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

from pipeline.index.dates import iso
from pipeline.index.document import ArticleDocument, Findings, Origin, PlaceField, Provenance, Standing, Times, Wording
from pipeline.types import Article, EnrichedArticle, Entity, Place

_LATER = frozenset({*Findings.__annotations__, *Standing.__annotations__, "indexed_at", "pipeline"})
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
        **_origin(article, revision),
        **_wording(article),
        **_times(article, indexed_at),
        **_findings(enriched),
        **_alone(article),
        **_provenance(enriched, pipeline),
    }


def of_cleaning(article: Article, revision: int) -> dict[str, object]:
    """Return those fields of an article's document that follow from cleaning alone, whatever is found in it later."""
    document = to_document(EnrichedArticle(article=article, language=""), revision=revision, indexed_at=article.fetched_at, pipeline={})
    return {name: value for name, value in document.items() if name not in _LATER}


def _origin(article: Article, revision: int) -> Origin:
    return {
        "article_id": article.article_id,
        "version": (article.fetched_at - _EPOCH) // timedelta(milliseconds=1),
        "revision": revision,
        "url": article.url,
        "url_keys": _unique([article.url_key, *article.aliases]),
        "source": article.publisher,
        "feed_id": article.feed_id,
        "country": article.country,
        "page_type": article.page_type,
        "flags": list(article.flags),
        "noindex": article.rights.noindex,
        "noarchive": article.rights.noarchive,
        "ai_allowed": article.rights.ai_allowed,
        "tdm_reserved": article.rights.tdm_reserved,
        "free_to_read": article.rights.free_to_read,
        "syndicated_from": article.syndicated_from,
    }


def _wording(article: Article) -> Wording:
    return {
        "title": article.title,
        "summary": article.summary,
        "body": article.text,
        "blocks": [{"kind": block.kind.value, "text": block.text, "level": block.level} for block in article.blocks],
        "authors": list(article.authors),
        "agency": article.agency,
        "dateline": article.dateline,
        "contributors": article.contributors,
        "captions": [{"text": caption.text, "credit": caption.credit} for caption in article.captions],
        "corrections": list(article.corrections),
        "section": article.section,
        "tags": list(article.tags),
        "image": article.image,
    }


def _times(article: Article, indexed_at: datetime) -> Times:
    return {
        "@timestamp": iso(effective_time(article)),
        "published": iso(article.published) if article.published else None,
        "published_precision": article.published_precision.value,
        "modified": iso(article.modified) if article.modified else None,
        "first_seen_at": iso(article.first_seen_at),
        "fetched_at": iso(article.fetched_at),
        "indexed_at": iso(indexed_at),
    }


def _findings(enriched: EnrichedArticle) -> Findings:
    return {
        "language": enriched.language,
        "people": _names(enriched.entities, PERSON_LABELS),
        "organisations": _names(enriched.entities, ORGANISATION_LABELS),
        "places": _names(enriched.entities, PLACE_LABELS),
        "entities": [{"name": entity.name, "label": entity.label, "count": len(entity.mentions)} for entity in enriched.entities],
        "locations": [_location(place) for place in enriched.places],
        "keywords": list(enriched.keywords),
        "quotes": [{"text": quote.text, "speaker": quote.speaker, "start": quote.start, "end": quote.end} for quote in enriched.quotes],
        "words": enriched.words,
        "reading_minutes": enriched.reading_minutes,
        "gist": enriched.gist,
        "vector": enriched.vector,
        "vector_model": enriched.vector_model,
    }


def _alone(article: Article) -> Standing:
    """An article as long as nobody has said which story it is in: its own, and the latest revision."""
    return {
        "story_id": article.article_id,
        "copy_of": None,
        "copy_kind": None,
        "copy_distance": None,
        "revision_of": None,
        "superseded_at": None,
        "changes": [],
        "taken_down_at": None,
    }


def _provenance(enriched: EnrichedArticle, pipeline: Mapping[str, str]) -> Provenance:
    article, pointer = enriched.article, enriched.article.pointer
    return {
        "archive": {"file": pointer.file, "offset": pointer.offset, "length": pointer.length, "digest": pointer.digest},
        "removed": [{"text": line.text, "rule": line.rule, "position": line.position, "score": line.score} for line in article.removed],
        "candidates": [
            {"field": candidate.field, "value": candidate.value, "source": candidate.source, "chosen": candidate.chosen}
            for candidate in article.candidates
        ],
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


def _location(place: Place) -> PlaceField:
    return {"name": place.name, "country": place.country, "location": {"lat": place.latitude, "lon": place.longitude}}


def _versions(enriched: EnrichedArticle, pipeline: Mapping[str, str]) -> dict[str, str]:
    """Enrichers come as name/version; the caller's own versions have the last word."""
    named = dict(_split(enricher) for enricher in enriched.enrichers)
    return {"clean": enriched.article.cleaner, **named, **pipeline}


def _split(name_and_version: str) -> tuple[str, str]:
    name, _, version = name_and_version.partition("/")
    return name, version
