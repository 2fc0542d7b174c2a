"""One text under its rules: the words around a place, and organisations with their acronyms."""

from __future__ import annotations

import pytest

from pipeline.enrich.mentions import GPE, ORG, PERSON, Mention
from pipeline.enrich.reading import Reading
from pipeline.enrich.sequences import Word


def words(text: str, name: str) -> list[Word]:
    """The words of a name, where it first stands in the text."""
    start, found = text.index(name), []
    for part in name.split(" "):
        found.append(Word(part, start, start + len(part), part.lower()))
        start += len(part) + 1
    return found


def reading(text: str) -> Reading:
    """Nothing known of it yet."""
    return Reading(text=text, known={})


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("said Marsh", "said"),
        ("said, Marsh", "said"),
        ("said: Marsh", "said"),
        ("said\u00a0Marsh", "said"),
        ("well-known Marsh", "well-known"),
        ("O’Neill’s Marsh", "O’Neill’s"),
        ("It ended. Marsh", ""),
        ("Marsh", ""),
        ("in 2026 Marsh", ""),
        ("said\nMarsh", ""),
        ("he (said) Marsh", ""),
    ],
)
def test_the_word_before(text: str, before: str) -> None:
    """Past a comma or colon, not past the end of a sentence, a line or a bracket; a number is no word."""
    assert reading(text).word_before(text.index("Marsh")) == before


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Marsh said", "said"),
        ("Marsh, who", "who"),
        ("Marsh” said", "said"),
        ('Marsh", he', "he"),
        ("Marsh\u00a0said", "said"),
        ("Marsh. Then", ""),
        ("Marsh", ""),
        ("Marsh 42", ""),
        ("Marsh\nsaid", ""),
        ("Marsh's boat", ""),
    ],
)
def test_the_word_after(text: str, after: str) -> None:
    """Past a closing quote or a comma, and nothing else."""
    assert reading(text).word_after(len("Marsh")) == after


def test_a_far_word_before_is_not_looked_for() -> None:
    """A word longer than any is no word, and looking for its beginning would take time for each name behind it."""
    assert reading("x" * 29 + " Marsh").word_before(30) == "x" * 29
    assert reading("a " + "x" * 40 + " Marsh").word_before(43) == ""


def test_a_name_is_a_mention_of_itself() -> None:
    """From the beginning of its first word to the end of its last."""
    text = "Then Elena Marsh spoke."
    seen = reading(text)
    seen.add(words(text, "Elena Marsh"), PERSON)
    assert seen.found == [Mention(start=5, end=16, label=PERSON, name="Elena Marsh")]
    assert text[5:16] == "Elena Marsh"


def test_an_organisations_acronym_means_it_everywhere() -> None:
    """Before and after the place that explains it, as a word of its own."""
    text = "HWU men met. The Harbour Workers Union (HWU) opposes it; the HWU's head, not the HWUX, spoke."
    seen = reading(text)
    seen.add(words(text, "Harbour Workers Union"), ORG)
    assert {mention.name for mention in seen.found} == {"Harbour Workers Union"}
    assert [text[mention.start : mention.end] for mention in seen.found] == ["Harbour Workers Union", "HWU", "HWU", "HWU"]
    assert [mention.start for mention in seen.found[1:]] == [0, text.index("(HWU)") + 1, text.index("HWU's")]


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Elena Marsh (KBAY) spoke for KBAY.", "Elena Marsh", PERSON),
        ("Port City (PC) and PC.", "Port City", GPE),
        ("Harbour Workers (ashore) met.", "Harbour Workers", ORG),
        ("Harbour Workers (A) met.", "Harbour Workers", ORG),
        ("Harbour Workers (ABCDEFGHI) met.", "Harbour Workers", ORG),
        ("Harbour Workers met (HWU).", "Harbour Workers", ORG),
    ],
)
def test_what_is_in_brackets_is_no_acronym(text: str, name: str, label: str) -> None:
    """Behind a person or place, in small letters, too short or long, or further on."""
    seen = reading(text)
    seen.add(words(text, name), label)
    assert len(seen.found) == 1


def test_an_acronym_is_given_once() -> None:
    """The first organisation that explains it has it."""
    text = "Harbour Union (HU) and Highland Union (HU)."
    seen = reading(text)
    seen.add(words(text, "Harbour Union"), ORG)
    seen.add(words(text, "Highland Union"), ORG)
    assert [mention.name for mention in seen.found] == ["Harbour Union"] * 3 + ["Highland Union"]


def test_acronyms_are_bounded() -> None:
    """Each is looked for in the whole text: a page of nothing else must not take long."""
    names = [f"Union {first}{second}" for first in "ABCDEF" for second in "GHIJKL"]
    text = " ".join(f"{name} (X{name[-2:]})" for name in names)
    seen = reading(text)
    for name in names:
        seen.add(words(text, name), ORG)
    assert len(seen.acronyms) == 30
    assert len(seen.found) == len(names) + 30
