"""What a line says by itself: counters, copyright, credits."""

# ruff: noqa: E501 - lines of pages read better whole

from __future__ import annotations

import pytest

from pipeline.clean.line_rules import is_copyright, is_counter, is_credit
from pipeline.clean.phrases import PhraseBook

ENGLISH = PhraseBook().of("en")


@pytest.mark.parametrize("text", ["1 / 8", "(3 of 12)", "63º", "-4 °C", "2:03 min", "1,204 views", "12 von 30", "undefined"])
def test_counters(text: str) -> None:
    """They count or measure and say nothing."""
    assert is_counter(text)


@pytest.mark.parametrize("text", ["1 / 8 of the votes were counted on Tuesday", "Nine hours", "In 2026", "A 3 of 12 hit rate", ""])
def test_no_counters(text: str) -> None:
    """Numbers in a sentence are the story."""
    assert not is_counter(text)


@pytest.mark.parametrize(("text", "is_one"), [
    ("© 2026 Harbor News", True),
    ("Copyright 2026 Harbor News. All rights reserved.", True),
    ("The court ruled that the copyright of the song, written in 1931 on the coast, had lapsed, and that the heirs of its two authors were owed nothing.", False),
    ("The ferries stopped.", False),
])  # fmt: skip
def test_copyright_lines(text: str, is_one: bool) -> None:
    """Short ones, or such as begin so; a story about copyright is a story."""
    assert is_copyright(text) is is_one


@pytest.mark.parametrize(("text", "is_one"), [
    ("STR/AFP via Getty Images", True),
    ("Photo: Jo Bell", True),
    ("The photo of the year shows a lighthouse in the snow, and nobody near it for miles.", False),
    ("Reuters first reported the talks on Monday, citing two people who had been briefed on them in Lisbon.", False),
])  # fmt: skip
def test_credits(text: str, is_one: bool) -> None:
    """Lines that only say who made a picture."""
    assert is_credit(text, ENGLISH) is is_one
