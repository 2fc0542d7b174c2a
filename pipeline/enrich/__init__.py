"""An article → who, where and what is in it.

    Article ─▶ language ─▶ entities (spaCy) ─▶ places ─▶ quotes ─▶ keywords ─▶ words ─▶ pace ─▶ gist ─▶ EnrichedArticle

To add one: write `enrich/<name>.py` with a class that has `name`, `version` and `enrich`, and put the class into `ENRICHERS`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.enrich.corpus import read_corpus
from pipeline.enrich.entities import EntityEnricher
from pipeline.enrich.gist import GistEnricher
from pipeline.enrich.keywords import KeywordEnricher
from pipeline.enrich.language import LanguageEnricher
from pipeline.enrich.pace import PaceEnricher
from pipeline.enrich.places import PlaceEnricher
from pipeline.enrich.quotes import QuoteEnricher
from pipeline.enrich.words import WordCounter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.ports import Enricher

# In the order they run: each sees what those before it found. The language decides how all others read.
ENRICHERS: tuple[Callable[[], Enricher], ...] = (
    LanguageEnricher,
    EntityEnricher,
    PlaceEnricher,
    QuoteEnricher,
    KeywordEnricher,
    WordCounter,
    PaceEnricher,
    GistEnricher,
)


@cache
def open_enrichers(learned: Path | None = None) -> tuple[Enricher, ...]:
    """Return an enricher of each kind, the same ones at every call; what they load, they load when first needed.

    `learned` is the file with what the articles so far have taught, there or not.
    """
    enrichers = tuple(make() for make in ENRICHERS)
    corpus = read_corpus(learned)
    for enricher in enrichers:
        if isinstance(enricher, EntityEnricher | KeywordEnricher):
            enricher.learn(corpus)
    return enrichers


__all__ = ["ENRICHERS", "open_enrichers"]
