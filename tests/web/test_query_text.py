"""Editing the text of a query without misreading it."""

from __future__ import annotations

import pytest

from pipeline.index.fields import QUERY_FIELDS, field_named
from pipeline.index.lexer import QUOTES as LANGUAGE_QUOTES
from pipeline.index.parser import parse_query
from pipeline.index.printing import to_text
from pipeline.index.query import FACETS, And, Between, Equals, Query
from pipeline.web.query_text import FIELD_OF_FACET, QUOTES, filters, loosened, quoted, terms, with_filter
from tests.web.front_desk import NOW

NASTY = ['La "Costa"', "back\\slash", 'ends with \\"', "„Typo“ «quotes»", "a:b (c) | OR -d*", "مرحبا", "<b>&amp;</b>", "two\n lines"]
ODD_QUERIES = [
    "",
    "ferry",
    '"left open',
    '"left open \\',
    "(ferry OR boat",
    "ferry OR boat",
    "a (b (c",
    ") ferry",
    'x"y',
    "title:(a b",
    "-",
    "ferry AND",
]


def parsed(text: str) -> Query:
    return parse_query(text, now=NOW)


def parts(query: Query) -> list[Query]:
    return list(query.parts) if isinstance(query, And) else [query]


def test_every_facet_has_a_field_of_the_language() -> None:
    """A facet's link can be read by the parser, and asks the key that the facet counts."""
    assert list(FIELD_OF_FACET) == list(FACETS)
    for facet, name in FIELD_OF_FACET.items():
        field = field_named(name)
        assert field in QUERY_FIELDS
        assert field is not None
        assert field.key == ("@timestamp" if facet == "day" else facet)


def test_quotes_are_those_of_the_language() -> None:
    """The rooms may not know each other, so this keeps the two sets of quotation marks the same."""
    assert set(QUOTES) == set(LANGUAGE_QUOTES)


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize("text", ODD_QUERIES)
def test_a_filter_means_itself_whatever_stands_before_it(text: str, value: str) -> None:
    """Added to any query, however broken, a filter is one more condition on the whole of it and holds the value as it is."""
    wanted = Equals(field="source", value=" ".join(value.split()))
    assert wanted in parts(parsed(with_filter(text, "source", value)))


def test_days_and_languages_need_no_quotes() -> None:
    """Codes and dates are written bare; a hostile one is quoted like any other text."""
    assert with_filter("ferry", "day", "2026-07-14") == "ferry date:2026-07-14"
    assert isinstance(parsed(with_filter("", "day", "2026-07-14")), Between)
    assert with_filter("", "language", "pt-BR") == "language:pt-BR"
    assert with_filter("", "language", 'x" OR y') == 'language:"x\\" OR y"'


@pytest.mark.parametrize(
    ("facet", "value"),
    [("language", "en"), ("day", "2026-07-14"), *((facet, "Harbour City") for facet in FACETS if facet not in {"day", "language"})],
)
def test_a_filter_put_on_can_be_taken_off(facet: str, value: str) -> None:
    """What a facet's link adds comes back as a filter, and the query without it is the one before."""
    (filter_,) = filters(with_filter('ferry "two words"', facet, value))
    assert (filter_.field, filter_.value, filter_.negated, filter_.without) == (FIELD_OF_FACET[facet], value, False, 'ferry "two words"')


@pytest.mark.parametrize("text", [text for text in ODD_QUERIES if text != "ferry AND"])
def test_a_filter_put_on_a_broken_query_can_be_taken_off(text: str) -> None:
    """What was left open is closed, so that the filter stands outside of it."""
    assert "section" in [one.field for one in filters(with_filter(text, "section", "Politics"))]


@pytest.mark.parametrize("value", NASTY)
def test_filters_show_values_unescaped(value: str) -> None:
    """A quoted value is shown as it was before it was quoted."""
    assert [one.value for one in filters(f"source:{quoted(value)}")] == [" ".join(value.split())]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ferry source:meridian", ["source"]),
        ("-language:de ferry", ["language"]),
        ("source:a section:b", ["source", "section"]),
        ("ferry OR source:a", []),
        ("source:a | ferry", []),
        ("NOT source:a", []),
        ("source:a AND ferry", []),
        ("(source:a ferry)", []),
        ("ferry OR boat source:a", ["source"]),
        ("https://news.example/1", []),
        ('"source:a"', []),
        ("source:", []),
    ],
)
def test_only_what_narrows_the_whole_query_is_a_filter(text: str, found: list[str]) -> None:
    """A field inside brackets or beside an operator is part of a larger thought and is left alone."""
    assert [one.field for one in filters(text)] == found


def test_taking_off_one_filter_keeps_the_others() -> None:
    """Each filter comes with the query that lacks it alone."""
    first, second = filters('source:"La Costa" ferry -language:de')
    assert first.without == "ferry -language:de"
    assert second.without == 'source:"La Costa" ferry'
    assert second.negated


def test_terms_know_their_depth() -> None:
    """Parentheses are counted; one too many closes nothing."""
    assert [(term.text, term.depth) for term in terms("a (b (c)) d) e")] == [
        ("a", 0), ("(", 0), ("b", 1), ("(", 1), ("c", 2), (")", 1), (")", 0), ("d", 0), (")", 0), ("e", 0),
    ]  # fmt: skip


def test_a_row_of_backslashes_is_read_in_a_moment() -> None:
    """No text makes the reading go back and forth: this would not end otherwise."""
    text = "source:" + '"' + "\\" * 1_900
    assert filters(text) == ()
    assert with_filter(text, "section", "Politics").endswith('section:"Politics"')


def test_wider_queries() -> None:
    """Fewer filters, any word, no quotes, beginnings: each can be read, none repeats the query."""
    ways = dict(loosened('harbour strikes "at dawn" source:"La Costa"'))
    assert ways == {
        "without source: La Costa": 'harbour strikes "at dawn"',
        "any of these words": 'harbour OR strikes "at dawn" source:"La Costa"',
        "the quoted words in any order": 'harbour strikes at dawn source:"La Costa"',
        "words that begin with “strike”": 'harbour strike* "at dawn" source:"La Costa"',
    }
    assert len({to_text(parsed(query)) for query in ways.values()}) == len(ways)


@pytest.mark.parametrize("text", [*ODD_QUERIES, *NASTY])
def test_wider_queries_of_odd_ones_do_not_fail(text: str) -> None:
    """Whatever was typed, suggestions are queries that can be read, each of them tidy, said once, and another one."""
    ways = loosened(text)
    assert len({query for _, query in ways}) == len(ways)
    for change, query in ways:
        assert query == " ".join(query.split()) != " ".join(text.split()), change
        assert isinstance(parsed(query), Query), change
