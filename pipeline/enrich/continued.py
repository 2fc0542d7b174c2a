"""Organisations whose names go on in small letters: "Organisation mondiale de la santé", "Верховный суд". Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.enrich.lexicon import Lexicon
from pipeline.enrich.mentions import ORG, Mention
from pipeline.enrich.sequences import capital_letters

_MOST_STEPS = 6  # words after the first, those between not counted
_BEGINS = re.compile(r"(?:^|[.!?…:]|\n|[«“„\"])[ \u00a0»”\"—–-]*$")
_NEVER = re.compile(r"(?!)")


class ContinuedNames:
    """Finds them by the tables of one language; nothing where it has none."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._begins_sentences = lexicon.org_nouns_from
        self._headed = _headed(lexicon) if lexicon.org_goes_on else _NEVER
        self._ending = _ending(lexicon) if lexicon.org_nouns else _NEVER

    def find(self, text: str) -> Iterator[Mention]:
        """Yield the names of a text; they may overlap others."""
        for match in self._headed.finditer(text):
            yield _mention(match)
        for match in self._ending.finditer(text):
            if match.group().startswith(self._begins_sentences) or not _BEGINS.search(text, max(0, match.start() - 5), match.start()):
                yield _mention(match)


def _mention(match: re.Match[str]) -> Mention:
    return Mention(start=match.start(), end=match.end(), label=ORG, name=match.group())


def _headed(lexicon: Lexicon) -> re.Pattern[str]:
    """A head and what goes on in small letters, or after a joint with a capital: "ministère de l’Intérieur"."""
    spaced = _any_of(joint for joint in lexicon.org_goes_on_joints if joint[-1] not in "’'")
    elided = _any_of(joint for joint in lexicon.org_goes_on_joints if joint[-1] in "’'")
    joint = rf"(?:{spaced}[ \u00a0]|{elided})"
    named = rf"{joint}(?<![ \u00a0][eyи] )(?<! et )[{capital_letters()}][\w-]+(?![ \u00a0]?[’'])"
    step = rf"[ \u00a0](?:{joint}?{_any_of(lexicon.org_goes_on)}(?!\w)|{named})"
    return re.compile(rf"(?<!\w){_any_of(lexicon.org_heads | lexicon.org_heads_lower)}(?:{step}){{1,{_MOST_STEPS}}}")


def _ending(lexicon: Lexicon) -> re.Pattern[str]:
    """Adjectives, the first with a capital, and a noun: "Московский государственный университет"."""
    ends = _any_of(lexicon.org_adjective_ends)
    adjectives = rf"[{capital_letters()}]\w+{ends}(?:[ \u00a0][^\W\d_]+{ends}){{0,2}}"
    return re.compile(rf"(?<!\w){adjectives}[ \u00a0]{_any_of(lexicon.org_nouns)}(?!\w)")


def _any_of(words: Iterable[str]) -> str:
    return "(?:" + ("|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word))) or "(?!)") + ")"
