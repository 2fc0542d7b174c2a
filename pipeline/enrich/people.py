"""People by the way news writes about them. Pure.

Sure signs: a title or role before the name ("President …", "opposition figure …"), a given name, an age or a role after it
("…, 42,", "…, the architect"). Two weaker ones together do as well: "… said", and the surname used alone elsewhere. What
shows no sign is left alone: better a name missed than "Recommended Videos" for a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.enrich.lexicon import Lexicon
from pipeline.enrich.mentions import PERSON, Mention
from pipeline.enrich.reading import Reading
from pipeline.enrich.sequences import Word

_LONGEST_NAME = 4  # capitalised words
_MOST_SURNAMES = 300  # looked for in one text
_SURE = 2
_AGE_AFTER = re.compile(r",[ \u00a0]\d{1,2},|[ \u00a0]\(\d{1,2}\)")
_APPOSITION = re.compile(r",[ \u00a0]((?:[\w’'-]+[ \u00a0]?){1,7})")


class PeopleRules:
    """Finds people by the tables of one language. `stop_words` begin sentences, not names."""

    def __init__(self, lexicon: Lexicon, stop_words: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._stop_words = stop_words
        self._offices = lexicon.roles | lexicon.titles
        self._most_surnames = 1 if lexicon.nouns_capitalised else _LONGEST_NAME - 1

    def read(self, words: list[Word], reading: Reading) -> None:
        """Add the people of a sequence that show a sure sign, and note what else may be one."""
        run: list[Word] = []
        office = self._office_before(words[0], reading) if words else ""
        place = 0
        while place < len(words):
            name = self._sure_name(words, place, reading, "" if place else office)
            if name:
                reading.add(name, PERSON)
            if name or self._ends_run(words[place], reading):
                self._note(run, reading)
                run = []
            else:
                run.append(words[place])
            place = words.index(name[-1]) + 1 if name else place + 1
        self._note(run, reading)

    def weigh_doubtful(self, reading: Reading) -> None:
        """Add those of the noted that turn out to be people, now that the whole text was seen."""
        for run in reading.doubtful:
            if self._evidence(run, reading) >= _SURE:
                reading.add(run, PERSON)

    def _ends_run(self, word: Word, reading: Reading) -> bool:
        return self._is_no_name(word) or word.start in reading.known

    def _is_no_name(self, word: Word) -> bool:
        lexicon = self._lexicon
        return lexicon.is_joint(word.text) or lexicon.is_title(word.lower) or word.text in lexicon.calendar

    def _note(self, run: list[Word], reading: Reading) -> None:
        """Remember a run of capitalised words that shows no sure sign."""
        if len(run) == 1:
            weight = 1 + self._speaks(run, reading)
            reading.alone[run[0].text] = max(reading.alone.get(run[0].text, 0), weight)
        elif 1 < len(run) <= _LONGEST_NAME and run[0].text not in self._lexicon.no_given:
            reading.doubtful += [] if run[-1].text in self._lexicon.no_surnames else [run]

    def _office_before(self, word: Word, reading: Reading) -> str:
        """Return the title or role that stands before a sequence, if any: "le président …", "opposition figure …"."""
        before = reading.word_before(word.start)
        return before if before in self._offices else ""

    def _sure_name(self, words: list[Word], place: int, reading: Reading, office: str) -> list[Word]:
        """Return the name that surely begins at a word, or after the title that stands there; `office` stands before it."""
        word = words[place]
        if self._lexicon.is_title(word.lower):
            return self._name_after_title(words, place + 1, reading)
        if word.text in self._lexicon.given_names or office:
            name = self._take_name(words, place, reading)
            enough = 1 if office in self._lexicon.titles and not self._lexicon.inflected else 2
            return name if len(name) >= enough else []
        return []

    def _name_after_title(self, words: list[Word], place: int, reading: Reading) -> list[Word]:
        """Pass over what belongs to the office: "… of State", "… of Ukraine", another title."""
        joined = False
        while place < len(words) and self._is_office(words[place], reading, after_joint=joined):
            joined = words[place].text in self._lexicon.joints
            place += 1
        if (joined or self._lexicon.inflected) and place < len(words) and words[place].text not in self._lexicon.given_names:
            return []  # an office of which we don't know the name; where names are declined it may stand without "of"
        return self._take_name(words, place, reading)

    def _is_office(self, word: Word, reading: Reading, *, after_joint: bool) -> bool:
        named = word.lower in self._lexicon.portfolios or (after_joint and word.start in reading.known)
        return named or self._lexicon.is_title(word.lower) or word.text in self._lexicon.joints

    def _take_name(self, words: list[Word], place: int, reading: Reading) -> list[Word]:
        """Return the words of a person's name that begin at `place`, none where they can't be one."""
        name: list[Word] = []
        surnames = 0
        for word in words[place:]:
            if word.text in self._lexicon.particles:
                name.append(word)
                continue
            if surnames >= self._most_surnames or self._ends_name(word, name, reading):
                break
            name.append(word)
            surnames += word.text not in self._lexicon.given_names and len(name) > 1
        while name and name[-1].text in self._lexicon.particles:
            name.pop()
        return [] if name and name[-1].text in self._lexicon.no_surnames else name

    def _ends_name(self, word: Word, name: list[Word], reading: Reading) -> bool:
        if self._is_no_name(word) or word.text in self._lexicon.org_tails:
            return True
        known = reading.known.get(word.start)
        given = len(name) == 1 and name[0].text not in self._lexicon.particles
        return known is not None and not (given and known.end - known.start <= len(word.text))  # "Jack London"

    # ── evidence ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _evidence(self, run: list[Word], reading: Reading) -> int:
        if all(word.text.isupper() for word in run):
            return 0
        if self._lexicon.nouns_capitalised:  # there two nouns in a row are no name for being spoken of
            return _SURE * bool(_AGE_AFTER.match(reading.text, run[-1].end))
        described = self._is_described(run[-1].end, reading.text)
        return reading.alone.get(run[-1].text, 0) + self._speaks(run, reading) + _SURE * described

    def _speaks(self, run: list[Word], reading: Reading) -> bool:
        around = {reading.word_after(run[-1].end), reading.word_before(run[0].start)}
        return not self._lexicon.speech.isdisjoint(around)

    def _is_described(self, end: int, text: str) -> bool:
        """Whether an age or a role follows: "…, 42,", "…, the former mayor of …"."""
        if _AGE_AFTER.match(text, end):
            return True
        after = _APPOSITION.match(text, end, end + 80)
        words = after[1].lower().split() if after else []
        begins = bool(words) and (words[0] in self._offices or words[0] in self._lexicon.articles)
        return begins and not self._offices.isdisjoint(words)

    # ── surnames ──────────────────────────────────────────────────────────────────────────────────────────────────

    def surnames(self, reading: Reading) -> Iterator[Mention]:
        """Yield the people named before or after in full, where the text uses their surname alone."""
        taken = {place for mention in reading.found for place in range(mention.start, mention.end)}
        names = {mention.name.split(" ", 1)[1] for mention in reading.found if mention.label == PERSON and " " in mention.name}
        names |= {name.rsplit(" ", 1)[-1] for name in names}
        usable = sorted((name for name in names if len(name) > 2), key=lambda name: (-len(name), name))[:_MOST_SURNAMES]
        if not usable:
            return
        ending = r"[^\W\d_A-Z]{0,3}" if self._lexicon.inflected else f"(?:{self._lexicon.genitive})?"
        pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, usable))}){ending}(?!\w)")
        for match in pattern.finditer(reading.text):
            if match.start() not in taken and not self._is_somebody_else(match.start(), reading):
                yield Mention(start=match.start(), end=match.end(), label=PERSON, name=match[1])

    def _is_somebody_else(self, start: int, reading: Reading) -> bool:
        """Whether another capitalised word stands right before a surname: "Hunter Biden" is not Joe."""
        before = reading.word_before(start)
        if not before[:1].isupper() or self._lexicon.nouns_capitalised:
            return False
        if self._lexicon.inflected:  # "Слова Морозова": what begins a sentence is capitalised and no name
            return before in self._lexicon.given_names
        lower = before.lower()
        return not (self._lexicon.is_title(lower) or before in self._lexicon.calendar or lower in self._stop_words)
