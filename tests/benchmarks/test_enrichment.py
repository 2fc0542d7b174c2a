"""The soak of the enrichers, a few articles long."""

from __future__ import annotations

from itertools import islice

import pytest

from benchmarks.enrichment.__main__ import report
from benchmarks.enrichment.soak import Soaked, resident, soak
from benchmarks.enrichment.texts import articles
from pipeline.enrich.words import WordCounter

SOURCES = ["too short", " ".join(f"word{at}" for at in range(200))]


def test_articles_are_never_the_same_twice() -> None:
    """New words in each, the same ones from the same seed; what is too short is left out."""
    first, second = (list(islice(articles(SOURCES), 4)) for _ in range(2))
    assert first == second
    assert len(set(first)) == 4
    assert {len(text.split()) for text in first} == {200}
    assert all(len(set(text.split()) - set(SOURCES[1].split())) == 5 for text in first)


def test_a_short_soak() -> None:
    """Every article goes through, memory is asked on the way."""
    asked = iter(range(100))
    soaked = soak([WordCounter()], articles(SOURCES), 20, memory=lambda: float(next(asked)))
    assert (soaked.articles, soaked.words) == (20, 200)
    assert soaked.megabytes == tuple((at + 1, float(at)) for at in range(20))
    assert soaked.seconds >= soaked.seconds_warm > 0
    assert "20 articles of 200 words" in report(soaked)


def test_the_slope_passes_over_what_is_loaded_first() -> None:
    """Growth in the first fifth is tables; a megabyte a thousand articles after that is a leak."""
    flat = tuple((at, 300.0 if at > 1000 else 100.0) for at in range(500, 10_001, 500))
    leaking = tuple((at, at / 1000) for at in range(500, 10_001, 500))
    slopes = [Soaked(articles=10_000, words=1, seconds=1, seconds_warm=1, megabytes=one).slope for one in (flat, leaking)]
    assert slopes == pytest.approx([0, 10], abs=1e-6)


def test_resident_memory_is_measured() -> None:
    """An interpreter takes megabytes, not gigabytes."""
    assert 5 < resident() < 10_000
