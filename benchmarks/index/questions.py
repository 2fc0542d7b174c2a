"""Eight kinds of question, each in many variants: what newsrooms ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from benchmarks.index.documents import vocabulary
from pipeline.index.parser import parse_query
from pipeline.index.query import FACETS, SearchRequest, Sort

NOW = datetime(2026, 11, 1, tzinfo=UTC)
VARIANTS = 40
_KNOWN = vocabulary()[20:20_000:97]  # frequent ones and rare ones


def _request(text: str, *, sort: Sort = Sort.RELEVANCE, facets: tuple[str, ...] = ()) -> SearchRequest:
    return SearchRequest(query=parse_query(text, now=NOW), sort=sort, facets=facets)


def _word(at: int) -> str:
    return _KNOWN[at % len(_KNOWN)]


KINDS: Mapping[str, Callable[[int], SearchRequest]] = {
    "one word": lambda at: _request(_word(at)),
    "three words": lambda at: _request(f"{_word(at)} {_word(at // 7)} {_word(at // 13)}"),
    "phrase": lambda at: _request(f'"{_word(at // 5)} {_word(at // 9)}"'),
    "prefix": lambda at: _request(f"{_word(at)[:4]}*"),
    "word and dates": lambda at: _request(f"{_word(at)} date:2026-0{1 + at % 9}"),
    "person, newest first": lambda at: _request(f'person:"Person {1 + at % 30}"', sort=Sort.NEWEST),
    "everything, newest first": lambda _: _request("", sort=Sort.NEWEST),
    "word with all facets": lambda at: _request(_word(at), facets=FACETS),
}


def fts5_of(request_kind: str, at: int) -> tuple[str, str] | None:
    """Return the MATCH text and the rest of the condition for SQLite FTS5; None where it has no such question."""
    return {
        "one word": (f'"{_word(at)}"', ""),
        "three words": (f'"{_word(at)}" "{_word(at // 7)}" "{_word(at // 13)}"', ""),
        "phrase": (f'"{_word(at // 5)} {_word(at // 9)}"', ""),
        "prefix": (f'"{_word(at)[:4]}"*', ""),
        "word and dates": (f'"{_word(at)}"', f"AND moment LIKE '2026-0{1 + at % 9}%'"),
    }.get(request_kind)
