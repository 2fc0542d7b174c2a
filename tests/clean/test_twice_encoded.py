"""Text that was encoded once too often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.page_tree import PageTree, read_page
from pipeline.clean.twice_encoded import FEWEST, once
from tests.clean.pages import page_of

TEXT = "“It’s the sea’s – café, Łódź, 嵐, 🌊…” said Ana Müller."


def twice(text: str, charset: str) -> str:
    """As a program leaves it that takes UTF-8 for the charset; what Windows-1252 lacks stays what it is in Latin-1."""
    return "".join(bytes([code]).decode(charset, "ignore") or chr(code) for code in text.encode())


@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
def test_read_back(charset: str) -> None:
    """Marks, letters of every script and signs beyond the basic plane come back, by either charset."""
    assert once(twice(TEXT, charset)) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "«CAFÉ» à Â® naïve",
        twice("’", "cp1252") * (FEWEST - 1),  # too few
        f"Broken text looks so: {twice('’', 'cp1252') * FEWEST}. It’s – “often” – ‘seen’…",  # most marks are whole
        "â\x80" * FEWEST,  # cut off
    ],
)
def test_left_alone(text: str) -> None:
    """What was encoded once, what hardly shows it, and what speaks of it stays."""
    assert once(text) == text


def test_a_page() -> None:
    """A whole page is read back before it is parsed."""
    tree = read_page(page_of(f"<html><body><p>{twice(TEXT, 'latin-1')}</p></body></html>"))
    assert isinstance(tree, PageTree)
    assert tree.root.findtext("body/p") == TEXT


@given(st.text(st.sampled_from("â€™\x80\x99ÃÂ©é’a ") | st.characters(max_codepoint=0x3000)))
def test_any_text(text: str) -> None:
    """Whatever it is, it can be written down, and what was read back is read as it is."""
    assert once(once(text)) == once(text) or "â" in once(text)
    once(text).encode("utf-8", "surrogatepass")
