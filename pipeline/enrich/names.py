"""People and organisations by rules, for languages without a trained model. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.enrich.acronyms import spelled_out
from pipeline.enrich.continued import ContinuedNames
from pipeline.enrich.lexicon import Lexicon
from pipeline.enrich.mentions import ORG, Mention
from pipeline.enrich.organisations import OrganisationRules
from pipeline.enrich.people import PeopleRules
from pipeline.enrich.reading import Reading
from pipeline.enrich.sequences import Word, sequence_pattern, sequences

_LONGEST_ABBREVIATION = 4  # "Supt."


class NameRules:
    """Finds people and organisations by the rules of one language. `stop_words` begin sentences, not names."""

    def __init__(self, lexicon: Lexicon, stop_words: frozenset[str]) -> None:
        abbreviations = {title.capitalize() for title in lexicon.titles if len(title) <= _LONGEST_ABBREVIATION}
        self._calendar = lexicon.calendar
        self._skipped_first = (stop_words | lexicon.articles) - lexicon.titles
        self._pattern = sequence_pattern(lexicon.joints | lexicon.particles, abbreviations)
        self._lexicon = lexicon
        self._organisations = OrganisationRules(lexicon)
        self._continued = ContinuedNames(lexicon)
        self._people = PeopleRules(lexicon, self._skipped_first)

    def find(self, text: str, known: Sequence[Mention]) -> list[Mention]:
        """Return people and organisations; `known` are names already found, which are not mistaken for parts of others.

        Mentions may overlap known ones ("Moscow" in "Moscow State University") and each other.
        """
        reading = Reading(text, {place: mention for mention in known for place in range(mention.start, mention.end)})
        for words in sequences(self._pattern, text, skipped=self._skipped_first):
            self._read(self._trimmed(words), reading)
        spans = {(mention.start, mention.end) for mention in reading.found}
        for name in spelled_out(text, self._lexicon):
            if name.start not in reading.known and (name.start, name.end) not in spans:
                reading.add([name], ORG)
        reading.found += [mention for mention in self._continued.find(text) if (mention.start, mention.end) not in spans]
        self._people.weigh_doubtful(reading)
        reading.found += self._people.surnames(reading)
        return reading.found

    def _trimmed(self, words: list[Word]) -> list[Word]:
        """Leave out what is capitalised for standing first, and days and months before a name."""
        first = 0
        while first < len(words) and (words[first].lower in self._skipped_first or words[first].text in self._calendar):
            first += 1
        return words[first:]

    def _read(self, words: list[Word], reading: Reading) -> None:
        organisation = self._organisations.locate(words, reading) if words else None
        if organisation is None:
            self._people.read(words, reading)
            return
        start, end = organisation
        reading.add(words[start:end], ORG)
        self._read(words[:start], reading)
        self._read(words[end:], reading)
