from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigurationError
from pipeline.index.fields import field_named
from pipeline.index.parser import DEEPEST_NESTING, LONGEST_QUERY, MOST_TERMS, parse_query
from pipeline.index.printing import to_text
from pipeline.index.query import And, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word
from tests.index.questions import any_text, sensible_texts

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def parse(text: str) -> Query:
    """The tree of a text, as of NOW."""
    return parse_query(text, now=NOW)


def word(text: str, field: str | None = None) -> Word:
    """A word of the tree."""
    return Word(text=text, field=field)


A, B, C, D = (word(letter) for letter in "abcd")


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Everything()),
        (" \n\t ", Everything()),
        ("*", Everything()),
        ("a", A),
        ("a b", And(parts=(A, B))),
        ("a AND b", And(parts=(A, B))),
        ("a OR b", Or(parts=(A, B))),
        ("a|b", Or(parts=(A, B))),
        ("a || b", Or(parts=(A, B))),
        ("a or b", And(parts=(A, word("or"), B))),
        ("a b OR c", And(parts=(A, Or(parts=(B, C))))),
        ("a AND b OR c", Or(parts=(And(parts=(A, B)), C))),
        ("a OR b AND c", Or(parts=(A, And(parts=(B, C))))),
        ("(a b) OR c", Or(parts=(And(parts=(A, B)), C))),
        ("a (b (c d))", And(parts=(A, B, C, D))),
        ("a OR (b OR c)", Or(parts=(A, B, C))),
        ("-a", Not(part=A)),
        ("NOT a", Not(part=A)),
        ("NOT NOT a", A),
        ("NOT -a", A),
        ("--a", Not(part=A)),
        ("-(a b)", Not(part=And(parts=(A, B)))),
        ("a -b", And(parts=(A, Not(part=B)))),
        ("a - b", And(parts=(A, B))),
        ("a-b", word("a-b")),
        ("O'Brien’s", word("O'Brien’s")),
        ('"a b"', Phrase(text="a b")),
        ("„a b“ “c” «d»", And(parts=(Phrase(text="a b"), Phrase(text="c"), Phrase(text="d")))),
        ('"a \\"b\\" \\\\"', Phrase(text='a "b" \\')),
        ('-"a b"', Not(part=Phrase(text="a b"))),
        ("a*", Prefix(text="a")),
        ("a*,", Prefix(text="a")),
        ("title:a", word("a", "title")),
        ("TITLE:a", word("a", "title")),
        ('body:"a b"', Phrase(text="a b", field="body")),
        ("title:a*", Prefix(text="a", field="title")),
        ("title:(a OR b)", Or(parts=(word("a", "title"), word("b", "title")))),
        ("title:(a person:b)", And(parts=(word("a", "title"), word("b", "people")))),
        ("-title:a", Not(part=word("a", "title"))),
        ("person:a", word("a", "people")),
        ('person:"a b"', Equals(field="people", value="a b")),
        ("people:a org:b place:c", And(parts=(word("a", "people"), word("b", "organisations"), word("c", "places")))),
        ("source:a", word("a", "source")),
        ('source:"La Costa"', Equals(field="source", value="La Costa")),
        ("feed:la-costa-", Equals(field="feed_id", value="la-costa-")),
        ("language:es", Equals(field="language", value="es")),
        ("country:(US OR CA)", Or(parts=(Equals(field="country", value="US"), Equals(field="country", value="CA")))),
        ("id:0a1b", Equals(field="article_id", value="0a1b")),
        ("url:http://x.example/a?b=(c)", Equals(field="url", value="http://x.example/a?b=(c)")),
        ("url:x.example/a", Equals(field="url", value="https://x.example/a")),
        ("(https://x.example/a)", Equals(field="url", value="https://x.example/a")),
        ("see https://x.example/a, b", And(parts=(word("see"), Equals(field="url", value="https://x.example/a"), B))),
        ("url:https://x.example/*", Prefix(text="https://x.example/", field="url")),
        ("10:30", word("10:30")),
        ("Note: a", And(parts=(word("Note"), A))),
        ("a:", A),
    ],
)
def test_text_becomes_tree(text: str, query: Query) -> None:
    """Each rule of the language, once."""
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('"a b', '"a b"'),
        ("(a b", "(a b)"),
        ("a b)", "a b"),
        ("((a OR b", "(a OR b)"),
        (") a (", "a"),
        ("a OR", "a"),
        ("OR a", "a"),
        ("a OR OR b", "a OR b"),
        ("a OR AND b", "a OR b"),
        ("AND", ""),
        ("-", ""),
        ("a - ", "a"),
        ("NOT", ""),
        ("a NOT", "a"),
        ("-()", ""),
        ('a ""', "a"),
        ('a OR ""', "a"),
        ("title:() a", "a"),
        ("date:.. a", "date a"),
        ('title:"" a', "a"),
        ("… a, b!", "a b"),
        ("#a @b +c", "a b c"),
        ("-!?", ""),
        ("a\x00b\u2028c", "a b c"),
        ("e\u0301te\u0301", "été"),
        ('person:"a\ud800b"', 'person:"a b"'),
    ],
)
def test_sloppy_text_is_understood(text: str, same: str) -> None:
    """What is left open closes at the end; what says nothing is passed over."""
    assert parse(text) == parse(same)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("titel:a", ["titel", "titel:a", "title", "allowed", "quotes"]),
        ("perso:(a b)", ["perso", "person", "allowed"]),
        ("xyzzy:a", ["xyzzy", "title, body, source"]),
        ("a -Überschrift:b", ["Überschrift"]),
        ("date:2026-13", ["date", "2026-13", "allowed", "2026-11-20"]),
        ("date:20.11.2026", ["20.11.2026"]),
        ("date:2026-02-30", ["2026-02-30"]),
        ("date:2026-11-20..2026-11-01", ["2026-11-20..2026-11-01"]),
        ('date:""', ["date"]),
        ("since:soon", ["since", "soon", "7d"]),
        ("since:99999y", ["99999y"]),
        ("after:9999", ["9999"]),
        ("date:9999", ["9999"]),
        ("language:german", ["language", "german", "pt-BR"]),
        ("country:USA", ["country", "USA"]),
    ],
)
def test_what_cannot_be_guessed_is_named(text: str, named: list[str]) -> None:
    """An unknown field or a wrong value says what it was and what is allowed."""
    with pytest.raises(ConfigurationError) as caught:
        parse(text)
    assert [part for part in named if part not in str(caught.value)] == []


@pytest.mark.parametrize(
    "text",
    [
        "a" * (LONGEST_QUERY + 1),
        "a " * (MOST_TERMS + 1),
        "(" * 900 + "a",
        "".join("-(a " if at % 2 else "(b OR " for at in range(DEEPEST_NESTING + 2)),
    ],
    ids=["long", "terms", "parentheses", "deep"],
)
def test_limits(text: str) -> None:
    """A query past a limit is refused before it costs anything."""
    with pytest.raises(ConfigurationError, match="at most"):
        parse(text)


def test_limits_are_reached_unharmed() -> None:
    """As much as is allowed is taken."""
    assert isinstance(parse("a " * MOST_TERMS), And)
    assert parse("a" * LONGEST_QUERY) == word("a" * LONGEST_QUERY)
    assert parse("(" * 30 + "a") == A
    deep = parse("".join("-(a " if at % 2 else "(b OR " for at in range(DEEPEST_NESTING - 8)) + "c")
    assert parse(to_text(deep)) == deep


@pytest.mark.parametrize("name", ["source", "section", "author", "tag", "person", "org", "place", "agency", "keyword"])
def test_in_names_a_word_is_a_word_and_a_quotation_the_whole(name: str) -> None:
    """Each name field reads a bare word, a prefix and a quotation its own way."""
    field = field_named(name)
    assert field is not None
    assert parse(f"{name}:a") == word("a", field.key)
    assert parse(f"{name}:a*") == Prefix(text="a", field=field.key)
    assert parse(f'{name}:"a"') == Equals(field=field.key, value="a")


@pytest.mark.parametrize("name", ["feed", "language", "country", "url", "id"])
def test_codes_are_whole(name: str) -> None:
    """With or without quotation marks."""
    assert parse(f"{name}:aa") == parse(f'{name}:"aa"')
    assert isinstance(parse(f"{name}:aa"), Equals)


def test_days_begin_where_the_user_is() -> None:
    """A date without a zone is one of the user's zone, summer time and all."""
    berlin = ZoneInfo("Europe/Berlin")
    assert parse_query("date:2026-10-25", now=NOW, tz=berlin) == Between(
        field="@timestamp", start=datetime(2026, 10, 24, 22, tzinfo=UTC), end=datetime(2026, 10, 25, 23, tzinfo=UTC)
    )


@given(any_text())
def test_parsing_fails_only_as_promised(text: str) -> None:
    """Whatever is typed: a tree or a ConfigurationError; and the tree's text means the tree."""
    try:
        query = parse(text)
    except ConfigurationError:
        return
    assert parse(to_text(query)) == query


@given(sensible_texts(), st.sampled_from(("UTC", "Asia/Kathmandu")))
def test_printing_is_the_inverse(text: str, zone: str) -> None:
    """Well-formed queries survive printing, whatever zone they were typed in."""
    query = parse_query(text, now=NOW, tz=ZoneInfo(zone))
    assert parse(to_text(query)) == query
