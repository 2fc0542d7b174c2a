from __future__ import annotations

import re
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.index.cursors import Cursor, read_cursor
from pipeline.index.query import Sort


@given(st.sampled_from(Sort), st.integers(0, 2**64 - 1), st.floats(0, 2.0**90, width=32), st.integers(0, 10**6))
def test_a_cursor_survives_its_text(sort: Sort, order: int, score: float, rank: int) -> None:
    """Scores come back to the last bit, and the text needs no escaping in a URL."""
    cursor = Cursor(sort, order, score, rank)
    assert read_cursor(cursor.text(), sort) == cursor
    assert re.fullmatch(r"[\w-]+", cursor.text())


@given(st.one_of(st.text(max_size=50), st.binary(max_size=40).map(bytes.hex), st.just("W" * 300)))
def test_made_up_text_is_no_cursor(text: str) -> None:
    """Anything else is the caller's mistake and nothing worse."""
    with pytest.raises(ConfigurationError, match="cursor"):
        read_cursor(text, Sort.NEWEST)


@pytest.mark.parametrize("values", ['["n","5",0.0,0]', '["n",5.5,0.0,0]', '["newest",5,0.0,0]', '["n", 5, 0.0, 0]', '["n",5,NaN,0]'])
def test_only_the_one_spelling_is_a_cursor(values: str) -> None:
    """What could be read as a cursor but was not written by us is refused too."""
    with pytest.raises(ConfigurationError, match="cursor"):
        read_cursor(urlsafe_b64encode(values.encode()).decode().rstrip("="), Sort.NEWEST)


@pytest.mark.parametrize(
    "cursor", [Cursor(Sort.RELEVANCE, 1), Cursor(Sort.NEWEST, -1), Cursor(Sort.NEWEST, 2**64), Cursor(Sort.NEWEST, 1, 0.0, -1)]
)
def test_a_cursor_of_another_search_is_refused(cursor: Cursor) -> None:
    """The other sort, or a place outside of the range."""
    with pytest.raises(ConfigurationError, match="same query and sort"):
        read_cursor(cursor.text(), Sort.NEWEST)
