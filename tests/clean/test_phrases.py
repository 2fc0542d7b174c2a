"""The phrases of boilerplate: sorted data, looked up by key."""

from __future__ import annotations

import pytest

from pipeline.clean.hygiene import phrase_key
from pipeline.clean.phrases import PhraseBook, PhraseList, faults


def test_the_data_has_no_faults() -> None:
    """Sorted, without doubles, every key known."""
    assert faults() == []


def test_a_list_knows_lines_starts_and_parts() -> None:
    """Whole lines, the longest beginning, and the longest of what is inside."""
    phrases = PhraseList.of(["read more", "read", "sign up", "up"])
    assert phrases.is_line(phrase_key("Read more"))
    assert not phrases.is_line(phrase_key("Read more books"))
    assert phrases.start(phrase_key("Read more books")) == "read more"
    assert phrases.start(phrase_key("Ready to go")) == ""
    assert phrases.inside(phrase_key("Please sign up today")) == "sign up"
    assert phrases.inside(phrase_key("They build pianos")) == ""


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Sign up", "sign up"),
        ("Please sign up.", "sign up"),
        ("„Sign up“ today", "sign up"),
        ("Please re-sign up here", "sign up"),
        ("Design upright pianos", ""),
        ("Sign uplift", ""),
        ("Design upright, then sign up", "sign up"),
        ("Einsign up", ""),
        ("今すぐ登録する", "登録"),
        ("登録", "登録"),
    ],
)
def test_what_is_inside_stands_there_as_words(line: str, found: str) -> None:
    """Part of a longer word is no phrase, but where words stand without blanks between them."""
    assert PhraseList.of(["sign up", "登録"]).inside(phrase_key(line)) == found


def test_every_language_knows_english_furniture_too() -> None:
    """Sites in other languages carry widgets made in English."""
    book = PhraseBook()
    for language in ("en", "de", "es", "fr", None, "xx"):
        assert book.of(language).lines.is_line(phrase_key("Recommended Videos"))
