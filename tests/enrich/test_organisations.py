"""Organisations by their words."""

from __future__ import annotations

import pytest

from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import ORG
from pipeline.enrich.names import NameRules


def _organisations(text: str, language: str = "en") -> list[str]:
    found = NameRules(load_lexicon(language), frozenset({"the", "a"})).find(text, [])
    return [mention.name for mention in found if mention.label == ORG]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("an Arctic Council meeting", ["Arctic Council"]),
        ("The State Department said", ["State Department"]),
        ("U.S. State Department Spokesman Ned Price", ["State Department"]),
        ("the Arctic Council Ministerial summit", ["Arctic Council"]),
        ("the Ministry of Natural Resources", ["Ministry of Natural Resources"]),
        ("the Bank of England Governor Andrew Bailey", ["Bank of England"]),
        ("Department of Fisheries and the University of Oslo", ["Department of Fisheries", "University of Oslo"]),
        ("Fisheries Agency and Coast Guard", ["Coast Guard", "Fisheries Agency"]),
        ("Dye & Durham Ltd", ["Dye & Durham Ltd"]),
        ("President of the Nordic Council Anna Lund", ["Nordic Council"]),
        ("the news agency Nordpress reported", ["Nordpress"]),
        ("the company Northern Light", ["Northern Light"]),
        ("Harbour Workers Union on Tuesday", ["Harbour Workers Union"]),
        ("the Ministry of Justice", ["Ministry of Justice"]),
        ("Leaders of the Nordic Council met", ["Nordic Council"]),
        ("the Upland Institute of Technology", ["Upland Institute of Technology"]),
        ("the Nordic Academy of Sciences", ["Nordic Academy of Sciences"]),
        ("Food and Drug Administration", ["Food and Drug Administration"]),
        ("shares of Brightwater rose", ["Brightwater"]),
        ("a subsidiary of Brightwater Logistics", ["Brightwater Logistics"]),
    ],
)
def test_english_organisations(text: str, names: list[str]) -> None:
    """By their last word, their first, or the word before them."""
    assert sorted(_organisations(text)) == sorted(names)


@pytest.mark.parametrize(
    "text",
    [
        "Police said",
        "the Council met",
        "Bank Governor Andrew Bailey",
        "Status of Forces",
        "Recommended Videos",
        "Cold War",
        "a company on Tuesday",
        "shares of Maria Brightwater",
        "shares of the Nordic sort",
    ],
)
def test_a_word_alone_makes_no_organisation(text: str) -> None:
    """Nor does a head without what it is of."""
    assert _organisations(text) == []


def test_an_acronym_stands_for_its_organisation() -> None:
    """Wherever it comes, and not within other words."""
    text = (
        "The Harbour Workers Union (HWU) met. HWU members left; the HWUX stayed, (hwu) too. Brightwater Port Authority (Local) met a Local."
    )
    assert _organisations(text) == [*["Harbour Workers Union"] * 3, "Brightwater Port Authority"]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("de", "die Universität für Musik und das Bundesamt für Seeschifffahrt", ["Universität für Musik", "Bundesamt für Seeschifffahrt"]),
        ("de", "die Teile der Gesellschaft", []),
        ("de", "Leser der Neuen Zeitung", ["Neuen Zeitung"]),
        ("fr", "l'Université de Lyon", ["Université de Lyon"]),
        ("es", "el Ministerio de Pesca y el Banco Central", ["Ministerio de Pesca", "Banco Central"]),
        ("ru", "агентство Северпресс", ["Северпресс"]),
        ("de", "das Landgericht für Kiel", ["Landgericht für Kiel"]),
        ("de", "ein gericht für Kiel", []),
    ],
)
def test_other_languages(language: str, text: str, names: list[str]) -> None:
    """Each by its own tables."""
    assert sorted(_organisations(text, language)) == sorted(names)
