"""The rules for names together."""

from __future__ import annotations

from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.names import NameRules
from pipeline.enrich.pipelines import stop_words


def test_a_sequence_may_hold_an_organisation_and_a_person() -> None:
    """In either order, with the date left out."""
    rules = NameRules(load_lexicon("en"), stop_words("en"))
    found = rules.find("Tuesday State Department Spokesman Ned Price met Joe Quell Harbour Council Monday", [])
    assert {(mention.name, mention.label) for mention in found} == {
        ("State Department", "ORG"),
        ("Ned Price", "PERSON"),
        ("Joe Quell Harbour Council", "ORG"),
    }


def test_words_that_begin_a_sentence_begin_no_name() -> None:
    """ "The", "After", and what else is capitalised for standing first."""
    rules = NameRules(load_lexicon("en"), stop_words("en"))
    assert [mention.name for mention in rules.find("However The Harbour Council met.", [])] == ["Harbour Council"]


def test_mentions_are_where_they_say() -> None:
    """Name and place agree."""
    rules = NameRules(load_lexicon("en"), stop_words("en"))
    text = "😀 President\u00a0Joe Quell of the Harbour\u00a0Council"
    spans = [(text[mention.start : mention.end].replace("\u00a0", " "), mention.name) for mention in rules.find(text, [])]
    assert spans == [("Joe Quell", "Joe Quell"), ("Harbour Council", "Harbour Council")] or spans[::-1] == [
        ("Joe Quell", "Joe Quell"),
        ("Harbour Council", "Harbour Council"),
    ]
