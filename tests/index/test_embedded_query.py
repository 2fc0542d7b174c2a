from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.index.embedded_query import Translator, is_latest, is_quick
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
    ("text", "latest", "quick"),
    [
        ("oil", True, True),
        ("oil gas -coal", True, True),
        ("oil OR gas", True, True),
        ("oil OR source:costa", False, False),
        ("source:costa oil date:2026", True, False),
        ('source:"La Costa" oil date:2026', True, True),
        ("-oil", False, True),
        ("", False, True),
        ("zürich", False, True),
        ("oi*", True, True),
        ("o*", False, False),
        ("diplo*", False, False),
        ('"oil price"', False, False),
        ("title:oil", False, True),
        ("東京", False, False),
    ],
)
def test_what_needs_no_second_condition_and_what_is_counted_quickly(text: str, latest: bool, quick: bool) -> None:
    """Lists that hold the latest revisions alone make `latest`; anything but lists and columns spoils `quick`."""
    query = parse_query(text, now=NOW)
    assert (is_latest(query), is_quick(query)) == (latest, quick)
