"""What a request asks for, read out of its parameters and checked. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import ConfigurationError
from pipeline.index.query import And, Not, Or, Phrase, Prefix, Query, Sort, Word

DEFAULT_SIZE = 10
MAX_SIZE = 100
MAX_QUERY = 2_000  # characters
MAX_CURSOR = 4_000
MAX_SEEN = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search as it was asked for. `sort` is None where the query decides."""

    text: str
    size: int
    sort: Sort | None
    cursor: str | None
    seen: int
    every_copy: bool = False  # each article of a story as a hit of its own


def read_asked(params: Mapping[str, str]) -> Asked:
    """Return what is asked for; raises `ConfigurationError` naming the parameter, its value and what is allowed."""
    text = params.get("q", "").strip()
    if len(text) > MAX_QUERY:
        raise ConfigurationError(f"The query has {len(text):,} characters; at most {MAX_QUERY:,} are allowed.")
    cursor = params.get("cursor") or None
    if cursor is not None and len(cursor) > MAX_CURSOR:
        raise ConfigurationError(f"cursor: has {len(cursor):,} characters; allowed: one that a page of results gave")
    sort = params.get("sort") or None
    if sort is not None and sort not in set(Sort):
        raise ConfigurationError.of("sort", sort, " or ".join(Sort))
    copies = params.get("copies") or "together"
    if copies not in {"together", "all"}:
        raise ConfigurationError.of("copies", copies, "together or all")
    return Asked(
        text=text,
        size=_whole(params, "size", DEFAULT_SIZE, 1, MAX_SIZE),
        sort=Sort(sort) if sort else None,
        cursor=cursor,
        seen=_whole(params, "seen", 0, 0, MAX_SEEN),
        every_copy=copies == "all",
    )


def _whole(params: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = params.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise ConfigurationError.of(name, text[:40], f"a whole number from {least} to {most}")
    return int(text)


def sort_for(asked: Asked, query: Query) -> Sort:
    """Return the order to search in: as asked, else best first where there are words to be good at, else newest first."""
    return asked.sort or (Sort.RELEVANCE if has_words(query) else Sort.NEWEST)


def has_words(query: Query) -> bool:
    """Whether anything in the query can be matched better or worse; filters, dates and exclusions cannot."""
    if isinstance(query, And | Or):
        return any(has_words(part) for part in query.parts)
    return isinstance(query, Word | Phrase | Prefix) and not isinstance(query, Not)
