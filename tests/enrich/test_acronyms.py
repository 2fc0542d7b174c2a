"""Names and the letters they are called by."""

from __future__ import annotations

import pytest

from pipeline.enrich.acronyms import spelled_out
from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import ORG
from pipeline.enrich.names import NameRules


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "says Northern Harbour Pilots (NHP) today", ["Northern Harbour Pilots"]),
        ("en", "the Friends of the Forest (FF) met", ["Friends of the Forest"]),
        ("en", "It rained. Harbour Pilots (HP) met", ["Harbour Pilots"]),
        ("en", "It ended. Sea level rise (SLR) goes on", []),
        ("en", "the Northern Harbour Pilots (NP)", []),
        ("en", "Northern, Harbour Pilots (NHP)", []),
        ("en", "the Northern Harbour Pilots (Local)", []),
        ("en", "the Northern Harbour Pilots (WHO)", []),
        ("en", "a new high-speed rail (HSR)", []),
        ("en", "the Gross Domestic Product (GDP)", []),
        ("en", "the Fish Stocks Treaty (FST)", []),
        ("en", "the global Harbour Pilots (GHP)", []),
        ("fr", "la Confédération générale du travail (CGT)", ["Confédération générale du travail"]),
        ("fr", "une taxe carbone (TC)", []),
    ],
)
def test_what_the_letters_stand_for(language: str, text: str, names: list[str]) -> None:
    """Every letter begins a word, small words may lie between, and the name is one of an organisation."""
    assert [word.text for word in spelled_out(text, load_lexicon(language))] == names


def test_the_letters_alone_mean_the_name() -> None:
    """Wherever they stand in the article; what a gazetteer knows as a place is none."""
    text = "NHP boats left. The Northern Harbour Pilots (NHP) said so."
    found = [
        (mention.start, mention.name)
        for mention in NameRules(load_lexicon("en"), frozenset({"the"})).find(text, [])
        if mention.label == ORG
    ]
    assert sorted(found) == [(0, "Northern Harbour Pilots"), (20, "Northern Harbour Pilots"), (45, "Northern Harbour Pilots")]
