"""Who said what."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import ORG, PERSON
from pipeline.enrich.quote_marks import Quoted, quoted
from pipeline.enrich.scripts import count_unspaced
from pipeline.enrich.sequences import capital_letters
from pipeline.types import Quote

if TYPE_CHECKING:
    from pipeline.types import EnrichedArticle

MOST_CHARACTERS: Final = 100_000
_FEWEST_WORDS: Final = 3  # one or two are a word put in quotes
_FEWEST_LETTERS: Final = 5  # where words stand without spaces
_REACH: Final = 200  # characters on either side of a quote that are read
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"[.!?…]\s+(?=[^\W\d_a-zа-яё])")
_MARKS: Final = '“”„«»「」"'

# Besides what rules.toml has under `speech`: verbs that only tell who is quoted, and words that say "according to".
_VERBS: Final[Mapping[str, str]] = {
    "en": "asks adds concluded continued cried joked says shouted sighed tells according posted read reads",
    "de": "antwortete befand behauptete bestätigte betont ergänzt erklärt fand findet fragte fragt fügte hieß klagte"
    " lautete mahnte rief räumte sagen sagten sprach stellte versicherte versprach verteidigte warnt wetterte"
    " zitierte zufolge laut",
    "fr": "affirmait ajoutait alerte avoue avoué clame commente commenté conclu conclut concède confiait dénonce"
    " dénoncé déclare déclarait expliquait glisse insisté interroge lance lancé martèle plaide poursuit"
    " poursuivi promet promis prévient regrette regretté répliqué répondu selon sourit soupire soupiré témoigne",
    "es": "admite advierte apunta apuntó aseguraba bromea bromeó concluye concluyó contaba contó defendió defiende"
    " explicaba exclamó ironizó lamenta matizó pidió pregunta preguntó prometió relata remató resumió responde"
    " señala sostiene sostuvo según",
    "ru": "бросил возразил вспоминает вспомнил вздохнул говорила говорится добавляет заверил заключил заметил"
    " заметила написано объяснил объяснила объясняет ответил ответила отвечает отмечает подтвердил подчёркивает"
    " посетовал пошутил предупредил признался признаётся рассказывает резюмировал словам спросил спросила"
    " убеждён удивляется уверен уверена шутит",
}  # fmt: skip
# What is set into a quote: between commas in French, between a dash and the next one or the end in Russian and Ukrainian.
_ASIDES: Final[Mapping[str, re.Pattern[str]]] = {
    "fr": re.compile(r",[ \u00a0]([^,«»\n]{4,80})(?=[,.])"),
    "ru": re.compile(r"[,.!?…][ \u00a0][—–-][ \u00a0]([^—–«»\n]{4,80})(?=[,.:][ \u00a0][—–]|$|[.,]?$)"),
}
_VERB_WITHIN: Final = 3  # words: "a-t-il alors ajouté"
_PRONOUNS: Final[Mapping[str, str]] = {
    "en": "he she", "de": "er sie", "fr": "il elle t-il t-elle", "es": "él ella", "ru": "он она", "it": "lui lei", "nl": "hij zij ze",
    "pt": "ele ela", "pl": "on ona",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    start: int
    end: int
    name: str
    is_person: bool


class QuoteEnricher:
    """Sets `quotes`: what is quoted in at least three words, with who says it where the text does.

    The speaker is who is named with a verb of speech right behind the quote or before it, by the name `entities` has; a
    pronoun is whoever was named last, and what goes on without a word between has the speaker of what it continues. Looks
    at the first 100,000 characters.
    """

    name = "quotes"
    version = "2"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        text = enriched.article.text[:MOST_CHARACTERS]
        found = [one for one in quoted(text) if _is_said(text[one.start : one.end])]
        reading = _Attribution(text, _names(enriched), found, enriched.language)
        quotes = tuple(
            Quote(text=text[one.start : one.end], speaker=speaker, start=one.start, end=one.end)
            for one, speaker in zip(found, reading.speakers(), strict=True)
        )
        return replace(enriched, quotes=quotes, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


def _is_said(words: str) -> bool:
    return len(_WORD.findall(words)) >= _FEWEST_WORDS or count_unspaced(words) >= _FEWEST_LETTERS


def _names(enriched: EnrichedArticle) -> list[_Name]:
    names = [
        _Name(start=start, end=end, name=entity.name, is_person=entity.label == PERSON)
        for entity in enriched.entities
        if entity.label in (PERSON, ORG)
        for start, end in entity.mentions
    ]
    return sorted(names, key=lambda one: one.start)


class _Attribution:
    """Finds the speakers of one text's quotes, in order."""

    def __init__(self, text: str, names: Sequence[_Name], found: Sequence[Quoted], language: str) -> None:
        self._text = text
        self._names = names
        self._starts = [one.start for one in names]
        self._found = found
        primary = language.partition("-")[0]
        self._verbs, self._pronouns = _verbs(primary), frozenset(_PRONOUNS.get(primary, "").split())
        self._aside = _ASIDES.get(primary)
        self._nouns_capitalised = load_lexicon(primary).nouns_capitalised

    def speakers(self) -> list[str | None]:
        """Return the speaker of each quote, None where the text names none."""
        speakers: list[str | None] = []
        for place, one in enumerate(self._found):
            before = self._found[place - 1] if place else None
            last = speakers[-1] if speakers else None
            speaker = self._inside(one) or self._behind(place) or self._ahead(place)
            if speaker is None and before is not None and last is not None and self._continues(before, one):
                speaker = last
            speakers.append(speaker)
        return self._filled_back(speakers)

    def _inside(self, one: Quoted) -> str | None:
        """Who is named in a clause set into a quote: « …, a dit Dumas, … », «…, — сказал Петров. — …»."""
        if self._aside is None:
            return None
        for clause in self._aside.finditer(self._text, one.start, one.end):
            words = [match.group().lower() for match in _WORD.finditer(clause[1])][:_VERB_WITHIN]
            if any(word in self._verbs or word.partition("-")[0] in self._verbs for word in words):
                speaker = self._speaker(clause.start(1), clause.end(1), first=True)
                if speaker is not None:
                    return speaker
        return None

    def _filled_back(self, speakers: list[str | None]) -> list[str | None]:
        """A quote over several paragraphs is often signed at its end."""
        for place in range(len(speakers) - 2, -1, -1):
            if speakers[place] is None and self._found[place].goes_on:
                speakers[place] = speakers[place + 1]
        return speakers

    def _continues(self, before: Quoted, one: Quoted) -> bool:
        """Whether nothing but blanks, or the words that named the speaker, stands between two quotes."""
        between = self._text[before.closed : one.opened]
        if before.goes_on:
            return not between.strip()
        return "\n\n" not in between and len(between) <= _REACH and len(_SENTENCE_END.findall(between)) <= 1

    def _behind(self, place: int) -> str | None:
        """Who is named in the rest of the sentence behind a quote: “…,” Blinken said."""
        one = self._found[place]
        end = self._found[place + 1].opened if place + 1 < len(self._found) else len(self._text)
        paragraph = self._text.find("\n\n", one.closed)
        end = min(end, one.closed + _REACH, paragraph if paragraph >= 0 else len(self._text))
        stop = _SENTENCE_END.search(self._text, one.closed, end)
        begun_anew = self._text[one.end : one.closed].rstrip(_MARKS).endswith((".", "!", "?", "…")) and self._begins_sentence(one.closed)
        if begun_anew and not self._verb_follows(one.closed):
            return None
        return self._speaker(one.closed, stop.start() + 1 if stop else end, first=True)

    def _begins_sentence(self, at: int) -> bool:
        rest = self._text[at : at + 3].lstrip(" \u00a0")
        return rest[:1].isupper()

    def _verb_follows(self, at: int) -> bool:
        """Whether what looks like a new sentence names the speaker at once: “Go!” Blinken said."""
        words = [match.group() for match in _WORD.finditer(self._text, at, at + 60)][:4]
        return any(word.lower() in self._verbs for word in words)

    def _ahead(self, place: int) -> str | None:
        """Who is named in the sentence a quote stands in, before it: Lavrov said: “…”."""
        one = self._found[place]
        start = max(self._found[place - 1].closed if place else 0, one.opened - _REACH, self._text.rfind("\n\n", 0, one.opened) + 1)
        for match in _SENTENCE_END.finditer(self._text, start, one.opened - 1 if one.opened else 0):
            if match.end() < one.opened:
                start = match.end()
        return self._speaker(start, one.opened, first=False)

    def _speaker(self, start: int, end: int, *, first: bool) -> str | None:
        """Return who speaks in a stretch that has a verb of speech: the person nearest to it."""
        words = [(match.group(), match.start()) for match in _WORD.finditer(self._text, start, end)]
        said = [at for word, at in words if word.lower() in self._verbs or word.rpartition("-")[2].lower() in self._verbs]
        said += [
            at for word, at in words if word.lower().rpartition("-")[2] in self._pronouns and word.partition("-")[0].lower() in self._verbs
        ]
        if not said:
            return None
        verb = said[0] if first else said[-1]
        names = self._names[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        people = [one for one in names if one.is_person] or names
        if people:
            return min(people, key=lambda one: abs(one.start - verb) if one.start > verb else verb - one.end).name
        if any(word.lower() in self._pronouns or word.lower().rpartition("-")[2] in self._pronouns for word, _ in words):
            return self._last_person(start)
        return None if self._nouns_capitalised else self._unknown(start, end, verb)

    def _last_person(self, start: int) -> str | None:
        """Return who was named last before a place, outside of quotes: people talk about others."""
        for one in reversed(self._names[: bisect_left(self._starts, start)]):
            if one.is_person and not any(each.opened < one.start < each.closed for each in self._found):
                return one.name
        return None

    def _unknown(self, start: int, end: int, verb: int) -> str | None:
        """Return two or more capitalised words right beside the verb: a name that no rule had seen."""
        for match in _full_name().finditer(self._text, start, end):
            near = match.start() - verb <= 20 if match.start() > verb else verb - match.end() <= 3
            if near:
                return match.group()
        return None


@cache
def _verbs(language: str) -> frozenset[str]:
    return load_lexicon(language).speech | frozenset(_VERBS.get(language, "").split())


@cache
def _full_name() -> re.Pattern[str]:
    word = rf"[{capital_letters()}]\w+(?:[-’']\w+)*"
    return re.compile(rf"(?<!\w){word}(?: {word}){{1,3}}")
