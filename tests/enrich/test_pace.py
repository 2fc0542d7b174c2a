from __future__ import annotations

import pytest

from pipeline.enrich.pace import PaceEnricher
from tests.enrich.articles import make_enriched


@pytest.mark.parametrize(
    ("words", "language", "minutes"),
    [(0, "en", 0), (3, "en", 1), (1140, "en", 5), (895, "de", 5), (920, "ru", 5), (790, "zh", 5), (920, "xx", 5)],
)
def test_reading_takes_longer_in_some_languages(words: int, language: str, minutes: int) -> None:
    """At the language's own pace, at least a minute for any text."""
    assert PaceEnricher().enrich(make_enriched("word " * words, language=language)).reading_minutes == minutes
