"""Organisations by the words of their names: "Arctic Council", "Ministry of …", "the news agency Tass". Pure."""

from __future__ import annotations

from typing import Final

from pipeline.enrich.lexicon import Lexicon
from pipeline.enrich.reading import Reading
from pipeline.enrich.sequences import Word

_OF: Final = frozenset({"of", "the"})
_OPEN: Final = frozenset({"Academy", "Association", "College", "Council", "Court", "Federation", "Institute", "Society", "University"})
_FAR_BEFORE: Final = 24  # characters before a name in which hints are looked for


class OrganisationRules:
    """Finds an organisation's name among capitalised words, by the tables of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._other_names = lexicon.calendar | lexicon.given_names | lexicon.org_heads

    def locate(self, words: list[Word], reading: Reading) -> tuple[int, int] | None:
        """Return where in a sequence an organisation's name stands, as a slice; None where there is none."""
        if reading.word_before(words[0].start) in self._lexicon.org_roles:
            return 0, self._end_of(words, 1)
        for place in range(len(words) - 1, 0, -1):
            if words[place].text in self._lexicon.org_tails and not self._lexicon.is_joint(words[place - 1].text):
                start = self._start_of(words, place)
                return (start, self._past_tail(words, place)) if start < place else None
        for place, word in enumerate(words[:-1]):
            if self._lexicon.is_org_head(word.text) and self._goes_on(words[place + 1], reading):
                return self._before_head(words, place), self._end_of(words, place + 1)
        return (0, self._end_of(words, 1)) if self._is_hinted(words, reading) else None

    def _is_hinted(self, words: list[Word], reading: Reading) -> bool:
        """Whether what stands before says that a company follows: "shares of …", "a subsidiary of …"."""
        hints, start = self._lexicon.org_hints, words[0].start
        if not hints or start in reading.known or words[0].text in self._lexicon.given_names:
            return False
        return reading.text[max(0, start - _FAR_BEFORE) : start].rstrip().lower().endswith(hints)

    def _past_tail(self, words: list[Word], tail: int) -> int:
        """Return where a name ends that may go on behind its tail: "Massachusetts Institute of Technology"."""
        behind = tail + 1
        if behind + 1 < len(words) and words[behind].text in _OF and self._lexicon.is_org_head(words[tail].text):
            return self._end_of(words, behind)
        return behind

    def _before_head(self, words: list[Word], head: int) -> int:
        """Return where a name begins that may have begun before its head: "Polish Academy of Sciences"."""
        start = self._start_of(words, head) if words[head].text in _OPEN else head
        return start if all(not self._lexicon.is_joint(word.text) for word in words[start:head]) else head

    def _goes_on(self, following: Word, reading: Reading) -> bool:
        """Whether a head begins a name here: "Bank of …", "Banco Central", "Universität Kiel", but not "Bank Governor"."""
        return self._lexicon.is_joint(following.text) or not self._lexicon.heads_need_joints or following.start in reading.known

    def _end_of(self, words: list[Word], start: int) -> int:
        """Return where a name that goes on at `start` ends: before a title, a given name, a date or another organisation."""
        end = start
        while end < len(words) and (self._is_portfolio(words, end) or not self._goes_before(words[end])):
            end += 1
        while end > start and self._lexicon.is_joint(words[end - 1].text):
            end -= 1
        return end

    def _is_portfolio(self, words: list[Word], place: int) -> bool:
        """Whether a title is none here: "Ministry of Justice"."""
        return words[place].lower in self._lexicon.portfolios and self._lexicon.is_joint(words[place - 1].text)

    def _goes_before(self, word: Word) -> bool:
        return word.text in self._other_names or self._lexicon.is_title(word.lower)

    def _start_of(self, words: list[Word], tail: int) -> int:
        """Return where the name that ends in `tail` begins: after a title, a date, another name, or letters such as "U.S."."""
        start = tail
        while start and not self._ends_before(words, start - 1):
            start -= 1
        while start < tail and self._lexicon.is_joint(words[start].text):
            start += 1
        return start

    def _ends_before(self, words: list[Word], place: int) -> bool:
        word = words[place]
        if self._lexicon.is_joint(word.text) and place:
            other = words[place - 1].text
            person = place > 1 and words[place - 2].text in self._lexicon.given_names
            led = word.text in _OF and not self._lexicon.is_org_head(other)  # "leaders of the African Union"
            return self._lexicon.nouns_capitalised or person or led or other in self._lexicon.org_tails or other.isupper()
        office = self._lexicon.is_title(word.lower) or word.lower in self._lexicon.roles
        return office or word.text in self._lexicon.calendar or "." in word.text
