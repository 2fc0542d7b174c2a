"""Markup goes, words stay."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.plain_text import MAX_MARKUP, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (None, ""),
        ("", ""),
        ("  two \n\t words ", "two words"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("One<br>Two<br/>Three", "One Two Three"),
        ("<b>W</b>ord and <em>m</em>ore", "Word and more"),
        ("日本<b>語</b>", "日本語"),
        ("Bed &amp; Breakfast", "Bed & Breakfast"),
        ("Bed & Breakfast", "Bed & Breakfast"),
        ("Bed &amp;amp; Breakfast", "Bed & Breakfast"),
        ("&#8217;&#x1F600;&nbsp;x", "’😀 x"),
        ("a &bogus; b &copy=1", "a &bogus; b &copy=1"),
        ("a < b & c > d", "a < b & c > d"),
        ("I <3 you", "I <3 you"),
        ("x<y and <today>", "x<y and <today>"),
        ("<p>x<y and <today> &amp; a <3</p>", "x<y and <today> & a <3"),
        ("<script>x()</script><style>p{}</style>Text", "Text"),
        ("&lt;script&gt;x()&lt;/script&gt;Text", "Text"),
        ("&amp;lt;i&amp;gt;Text&amp;lt;/i&amp;gt;", "Text"),
        ("<noscript><img src=x></noscript><svg><title>t</title></svg>Text", "Text"),
        ("<!-- hidden -->Text", "Text"),
        ("<![CDATA[Text]]>", "Text"),
        ("Text <a href='https://x.example/torn", "Text"),
        ("<img alt='a > b'>Text", "Text"),
        ("Text<div", "Text"),
        ("cafe\u0301", "caf\u00e9"),
        ("sil\u00adben \ufefftrenn", "silben trenn"),
        ("bell\x07 nul\x00", "bell nul"),
        ("lone \ud83d surrogate", "lone surrogate"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_plain_text(markup: str | None, text: str) -> None:
    """Each fragment shows this text."""
    assert plain_text(markup, 1000) == text


def test_cut_at_a_word() -> None:
    """A long text ends with a whole word where one ends near the limit, and at the limit where none does."""
    assert plain_text("aaaa bbbb cccc dddd eeee", 20) == "aaaa bbbb cccc dddd"
    assert plain_text("x" * 50, 20) == "x" * 20


@pytest.mark.parametrize("piece", ["<div>", "<b a=1><p>", "<", "&", "&amp;amp;amp;", "<!--", "<b a='", "<table>", "<svg>", "&lt;", "\x00"])
def test_hostile_fragments(piece: str) -> None:
    """A fragment made to grow or to nest is read in bounded time and space."""
    assert len(plain_text(piece * (2 * MAX_MARKUP // len(piece)) + "tail", 1000)) <= 1000


ELEMENT = re.compile(r"</?(?:a|b|p|div|script|img|br|style|iframe|h1)(?=[\s/>])|<!--", re.IGNORECASE)
PIECES = st.sampled_from(
    ["<", ">", "&lt;", "&gt;", "&amp;", "lt;", "script", "b", "/", " ", "<p>", "<!--", "-->", "x", "&#60;", "'", "<![CDATA["]
)


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=30).map("".join)))
def test_no_markup_is_left(markup: str) -> None:
    """Whatever was escaped how often: what comes out holds no element, no control character, and is NFC."""
    text = plain_text(markup, 1000)
    assert not ELEMENT.search(text)
    assert unicodedata.is_normalized("NFC", text)
    assert text == " ".join(text.split())
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in text)
