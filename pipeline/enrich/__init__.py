"""An article → who, where and what is in it.

    Article ─▶ language ─▶ entities (spaCy) ─▶ places ─▶ quotes ─▶ keywords ─▶ words ─▶ pace ─▶ gist (─▶ vector) ─▶ EnrichedArticle

To add one: write `enrich/<name>.py` with a class that has `name`, `version` and `enrich`, and put the class into `ENRICHERS`.
"""

from __future__ import annotations

import logging
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
from pipeline.enrich.vectors import VectorEnricher, look_at
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


log = logging.getLogger(__name__)


@cache
def open_enrichers(learned: Path | None = None, vectors: Path | None = None) -> tuple[Enricher, ...]:
    """Return an enricher of each kind, the same ones at every call; what they load, they load when first needed.

    Args:
        learned: the file with what the articles so far have taught, there or not.
        vectors: the folder of a model that makes vectors. One that cannot be used is told in the log and left out: no
            article waits for it.
    """
    enrichers = (*(make() for make in ENRICHERS), *_vectors(vectors))
    corpus = read_corpus(learned)
    for enricher in enrichers:
        if isinstance(enricher, EntityEnricher | KeywordEnricher):
            enricher.learn(corpus)
    return enrichers


def _vectors(folder: Path | None) -> tuple[Enricher, ...]:
    if folder is None:
        return ()
    model = look_at(folder)
    if model.trouble:
        log.warning("articles get no vectors: %s: %s", model.name, model.trouble)
        return ()
    return (VectorEnricher(folder),)


__all__ = ["ENRICHERS", "open_enrichers"]
