"""Where the next page begins, as an opaque string that fits into a URL."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from math import isfinite

from pipeline.errors import ConfigurationError
from pipeline.index.query import Sort

_LONGEST = 200
_LARGEST_ORDER = 2**64 - 1
_LARGEST_RANK = 10**9


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last hit of a page: its place in time and, where hits are sorted by relevance, its score and rank."""

    sort: Sort
    order: int  # of embedded_schema.order_of
    score: float = 0.0
    rank: int = 0  # hits up to and including it

    def text(self) -> str:
        """Return the opaque form."""
        values = [self.sort.value[0], self.order, self.score, self.rank]
        return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, sort: Sort) -> Cursor:
    """Return what `Cursor.text` was made of.

    Raises:
        ConfigurationError: the text is no cursor, or one of another sort.
    """
    try:
        if len(text) > _LONGEST:
            raise ValueError(text)
        initial, order, score, rank = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        cursor = Cursor(Sort.NEWEST if initial == "n" else Sort.RELEVANCE, int(order), float(score), int(rank))
        within = 0 <= cursor.order <= _LARGEST_ORDER and 0 <= cursor.rank < _LARGEST_RANK and isfinite(cursor.score)
        if cursor.text() != text or cursor.sort is not sort or not within:
            raise ValueError(text)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise ConfigurationError.of("cursor", text[:_LONGEST], "the next_cursor of a page of the same query and sort") from error
    return cursor
