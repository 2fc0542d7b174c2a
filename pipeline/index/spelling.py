"""Did you mean …? A query with its unknown words put right. Pure; which words are known is the backend's to say."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pipeline.index.analysis import fold, has_words, is_unspaced
from pipeline.index.query import And, Or, Query, Word
from pipeline.index.sought import ZONES

SHORTEST = 4  # letters; nearly every word of three is one letter from another
_LONG = 8  # letters, from which on two slips are forgiven

Nearest = Callable[[str], str | None]


def put_right(query: Query, nearest: Nearest) -> Query | None:
    """Return the query with words replaced, or None where there is nothing to replace.

    Args:
        query: what was asked.
        nearest: returns what a folded word is most likely a slip of; None where it is known, or like no other.
    """
    changed = _put_right(query, nearest)
    return None if changed == query else changed


def _put_right(query: Query, nearest: Nearest) -> Query:
    match query:
        case And(parts=parts) | Or(parts=parts):
            return replace(query, parts=tuple(_put_right(part, nearest) for part in parts))
        case Word(text=text, field=key) if (key is None or key in ZONES) and _may_be_a_slip(text):
            return replace(query, text=nearest(fold(text)) or text)
        case _:  # what must not be there, phrases, names and codes are taken as they are written
            return query


def _may_be_a_slip(text: str) -> bool:
    return len(text) >= SHORTEST and text.isalpha() and has_words(text) and not is_unspaced(text)


def best_of(word: str, candidates: Iterable[tuple[str, int]]) -> str | None:
    """Return the candidate that is fewest slips away, of these the most frequent; None where none is near enough.

    Args:
        word: folded.
        candidates: folded words, each with the number of documents that have it.
    """
    most = 2 if len(word) >= _LONG else 1
    near = [(slips(word, text, most), -count, text) for text, count in candidates if text != word and abs(len(text) - len(word)) <= most]
    best = min((each for each in near if each[0] <= most), default=None)
    return best[2] if best else None


def slips(one: str, other: str, most: int) -> int:
    """Return how many letters must be added, left out, exchanged or swapped; more than `most` is `most + 1`.

    The optimal string alignment distance (Boytsov 2011, "Indexing methods for approximate dictionary searching").
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row, before, [at]
        for by, against in enumerate(other, 1):
            cost = min(before[by] + 1, row[by - 1] + 1, before[by - 1] + (letter != against))
            if at > 1 and by > 1 and letter == other[by - 2] and one[at - 2] == against:
                cost = min(cost, last[by - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]
