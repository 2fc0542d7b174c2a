"""Why a document was found: its title and the best piece of its text, with what matched marked. Pure.

Works on any text and query tree, so that every backend marks alike; plain text in, plain text out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from pipeline.index.analysis import QueryToken, ScannedText, is_unspaced
from pipeline.index.query import And, Fragment, Or, Phrase, Prefix, Query, Word
from pipeline.index.sought import Sought, sought_by
from pipeline.index.stemming import stem_group, stems

SNIPPET_LENGTH = 240  # characters, ellipses included
_LEAD_IN = 60  # characters of context before the first match, at most
_LONGEST_SCAN = 100_000  # characters of a text that are looked at
_FIRST_LOOK = 1_500  # characters; where all that is sought is found in these, the rest is not looked at
_MOST_MATCHES = 60  # of one sought thing, in one text
_CLUES = 30  # matches a piece may begin at; more say nothing new


class _Match(NamedTuple):
    start: int
    end: int
    sought: int  # which of the sought things


class Highlighter:
    """Marks what a query looks for; made once a query, used for every hit."""

    def __init__(self, query: Query) -> None:
        self._sought = tuple(_leaves(query))

    def title(self, title: str, language: str) -> tuple[Fragment, ...]:
        """Return the whole title with its matches marked."""
        return _fragments(title, 0, len(title), self._matches(title, "title", language))

    def body(self, body: str, language: str) -> tuple[Fragment, ...]:
        """Return the best piece of at most SNIPPET_LENGTH characters; the beginning where nothing matches."""
        text = " ".join(body[:_LONGEST_SCAN].split())
        first_look = text.rfind(" ", 0, _FIRST_LOOK) if len(text) > _FIRST_LOOK else len(text)
        matches = self._matches(text[:first_look], "body", language) if first_look > 0 else []
        if first_look < len(text) and len({match.sought for match in matches}) < len(self._sought):
            matches = self._matches(text, "body", language)
        start, end = _best_piece(text, matches)
        return _fragments(text, start, end, matches)

    def _matches(self, text: str, field: str, language: str) -> list[_Match]:
        leaves = [(at, leaf) for at, leaf in enumerate(self._sought) if leaf.field in {None, field} and leaf.tokens]
        if not leaves:
            return []
        words = _Words(text, language)
        found = [_Match(start, end, at) for at, leaf in leaves for start, end in islice(words.places(leaf), _MOST_MATCHES)]
        return sorted(found, key=lambda match: (match.start, -match.end))


def _leaves(query: Query) -> Iterator[Sought]:
    """What must not be there is not looked for."""
    match query:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _leaves(part)
        case Word() | Phrase() | Prefix():
            yield sought_by(query)
        case _:
            return


class _Words:
    """The words of one text, found by their folded form or by their stem."""

    def __init__(self, text: str, language: str) -> None:
        self._scanned = ScannedText(text)
        self._words = self._scanned.words
        self._group = stem_group(language)
        self._stems: list[str] | None = None

    def places(self, leaf: Sought) -> Iterator[tuple[int, int]]:
        """Yield the [start, end) of what the leaf looks for."""
        reach = leaf.tokens[-1].offset
        for at in self._candidates(leaf):
            if at + reach >= len(self._words) or not all(_fits(token, self._words[at + token.offset]) for token in leaf.tokens[1:]):
                continue
            start, end = self._scanned.span(at + reach)
            yield self._scanned.span(at)[0], start + 1 if _is_half_pair(leaf.tokens[-1]) else end

    def _candidates(self, leaf: Sought) -> list[int]:
        first = leaf.tokens[0]
        if first.open:
            return [at for at, word in enumerate(self._words) if word.startswith(first.text)]
        stem = leaf.stem(self._group) if self._group else None
        if stem is None or self._group is None:
            return _positions(self._words, first.text)
        if self._stems is None:
            self._stems = stems(self._scanned.written, self._group)
        return sorted({*_positions(self._words, first.text), *_positions(self._stems, stem)})


def _positions(words: list[str], word: str) -> list[int]:
    """A list's own `index` looks at 600 words in the time Python takes for twenty."""
    found: list[int] = []
    with suppress(ValueError):
        while True:
            found.append(words.index(word, found[-1] + 1 if found else 0))
    return found


def _fits(token: QueryToken, word: str) -> bool:
    return word.startswith(token.text) if token.open else word == token.text


def _is_half_pair(token: QueryToken) -> bool:
    """One character of a script without spaces: it marks itself, not the pair it begins."""
    return token.open and is_unspaced(token.text)


def _best_piece(text: str, matches: Sequence[_Match]) -> tuple[int, int]:
    """Most different things first, then most matches, then the earliest."""
    if len(text) <= SNIPPET_LENGTH:
        return 0, len(text)
    best, start = (0, 0), 0
    starts = [match.start for match in matches]
    for first in matches[:_CLUES]:
        begin = _beginning(text, first.start)
        inside = matches[bisect_left(starts, begin) : bisect_right(starts, begin + SNIPPET_LENGTH - _LEAD_IN // 2)]
        weight = len({match.sought for match in inside}), len(inside)
        if weight > best:
            best, start = weight, begin
    room = SNIPPET_LENGTH - 1 - (1 if start else 0)
    if start + room >= len(text):
        return start, len(text)
    end = text.rfind(" ", start + room // 2, start + room + 1)
    return start, end if end > 0 else start + room


def _beginning(text: str, match_start: int) -> int:
    """Begin at the sentence where it is near, else at a word a little before the match."""
    earliest = max(0, match_start - _LEAD_IN)
    if earliest == 0:
        return 0
    sentence = max(text.rfind(mark, earliest, match_start) for mark in (". ", "! ", "? ", "。"))
    if sentence >= 0:
        return sentence + (1 if text[sentence] == "。" else 2)
    space = text.find(" ", earliest, match_start)
    return space + 1 if space >= 0 else earliest


def _fragments(text: str, start: int, end: int, matches: Sequence[_Match]) -> tuple[Fragment, ...]:
    fragments = [Fragment(text="…", marked=False)] if start else []
    at = start
    for match in matches:
        if match.start < start or match.end > end or match.end <= at:
            continue
        begin = max(at, match.start)  # matches may overlap
        if begin > at:
            fragments.append(Fragment(text=text[at:begin], marked=False))
        fragments.append(Fragment(text=text[begin : match.end], marked=True))
        at = match.end
    if at < end:
        fragments.append(Fragment(text=text[at:end], marked=False))
    return (*fragments, Fragment(text="…", marked=False)) if end < len(text) else tuple(fragments)
