from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index.elastic_cursors import ElasticCursor, read_elastic_cursor
from pipeline.index.query import Sort

CURSOR = ElasticCursor(sort=Sort.RELEVANCE, moment=-5, article_id="0" * 32, score=1.25, rank=3, view="abc")


def test_a_cursor_comes_back() -> None:
    """In a form that fits into a URL, and says behind what to go on."""
    assert read_elastic_cursor(CURSOR.text(), Sort.RELEVANCE) == CURSOR
    assert CURSOR.text().replace("-", "").replace("_", "").isalnum()
    assert CURSOR.after() == [1.25, -5, "0" * 32]
    assert ElasticCursor(sort=Sort.NEWEST, moment=7, article_id="a").after() == [7, "a"]


@pytest.mark.parametrize("text", [CURSOR.text() + "A", CURSOR.text()[:-2], "!" + CURSOR.text(), CURSOR.text() + "==", CURSOR.text() * 9])
def test_a_changed_cursor_is_none(text: str) -> None:
    """Cut short, gone on with, or made up."""
    with pytest.raises(ConfigurationError, match="cursor"):
        read_elastic_cursor(text, Sort.RELEVANCE)


def test_a_cursor_of_another_sort_is_none() -> None:
    """Its values would mean something else there."""
    with pytest.raises(ConfigurationError, match="cursor"):
        read_elastic_cursor(CURSOR.text(), Sort.NEWEST)


ODD: tuple[dict[str, object], ...] = (
    {"moment": 2**70}, {"score": float("inf")}, {"rank": -1}, {"rank": 10**8}, {"article_id": ""}, {"article_id": "a b"},
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_values_out_of_all_bounds_are_refused(odd: dict[str, object]) -> None:
    """A cursor is a user's text like any other."""
    with pytest.raises(ConfigurationError, match="cursor"):
        read_elastic_cursor(replace(CURSOR, **odd).text(), Sort.RELEVANCE)  # type: ignore[arg-type]
