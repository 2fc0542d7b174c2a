"""Known names in a text: countries, cities, regions, organisations. The one home of ahocorasick_rs.

Two automata look for all names at once, one for the cities of a script, shared by its languages, one for what a language
calls countries, regions and organisations. A name counts at word borders only. A city that is small, or called like a
word or a person, counts only where the text says that a place is meant: "in Nice", "Reading, England".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from pipeline.enrich.geography import Geography, NamedSpot, country_names, load_geography
from pipeline.enrich.lexicon import Lexicon
from pipeline.enrich.mentions import GPE, LOC, ORG, PERSON, Mention, without_overlaps
from pipeline.enrich.scripts import AGGLUTINATED, CASED

_LARGE = 250_000  # inhabitants from which a city abroad counts unguarded
_LARGE_AT_HOME = 100_000
_LARGE_ABROAD = 1_000_000  # under a name in another language
_SMALLEST_CAPITAL = 50_000
_SHORTEST_STEM = 5
_WORD_BEFORE = re.compile(r"(\w+)[ \u00a0]$")
_REGION_AFTER = re.compile(r"[ \u00a0]?[,(][ \u00a0]?")
_WORD_AFTER = re.compile(r"[ \u00a0]([^\W\d_]+)")
_WORD = re.compile(r"\w")
_TAIL = re.compile(r"\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a name stands for: `name` as it is to be shown; `spots` where it is a city's."""

    name: str
    label: str
    spots: tuple[NamedSpot, ...] = ()


class Automaton:
    """Finds every name of a table in one pass, longest first.

    Where `endings` is set, a name may go on with up to that many lower-case letters: languages that inflect names are
    looked up without the vowel at the end ("Москв" for "Москва", "Москве"). `genitive` may follow in any case.
    """

    def __init__(self, names: Mapping[str, Known], *, borders: bool, endings: int = 0, genitive: str = "") -> None:
        longest_last = sorted(names, key=len)  # of "Warszaw" and "Warszawa" the one that is declined
        stems = {self._stem(name) if endings else name: names[name] for name in longest_last}
        self._known = list(stems.values())
        self._shortest = [len(known.name) if known.spots else 0 for known in self._known]  # "Taka" is no "Takao"
        self._search = AhoCorasick(list(stems), matchkind=MatchKind.LeftmostLongest)
        self._borders = borders
        self._endings = endings
        self._genitive = genitive

    def find(self, text: str) -> Iterator[tuple[int, int, Known]]:
        """Yield start, end and meaning of each name found."""
        for index, start, end in self._search.find_matches_as_indexes(text):
            whole = self._end_of_word(text, start, end) if self._borders else end
            if whole is not None and whole - start >= self._shortest[index]:
                yield start, whole, self._known[index]

    def _end_of_word(self, text: str, start: int, end: int) -> int | None:
        if start and _WORD.match(text, start - 1):
            return None
        tail = _TAIL.match(text, end, end + self._endings + len(self._genitive) + 1)
        rest = tail.group() if tail else ""
        allowed = rest == self._genitive or (len(rest) <= self._endings and rest.islower())
        return end + len(rest) if allowed or not rest else None

    @staticmethod
    def _stem(name: str) -> str:
        return name[:-1] if len(name) >= _SHORTEST_STEM and name[-1] in "aeiouyąęóаеёиоуыэюяьйіїє" else name


class Gazetteer:
    """The known names of one language in one script. `stop_words` are never places."""

    def __init__(self, lexicon: Lexicon, script: str, stop_words: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._geography = load_geography()
        self._cased = script in CASED
        self._shortest_abroad = 2 if script == "han" else 3
        self._guarded = lexicon.words | lexicon.given_names
        self._never = lexicon.calendar | {word.capitalize() for word in stop_words}
        self._own = Automaton(
            _own_names(lexicon, self._geography),
            borders=script not in AGGLUTINATED,
            endings=3 if lexicon.inflected else 0,
            genitive=lexicon.genitive,
        )
        self._cities = _cities(script, lexicon.inflected, lexicon.genitive)

    def find(self, text: str, *, country: str | None = None) -> list[Mention]:
        """Return the known names of a text; `country` is where it was published, as an ISO code."""
        own = list(self._own.find(text))
        places = {start for start, _, known in own if known.label == GPE}
        cities = [
            (start, end, known)
            for start, end, known in self._cities.find(text)
            if known.name not in self._never
            if (self._is_large(known, country) and not self._begins_another_name(text, end))
            or self._is_placed(text, start, end, known, places, country)
        ]
        found = (Mention(start=start, end=end, label=known.label, name=known.name) for start, end, known in (*own, *cities))
        return without_overlaps(found)

    def _is_large(self, known: Known, country: str | None) -> bool:
        return known.name not in self._guarded and any(self._counts(known, named, country) for named in known.spots)

    def _counts(self, known: Known, named: NamedSpot, country: str | None) -> bool:
        spot, at_home = named.spot, self._is_home(named, country)
        if spot.capital and (self._cased or not named.alternate):
            return spot.population >= _SMALLEST_CAPITAL
        if named.alternate and not at_home:
            return spot.population >= _LARGE_ABROAD and len(known.name) >= self._shortest_abroad
        return spot.population >= (_LARGE_AT_HOME if at_home else _LARGE)

    def _is_home(self, named: NamedSpot, country: str | None) -> bool:
        spoken = self._geography.languages.get(named.spot.country, frozenset())
        return named.spot.country == country or self._lexicon.language in spoken

    def _begins_another_name(self, text: str, end: int) -> bool:
        """Whether a capitalised word follows that is no title and no day: "Iwo Jima", "Manchester United"."""
        after = _WORD_AFTER.match(text, end)
        if after is None or self._lexicon.nouns_capitalised or not after[1][0].isupper():
            return False
        return not (after[1].lower() in self._lexicon.titles or after[1] in self._lexicon.calendar)

    def _is_placed(self, text: str, start: int, end: int, known: Known, places: set[int], country: str | None) -> bool:
        """Whether "in" stands before or a country after. Where names are inflected, too much looks like a small place abroad."""
        after = _REGION_AFTER.match(text, end)
        if after and after.end() in places:
            return True
        before = _WORD_BEFORE.search(text, max(0, start - 20), start)
        if before is None or before[1] not in self._lexicon.place_hints or text.startswith("-", end):
            return False
        return not self._lexicon.inflected or any(self._is_home(named, country) for named in known.spots)


def _own_names(lexicon: Lexicon, geography: Geography) -> dict[str, Known]:
    """Return names of countries, states, regions and organisations, those that win over others first."""
    usual = country_names(lexicon.language)
    shown = {code: name for name, code in usual.items()}
    names = {
        name: Known(name=shown[code] if _is_letters(name) else name, label=GPE) for name, code in {**usual, **lexicon.countries}.items()
    }
    for names_of_kind, label in ((geography.states, GPE), (lexicon.regions, LOC), (lexicon.organisations, ORG)):
        names.update({name: Known(name=name, label=label) for name in names_of_kind if name not in names})
    return names


def _is_letters(name: str) -> bool:
    """Whether a name is only letters: "U.S." is shown as what the language calls the United States."""
    return name.replace(".", "").replace(" ", "").isupper()


@cache
def _cities(script: str, inflected: bool, genitive: str) -> Automaton:
    names = {name: Known(name=name, label=GPE, spots=spots) for name, spots in load_geography().in_script(script)}
    return Automaton(names, borders=script not in AGGLUTINATED, endings=3 if inflected else 0, genitive=genitive)


class LearnedNames:
    """People and organisations that were met before, found as they are written, in full."""

    def __init__(self, people: Sequence[str], organisations: Sequence[str]) -> None:
        names = {name: Known(name=name, label=ORG) for name in organisations} | {name: Known(name=name, label=PERSON) for name in people}
        self._search = Automaton(names, borders=True, genitive="s") if names else None

    def find(self, text: str) -> list[Mention]:
        """Return their mentions."""
        found = self._search.find(text) if self._search else ()
        return [Mention(start=start, end=end, label=known.label, name=known.name) for start, end, known in found]
