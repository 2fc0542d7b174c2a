"""Capitalised words that stand together: the raw material of names. Pure."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

_MOST_WORDS = 12


class Word(NamedTuple):
    """One word of a sequence and where it stands in the text; `lower` is the word as tables have it ("sen" for "Sen.")."""

    text: str
    start: int
    end: int
    lower: str


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


def sequences(pattern: re.Pattern[str], text: str, *, skipped: frozenset[str] = frozenset()) -> Iterator[list[Word]]:
    """Yield the sequences of a text as words, joints included; those of one word that is to be `skipped` are left out."""
    for match in pattern.finditer(text):
        sequence = match.group()
        if sequence.lower() in skipped:
            continue
        start = match.start()
        words = []
        for part in sequence.replace("\u00a0", " ").split(" "):
            end = start + len(part)
            words.append(Word(part, start, end, part.lower().rstrip(".")))
            start = end + 1
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
