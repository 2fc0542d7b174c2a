"""Where the next page of an Elasticsearch search begins, as an opaque string that fits into a URL."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from math import isfinite

import msgspec

from pipeline.errors import ConfigurationError
from pipeline.index.query import Sort

_LONGEST = 300
_ID = re.compile(r"[!-~]{1,64}")
_LARGEST = 2**63 - 1
_LARGEST_RANK = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ElasticCursor:
    """The sort values of a page's last hit, and the point in time the pages are of, where there is one."""

    sort: Sort
    moment: int  # microseconds since 1970
    article_id: str
    score: float = 0.0
    rank: int = 0  # hits up to and including it; what collapsed pages count by
    view: str = ""  # name of a point in time that this process keeps

    def text(self) -> str:
        """Return the opaque form."""
        values = [self.sort.value[0], self.moment, self.article_id, self.score, self.rank, self.view]
        return urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")

    def after(self) -> list[object]:
        """Return `search_after`."""
        behind: list[object] = [self.moment, self.article_id]
        return behind if self.sort is Sort.NEWEST else [self.score, *behind]


def read_elastic_cursor(text: str, sort: Sort) -> ElasticCursor:
    """Return what `ElasticCursor.text` was made of.

    Raises:
        ConfigurationError: the text is no cursor, or one of another sort.
    """
    try:
        if len(text) > _LONGEST:
            raise ValueError(text)
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        initial, moment, article_id, score, rank, view = msgspec.json.decode(raw, type=tuple[str, int, str, float, int, str])
        cursor = ElasticCursor(
            sort=Sort.NEWEST if initial == "n" else Sort.RELEVANCE, moment=moment, article_id=article_id, score=score, rank=rank, view=view
        )
        within = abs(moment) <= _LARGEST and 0 <= rank <= _LARGEST_RANK and isfinite(score) and _ID.fullmatch(article_id)
        if cursor.text() != text or cursor.sort is not sort or not within:
            raise ValueError(text)
    except (ValueError, TypeError, msgspec.DecodeError) as error:
        raise ConfigurationError.of("cursor", text[:100], "the next_cursor of a page of the same query and sort") from error
    return cursor
