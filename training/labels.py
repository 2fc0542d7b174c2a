"""Which of a page's blocks are body: those whose words the truth covers. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.clean.hygiene import bare
from pipeline.clean.outline import PageBlock

RUN: Final = 4  # words
FEW: Final = 6  # words: shorter blocks are found by their line, or by what stands around them
CONTEXT: Final = 3  # words of a neighbour
NEAR: Final = 5  # blocks
_WORD: Final = re.compile(r"\w+")


def labels(blocks: Sequence[PageBlock], truth: str) -> list[float]:
    """Return for each block the share of it that is body, 0 to 1. A text that the truth has once is body once."""
    told = _Truth(truth)
    words = [_WORD.findall(block.text) for block in blocks]
    found = [told.share(own) if len(own) >= FEW else 0.0 for own in words]
    for place, own in enumerate(words):
        if 0 < len(own) < FEW and (told.is_line(blocks[place]) or told.is_beside(place, words, found)):
            found[place] = 1.0
    for places in _alike(blocks, found):
        surplus = len(places) - told.times(words[places[0]], blocks[places[0]].key)
        near = {place: sum(found[max(0, place - 4) : place + 5]) for place in places}
        for place in sorted(places, key=lambda one: (near[one], -one))[: max(0, surplus)]:
            found[place] = 0.0
    return found


def _alike(blocks: Sequence[PageBlock], found: Sequence[float]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for place, block in enumerate(blocks):
        if found[place] >= 0.5:
            groups.setdefault(block.key, []).append(place)
    return [places for places in groups.values() if len(places) > 1]


class _Truth:
    """The truth's words, runs and lines."""

    def __init__(self, text: str) -> None:
        words = _WORD.findall(text)
        self._text = " " + " ".join(words) + " "
        self._runs = Counter(tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
        self._lines = Counter(bare(line) for line in text.splitlines())

    def share(self, words: Sequence[str]) -> float:
        """Return the share of a text's runs that the truth has."""
        own = [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
        return sum(one in self._runs for one in own) / len(own) if own else 0.0

    def times(self, words: Sequence[str], key: str) -> int:
        """Return how often the truth has a text that it has."""
        if len(words) < RUN:
            return max(1, self._lines[key])
        return max(1, min(self._runs[tuple(words[start : start + RUN])] for start in range(len(words) - RUN + 1)))

    def is_line(self, block: PageBlock) -> bool:
        """Whether a block is a line of the truth."""
        return bool(block.key) and self._lines[block.key] > 0

    def is_beside(self, place: int, words: Sequence[Sequence[str]], found: Sequence[float]) -> bool:
        """Whether the truth has a short block right after the last body block before it, or right before the next."""
        own = words[place]
        before = next((one for one in range(place - 1, max(-1, place - NEAR - 1), -1) if found[one] >= 0.5), None)
        after = next((one for one in range(place + 1, min(len(words), place + NEAR + 1)) if found[one] >= 0.5), None)
        return (before is not None and self._has([*words[before][-CONTEXT:], *own])) or (
            after is not None and self._has([*own, *words[after][:CONTEXT]])
        )

    def _has(self, words: Sequence[str]) -> bool:
        return f" {' '.join(words)} " in self._text
