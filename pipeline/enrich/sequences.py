"""Capitalised words that stand together: the raw material of names. Pure."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

_MOST_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a sequence and where it stands in the text."""

    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        """The word as tables have it."""
        return self.text.lower().rstrip(".")


def sequence_pattern(joints: Iterable[str], abbreviations: Iterable[str] = ()) -> re.Pattern[str]:
    """Return what matches capitalised words in a row, at most two joints between any two of them ("Bank of the West").

    After initials and `abbreviations` a full stop ends nothing ("John F. Kennedy", "Sen. Brumm").

    Each step either takes a word or ends, so that matching takes time in proportion to the text.
    """
    upper = capital_letters()
    # The two letters after a hyphen are Korean: "Kim Jong-un". Longer ones are mostly none: "Moscow-based".
    shortened = _any_of(abbreviations)
    word = rf"(?:(?:[{upper}]\.)+|{shortened}\.|[{upper}]\w*(?:[-’'](?=[{upper}])\w+)*(?:-[^\W\d_]{{2}}(?!\w))?)"
    between = _any_of(joints)
    return re.compile(rf"(?<![\w]){word}(?:[ \u00a0](?:{between}[ \u00a0]){{0,2}}{word}){{0,{_MOST_WORDS - 1}}}")


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word))) or "(?!)") + ")"


def sequences(pattern: re.Pattern[str], text: str) -> Iterator[list[Word]]:
    """Yield the sequences of a text as words, joints included."""
    for match in pattern.finditer(text):
        start = match.start()
        words = []
        for part in match.group().replace("\u00a0", " ").split(" "):
            words.append(Word(text=part, start=start, end=start + len(part)))
            start += len(part) + 1
        yield words


@cache
def capital_letters() -> str:
    """Return every capital letter, as the inside of a regular expression's brackets."""
    points = [point for point in range(sys.maxunicode + 1) if unicodedata.category(chr(point)) in ("Lu", "Lt")]
    ranges: list[list[int]] = []
    for point in points:
        if ranges and point == ranges[-1][1] + 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in ranges)
