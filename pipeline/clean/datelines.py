"""The dateline at the head of a wire story: `REYKJAVIK –`, `LISBON, Portugal (AP) —`, `BERLIN (dpa) -`. Pure.

It is cut from the first paragraph and kept as a field, with the agency it names.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from pipeline.clean.phrases import Phrases

MAX_DATELINE: Final = 60

_DASH: Final = r"\s*(?:—|–|‒|―|--|\s-|-\s|−|:)\s*"
_CODE: Final = r"[(\[/]\s*(?P<code>[^()\[\]/]{2,40}(?:/[^()\[\]/]{2,20})?)\s*[)\]/]"
_DATED: Final = r"(?:,?\s+(?:\d{1,2}\.?\s+[^\W\d_]{3,10}\.?|[^\W\d_]{3,10}\.?\s+\d{1,2})(?:\s+\d{4})?)"
# With the agency in brackets any place will do; without, it must shout, or every "Paris – the city" would be one.
_WITH_CODE: Final = re.compile(rf"(?P<place>[^\W\d_][^()\[\]\n:;!?]{{1,50}}?){_DATED}?\s*{_CODE}{_DASH}(?=\S)")
_SHOUTED: Final = re.compile(rf"(?P<place>[^\W\d_][^()\[\]\n—–:;!?]{{2,50}}?){_DATED}?{_DASH}(?=[\"'“”„«»‘’(]?[^\W\d_a-z]|[\"'“”„«»‘’]?\d)")
_SMALL_WORDS_WORDS: Final = "de la el le les du des di da do am an der im on of sur sous del upon the und and y et"
_SMALL_WORDS: Final = frozenset(_SMALL_WORDS_WORDS.split())
_WORD: Final = re.compile(r"[^\W\d_]+")


class Dateline(NamedTuple):
    """A dateline that was found: the place as printed, the code of the agency ('' for none), what follows it."""

    place: str
    code: str
    rest: str


def read_dateline(text: str, phrases: Phrases) -> Dateline | None:
    """Return the dateline a paragraph opens with, None where it has none."""
    found = _WITH_CODE.match(text)
    if found and _is_code(found["code"], phrases) and _is_place(found["place"], shouted=False) and found.end() < len(text) - 10:
        return Dateline(found["place"].strip(" ,"), found["code"].strip(), text[found.end() :])
    found = _SHOUTED.match(text)
    if (
        found
        and _is_place(found["place"], shouted=True)
        and found.end() < len(text) - 10
        and not text[: found.end()].rstrip().endswith(":")
    ):
        return Dateline(found["place"].strip(" ,"), "", text[found.end() :])
    return None


def agency_name(code: str, phrases: Phrases, organisations: tuple[str, ...] = ()) -> str | None:
    """Return the name an agency is known by: of the list, or of an organisation on the page with these initials; else the code."""
    if not code:
        return None
    for part in (code, *re.split(r"[/,]", code)):
        if known := phrases.agency(part):
            return known
    for name in organisations:
        if _abbreviates(code.casefold(), name.casefold()):
            return name
    return code


def _abbreviates(code: str, name: str) -> bool:
    """Whether a code is a name's initials, or letters of a single word in their order, the first one first."""
    words = _WORD.findall(name)
    if code == "".join(word[0] for word in words):
        return True
    letters = iter(name)
    return len(words) == 1 and name.startswith(code[0]) and all(letter in letters for letter in code)


def _is_code(code: str, phrases: Phrases) -> bool:
    plain = code.strip()
    known = any(phrases.agency(part) for part in (plain, *re.split(r"[/,]", plain)))
    return known or (2 <= len(plain) <= 6 and plain.isalpha() and (plain.isupper() or plain.islower()))


def _is_place(place: str, *, shouted: bool) -> bool:
    """Whether this may be a place: at most six words, and where it must shout, its first part in capitals."""
    words = _WORD.findall(place)
    if not words or len(words) > 6 or len(place) > MAX_DATELINE:
        return False
    if not shouted:
        return words[0][0].isupper() or not words[0].isascii()
    first = _WORD.findall(place.split(",", maxsplit=1)[0])
    loud = [word for word in first if word.isupper() and len(word) > 1]
    return bool(loud) and len("".join(loud)) >= 3 and all(word.isupper() or word.casefold() in _SMALL_WORDS for word in first)
