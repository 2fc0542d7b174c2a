"""People by the way news writes about them."""

from __future__ import annotations

import pytest

from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import GPE, PERSON, Mention
from pipeline.enrich.names import NameRules

STOP_WORDS = frozenset({"the", "a", "after", "but", "he"})


def _people(text: str, language: str = "en", places: tuple[str, ...] = ()) -> list[str]:
    known = [Mention(start=text.index(place), end=text.index(place) + len(place), label=GPE, name=place) for place in places]
    found = NameRules(load_lexicon(language), STOP_WORDS).find(text, known)
    return [mention.name for mention in sorted(found, key=lambda one: one.start) if mention.label == PERSON]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Secretary of State Antony Okafor met", ["Antony Okafor"]),
        ("Russian Foreign Minister Zergon Lavroth met", ["Zergon Lavroth"]),
        ("President Zergon said", ["Zergon"]),
        ("Sen. Oxley Brumm and Rep. Quillon Task", ["Oxley Brumm", "Quillon Task"]),
        ("opposition figure Zergon Navol spoke", ["Zergon Navol"]),
        ("two Americans, Paul Wheelan and Trevor Reade", ["Paul Wheelan", "Trevor Reade"]),
        ("Zergon Quell, 42, lost his boat", ["Zergon Quell"]),
        ("Zergon Quell (42) lost his boat", ["Zergon Quell"]),
        ("Priyanka Raman, the chief architect of the pier,", ["Priyanka Raman"]),
        ("Zergon Raman, architect of the pier,", ["Zergon Raman"]),
        ('"No," Zergon Raman said. Raman left.', ["Zergon Raman", "Raman"]),
        ("After Paul Wheelan left", ["Paul Wheelan"]),
        ("Mary Anne van der Berg spoke", ["Mary Anne van der Berg"]),
        ("Jack London wrote", ["Jack London"]),
        ("Minister for Arts Catherine Moss", ["Catherine Moss"]),
        ("Texas Governor Oxley Brumm", ["Oxley Brumm"]),
        ("Joe Biden Tuesday", ["Joe Biden"]),
        ("Ukraine Joe Biden", ["Joe Biden"]),
    ],
)
def test_people_are_found(text: str, names: list[str]) -> None:
    """By title, role, given name, age, apposition, or two weaker signs."""
    assert _people(text, places=tuple(place for place in ("London", "Texas", "Ukraine") if place in text)) == names


@pytest.mark.parametrize(
    "text",
    [
        "Recommended Videos",
        "Charlotte Street opens",
        "Zergon Park said no. Park said no.",
        "The Cold War is over",
        "Nord Stream, the pipeline, is closed",
        "Zergon Raman said nothing more",  # one weak sign
        "Victoria Park opens",
        "North Tyneside said no. Tyneside said yes.",
        "BREAKING NEWS said. NEWS said.",
        "the Duke of Wessex",
        "May Day",
        "the company Joe",
    ],
)
def test_what_shows_no_sign_is_nobody(text: str) -> None:
    """Better a name missed than a headline for a person."""
    assert _people(text) == []


def test_surnames_alone_are_found() -> None:
    """In a pair, before the full name, with a possessive; not within words, and not somebody else's."""
    assert _people("Okafor-Quell talks. Anna Okafor met Joe Quell. Zergon Quell left. But Quell, Quellish.") == [
        "Okafor",
        "Quell",
        "Anna Okafor",
        "Joe Quell",
        "Quell",
    ]


def test_the_office_of_a_place_is_no_name() -> None:
    """The name comes after what the office is of."""
    text = "President of Ukraine Zergon Volod spoke"
    assert _people(text, places=("Ukraine",)) == ["Zergon Volod"]
    assert _people("the President of Ukraine said", places=("Ukraine",)) == []


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("de", "Bundeskanzlerin Petra Lindholm sprach. Lindholms Reise, sagte Lindholm.", ["Petra Lindholm", "Lindholm", "Lindholm"]),
        ("de", "Außenminister Zergon Brandt im Hafen", ["Zergon Brandt"]),
        ("de", "der Fischer Ole Petersen (58)", ["Ole Petersen"]),
        ("de", "Israelische Armee sagte. Die Armee sagte.", []),
        ("de", "Ursula von der Leyen", ["Ursula von der Leyen"]),
        ("fr", "le président Zergon Vasseur a dit", ["Zergon Vasseur"]),
        ("fr", "le président Vasseur a dit", ["Vasseur"]),
        ("fr", "la ministre de la Défense Claire Morel", ["Claire Morel"]),
        ("fr", "Zergon Dubois, pêcheur au port,", ["Zergon Dubois"]),
        ("es", "el presidente Zergon Ibáñez llegó", ["Zergon Ibáñez"]),
        ("it", "il ministro Zergon Moretti", ["Zergon Moretti"]),
        ("pl", "Prezydent Jan Zieliński mówił o Zielińskim", ["Jan Zieliński", "Zieliński"]),
        ("pl", "Rzecznik Urzędu Morskiego milczał", []),
        ("ru", "Президент Иван Морозов сказал. Слова Морозова.", ["Иван Морозов", "Морозов"]),
        ("xx", "Joe Biden met Dr Zergon Quux", ["Joe Biden", "Zergon Quux"]),
    ],
)
def test_other_languages(language: str, text: str, names: list[str]) -> None:
    """Each by its own tables, a language without any by given names and what titles all share."""
    assert _people(text, language) == names
