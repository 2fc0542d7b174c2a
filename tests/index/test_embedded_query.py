from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.index.embedded_query import Translator, is_latest
from pipeline.index.embedded_schema import build_schema
from pipeline.index.parser import parse_query
from pipeline.index.query import And, Or, Phrase, Word
from pipeline.index.sought import scores

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("oil", True),
        ('"oil price"', True),
        ("title:oil -x", True),
        ("source:costa OR oil", True),
        ("", False),
        ("-oil", False),
        ("oil*", False),
        ("source:costa", False),
        ("date:2026", False),
    ],
)
def test_what_has_a_best_answer(text: str, expected: bool) -> None:
    """Only words and phrases of the text are matched better or worse."""
    assert scores(parse_query(text, now=NOW)) is expected


@pytest.mark.parametrize("leaf", [Word(text=""), Word(text="—"), Phrase(text="…"), And(parts=()), Or(parts=())])
def test_trees_nobody_can_type_are_translated_too(leaf: Word | Phrase | And | Or) -> None:
    """A tree made by a program may be empty where the parser's never is; the engine is not given what it panics over."""
    assert Translator(build_schema(), ["en"]).query(leaf) is not None


@pytest.mark.parametrize(
    ("text", "latest"),
    [
        ("oil", True),
        ("oil gas -coal", True),
        ("oil OR gas", True),
        ("oil OR source:costa", False),
        ("source:costa oil date:2026", True),
        ("-oil", False),
        ("", False),
        ("zürich", False),
        ("oi*", True),
        ("o*", False),
        ("diplo*", False),
        ('"oil price"', False),
        ("title:oil", False),
        ("東京", False),
    ],
)
def test_what_needs_no_second_condition(text: str, latest: bool) -> None:
    """What asks lists that hold the latest revisions alone."""
    assert is_latest(parse_query(text, now=NOW)) is latest
