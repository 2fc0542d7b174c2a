"""Mentions and entities."""

from __future__ import annotations

from pipeline.enrich.mentions import GPE, ORG, PERSON, Mention, resolve, without_overlaps


def _mentions(*named: tuple[str, str]) -> list[Mention]:
    """Return mentions ten characters apart."""
    return [Mention(start=10 * place, end=10 * place + 5, label=label, name=name) for place, (name, label) in enumerate(named)]


def _names(*named: tuple[str, str]) -> list[tuple[str, int]]:
    return [(entity.name, len(entity.mentions)) for entity in resolve(_mentions(*named))]


def test_the_longest_of_overlapping_mentions_stays() -> None:
    """And of equals the first given; the order is the text's."""
    short = Mention(start=10, end=16, label=GPE, name="Moscow")
    long = Mention(start=10, end=33, label=ORG, name="Moscow State University")
    same = Mention(start=0, end=5, label=ORG, name="first")
    assert without_overlaps([short, long, same, Mention(start=0, end=5, label=GPE, name="second")]) == [same, long]


def test_a_surname_means_the_person_named_in_full() -> None:
    """Before or after it."""
    assert _names(("Biden", PERSON), ("Joe Biden", PERSON), ("Biden", PERSON)) == [("Joe Biden", 3)]


def test_of_two_of_one_surname_the_last_named_is_meant() -> None:
    """As a reader would take it."""
    given = [("Elena Marsh", PERSON), ("Marsh", PERSON), ("Hunter Marsh", PERSON), ("Marsh", PERSON)]
    assert _names(*given) == [("Elena Marsh", 2), ("Hunter Marsh", 2)]


def test_a_surname_of_several_words() -> None:
    """In any of its lengths."""
    given = [("Ursula von der Leyen", PERSON), ("von der Leyen", PERSON), ("Leyen", PERSON)]
    assert _names(*given) == [("Ursula von der Leyen", 3)]


def test_only_people_have_surnames() -> None:
    """A council is not every council; a given name alone is nobody else's."""
    given = [
        ("Arctic Council", ORG),
        ("Council", ORG),
        ("Joe Biden", PERSON),
        ("Joe", PERSON),
        ("Biden", ORG),
        ("Quell Group", ORG),
        ("Group", PERSON),
    ]
    assert [name for name, _ in _names(*given)] == ["Arctic Council", "Council", "Joe Biden", "Joe", "Biden", "Quell Group", "Group"]


def test_mentions_keep_their_places() -> None:
    """In order."""
    entity = resolve(_mentions(("Joe Biden", PERSON), ("Russia", GPE), ("Biden", PERSON)))[0]
    assert entity.mentions == ((0, 5), (20, 25))
