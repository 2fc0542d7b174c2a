from __future__ import annotations

import pytest

from pipeline.index.query import And, Not, Phrase, Word
from pipeline.index.spelling import best_of, put_right, slips

COUNTS = (
    ("oil", "oil", 0), ("oil", "oils", 1), ("oils", "oil", 1), ("ocean", "oecan", 1), ("zurich", "zurihc", 1), ("market", "makets", 2),
    ("abcd", "wxyz", 3), ("", "ab", 2),
)  # fmt: skip
BEST = {"markte": "market", "markett": "market", "mkt": None, "ministre": "minister", "ministrer": "minister", "market": "markets"}


@pytest.mark.parametrize(("one", "other", "count"), COUNTS)
def test_slips_are_counted(one: str, other: str, count: int) -> None:
    """Added, left out, exchanged, swapped: each is one; more than asked for is only that."""
    assert slips(one, other, 2) == count


@pytest.mark.parametrize("word", BEST)
def test_the_nearest_and_then_the_most_frequent(word: str) -> None:
    """Two slips are forgiven in long words only; the word itself is no correction."""
    assert best_of(word, [("marked", 1), ("market", 9), ("markets", 3), ("minister", 5), ("ministers", 2)]) == BEST[word]


def test_only_words_that_may_be_slips_are_replaced() -> None:
    """Phrases, names, numbers and what must not be there stay."""
    asked: list[str] = []

    def nearest(word: str) -> str | None:
        asked.append(word)
        return "right" if word == "wrang" else None

    parts = (Word(text="Wrang"), Word(text="known"), Word(text="2026"), Word(text="abc"), Word(text="wrang", field="people"))
    rest = (Phrase(text="wrang"), Not(part=Word(text="wrang")))
    assert put_right(And(parts=parts + rest), nearest) == And(parts=(Word(text="right"), *parts[1:], *rest))
    assert asked == ["wrang", "known"]
    assert put_right(Word(text="known"), nearest) is None
