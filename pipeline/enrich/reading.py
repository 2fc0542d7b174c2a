"""What the rules for names have seen of one text so far, and what stands around a word."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.enrich.mentions import ORG, Mention
from pipeline.enrich.sequences import Word

_WORD_BEFORE = re.compile(r"(?<!\w)([^\W\d_][\w’'-]*)[,:]?[ \u00a0]$")
_WORD_AFTER = re.compile(r"[\u201d\u201c\"»]?,?[ \u00a0]([^\W\d_][\w’'-]*)")
_ACRONYM = re.compile(r"[ \u00a0]\(([^\W\d_]{2,8})\)")
_MOST_ACRONYMS = 30
_FAR_ENOUGH = 30  # characters looked at before a word


@dataclass(slots=True)
class Reading:
    """One text, what is known of it beforehand, and what was found."""

    text: str
    known: dict[int, Mention]  # every character of a known name → the name
    found: list[Mention] = field(default_factory=list)
    doubtful: list[list[Word]] = field(default_factory=list)  # runs that may be people
    acronyms: set[str] = field(default_factory=set)
    alone: dict[str, int] = field(default_factory=dict)  # single words, and how much each looks like a surname

    def word_before(self, start: int) -> str:
        """Return the word right before a place, empty where a sentence begins there."""
        found = _WORD_BEFORE.search(self.text, max(0, start - _FAR_ENOUGH), start)
        return found[1] if found else ""

    def word_after(self, end: int) -> str:
        """Return the word right after a place, past a closing quote or a comma; empty where a sentence ends there."""
        found = _WORD_AFTER.match(self.text, end)
        return found[1] if found else ""

    def add(self, words: list[Word], label: str) -> None:
        """Take words as a name; with an organisation its acronym: "World Health Organization (WHO)"."""
        name = " ".join(word.text for word in words)
        self.found.append(Mention(start=words[0].start, end=words[-1].end, label=label, name=name))
        acronym = _ACRONYM.match(self.text, words[-1].end) if label == ORG else None
        if acronym and acronym[1].isupper() and acronym[1] not in self.acronyms and len(self.acronyms) < _MOST_ACRONYMS:
            self.acronyms.add(acronym[1])
            for match in re.finditer(rf"(?<!\w){acronym[1]}(?!\w)", self.text):
                self.found.append(Mention(start=match.start(), end=match.end(), label=ORG, name=name))
