"""What one leaf of a query looks for in running text: the shared reading of Word, Phrase and Prefix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.index.analysis import QueryToken, analysed, query_tokens
from pipeline.index.query import And, Or, Phrase, Prefix, Query, Word
from pipeline.index.stemming import stems

ZONES: Mapping[str, float] = {"title": 3.0, "body": 1.0, "rest": 0.5}  # where a word without a field is looked for, and its weight

_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)  # who asks for Russia's means Russia


@dataclass(frozen=True, slots=True)
class Sought:
    """Words in a row.

    `plain` is the word to be stemmed, where the leaf is one word: a text also matches by that word's stem in the text's
    own language. None: only the words as they are.
    """

    tokens: tuple[QueryToken, ...]
    field: str | None
    plain: str | None = None

    def stem(self, group: str) -> str | None:
        """Return the stem a text of that group may hold instead, or None."""
        return stems([self.plain], group)[0] if self.plain else None


def sought_by(leaf: Word | Phrase | Prefix) -> Sought:
    """Return what the leaf looks for. A word of several parts (`well-known`) is a phrase; no tokens: nothing can match."""
    if isinstance(leaf, Phrase):
        return Sought(query_tokens(leaf.text), leaf.field)
    if isinstance(leaf, Prefix):
        return Sought(query_tokens(leaf.text, prefix=True), leaf.field)
    text = without_possessive(leaf.text)
    tokens = query_tokens(text)
    _, plain = analysed(text)
    alone = len(tokens) == 1 and len(plain) == 1 and not tokens[0].open
    return Sought(tokens, leaf.field, plain[0].lower() if alone else None)


def without_possessive(text: str) -> str:
    """Return a word without its `'s`."""
    return _POSSESSIVE.sub("", text)


def scores(query: Query) -> bool:
    """Whether the query has a word or phrase whose matches are better or worse, rather than yes or no."""
    match query:
        case And(parts=parts) | Or(parts=parts):
            return any(map(scores, parts))
        case Word(field=key) | Phrase(field=key):
            return key is None or key in ZONES
        case _:
            return False
