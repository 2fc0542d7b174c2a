"""Which fields differ, how, and what of them is shown."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.index.document import ArticleDocument
from pipeline.lab.comparing import LONGEST, MOST_SIDES, PASSED_OVER, difference, field_changes, sides
from pipeline.stories.sentences import compare
from pipeline.trials import Difference, Side
from tests.index.documents import document


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("title", "Oil", "Oil", None),
        ("title", "Oil", "Gas", Difference.CHANGED),
        ("body", "Oil and gas", "Oil", Difference.SHORTER),
        ("body", "Oil", "Oil and gas", Difference.LONGER),
        ("summary", "", "Oil", Difference.GAINED),
        ("agency", "AP", None, Difference.LOST),
        ("authors", ["A"], [], Difference.LOST),
        ("authors", ["A", "B"], ["A"], Difference.SHORTER),
        ("authors", ["A", "B"], ["B", "A"], Difference.CHANGED),
        ("published", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", Difference.MOVED),
        ("published", None, "2026-01-02T00:00:00Z", Difference.GAINED),
        ("language", "en", "und", Difference.LOST),
        ("language", "en", "en-GB", Difference.CHANGED),
        ("free_to_read", None, False, Difference.GAINED),
        ("free_to_read", True, False, Difference.CHANGED),
        ("words", 4, 5, Difference.CHANGED),
        ("summary", None, "", None),
    ],
)
def test_how_a_field_differs(name: str, old: Any, new: Any, expected: Difference | None) -> None:
    """Empty is nothing, whatever it is called; dates move; texts and lists have a length."""
    assert difference(name, old, new) is expected


def test_what_tells_how_it_was_made_is_no_difference() -> None:
    """Nor what the ledger and the story say; blocks only where the body is the same."""
    odd = dict.fromkeys(PASSED_OVER, "else")
    assert field_changes(document("one"), ArticleDocument(**{**document("one"), **odd})) == ()  # type: ignore[typeddict-item]
    block = {"kind": "quote", "text": "x", "level": 0}
    assert [one.field for one in field_changes(document("one"), document("one", blocks=[block, block]))] == ["blocks"]
    changed = field_changes(document("one"), document("one", blocks=[block], body="Else."))
    assert [one.field for one in changed] == ["body"]


def test_only_what_differs_is_shown() -> None:
    """Sentences of a text, members of a list, the whole of anything else."""
    assert sides("One stays. Two goes.", "One stays.", compare) == (Side(before="Two goes.", after=""),)
    assert sides("Harbour", "HARBOUR", compare) == (Side(before="Harbour", after="HARBOUR"),)
    assert sides(["A", "B"], ["B", "C"], compare) == (Side(before="A", after="C"),)
    assert sides(["A", "B"], ["B", "A"], compare) == (Side(before="A, B", after="B, A"),)
    assert sides(None, 5, compare) == (Side(before="", after="5"),)
    assert sides([{"name": "A", "country": None}], [], compare) == (Side(before="A", after=""),)


def test_what_is_shown_is_bounded() -> None:
    """However much differs."""
    found = sides("", "\n\n".join(f"Sentence {n} {'x' * 2000}." for n in range(100)), compare)
    assert len(found) == MOST_SIDES
    assert {len(one.after) for one in found} == {LONGEST}
