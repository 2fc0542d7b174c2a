"""Mentions of names in a text, and the entities they add up to. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.types import Entity

PERSON: Final = "PERSON"
ORG: Final = "ORG"
GPE: Final = "GPE"  # countries, states, cities: whatever has a government
LOC: Final = "LOC"  # other places: seas, regions, continents


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One name at one place of a text; `name` is what it stands for, where that is not as written ("U.S.")."""

    start: int
    end: int
    label: str
    name: str


def without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """Return mentions in order of the text; of those that overlap the longest, and among equals the first given."""
    kept: list[Mention] = []
    taken: set[int] = set()
    for mention in sorted(mentions, key=lambda one: one.start - one.end):
        if taken.isdisjoint(range(mention.start, mention.end)):
            taken.update(range(mention.start, mention.end))
            kept.append(mention)
    return sorted(kept, key=lambda one: one.start)


def resolve(mentions: Sequence[Mention]) -> tuple[Entity, ...]:
    """Join mentions of the same thing, in order of their first mention.

    A person's surname alone means whoever of that surname was named in full last before it, or else first after it.
    """
    first: dict[str, str] = {}
    for mention in mentions:
        for surname in _surnames(mention):
            first.setdefault(surname, mention.name)
    latest: dict[str, str] = {}
    grouped: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for mention in mentions:
        name = mention.name
        if mention.label == PERSON:
            name = latest.get(name) or first.get(name) or name
            latest.update(dict.fromkeys(_surnames(mention), name))
        grouped[name, mention.label].append((mention.start, mention.end))
    return tuple(Entity(name=name, label=label, mentions=tuple(spans)) for (name, label), spans in grouped.items())


def _surnames(mention: Mention) -> list[str]:
    """Return what a full name may be shortened to: "von der Leyen" and "Leyen", among others, for Ursula von der Leyen."""
    words = mention.name.split(" ") if mention.label == PERSON else []
    return [" ".join(words[start:]) for start in range(1, len(words))]
