"""Who finds the names: Wireroom's enricher, and a plain EntityRuler over the same gazetteers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from benchmarks.entities.labelled import Span
from pipeline.enrich.entities import EntityEnricher
from pipeline.enrich.geography import country_names, load_geography
from pipeline.enrich.lexicon import load_lexicon
from pipeline.types import (
    ArchivePointer,
    Article,
    ArticleId,
    Block,
    BlockKind,
    Digest,
    EnrichedArticle,
    EntryId,
    FeedId,
    UrlKey,
)  # fmt: skip

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def article(text: str) -> Article:
    """Return an article of one paragraph."""
    return Article(
        article_id=ArticleId("a" * 32), entry_id=EntryId("e" * 32), feed_id=FeedId("f"), url="https://a.example/", url_key=UrlKey("a"),
        aliases=(), publisher="", country=None, title="", blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),), fetched_at=NOON,
        first_seen_at=NOON, pointer=ArchivePointer(file="f", offset=0, length=1, digest=Digest("0" * 64)), text_digest=Digest("0" * 64),
        cleaner="none/1",
    )  # fmt: skip


@cache
def _enricher() -> EntityEnricher:
    return EntityEnricher()


def ours(text: str, language: str) -> Iterable[Span]:
    """What the entity enricher finds: a trained model where one is installed, else the built-in pipeline."""
    enriched = _enricher().enrich(EnrichedArticle(article=article(text), language=language))
    return [(start, end, entity.label) for entity in enriched.entities for start, end in entity.mentions]


@cache
def _ruler(language: str) -> Any:
    import spacy

    nlp = spacy.blank(language)
    ruler = nlp.add_pipe("entity_ruler")
    lexicon = load_lexicon(language)
    places = {name for name, spots in load_geography().cities.items() if any(one.spot.population >= 100_000 for one in spots)}
    places |= set(country_names(language)) | set(lexicon.countries) | set(load_geography().states)
    names = [("GPE", places), ("ORG", lexicon.organisations), ("LOC", lexicon.regions)]
    ruler.add_patterns([{"label": label, "pattern": name} for label, some in names for name in sorted(some)])
    return nlp


def plain_ruler(text: str, language: str) -> Iterable[Span]:
    """What spaCy's EntityRuler finds with every name of the gazetteers as a pattern: it knows no people."""
    return [(span.start_char, span.end_char, span.label_) for span in _ruler(language)(text).ents]
