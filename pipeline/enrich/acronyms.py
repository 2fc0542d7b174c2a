"""Organisations that say what they are called for short: "the Harbour Pilots (HP)". Pure.

What stands before the brackets is looked through backwards for words that begin with the letters in them, a few small words
between them left out (after Schwartz and Hearst, 2003).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.enrich.lexicon import Lexicon
from pipeline.enrich.sequences import Word

_ACRONYM = re.compile(r"[ \u00a0]\(([^\W\d_]{2,8})\)")
_WORD = re.compile(r"[^\W_][\w-]*")
_BREAK = re.compile(r"[^\w\s’'&-]|\n")
_FAR_ENOUGH: Final = 120  # characters before the brackets
_FEWEST: Final = 2  # capitalised words, or one that begins organisations
_NO_ORGANISATION: Final = frozenset(
    {
        "disease",
        "disorder",
        "index",
        "infection",
        "intelligence",
        "product",
        "rate",
        "reality",
        "syndrome",
        "system",
        "tax",
        "test",
        "therapy",
        "time",
        "vehicle",
        "vehicles",
        "virus",
        "weapons",
        "zone",
    }
)


def spelled_out(text: str, lexicon: Lexicon) -> Iterator[Word]:
    """Yield each name whose acronym follows in brackets, as one word."""
    small = lexicon.joints | lexicon.articles | lexicon.particles
    for match in _ACRONYM.finditer(text):
        if match[1].isupper():
            begin = max(0, match.start() - _FAR_ENOUGH)
            begin = max((one.end() for one in _BREAK.finditer(text, begin, match.start())), default=begin)
            words = [Word(one[0], one.start(), one.end(), one[0].lower()) for one in _WORD.finditer(text, begin, match.start())]
            name = _name(words, match[1], small)
            if name and name[-1].end == match.start() and _is_organisation(name, lexicon):
                yield Word(text[name[0].start : match.start()], name[0].start, match.start(), name[-1].lower)


def _name(words: list[Word], acronym: str, small: frozenset[str]) -> list[Word]:
    """Return the last of the words that the acronym's letters begin, from the first to the last letter; none where they don't."""
    left = len(acronym)
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        if word.text[0].upper() == acronym[left - 1]:
            left -= 1
        elif word.lower not in small and len(word.text) > 1:
            return []
        if not left:
            return words[place:] if word.text[0].isupper() else []
    return []


def _is_organisation(name: list[Word], lexicon: Lexicon) -> bool:
    if name[-1].lower in _NO_ORGANISATION or name[-1].text in lexicon.no_surnames:
        return False
    capitals = sum(word.text[0].isupper() for word in name)
    return capitals >= _FEWEST or lexicon.is_org_head(name[0].text)
