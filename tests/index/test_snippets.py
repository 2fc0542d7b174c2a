from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.index.parser import parse_query
from pipeline.index.query import Fragment
from pipeline.index.snippets import SNIPPET_LENGTH, Highlighter
from tests.index.questions import sensible_texts

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FILLER = "Lorem ipsum dolor sit amet. " * 40


def shown(fragments: tuple[Fragment, ...]) -> str:
    """Fragments with what is marked in brackets."""
    return "".join(f"[{each.text}]" if each.marked else each.text for each in fragments)


def highlighter(text: str) -> Highlighter:
    """The highlighter of a query's text."""
    return Highlighter(parse_query(text, now=NOW))


@pytest.mark.parametrize(
    ("query", "language", "text", "expected"),
    [
        ("wahl", "de", "Die Wahlen in Zürich", "Die [Wahlen] in Zürich"),
        ("wahl", "en", "Die Wahlen in Zürich", "Die Wahlen in Zürich"),  # no English stem
        ("zurich", "de", "Die Wahlen in Zürich", "Die Wahlen in [Zürich]"),
        ('"wahlen in"', "de", "Wahlen: in Wahlen in", "[Wahlen: in] [Wahlen in]"),
        ("wah*", "en", "Wahlen Wahn", "[Wahlen] [Wahn]"),
        ("a b -c", "en", "a b c", "[a] [b] c"),
        ("a OR (b d)", "en", "a b c d", "[a] [b] c [d]"),
        ('"a b" "b c"', "en", "a b c", "[a b][ c]"),  # overlapping
        ("京都", "ja", "東京都", "東[京都]"),
        ("東", "ja", "東京都", "[東]京都"),
        ("都", "ja", "東京都", "東京[都]"),
        ("iPhone発", "ja", "新iPhone発売", "新[iPhone発]売"),
        ('title:a person:b source:"c" date:2026', "en", "a b c", "a b c"),
        ("strasse", "de", "Die Straße_lang", "Die [Straße]_lang"),
        ("russia's", "en", "Russia’s war", "[Russia]’s war"),
        ("", "en", "<b>a</b>\n\n b", "<b>a</b> b"),
    ],
)
def test_marks(query: str, language: str, text: str, expected: str) -> None:
    """What the query looks for is marked where it stands, in the text's own spelling."""
    assert shown(highlighter(query).body(text, language)) == expected


def test_title_is_whole_and_has_its_own_field() -> None:
    """The title is never cut; body: does not mark in it."""
    title = "Oil " + "and more " * 60
    assert shown(highlighter("title:oil body:more").title(title, "en")) == "[Oil] " + "and more " * 60


def test_the_piece_with_most_of_what_was_asked_is_chosen() -> None:
    """Two different words together beat one word early on."""
    text = f"An oil story. {FILLER}Here the oil market moves. {FILLER}"
    piece = shown(highlighter("oil market").body(text, "en"))
    assert piece.startswith("…Here the [oil] [market] moves.")
    assert piece.endswith("…")


def test_different_words_count_more_than_many() -> None:
    """Once each of two words is a better piece than one word five times."""
    text = f"Oil oil oil oil oil. {FILLER}Here the oil market moves. {FILLER}"
    assert "[oil] [market]" in shown(highlighter("oil market").body(text, "en"))


def test_only_so_much_of_a_text_is_looked_at() -> None:
    """A word behind the hundred-thousandth character is not marked; the piece is the beginning."""
    piece = shown(highlighter("needle").body("word " * 30_000 + "needle", "en"))
    assert piece.startswith("word word")
    assert "needle" not in piece


def test_a_match_far_down_is_found() -> None:
    """A word in the last sentence of a long text is shown, with words before it."""
    text = FILLER * 20 + "nothing but words before the needle"
    assert shown(highlighter("needle").body(text, "en")).endswith("before the [needle]")


def test_without_a_match_the_text_begins() -> None:
    """A hit that matched in its names shows how it begins."""
    piece = shown(highlighter("person:x").body(FILLER, "en"))
    assert piece.startswith("Lorem ipsum")
    assert piece.endswith("…")


def test_hostile_texts_cost_little() -> None:
    """A text without a space, and one that matches everywhere, are cut like any other."""
    for text in ("x" * 500_000, "東" * 50_000, "a " * 200_000, "\u0301" * 100_000):
        for query in ("x*", "東東", "a", "x"):
            assert len("".join(each.text for each in highlighter(query).body(text, "en"))) <= SNIPPET_LENGTH


@given(
    sensible_texts(),
    st.text(st.sampled_from("marketoil Zürich été東京都. \n-’ß\u0301"), max_size=600),
    st.sampled_from(("en", "de", "ja", "und")),
)
def test_a_piece_is_a_piece_of_the_text(query: str, text: str, language: str) -> None:
    """Nothing is added but the ellipses, nothing is longer than allowed, no fragment is empty."""
    fragments = highlighter(query).body(text, language)
    joined = "".join(each.text for each in fragments)
    assert len(joined) <= SNIPPET_LENGTH
    assert all(each.text for each in fragments)
    assert joined.removeprefix("…").removesuffix("…") in " ".join(text.split())
    assert "".join(each.text for each in highlighter(query).title(text, language)) == text
