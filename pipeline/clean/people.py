"""Names of people out of bylines and author fields: split, cleaned, and told from agencies, houses and addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.clean.hygiene import bare, phrase_key, tidy
from pipeline.clean.phrases import Phrases

MAX_AUTHORS: Final = 20
MAX_NAME: Final = 60
MAX_WORDS: Final = 6
MIN_NAME: Final = 2  # words
MAX_LABEL: Final = 2  # words
MIN_ENDING: Final = 6  # letters of a word that names a house at the end of a longer one

_ADDRESS: Final = re.compile(r"https?://|www\.|@|\.(?:com|org|net|de|fr|it|es|co|tv|uk)\b", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\s*[(\[{][^()\[\]{}]{0,80}[)\]}]")
_DAY: Final = (
    r"(?:\d{1,2}\.?\s+[^\W\d_]{3,12}\.?,?\s+\d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})"
)
_DATED: Final = re.compile(rf"\s*(?:[|·•●⋅∙,-]\s*)?(?:\b(?:on|at|am|le|el|il|em|op|den)\s+)?{_DAY}.*$")
_LEADING_DAY: Final = re.compile(rf"(?:[^\W\d_]{{2,10}}\.?,\s+)?{_DAY}\s*(?:[|·•●,–-]\s*)?(?:by\s+)?(?=[^\W\d_])", re.IGNORECASE)
_WEEKDAY: Final = re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}\.?,?\s+(?=\d|[A-Z][a-z]{2,8}\.?\s+\d)")
_LOGIN: Final = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)+|[a-z]+\d+")
# Words that names of people hold in small letters; any other small word among capitals is a sentence's.
_PARTICLES_WORDS: Final = (
    "af al ap av aw ben bin bint da das de degli dei del dela della den der des di do dos du e ed el i ibn in la las le lo los mac mc "
    "ni o of op s t te ten ter tho thoe till to tot van vd vom von vor y z za zu zum zur"
)
_PARTICLES: Final = frozenset(_PARTICLES_WORDS.split())
_EDGES: Final = " .,:;–—-|/·•⋅∙*_\"'«»“”"
_BAR: Final = re.compile(r"\s*[|•·●⋅∙]\s*|\s+in\s+(?=[A-ZÄÖÜ])")  # `By Ann Lee in Cairo`, in English, German and Dutch
_SPLIT: Final = re.compile(r"\s*(?:[,;|/•·●⋅∙、・&＆]|\s[–—-]\s)\s*")
# What stands before a name or after it for what somebody has learnt: the same person signs with and without.
_RANKS: Final = frozenset({"dr", "prof", "professor", "ing", "mag", "dipl"})
_DEGREE: Final = re.compile(r"(?:[A-Z][a-z]{0,2}\.){2,}[A-Z]?|[A-Z]{2,8}\d?|Ph\.?D\.?|[A-Z]-[A-Z]{2,5}|B[AS]c|M[AS]c|MSc|BSc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Who signed: people in order, and the agencies among them by the names they are known by."""

    people: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    houses: tuple[str, ...] = ()  # what is neither: newsrooms, publishers, desks


def read_byline(texts: Iterable[str], phrases: Phrases, site_names: Iterable[str] = ()) -> Byline:
    """Return the people and agencies named by author fields or byline lines, each once."""
    houses = {bare(name) for name in site_names if bare(name)}
    people: dict[str, str] = {}
    agencies: dict[str, None] = {}
    others: dict[str, None] = {}
    for text in texts:
        if _ADDRESS.match(text) or "www." in text:
            continue
        parts = [_without_role(part, phrases) for part in split_names(text, phrases) if part]
        several = len(parts) > 1
        alone = _called(parts, text, phrases)
        for part in parts[:MAX_AUTHORS]:
            if agency := phrases.agency(part):
                agencies[agency] = None
            elif not is_person(part, phrases, houses) or (several and (_is_degrees(part) or _is_aside(part, alone))):
                others[part] = None
            else:
                people.setdefault(bare(part), part)
    return Byline(people=tuple(people.values())[:MAX_AUTHORS], agencies=tuple(agencies), houses=tuple(others))


def person_key(name: str) -> str:
    """Return the letters by which a person is the same one: without academic titles before the name and degrees after it."""
    words = name.split()
    while len(words) > MIN_NAME and words[0].strip(".").casefold() in _RANKS:
        del words[0]
    while len(words) > MIN_NAME and _DEGREE.fullmatch(words[-1]) and not name.isupper():
        del words[-1]
    return bare("".join(words))


def _is_degrees(part: str) -> bool:
    """Whether a part of a byline holds degrees only (`M.D. FACLM`); one without a dot may be a name in capitals."""
    words = part.split()
    return len(words) > 1 and "." in part and all(_DEGREE.fullmatch(word) for word in words)


def _without_role(name: str, phrases: Phrases) -> str:
    """Return a name without the role after it, where one writes it so (`Hong Gildong, reporter` in Korean)."""
    person, _, role = name.rpartition(" ")
    return person if person and _unspaced(role[:1]) and role in phrases.staff else name


def _is_aside(part: str, alone: Sequence[str]) -> bool:
    """Whether a word among several parts is none of those who may sign by one word (`alone`): a place, a degree, a section."""
    return " " not in part and part not in alone and not _unspaced(part)


def _called(parts: Sequence[str], text: str, phrases: Phrases) -> Sequence[str]:
    """Return those parts of a line that says `By` which may be a first name alone: the first, and whom `and` joins to it."""
    if not phrases.bylines.start(text.casefold()) or not parts or not parts[0].istitle():
        return ()
    return parts[:1] if _SPLIT.search(text) else parts


def split_names(text: str, phrases: Phrases) -> list[str]:
    """Return the parts of a byline: cut at commas and the like and at the language's `and`, without `By`, days and roles.

    A line that says `By` is read to its first bar only.
    """
    told = _BRACKETS.sub("", tidy(text)[: MAX_NAME * MAX_AUTHORS])
    plain = undated(told)
    plain = plain if plain == told else _unlabelled(plain, phrases)
    if start := phrases.bylines.start(plain.casefold()):
        if len(plain) > len(start) and not plain[len(start)].isalnum():
            plain = plain[len(start) :].lstrip(": ")
        else:
            start = ""
    plain = _signed_part(plain) if start else plain
    pieces = _SPLIT.split(plain)
    return [_bare_name(part) for place, piece in enumerate(pieces) for part in _joined(piece, phrases.joiners, later=place > 0)]


def _unlabelled(line: str, phrases: Phrases) -> str:
    """Return a line whose day was cut off without what said what it was the day of: `Ann Lee Updated`."""
    words = line.split()
    for count in range(MAX_LABEL, 0, -1):
        label = phrase_key(" ".join(words[-count:]))
        if label in phrases.updates or label in phrases.dates.phrases:
            return " ".join(words[:-count])
    return line


def undated(line: str) -> str:
    """Return a line without the day it begins with and without all that follows the next."""
    return _DATED.sub("", _LEADING_DAY.sub("", _WEEKDAY.sub("", line), count=1))


def _signed_part(line: str) -> str:
    """Return what a line that says `By` signs with: what follows a bar or a dot is a day, a section, a count of comments."""
    return _BAR.split(line, maxsplit=1)[0] if len(_BAR.split(line, maxsplit=1)[0].split()) > 1 else line


def is_person(name: str, phrases: Phrases, houses: Iterable[str] = ()) -> bool:
    """Whether a name may be a person's: letters, few words, none that newsrooms sign with, not the site's name."""
    words = [word.strip(_EDGES).casefold() for word in name.replace("-", " ").split()]
    key = bare(name)
    if not len(key) > 1 or len(name) > MAX_NAME or not 1 <= len(name.split()) <= MAX_WORDS:
        return False
    if any(letter.isdigit() or letter in ":=<>{}" for letter in name) or _ADDRESS.search(name) or key in houses:
        return False
    if " " not in name and ("." in words[0] or _LOGIN.fullmatch(name)):  # a user's or a variable's name
        return False
    if _is_sentence(name.split()):
        return False
    if any(house in key if len(house) > 3 else house in words and len(house) > 1 for house in houses):
        return False
    return not any(_signs_for_a_house(word, phrases) for word in words) and not any(
        len(one) > 2 and one in key for one in _cjk(phrases.staff)
    )


def _signs_for_a_house(word: str, phrases: Phrases) -> bool:
    """Whether newsrooms sign with a word, or with one that ends so, as compounds do (`Wissenschaftsredaktion`)."""
    return word in phrases.staff or any(word[-length:] in phrases.staff for length in range(MIN_ENDING, len(word)))


def _is_sentence(words: Sequence[str]) -> bool:
    """Whether words that begin with a capital go on with small ones that no name holds."""
    if not words[0][:1].isupper():
        return False
    small = (word.strip(_EDGES).casefold() for word in words[1:] if word[:1].islower())
    return any(word not in _PARTICLES and "’" not in word and "'" not in word and "-" not in word for word in small)


def _unspaced(name: str) -> bool:
    """Whether a name is written in a script that puts no blank between its parts."""
    return any("\u3000" <= letter <= "\ud7af" for letter in name)


def _cjk(words: Iterable[str]) -> list[str]:
    return [word for word in words if _unspaced(word[:1])]


def _joined(piece: str, joiners: Collection[str], *, later: bool = False) -> list[str]:
    """Cut a piece at words such as `and`, where names stand on both sides; one that follows a comma may begin with it (`later`)."""
    words = piece.split(" ")
    if later and len(words) > 1 and words[0] in joiners:
        del words[0]
    parts: list[list[str]] = [[]]
    for word in words:
        if word.casefold() in joiners and parts[-1]:
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts]


def _bare_name(name: str) -> str:
    return name.strip(_EDGES)
