from __future__ import annotations

import pytest

from pipeline.enrich.quote_marks import quoted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said "yes, now" twice.', ["yes, now"]),
        ("„Ja“ und »nein« und „vielleicht”.", ["Ja", "nein", "vielleicht"]),
        ("« Oui, monsieur », dit-il.", ["Oui, monsieur"]),
        ('5" of rain and 6" of snow', []),
        ("“Not closed at all.\n\n“Closed here.”", ["Not closed at all.", "Closed here."]),
        ("An opener “ that opens nothing.", []),
    ],
)
def test_what_stands_between_marks(text: str, found: list[str]) -> None:
    """Every language's marks; inches are none."""
    assert [text[one.start : one.end] for one in quoted(text)] == found


def test_marks_and_words_are_told_apart() -> None:
    """Offsets of the marks include them."""
    (one,) = quoted("So: “yes,” he said.")
    assert (one.opened, one.start, one.end, one.closed, one.goes_on) == (4, 5, 8, 10, False)
