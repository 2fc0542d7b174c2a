"""Pieces of a query's text; what they mean together is in test_parser.py."""

from __future__ import annotations

import pytest
from hypothesis import given

from pipeline.errors import ConfigurationError
from pipeline.index.fields import field_named
from pipeline.index.lexer import Lexeme, LexemeKind, lexemes, tidied
from tests.index.questions import any_text

WORD, PREFIX, QUOTED = LexemeKind.WORD, LexemeKind.PREFIX, LexemeKind.QUOTED
OPEN, CLOSE, OR, AND, NOT = LexemeKind.OPEN, LexemeKind.CLOSE, LexemeKind.OR, LexemeKind.AND, LexemeKind.NOT


def plain(kind: LexemeKind, text: str = "") -> Lexeme:
    """A piece behind no field."""
    return Lexeme(kind=kind, text=text)


def behind(name: str, kind: LexemeKind, text: str = "") -> Lexeme:
    """A piece behind `name:`."""
    return Lexeme(kind=kind, text=text, field=field_named(name), name=name)


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("a\tb\nc\x00d\x7fe\x85f", "a b c d e f"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\ud800b", "a b"),
        ("e\u0301te\u0301", "été"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_tidied(raw: str, tidy: str) -> None:
    """Controls, half surrogates and line breaks are spaces; letters are in one form."""
    assert tidied(raw) == tidy


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        ("oil — price, 5%", [plain(WORD, "oil"), plain(WORD, "price"), plain(WORD, "5")]),
        ("(a|b)", [plain(OPEN), plain(WORD, "a"), plain(OR), plain(WORD, "b"), plain(CLOSE)]),
        ("a OR b AND NOT c", [plain(WORD, "a"), plain(OR, "OR"), plain(WORD, "b"), plain(AND, "AND"), plain(NOT, "NOT"), plain(WORD, "c")]),
        ("or And ORB", [plain(WORD, "or"), plain(WORD, "And"), plain(WORD, "ORB")]),
        ("OR*", [plain(PREFIX, "OR")]),
        ("-a", [plain(NOT), plain(WORD, "a")]),
        ("---a", [plain(NOT), plain(WORD, "a")]),
        ("(-a|-b)", [plain(OPEN), plain(NOT), plain(WORD, "a"), plain(OR), plain(NOT), plain(WORD, "b"), plain(CLOSE)]),
        ("well-known a -", [plain(WORD, "well-known"), plain(WORD, "a")]),
        ('"a"-b', [plain(QUOTED, "a"), plain(WORD, "b")]),
        ('"a  b', [plain(QUOTED, "a b")]),
        ("„a“ «b» ＂c”", [plain(QUOTED, "a"), plain(QUOTED, "b"), plain(QUOTED, "c")]),
        (r'"a \"b\" \\ \x"', [plain(QUOTED, r'a "b" \ \x')]),
        ("a* b** *c ?d*!", [plain(PREFIX, "a"), plain(PREFIX, "b"), plain(WORD, "c"), plain(PREFIX, "d")]),
        ("'a' O'Brien’s", [plain(WORD, "a"), plain(WORD, "O'Brien’s")]),
    ],
)
def test_pieces(text: str, pieces: list[Lexeme]) -> None:
    """Words without the signs around them, operators only in capitals, a dash only where a term could begin."""
    assert list(lexemes(text)) == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("title:oil", [behind("title", WORD, "oil")]),
        ("TITLE:oil", [behind("title", WORD, "oil")]),
        ("headline:oil*", [behind("headline", PREFIX, "oil")]),
        ("title:OR", [behind("title", WORD, "OR")]),
        ('SOURCE:"La  Costa"', [behind("source", QUOTED, "La Costa")]),
        ("title:(a b)", [behind("title", OPEN), plain(WORD, "a"), plain(WORD, "b"), plain(CLOSE)]),
        ("feed:la-costa-,", [behind("feed", WORD, "la-costa-")]),
        ("date:2026-11..2026-12;", [behind("date", WORD, "2026-11..2026-12")]),
        ("title: oil", [plain(WORD, "title"), plain(WORD, "oil")]),
        ("title:—", [plain(WORD, "title")]),
        ("10:30", [plain(WORD, "10:30")]),
    ],
)
def test_pieces_behind_a_name(text: str, pieces: list[Lexeme]) -> None:
    """Words lose their commas; codes and dates only the one behind them; a name with nothing behind it is a word."""
    assert list(lexemes(text)) == pieces


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://x.example/a?b=c:d", "https://x.example/a?b=c:d"),
        ("HTTP://x.example/a, b", "HTTP://x.example/a"),
        ("(https://x.example/a)", "https://x.example/a"),
        ("https://x.example/a_(b)", "https://x.example/a_(b)"),
        ("https://x.example/a_(b))", "https://x.example/a_(b)"),
        ("https://x.example/a.”", "https://x.example/a"),
        ("url:https://x.example/a)", "https://x.example/a"),
    ],
)
def test_a_pasted_address_is_looked_for_as_one(text: str, address: str) -> None:
    """What belongs to the sentence around it is taken off, brackets only where they are not its own."""
    found = [piece for piece in lexemes(text) if piece.name == "url"]
    assert found == [behind("url", QUOTED, address)]


def test_addresses_that_begin_so() -> None:
    """A star behind an address asks for all below it."""
    assert list(lexemes("url:https://x.example/*")) == [behind("url", PREFIX, "https://x.example/")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a titel:oil b", "query: no field 'titel' in 'titel:oil'; did you mean title:? allowed: title, body, "),
        ("zzz:oil", "query: no field 'zzz' in 'zzz:oil'; allowed: title, "),
        ("zzz:" + "x" * 100, "query: no field 'zzz' in 'zzz:" + "x" * 56 + "';"),
    ],
)
def test_a_name_nobody_knows(text: str, said: str) -> None:
    """Is named as it was written, with what it may be a slip of."""
    with pytest.raises(ConfigurationError) as caught:
        list(lexemes(text))
    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith("to search for the text itself, put it in quotes")


@given(any_text())
def test_any_text_ends(text: str) -> None:
    """Whatever was typed: pieces without white space around them, or a name that nobody knows."""
    try:
        pieces = list(lexemes(tidied(text)))
    except ConfigurationError as error:
        assert str(error).startswith("query: no field ")
        return
    assert all(piece.text == piece.text.strip() for piece in pieces)
    assert len(pieces) <= len(text)
