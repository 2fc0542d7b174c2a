"""Many articles through the enrichers in one process, and how much memory that takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import psutil

from benchmarks.cleaning.soak import slope
from benchmarks.entities.finders import article
from pipeline.enrich.language import UNKNOWN
from pipeline.ports import Enricher
from pipeline.types import EnrichedArticle

_SAMPLES = 60  # of memory
_WARM = 0.2  # share of the articles after which everything is loaded: memory counts from then on


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What was measured."""

    articles: int
    words: float  # an article
    seconds: float  # of CPU, all articles
    seconds_warm: float  # … those after the first fifth, in which languages are loaded
    megabytes: tuple[tuple[float, float], ...]  # articles so far, resident memory

    @property
    def per_second(self) -> float:
        """Articles per CPU second, once everything is loaded."""
        return (self.articles - round(self.articles * _WARM)) / self.seconds_warm if self.seconds_warm else 0.0

    @property
    def slope(self) -> float:
        """By how many megabytes memory grew over 10,000 articles, once everything is loaded (least squares)."""
        return 10_000 * slope([one for one in self.megabytes if one[0] >= self.articles * _WARM])


def resident() -> float:
    """Return the memory this process has in use, in megabytes."""
    return psutil.Process().memory_info().rss / 1e6


def soak(enrichers: Sequence[Enricher], texts: Iterator[str], count: int, memory: Callable[[], float] = resident) -> Soaked:
    """Enrich that many articles; of their results nothing is kept."""
    began = warm = time.process_time()
    words, samples = 0, []
    for done, text in enumerate(islice(texts, count), start=1):
        enriched = EnrichedArticle(article=article(text), language=UNKNOWN)
        for enricher in enrichers:
            enriched = enricher.enrich(enriched)
        words += enriched.words or 0
        if done == round(count * _WARM):
            warm = time.process_time()
        if done % max(1, count // _SAMPLES) == 0:
            samples.append((done, memory()))
    ended = time.process_time()
    return Soaked(articles=count, words=words / count, seconds=ended - began, seconds_warm=ended - warm, megabytes=tuple(samples))
