"""All that a query finds, as lines: JSON for programs, CSV for spreadsheets. Of one point in time from the second page on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from pipeline.index.document import ArticleDocument
from pipeline.index.query import Query, SearchRequest, Sort

if TYPE_CHECKING:
    from pipeline.ports import ArticleIndex

PAGE = 200  # documents in memory at once
CSV_COLUMNS: tuple[str, ...] = (
    "article_id", "@timestamp", "source", "country", "language", "title", "authors", "agency", "section", "url", "people", "organisations",
    "places", "keywords", "story_id", "copy_of", "revision", "words", "summary", "body",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run what begins so


def found_documents(index: ArticleIndex, query: Query) -> Iterator[ArticleDocument]:
    """Yield every document the query finds, newest first, page by page."""
    cursor: str | None = None
    while True:
        page = index.search(SearchRequest(query=query, size=PAGE, sort=Sort.NEWEST, cursor=cursor))
        yield from (hit.document for hit in page.hits)
        cursor = page.next_cursor
        if cursor is None:
            return


def json_lines(documents: Iterator[ArticleDocument]) -> Iterator[str]:
    """Yield each document as one line of JSON, its break included."""
    for document in documents:
        yield msgspec.json.encode(document).decode() + "\n"


def csv_lines(documents: Iterator[ArticleDocument]) -> Iterator[str]:
    """Yield a head and a row for each document (RFC 4180); of lists, the values with a semicolon between them."""
    yield _row(CSV_COLUMNS)
    for document in documents:
        yield _row([_cell(document[column]) for column in CSV_COLUMNS])  # type: ignore[literal-required]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _cell(value: object) -> str:
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


FORMATS: dict[str, Callable[[Iterator[ArticleDocument]], Iterator[str]]] = {"jsonl": json_lines, "csv": csv_lines}
