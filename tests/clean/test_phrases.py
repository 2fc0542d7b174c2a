"""The phrases of boilerplate: sorted data, looked up by key."""

from __future__ import annotations

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


def test_every_language_knows_english_furniture_too() -> None:
    """Sites in other languages carry widgets made in English."""
    book = PhraseBook()
    for language in ("en", "de", "es", "fr", None, "xx"):
        assert book.of(language).lines.is_line(phrase_key("Recommended Videos"))
