"""Made-up words, their frequencies, and the topics that news is about: the same each time, for documents and questions alike."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

LEMMAS, TOPICS = 60_000, 20_000
ENDINGS = ("", "s", "ed", "ing")
_OF_ENDINGS = np.array((0.62, 0.2, 0.1, 0.08))
_SYLLABLES = ("ka", "lo", "mi", "ren", "tas", "vor", "bel", "dun", "ish", "ol", "per", "qua", "sen", "tri", "un", "wey")
_EXPONENT, _SHIFT = 1.07, 2.7  # Zipf-Mandelbrot: what English news is near to
PEOPLE, ORGANISATIONS, PLACES = 30_000, 8_000, 3_000


@dataclass(frozen=True, slots=True)
class Topic:
    """What stories are about: its own words (lemmas, the first two its name), and who and what is in it."""

    lemmas: tuple[int, ...]
    people: tuple[int, ...]
    organisations: tuple[int, ...]
    places: tuple[int, ...]

    @property
    def name(self) -> str:
        """The two words by which it is known."""
        known = vocabulary()
        return f"{known[self.lemmas[0]]} {known[self.lemmas[1]]}"


@cache
def vocabulary() -> tuple[str, ...]:
    """Return the lemmas, the frequent ones short."""
    found: dict[str, None] = {}
    at = 0
    while len(found) < LEMMAS:
        number, word = at, ""
        while True:
            word += _SYLLABLES[number % 16]
            number //= 16
            if not number:
                break
        found[word] = None
        at += 1
    return tuple(found)


@cache
def forms() -> np.ndarray:
    """Return every form of every lemma: number `lemma * 4 + ending`."""
    return np.array([lemma + ending for lemma in vocabulary() for ending in ENDINGS], dtype=object)


class Drawing:
    """Draws words by their frequency."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        weights = 1.0 / (np.arange(1, LEMMAS + 1) + _SHIFT) ** _EXPONENT
        self._lemmas = np.cumsum(weights / weights.sum())
        self._endings = np.cumsum(_OF_ENDINGS)

    def words(self, count: int, topic: Topic, share: float) -> np.ndarray:
        """Return numbers of forms; that share of them, roughly, are the topic's own, its name in one piece."""
        lemmas = np.searchsorted(self._lemmas, self._rng.random(count))
        lemmas[lemmas >= LEMMAS] = LEMMAS - 1
        own = np.flatnonzero(self._rng.random(count) < share)
        lemmas[own] = np.array(topic.lemmas)[self._rng.integers(0, len(topic.lemmas), len(own))]
        endings = np.searchsorted(self._endings, self._rng.random(count))
        endings[endings >= len(ENDINGS)] = 0
        chosen = lemmas * len(ENDINGS) + endings
        for at in self._rng.integers(0, max(count - 1, 1), 1 + count // 250):
            chosen[at : at + 2] = np.array(topic.lemmas[:2])[: len(chosen[at : at + 2])] * len(ENDINGS)
        return chosen


@cache
def topics() -> tuple[Topic, ...]:
    """Return what news is about: few topics are much written about, most hardly."""
    rng = np.random.default_rng(7)
    lemmas = np.exp(rng.uniform(np.log(120), np.log(LEMMAS - 1), (TOPICS, 12))).astype(int)
    people, organisations, places = (
        np.minimum(rng.zipf(1.25, (TOPICS, number)), most) - 1 for number, most in ((3, PEOPLE), (2, ORGANISATIONS), (2, PLACES))
    )
    rows = (each.tolist() for each in (lemmas, people, organisations, places))
    return tuple(Topic(*map(tuple, row)) for row in zip(*rows, strict=True))
