"""What a request may ask for."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index.parser import parse_query
from pipeline.index.query import Sort
from pipeline.web.asking import Asked, has_words, read_asked, sort_for
from tests.web.front_desk import NOW


def test_nothing_asked_is_everything() -> None:
    """Without parameters, and with empty ones as a form sends them, the usual page is asked for."""
    usual = Asked(text="", size=10, sort=None, cursor=None, seen=0)
    assert read_asked({}) == read_asked({"q": "  ", "size": "", "sort": "", "cursor": "", "seen": ""}) == usual


def test_everything_asked() -> None:
    """Each parameter is read."""
    asked = read_asked({"q": " ferry ", "size": "100", "sort": "newest", "cursor": "abc", "seen": "20"})
    assert asked == Asked(text="ferry", size=100, sort=Sort.NEWEST, cursor="abc", seen=20)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "x" * 2001),
        ("size", "0"),
        ("size", "101"),
        ("size", "ten"),
        ("size", "-1"),
        ("size", "1e3"),
        ("size", "９"),
        ("size", "9" * 5000),
        ("sort", "oldest"),
        ("cursor", "c" * 4001),
        ("seen", "-5"),
        ("seen", "99999999"),
    ],
)
def test_wrong_parameters_are_named(name: str, value: str) -> None:
    """What is out of bounds is refused with the name of the parameter and what is allowed, and not echoed at length."""
    with pytest.raises(ConfigurationError, match=("query" if name == "q" else name) + ".*allowed") as refused:
        read_asked({name: value})
    assert len(str(refused.value)) < 200


def test_a_query_of_full_length_is_read() -> None:
    """Two thousand characters are allowed."""
    assert len(read_asked({"q": "x" * 2000}).text) == 2000


@pytest.mark.parametrize(
    ("text", "ranked"),
    [
        ("", False),
        ("ferry", True),
        ('"a phrase"', True),
        ("fer*", True),
        ("source:meridian", True),
        ('source:"The Meridian"', False),
        ("date:2026-07-14", False),
        ("-ferry", False),
        ("language:en ferry", True),
        ("language:en OR date:today", False),
    ],
)
def test_order_follows_the_query(text: str, ranked: bool) -> None:
    """Words are ranked; filters, dates and exclusions match or do not, so the newest come first."""
    query = parse_query(text, now=NOW)
    assert has_words(query) is ranked
    assert sort_for(read_asked({"q": text}), query) is (Sort.RELEVANCE if ranked else Sort.NEWEST)
    assert sort_for(read_asked({"q": text, "sort": "newest"}), query) is Sort.NEWEST
