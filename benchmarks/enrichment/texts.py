"""Articles without end, no two alike: what is real about them comes from the demo and the optional data folder."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

_SYLLABLES = ("ba", "der", "gor", "hil", "kes", "lom", "mar", "nov", "pel", "ros", "sta", "tin", "ul", "vor", "wen", "zak")
_FEWEST, _MOST = 150, 1500  # words


def articles(sources: Sequence[str], *, seed: int = 7) -> Iterator[str]:
    """Yield texts of the sources again and again, one word in forty replaced by a name nobody has seen.

    New words are what a vocabulary grows by, new names what gazetteers and caches might keep.
    """
    chance = random.Random(seed)
    usable = [text for text in sources if _FEWEST <= len(text.split()) <= _MOST]
    while True:
        words = chance.choice(usable).split(" ")
        for at in chance.sample(range(len(words)), len(words) // 40):
            words[at] = "".join(chance.choices(_SYLLABLES, k=4)).capitalize()
        yield " ".join(words)
