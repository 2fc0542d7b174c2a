"""What became of each sentence between two revisions. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from pipeline.sentences import sentences
from pipeline.standing import Fate, SentenceChange

_MOST_PAIRED: Final = 60  # sentences of one changed stretch that are paired by likeness
_ALIKE: Final = 0.5


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
