"""An article's title: read from several places, without the site's name, chosen by weight. Pure.

The rule: every reading is stripped of the site's name and of sections before it; readings that say the same are one; what
speaks for each is added up (what the places are worth, how long it is, whether it still names the site, how many of its
words the address holds), and the one with the most wins, the earlier place in doubt. Of its spellings the one that most
places print is taken.

What a place is worth depends on whether the page says that it is news. Newsrooms write `headline` in JSON-LD by hand; other
sites' plugins fill it with what the title element says to search engines, so that there the printed heading counts more.
The numbers are a logistic choice between the readings, fitted on labelled pages by halves of publishers, and rounded.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from pipeline.clean.hygiene import bare, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What speaks for a reading. `places` are in the order of preference."""

    places: Mapping[str, float]
    length: float  # times the share of the longest reading's letters
    too_brief: float  # for fewer letters than BRIEF
    too_long: float  # for more letters than LONG: a sentence that is set as a heading
    names_site: float
    address: float  # times the share of its words that the page's address holds


# What the title element alone says is written for search engines.
NEWS: Final = Weights(
    places={"json-ld": 0.7, "og": 0.75, "h1": 0.9, "feed": 0.7, "meta": 0.35, "twitter": 0.0, "title": -0.35},
    length=0.55, too_brief=-0.5, too_long=-0.6, names_site=-0.6, address=0.0,
)  # fmt: skip
OTHERS: Final = Weights(
    places={"json-ld": 0.1, "og": 0.8, "h1": 1.0, "feed": 0.7, "meta": 0.1, "twitter": 0.1, "title": -0.2},
    length=0.6, too_brief=-0.6, too_long=-0.6, names_site=-0.8, address=1.2,
)  # fmt: skip
# How much each place's spelling is worth: a heading's pieces may run together.
SPELLINGS: Final = {"json-ld": 1.0, "og": 1.0, "feed": 0.9, "title": 0.6, "h1": 0.5, "meta": 0.4, "twitter": 0.4}
SHOUTED: Final = 0.5  # times the worth of a spelling in capitals only
BRIEF: Final = 12  # letters
LONG: Final = 150  # letters; the longest of 1,049 titles that people wrote down has 141
MIN_TITLE: Final = 3  # letters
MAX_TITLE: Final = 400
MAX_SECTION: Final = 2  # words before the site's name that are a section, not part of the title
MAX_SITE: Final = 4  # words that may make up the site's name
MAX_KICKER: Final = 6  # words
MIN_LABEL: Final = 5  # letters of a host's part that may be the site's name by itself
MAX_SIGNED: Final = 6  # words that may say who wrote it, after the site's name

_SEPARATOR: Final = re.compile(r"\s+[|•·»›–—-]+\s+|\s*[|｜]\s*|--|：|\s*::\s*")
_KICKER: Final = re.compile(r"\s[|/•·–—-]\s+$")
_AFTER_KICKER: Final = re.compile(r"\s[|/•·–—-]\s+|:\s+")
_SIGNED: Final = re.compile(r"(?:by|von|par|por|di|door|av)\s+\S", re.IGNORECASE)
_WORD: Final = re.compile(r"\w+")
_ORNAMENTS: Final = "|•·–—⋆★☆▶►✨-"
_MARKUP: Final = re.compile(r"<[^<>]{1,200}>")


def choose_title(
    readings: Sequence[tuple[str, str]], site_names: Iterable[str], *, weights: Weights = NEWS, address: str = ""
) -> tuple[str, list[tuple[str, str]]]:
    """Return (the title, the readings as they were weighed). Readings are (place, text), places as in `Weights`.

    '' where no reading holds three letters.
    """
    names = {key for name in site_names for key in _ways_to_name(name) if len(key) > 1}
    sections = {bare(unquote(part)) for part in address.split("/")[:-1]} - {""}
    plain = [(place, _plain(text)) for place, text in readings]
    stripped = [(place, without_site(text, names, [other for _, other in plain], sections)) for place, text in plain if text]
    weighed = [(place, text) for place, text in stripped if len(bare(text)) >= MIN_TITLE and bare(text) not in names]
    if not weighed:
        return "", stripped
    scores = _scores(weighed, names, weights, address)
    order = list(weights.places)
    best = max(weighed, key=lambda reading: (scores[bare(reading[1])], -order.index(reading[0])))
    return _spelling([reading for reading in weighed if bare(reading[1]) == bare(best[1])]), weighed


def _ways_to_name(name: str) -> Iterator[str]:
    """Yield how a site's name may stand in a title: as it is, by the initials of three words or more, and by a part of its host."""
    yield bare(name)
    if "." in name and " " not in name:
        yield from (bare(label) for label in name.split(".")[:-1] if len(label) > MIN_LABEL)
    words = name.split()
    if len(words) > 2:
        yield "".join(bare(word)[:1] for word in words)


def without_site(title: str, names: set[str], others: Iterable[str] = (), sections: Collection[str] = ()) -> str:
    """Return a title without the parts that name the site, and without what another reading shows to be around it.

    That is what follows where the other ends, the kicker before where the other begins, and a kicker where the other has
    another one before the same words. A part at the end that names one of the address' `sections` goes, too.
    """
    for other in others:
        if BRIEF <= len(other) < len(title):
            if title.startswith(other) and _SEPARATOR.match(title, len(other)):
                return other
            if title.endswith(other) and _KICKER.search(title, 0, len(title) - len(other)):
                return other
        if kicked := _without_kicker(title, other):
            return kicked
    cuts = list(_SEPARATOR.finditer(title))
    end = _end(title, cuts, names, sections)
    begin = cuts[0].end() if cuts and cuts[0].end() < end and _names_site(title[: cuts[0].start()], names) else 0
    return title[begin:end].strip() or title


def _without_kicker(title: str, other: str) -> str:
    """Return what a title has in common with another that begins with quite another kicker, '' where they are not so."""
    cut, before = _AFTER_KICKER.search(title), _AFTER_KICKER.search(other)
    rest = title[cut.end() :] if cut else ""
    if not cut or not before or len(rest) < BRIEF or other[before.end() :] != rest:
        return ""
    kickers = [set(map(bare, text.split())) for text in (title[: cut.start()], other[: before.start()])]
    return rest if kickers[0].isdisjoint(kickers[1]) and max(map(len, kickers)) <= MAX_KICKER else ""


def _end(title: str, cuts: Sequence[re.Match[str]], names: set[str], sections: Collection[str]) -> int:
    """Return where a title ends: before the site's name, and before a section that stands right before that name or in the address."""
    end, named = len(title), False
    for cut in reversed(cuts):
        tail, head = title[cut.end() : end], title[: cut.start()]
        section = (bare(tail) in sections or (named and len(tail.split()) <= MAX_SECTION)) and len(head.split()) > MAX_SECTION
        signed = bool(_SIGNED.match(tail)) and len(tail.split()) <= MAX_SIGNED and any(_names_site(part, names) for part in _last(head))
        if not section and not signed and not _names_site(tail, names):
            break
        end, named = cut.start(), not section
    return end


def _last(head: str) -> list[str]:
    """Return the last part of the beginning of a title, none where it has no parts."""
    return _SEPARATOR.split(head)[-1:] if _SEPARATOR.search(head) else []


def _names_site(part: str, names: set[str]) -> bool:
    """Whether a part of a title is the site's name: the same letters, or most of them, or a few words with a name among them."""
    key = bare(part)
    if not key or key in names:
        return True
    if any(len(key) > 3 and (key in name or name in key) and abs(len(name) - len(key)) <= 6 for name in names):
        return True
    words = part.split()
    if not 1 < len(words) <= MAX_SITE:
        return False
    if any(len(word) > 3 and bare(word) in names for word in words) and part.istitle():
        return True
    return any(len(two) > 3 and two in names for two in map(bare, map("".join, pairwise(words)))) and all(
        word[0].isupper() for word in words
    )


def _plain(text: str) -> str:
    text = tidy(_MARKUP.sub("", text))[:MAX_TITLE]
    words = text.split(" ")
    while len(words) > 1 and not words[-1].strip(_ORNAMENTS):
        del words[-1]
    return " ".join(words)


def _scores(readings: Sequence[tuple[str, str]], names: set[str], weights: Weights, address: str) -> Mapping[str, float]:
    """Return what speaks for each reading, by its letters."""
    longest = max(len(bare(text)) for _, text in readings)
    held = {bare(word) for word in _WORD.findall(unquote(address))}
    scores: dict[str, float] = {}
    told: set[tuple[str, str]] = set()  # a place counts once, however often it says so
    for place, text in readings:
        key = bare(text)
        if (place, key) in told:
            continue
        told.add((place, key))
        words = [bare(word) for word in text.split()]
        own = weights.length * len(key) / longest + weights.address * sum(word in held for word in words) / len(words)
        own += weights.too_brief * (len(key) < BRIEF) + weights.too_long * (len(key) > LONG)
        own += weights.names_site * any(len(name) > 3 and name in key for name in names)
        scores[key] = scores.get(key, own) + weights.places[place]
    return scores


def _spelling(readings: Sequence[tuple[str, str]]) -> str:
    """Return the spelling that most places print, the earlier in doubt."""
    worth: dict[str, float] = {}
    for place, text in readings:
        worth[text] = worth.get(text, 0.0) + SPELLINGS[place] * (SHOUTED if text.isupper() else 1.0)
    return max(worth, key=lambda text: worth[text])
