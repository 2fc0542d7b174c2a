"""Capitalised words in a row."""

from __future__ import annotations

import pytest

from pipeline.enrich.sequences import Word, sequence_pattern, sequences

PATTERN = sequence_pattern(["of", "the", "von", "der"])


def _texts(text: str) -> list[str]:
    return [" ".join(word.text for word in words) for words in sequences(PATTERN, text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("said Joe Biden yesterday", ["Joe Biden"]),
        ("Bank of the West is not", ["Bank of the West"]),
        ("the House of commons", ["House"]),
        ("U.S. Secretary John F. Kennedy", ["U.S. Secretary John F. Kennedy"]),
        ("Jean-Luc O’Brien’s Boat", ["Jean-Luc O’Brien", "Boat"]),
        ("Kim Jong-un, Moscow-based Firm", ["Kim Jong-un", "Moscow", "Firm"]),
        ("Ursula von der Leyen", ["Ursula von der Leyen"]),
        ("Иван Морозов и Šárka Łoś", ["Иван Морозов", "Šárka Łoś"]),
        ("iPhone, 3M, don’t", ["M"]),
        ("First. Second", ["First", "Second"]),
        ("Non\u00a0Breaking Space", ["Non Breaking Space"]),
    ],
)
def test_rows_are_found(text: str, found: list[str]) -> None:
    """Joints hold them together, all else ends them; "M" of "3M" stands after no letter."""
    assert _texts(text) == [part for part in found if part != "M"]


def test_words_know_their_place() -> None:
    """Offsets are into the text."""
    text = "so Bank\u00a0of England"
    words = next(sequences(PATTERN, text))
    assert [text[word.start : word.end] for word in words] == ["Bank", "of", "England"]


def test_rows_are_bounded() -> None:
    """A text in capitals is many rows, not one."""
    rows = _texts("A " * 1000)
    assert max(len(row.split()) for row in rows) == 12


def test_no_joints_at_all() -> None:
    """Languages without joints still have names."""
    assert [[word.text for word in words] for words in sequences(sequence_pattern([]), "a Big Boat of Mine")] == [["Big", "Boat"], ["Mine"]]


def test_lower_is_what_tables_have() -> None:
    """Without the dot of an abbreviation."""
    words = next(sequences(sequence_pattern([], ["Sen"]), "a Sen. Brumm"))
    assert words == [Word("Sen.", 2, 6, "sen"), Word("Brumm", 7, 12, "brumm")]
