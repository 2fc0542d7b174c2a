"""Known names in texts."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.enrich.gazetteer import Automaton, Gazetteer, Known
from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import GPE
from pipeline.enrich.pipelines import stop_words
from pipeline.enrich.scripts import main_script


@cache
def _gazetteer(language: str, script: str) -> Gazetteer:
    return Gazetteer(load_lexicon(language), script, stop_words(language))


def _find(text: str, language: str = "en", country: str | None = None) -> list[str]:
    return [f"{mention.label} {mention.name}" for mention in _gazetteer(language, main_script(text)).find(text, country=country)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Moscow and Washington disagree.", ["GPE Moscow", "GPE Washington"]),
        ("The U.S. and the US and the USA", ["GPE United States"] * 3),
        ("in the Arctic, a NATO ship", ["LOC Arctic", "ORG NATO"]),
        ("Voice of America, not America", ["ORG Voice of America", "GPE America"]),
        ("Biden-Russia talks, Russia’s army, U.S.-led", ["GPE Russia", "GPE Russia", "GPE United States"]),
        ("Russian, Russians, Chinaware, NATOs", []),
        ("The Gulf of Mexico is not Mexico", ["LOC Gulf of Mexico", "GPE Mexico"]),
    ],
)
def test_names_are_found_whole(text: str, names: list[str]) -> None:
    """The longest name, at the borders of words; abbreviations stand for what they mean."""
    assert _find(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "Nice people live here.",
        "Reading is hard.",
        "Mobile phones for all.",
        "Of course. Most of them. Same here. Much more.",
        "Bath time. A Split decision. March came.",
        "Orange juice, Phoenix from the ashes, Buffalo wings.",
        "in March and in May",
        "Jackson left, Lincoln stayed, Charlotte sang.",
        "Iwo Jima fell. Hang Seng rose.",
        "Manchester United won.",
    ],
)
def test_words_and_people_are_no_cities(text: str) -> None:
    """A city called like a word needs more than a capital letter."""
    assert _find(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("She lives in Nice now.", "Nice"),
        ("Born in Reading, he", "Reading"),
        ("Reading, England", "Reading"),
        ("a man from Mobile, Alabama", "Mobile"),
        ("Springfield (Illinois)", "Springfield"),
        ("talks near Jackson today", "Jackson"),
        ("London Mayor", "London"),
        ("Paris on Tuesday", "Paris"),
    ],
)
def test_cities_count_where_a_place_is_meant(text: str, name: str) -> None:
    """After "in", or before a state or country; a title or a day may follow."""
    assert f"GPE {name}" in _find(text)


def test_small_cities_count_at_home() -> None:
    """Würzburg needs no "in" in a German text, but in an English one, unless that was published in Germany."""
    assert "GPE Würzburg" in _find("Würzburg feiert.", "de")
    assert _find("Würzburg celebrates.") == []
    assert _find("Würzburg celebrates.", country="DE") == ["GPE Würzburg"]


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Russlands Präsident in Moskau", "de", ["GPE Russland", "GPE Moskau"]),
        ("La Russie et les États-Unis", "fr", ["GPE Russie", "GPE États-Unis"]),
        ("w Warszawie i Gdańsku, do Rosji", "pl", ["GPE Warszawa", "GPE Gdańsk", "GPE Rosja"]),
        ("Taka sprawa. Stadion.", "pl", []),
        ("в Москве и Германии, из России", "ru", ["GPE Москва", "GPE Германия", "GPE Россия"]),
        ("日本と米国、北京で", "ja", ["GPE 日本", "GPE 米国", "GPE 北京"]),
        ("서울에서 러시아", "ko", ["GPE 서울", "GPE 러시아"]),
        ("London and Kenya", "zu", ["GPE London", "GPE Kenya"]),
    ],
)
def test_other_languages(text: str, language: str, names: list[str]) -> None:
    """Genitives, cases, scripts without spaces, languages without tables."""
    assert _find(text, language) == names


def test_mentions_are_where_they_say() -> None:
    """Offsets count characters, also after ones beyond the basic plane, and take a genitive with them."""
    text = "𝔘😀 Russlands Grenze"
    mention = _gazetteer("de", "latin").find(text)[0]
    assert text[mention.start : mention.end] == "Russlands"


def test_the_automaton_prefers_the_longer_of_two_stems() -> None:
    """Where endings may follow, "Warszaw" and "Warszawa" are found by the same letters."""
    names = {name: Known(name=name, label=GPE) for name in ("Warszawa", "Warszaw")}
    found = Automaton(names, borders=True, endings=3).find("Warszawie, Warszawami, WarszawaTV, warszawa, XWarszawa, Warszawskich")
    assert [(start, end, known.name) for start, end, known in found] == [(0, 9, "Warszawa"), (11, 21, "Warszawa")]
