"""Entities of articles."""

from __future__ import annotations

import logging
from itertools import pairwise

import pytest

from pipeline.enrich.entities import MOST_CHARACTERS, MOST_ENTITIES, EntityEnricher
from pipeline.types import EnrichedArticle
from tests.enrich.articles import make_enriched, seed_story


@pytest.fixture(scope="module")
def enricher() -> EntityEnricher:
    return EntityEnricher()


def _named(enriched: EnrichedArticle, label: str) -> dict[str, int]:
    return {entity.name: len(entity.mentions) for entity in enriched.entities if entity.label == label}


def test_a_story_is_read(enricher: EntityEnricher) -> None:
    """People, organisations and places, each once, surnames with their owners, no headings for names."""
    enriched = enricher.enrich(make_enriched())
    assert _named(enriched, "PERSON") == {
        "Elena Marsh": 2,
        "Tomas Quell": 1,
        "Priya Raman": 1,
        "Antony Okafor": 2,
        "Jean Dumas": 2,
        "Hunter Marsh": 1,
        "Ursula von der Leyen": 2,
    }
    assert _named(enriched, "ORG") == {
        "Harbour Workers Union": 3,
        "Nordpress": 1,
        "Department of Fisheries": 1,
        "University of Oslo": 1,
    }
    assert _named(enriched, "GPE") == {
        "France": 1,
        "Reading": 1,
        "England": 1,
        "Nice": 1,
        "United States": 2,
        "Britain": 1,
        "Washington": 1,
    }
    assert enriched.enrichers == ("entities-builtin/2",)


def test_mentions_are_offsets_into_the_text(enricher: EntityEnricher) -> None:
    """Each span holds a part of the name, or what is short for it."""
    enriched = enricher.enrich(make_enriched())
    text = enriched.article.text
    spans = {(entity.name, text[start:end]) for entity in enriched.entities for start, end in entity.mentions}
    assert {short for name, short in spans if name == "Harbour Workers Union"} == {"Harbour Workers Union", "HWU"}
    assert {short for name, short in spans if name == "United States"} == {"U.S."}
    assert all(short in name for name, short in spans if short not in ("HWU", "U.S."))


STORIES = {
    "de": (
        "Bundeskanzlerin Petra Lindholm hat in Hamburg den neuen Hafen eröffnet. „Das war überfällig“, sagte Lindholm. "
        "Die Universität Kiel und das Bundesamt für Seeschifffahrt berieten, meldet die Nachrichtenagentur dpa. "
        "Russlands Botschafter schwieg.",
        {"Petra Lindholm": "PERSON", "Hamburg": "GPE", "Universität Kiel": "ORG", "dpa": "ORG", "Russland": "GPE"},
    ),
    "es": (
        "El presidente Carlos Ibáñez llegó a Madrid con la ministra de Defensa, Lucía Ferrer. El Ministerio de Pesca pagará el puerto, "
        "según la agencia EFE. Estados Unidos y Rusia callan.",
        {
            "Carlos Ibáñez": "PERSON",
            "Madrid": "GPE",
            "Lucía Ferrer": "PERSON",
            "Ministerio de Pesca": "ORG",
            "EFE": "ORG",
            "Estados Unidos": "GPE",
            "Rusia": "GPE",
        },
    ),
    "fr": (
        "Le président Henri Vasseur a rencontré la ministre de la Défense Claire Morel à Bruxelles, selon l'agence Reuters. "
        "La Russie se tait.",
        {"Henri Vasseur": "PERSON", "Claire Morel": "PERSON", "Bruxelles": "GPE", "Reuters": "ORG", "Russie": "GPE"},
    ),
    "pl": (
        "Prezydent Jan Zieliński otworzył port w Gdańsku. Minister Anna Kowalska wróciła do Warszawy z Niemiec, podała agencja Reuters.",
        {"Jan Zieliński": "PERSON", "Gdańsk": "GPE", "Anna Kowalska": "PERSON", "Warszawa": "GPE", "Reuters": "ORG"},
    ),
    "ru": (
        "Президент Иван Морозов открыл новый порт в Москве. Министр иностранных дел Сергей Волков вернулся из Германии, сообщает ТАСС.",
        {"Иван Морозов": "PERSON", "Москва": "GPE", "Сергей Волков": "PERSON", "Германия": "GPE", "ТАСС": "ORG"},
    ),
}


@pytest.mark.parametrize("language", sorted(STORIES))
def test_stories_in_other_languages_are_read(enricher: EntityEnricher, language: str) -> None:
    """At least these, under these names."""
    text, expected = STORIES[language]
    enriched = enricher.enrich(make_enriched(text, language=language))
    assert expected.items() <= {entity.name: entity.label for entity in enriched.entities}.items()


def test_the_diplomats_story(enricher: EntityEnricher) -> None:
    """A real story with all that agencies do to names."""
    enriched = enricher.enrich(make_enriched(seed_story()))
    assert {
        "Antony Blinken",
        "Sergey Lavrov",
        "Joe Biden",
        "Vladimir Putin",
        "Donald Trump",
        "Alexey Navalny",
        "Paul Whelan",
        "Trevor Reed",
    } <= set(_named(enriched, "PERSON"))
    assert {"Arctic Council", "State Department", "Tass", "Voice of America"} <= set(_named(enriched, "ORG"))
    assert {"Iceland", "Russia", "Ukraine", "Reykjavik", "Moscow", "Washington"} <= set(_named(enriched, "GPE"))
    assert _named(enriched, "PERSON")["Antony Blinken"] >= 10
    assert "Blinken" not in _named(enriched, "PERSON")
    assert "Recommended Videos" not in {entity.name for entity in enriched.entities}


def test_boilerplate_is_nobody(enricher: EntityEnricher) -> None:
    """Should cleaning leave some."""
    lines = ("Recommended Videos", "Loading...", "Skip to main content", "Copyright 2026 All Rights Reserved.", "Read More", "Sign Up Now")
    text = "\n\n".join(lines)
    assert _named(enricher.enrich(make_enriched(text)), "PERSON") == {}


def test_what_is_looked_at_is_bounded(enricher: EntityEnricher, caplog: pytest.LogCaptureFixture) -> None:
    """Past the limit nothing is read, and the log says so."""
    text = "Joe Biden left. " + "word " * (MOST_CHARACTERS // 5) + "Anna Quell came."
    with caplog.at_level(logging.WARNING):
        enriched = enricher.enrich(make_enriched(text))
    assert _named(enriched, "PERSON") == {"Joe Biden": 1}
    assert f"only the first {MOST_CHARACTERS} of" in caplog.text


def test_entities_are_bounded(enricher: EntityEnricher) -> None:
    """A text that is nothing but names gives the first of them."""
    names = " ".join(
        f"Joe {chr(65 + number % 26)}{'abcdefghij'[number // 26 % 10]}{'klmnopqrst'[number // 260 % 10]} said." for number in range(2000)
    )
    assert len(enricher.enrich(make_enriched(names)).entities) == MOST_ENTITIES


HOSTILE = {
    "no-spaces": "a" * 1_000_000,
    "no-spaces-capital": "A-" * 500_000,
    "brackets": "(" * 1_000_000,
    "dots": "a." * 500_000,
    "capitals": "Aa " * 300_000,
    "commas": "Aa Bb, the " * 90_000,
    "joints": "A of of A " * 100_000,
    "han": "北京" * 400_000,
    "lines": "\n" * 500_000,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_hostile_text_takes_no_longer(enricher: EntityEnricher, kind: str) -> None:
    """A megabyte of anything is done with in time proportional to the limit, and the names before it are found all the same."""
    enriched = enricher.enrich(make_enriched("Mayor Elena Marsh left for Oslo.\n\n" + HOSTILE[kind]))
    assert _named(enriched, "PERSON").items() >= {"Elena Marsh": 1}.items()
    assert _named(enriched, "GPE").items() >= {"Oslo": 1}.items()
    spans = sorted(span for entity in enriched.entities for span in entity.mentions)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert spans[-1][1] <= MOST_CHARACTERS


def test_an_empty_article_has_no_entities(enricher: EntityEnricher) -> None:
    """Nor does it fail."""
    assert enricher.enrich(make_enriched("")).entities == ()
