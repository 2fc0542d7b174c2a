"""What newsrooms ask, each kind in many variants: words from frequent to rare, phrases and names that documents are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import numpy as np

from benchmarks.index.words import topics, vocabulary
from pipeline.index.parser import parse_query
from pipeline.index.query import FACETS, SearchRequest, Sort

NOW = datetime(2026, 11, 1, tzinfo=UTC)
VARIANTS = 40
SIMILAR = "similar articles"  # no search: asked by the id of an article
_MOST_FREQUENT, _RAREST = 60, 30_000  # ranks: what is more frequent is grammar, which nobody asks for alone
_RANKS: list[int] = np.exp(np.linspace(np.log(_MOST_FREQUENT), np.log(_RAREST), VARIANTS)).astype(int).tolist()
_MIXED: list[int] = np.random.default_rng(3).permutation(VARIANTS).tolist()


def _request(text: str, *, sort: Sort = Sort.RELEVANCE, page: bool = False, facet_size: int = 10) -> SearchRequest:
    """With `page`, all that the search page asks for: every facet, each story once."""
    query = parse_query(text, now=NOW)
    return SearchRequest(query=query, sort=sort, facets=FACETS if page else (), facet_size=facet_size, collapse=page)


def _word(at: int) -> str:
    return vocabulary()[_RANKS[_MIXED[at % VARIANTS]]]


def _topic(at: int) -> str:
    """The name of a topic, of the most written about and of others: two words that stand together in its stories."""
    return topics()[(at * at) % 4_000].name


def _month(at: int) -> str:
    return ("2025-11", "2025-12", "2026-01", "2026-02", "2026-03")[at % 5]


def _phrase(at: int) -> str:
    """Three of four are names; the fourth is of two frequent words, which often meet by chance."""
    return _topic(at) if at % 4 else f"{vocabulary()[30 + 7 * at]} {vocabulary()[40 + 3 * at]}"


KINDS: Mapping[str, Callable[[int], SearchRequest]] = {
    "one word": lambda at: _request(_word(at)),
    "three words": lambda at: _request(f"{_word(at)} {_topic(at)}"),
    "phrase": lambda at: _request(f'"{_phrase(at)}"'),
    "prefix": lambda at: _request(f"{_word(at)[: 3 + at % 4]}*"),
    "word and month": lambda at: _request(f"{_word(at)} date:{_month(at)}"),
    "words without, or": lambda at: _request(f"({_word(at)} OR {_word(at + 7)}) -{_word(at + 13)}"),
    "person, newest first": lambda at: _request(f'person:"Person {at * at}"', sort=Sort.NEWEST),
    "source and day, newest first": lambda at: _request(f'source:"Paper {at}" date:2026-02-{1 + at % 28:02}', sort=Sort.NEWEST),
    "everything, newest first": lambda _: _request("", sort=Sort.NEWEST),
    "word, as the page asks": lambda at: _request(_word(at), page=True),
    "topic, as the page asks": lambda at: _request(_topic(at), page=True),
    # No two alike: facets that were counted once would be remembered.
    "language or year, as the page asks": lambda at: _request(("language:en", "date:2026")[at % 2], page=True, facet_size=10 + at),
    "front page": lambda at: _request("", sort=Sort.NEWEST, page=True, facet_size=10 + at),
}


def fts5_of(kind: str, at: int) -> tuple[str, str] | None:
    """Return the MATCH text and the rest of the condition for SQLite FTS5; None where it has no such question."""
    return {
        "one word": (f'"{_word(at)}"', ""),
        "three words": (" ".join(f'"{word}"' for word in f"{_word(at)} {_topic(at)}".split()), ""),
        "phrase": (f'"{_phrase(at)}"', ""),
        "prefix": (f'"{_word(at)[: 3 + at % 4]}"*', ""),
        "word and month": (f'"{_word(at)}"', f"AND moment LIKE '{_month(at)}%'"),
        "words without, or": (f'("{_word(at)}" OR "{_word(at + 7)}") NOT "{_word(at + 13)}"', ""),
    }.get(kind)
