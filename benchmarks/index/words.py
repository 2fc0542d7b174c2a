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
_LOTS = 1 << 23  # the rarest word has eight of them
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
    """Draws words by their frequency, for many texts at once: a call of numpy costs more than a hundred words."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        weights = 1.0 / (np.arange(1, LEMMAS + 1) + _SHIFT) ** _EXPONENT
        self._lemmas = _lots(weights)
        self._endings = _lots(_OF_ENDINGS)

    def words(self, lengths: np.ndarray, about: np.ndarray, share: float) -> np.ndarray:
        """Return numbers of forms, of all texts one after the other.

        Args:
            lengths: of each text.
            about: the number of each text's topic.
            share: of the words that are the topic's own, roughly; its name stands there in one piece, once for 250 words and once more.
        """
        count, own = int(lengths.sum()), topic_lemmas()
        lemmas = self._lemmas[self._rng.integers(0, len(self._lemmas), count, dtype=np.uint32)]
        topical = np.flatnonzero(self._rng.random(count, dtype=np.float32) < share)
        of_word = np.repeat(about, lengths)
        lemmas[topical] = own[of_word[topical], self._rng.integers(0, own.shape[1], len(topical))]
        chosen = lemmas * len(ENDINGS) + self._endings[self._rng.integers(0, len(self._endings), count, dtype=np.uint32)]
        text = np.repeat(np.arange(len(lengths)), 1 + lengths // 250)
        begins = np.cumsum(lengths) - lengths
        at = begins[text] + (self._rng.random(len(text)) * np.maximum(lengths[text] - 1, 1)).astype(int)
        for word in (0, 1):
            chosen[np.minimum(at + word, count - 1)] = own[about[text], word] * len(ENDINGS)
        return chosen


def _lots(weights: np.ndarray) -> np.ndarray:
    """Return numbers, each as often as its weight says: to draw one of them takes no search."""
    return np.searchsorted(np.cumsum(weights / weights.sum()), (np.arange(_LOTS) + 0.5) / _LOTS).astype(np.int32)


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


@cache
def topic_lemmas() -> np.ndarray:
    """Return the lemmas of all topics, a row for each."""
    return np.array([topic.lemmas for topic in topics()], dtype=np.int32)
