"""Lengths of articles."""

from __future__ import annotations

import pytest

from pipeline.enrich.words import WordCounter, count_words
from tests.enrich.articles import make_enriched


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One two, three.", 3),
        ("state-of-the-art, don’t, 1.5 million", 4),
        ("— … !", 0),
        ("東京で地震", 3),
        ("Das ist 東京", 3),
        ("서울에서 회의", 2),
    ],
)
def test_words_are_counted(text: str, words: int) -> None:
    """Signs are none; without spaces two letters are one."""
    assert count_words(text) == words


def test_the_body_is_counted() -> None:
    """The title is not."""
    enriched = WordCounter().enrich(make_enriched("Five words and\n\nno more.", title="And a title"))
    assert enriched.words == 5
