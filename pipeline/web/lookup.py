"""A search from the asker's parameters to the page of hits, for people and programs alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi import HTTPException

from pipeline.errors import ConfigurationError
from pipeline.index.query import FACETS, Query, SearchPage, SearchRequest, Sort
from pipeline.web.asking import Asked, read_asked, sort_for
from pipeline.web.front import Front
from pipeline.web.query_text import loosened
from pipeline.web.search_view import Suggestion

FACET_SIZE = 31
MOST_SUGGESTIONS = 4


class Misasked(HTTPException):
    """What was asked cannot be answered, and the asker can mend it: 400, with the reason as detail."""

    def __init__(self, reason: str) -> None:
        super().__init__(status_code=400, detail=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was asked, how it was understood, and the answer."""

    asked: Asked
    query: Query
    sort: Sort
    page: SearchPage


def look_up(front: Front, params: Mapping[str, str]) -> Found:
    """Search. Raises `Misasked` for a wrong query or parameter and, where the index does not answer, what it raises."""
    with _blaming_the_asker():
        asked = read_asked(params)
        query = front.parse(asked.text)
    index = front.index()  # outside: a wrong configuration here is the operator's
    sort = sort_for(asked, query)
    request = SearchRequest(
        query=query,
        size=asked.size,
        sort=sort,
        cursor=asked.cursor,
        facets=FACETS,
        facet_size=FACET_SIZE,
        collapse=not asked.every_copy,
    )
    with _blaming_the_asker():
        page = index.search(request)
    return Found(asked=asked, query=query, sort=sort, page=page)


def suggestions(front: Front, text: str) -> tuple[Suggestion, ...]:
    """Return wider queries that do find something, with how much."""
    index = front.index()
    wider = []
    for change, query in loosened(text)[:MOST_SUGGESTIONS]:
        try:
            count = index.count(front.parse(query))
        except ConfigurationError:
            continue  # cut at a seam the language does not have
        if count:
            wider.append(Suggestion(change=change, query=query, count=count))
    return tuple(wider)


@contextmanager
def _blaming_the_asker() -> Iterator[None]:
    try:
        yield
    except ConfigurationError as error:
        raise Misasked(str(error)) from error
