"""A text in sentences, and what became of each between two revisions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.standing import Fate, SentenceChange

_MOST_SENTENCES: Final = 2_000  # of a text; what follows counts as one
_MOST_PAIRED: Final = 60  # sentences of one changed stretch that are paired by likeness
_ALIKE: Final = 0.5
_END = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[\"“„«(\[¿¡]*[^\W\d_a-zа-яёàâçéèêîïôùûäöüñ])|(?<=[。！？])(?![」』）])|\n+")
_SHORTENED = re.compile(
    r"(?:\b(?:(?:am|vom|bis|zum|der|den|dem|des|und) \d{1,2}|[A-ZÀ-Þ]|Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Jr|Sr|No|Nr|vs|etc"
    r"|Jan|Feb|Mar|Apr|Aug|Sept?|Oct"
    r"|Nov|Dec|bzw|ca|z\.B|M|Mme|Sra|г|им|ул))\.$"
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a blank line ends one too, an initial or a title ("Dr.") does not."""
    found: list[str] = []
    for line in text.split("\n"):
        found += _of_line(line)
    return found if len(found) <= _MOST_SENTENCES else [*found[:_MOST_SENTENCES], " ".join(found[_MOST_SENTENCES:])]


def _of_line(line: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(line):
        if _SHORTENED.search(line, max(start, match.start() - 10), match.start()):
            continue
        if sentence := line[start : match.end()].strip():
            yield sentence
        start = match.end()
    if rest := line[start:].strip():
        yield rest


def compare(before: str, after: str) -> tuple[SentenceChange, ...]:
    """Return every sentence of both texts in order, with what became of it. Blanks and the shape of quotes are no change."""
    old, new = sentences(before), sentences(after)
    matcher = SequenceMatcher(None, [_plain(one) for one in old], [_plain(one) for one in new], autojunk=False)
    found: list[SentenceChange] = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what == "equal":
            found += [SentenceChange(fate=Fate.KEPT, before=x, after=y) for x, y in zip(old[a:b], new[c:d], strict=True)]
        else:
            found += _stretch(old[a:b], new[c:d])
    return tuple(found)


_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛′", "'") | dict.fromkeys("‐‑‒–—−", "-"))


def _plain(sentence: str) -> str:
    return " ".join(sentence.translate(_QUOTES).split())


def _stretch(old: Sequence[str], new: Sequence[str]) -> Iterator[SentenceChange]:
    """Pair the sentences of a stretch that are alike, in their order; what has no partner was removed or added."""
    at = 0
    for after in new:
        partner = next((place for place in range(at, len(old)) if _is_like(old[place], after)), None) if len(new) <= _MOST_PAIRED else None
        if partner is None:
            yield SentenceChange(fate=Fate.ADDED, before="", after=after)
            continue
        yield from (SentenceChange(fate=Fate.REMOVED, before=one, after="") for one in old[at:partner])
        yield SentenceChange(fate=Fate.CHANGED, before=old[partner], after=after)
        at = partner + 1
    yield from (SentenceChange(fate=Fate.REMOVED, before=one, after="") for one in old[at:])


def _is_like(one: str, other: str) -> bool:
    words = SequenceMatcher(None, one[:2000].split(), other[:2000].split(), autojunk=False)
    return words.quick_ratio() >= _ALIKE and words.ratio() >= _ALIKE
