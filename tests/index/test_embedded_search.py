"""One snapshot of the search folder: order, pages, numbers, facets. What a match is, is in the contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index.embedded_documents import DocumentStore
from pipeline.index.embedded_folder import open_search_folder, search_folder
from pipeline.index.embedded_search import FoundPage, Snapshot
from pipeline.index.embedded_writer import SearchWriter
from pipeline.index.query import And, Everything, FacetCount, Not, Query, SearchRequest, Sort, Word
from tests.index.documents import document

OIL = Word(text="oil")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    """An empty store."""
    opened = DocumentStore(tmp_path / "documents.sqlite")
    opened.prepare()
    yield opened
    opened.close()


def snapshot(tmp_path: Path, store: DocumentStore, *documents: Any) -> Snapshot:
    """What a search sees once these are written."""
    store.save(documents)
    writer = SearchWriter(tmp_path, store)
    writer.drain()
    return Snapshot(open_search_folder(search_folder(tmp_path, store.counter("generation"))))


def at(minute: int, **fields: Any) -> Any:
    """A document of this minute, about oil."""
    return document(f"m{minute}", **({"title": "Oil", "@timestamp": f"2026-11-20T12:{minute:02}:00Z"} | fields))


def pages(found: Snapshot, query: Query, *, size: int, sort: Sort) -> list[FoundPage]:
    """Every page, one after the other."""
    seen: list[FoundPage] = []
    cursor = None
    while not seen or cursor:
        seen.append(found.page(SearchRequest(query=query, size=size, sort=sort, cursor=cursor)))
        cursor = seen[-1].next_cursor
    return seen


def names(found: list[FoundPage]) -> list[str]:
    """The ids on these pages, in order."""
    return [hit.article_id for page in found for hit in page.found]


def ids(*minutes: int) -> list[str]:
    """The ids of the documents of these minutes."""
    return [at(minute)["article_id"] for minute in minutes]


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("size", [1, 4, 5, 11])
def test_hits_of_one_score_are_paged_newest_first(tmp_path: Path, store: DocumentStore, sort: Sort, size: int) -> None:
    """The engine gives equal scores in any order; no hit is shown twice or left out, however the pages fall."""
    found = pages(snapshot(tmp_path, store, *map(at, (7, 1, 9, 3, 5, 0, 8, 2, 6, 4))), OIL, size=size, sort=sort)
    assert names(found) == ids(9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
    assert [page.total for page in found] == [10] * len(found)
    assert len(found) == -(-10 // size)


def test_the_best_come_before_the_newest(tmp_path: Path, store: DocumentStore) -> None:
    """Unless the newest are asked for; the score is told with the hit, and is 0 where nothing was weighed."""
    best = at(0, title="Oil, oil, oil", summary="oil")
    found = snapshot(tmp_path, store, best, at(1), at(2, title="Oil and a great many other words that nobody asked for"))
    ranked = pages(found, OIL, size=2, sort=Sort.RELEVANCE)
    assert names(ranked) == ids(0, 1, 2)
    scores = [hit.score for page in ranked for hit in page.found]
    assert scores == sorted(scores, reverse=True)
    assert scores[2] > 0
    newest = pages(found, OIL, size=2, sort=Sort.NEWEST)
    assert names(newest) == ids(2, 1, 0)
    assert {hit.score for page in newest for hit in page.found} == {0.0}


def test_what_scores_nothing_is_sorted_by_time(tmp_path: Path, store: DocumentStore) -> None:
    """And the cursor of such a page is one of the newest."""
    found = snapshot(tmp_path, store, at(1), at(3), at(2))
    page = found.page(SearchRequest(query=Not(part=Word(text="gas")), size=2))
    assert names([page]) == ids(3, 2)
    following = SearchRequest(query=Everything(), size=2, sort=Sort.NEWEST, cursor=page.next_cursor)
    assert names([found.page(following)]) == ids(1)
    with pytest.raises(ConfigurationError, match="cursor"):
        found.page(SearchRequest(query=OIL, size=2, cursor=page.next_cursor))


def test_a_page_of_newest_stays_exact_while_newer_ones_come(tmp_path: Path, store: DocumentStore) -> None:
    """The cursor is a place in time, not a number of hits."""
    first = snapshot(tmp_path, store, at(1), at(2), at(3)).page(SearchRequest(query=OIL, size=2, sort=Sort.NEWEST))
    later = snapshot(tmp_path, store, at(4), at(5))
    second = later.page(SearchRequest(query=OIL, size=2, sort=Sort.NEWEST, cursor=first.next_cursor))
    assert names([first, second]) == ids(3, 2, 1)
    assert (second.total, second.next_cursor) == (5, None)


def test_counts(tmp_path: Path, store: DocumentStore) -> None:
    """Of a query, whatever a page would show of it."""
    found = snapshot(tmp_path, store, at(1), at(2, title="Gas"), at(3, title="Oil and gas"))
    assert [found.count(query) for query in (OIL, Everything(), And(parts=(OIL, Word(text="gas"))), Word(text="coal"))] == [2, 3, 1, 0]


def test_facets_are_of_all_hits_and_only_of_them(tmp_path: Path, store: DocumentStore) -> None:
    """Those asked for, in the order asked; the most frequent first, then by name; not more than wanted."""
    sources = ["B", "A", "C", "C", "D"]
    documents = [at(minute, source=source) for minute, source in enumerate(sources)]
    found = snapshot(tmp_path, store, *documents, at(9, title="Gas", source="Z"))
    page = found.page(SearchRequest(query=OIL, size=1, facets=("source", "language"), facet_size=3))
    assert list(page.facets) == ["source", "language"]
    assert page.facets["source"] == (FacetCount(value="C", count=2), FacetCount(value="A", count=1), FacetCount(value="B", count=1))
    assert page.facets["language"] == (FacetCount(value="en", count=5),)
    assert found.page(SearchRequest(query=OIL)).facets == {}


def test_days_come_newest_first_and_empty_ones_not_at_all(tmp_path: Path, store: DocumentStore) -> None:
    """In UTC, days before 1970 too."""
    days = ["2026-11-20T23:59:59Z", "2026-11-22T00:00:00Z", "1969-12-31T12:00:00Z", "2026-11-20T00:00:00Z"]
    found = snapshot(tmp_path, store, *(at(minute, **{"@timestamp": day}) for minute, day in enumerate(days)))
    facet = found.page(SearchRequest(query=OIL, facets=("day",), facet_size=2)).facets["day"]
    assert facet == (FacetCount(value="2026-11-22", count=1), FacetCount(value="2026-11-20", count=2))
    whole = found.page(SearchRequest(query=OIL, facets=("day",))).facets["day"]
    assert whole[-1] == FacetCount(value="1969-12-31", count=1)


def test_what_is_alike_shares_rare_words(tmp_path: Path, store: DocumentStore) -> None:
    """The most of them first; in the lists of one stemmer, and of the latest revisions only."""
    old = at(4, title="Ferry strike", superseded_at="2026-11-21T00:00:00Z")
    found = snapshot(tmp_path, store, at(1, title="Ferry strikes"), at(2, title="Strike"), at(3, title="Grève", language="fr"), old)
    alike = [each.article_id for each in found.alike(["ferry", "strike", "greve"], "en", size=5)]
    assert alike == ids(1, 2)
    assert [each.article_id for each in found.alike(["greve"], "fr", size=5)] == ids(3)
    assert [each.article_id for each in found.alike(["ferry", "strike"], "en", size=1)] == ids(1)


def test_who_tells_a_story(tmp_path: Path, store: DocumentStore) -> None:
    """Of the articles that match; each story's own."""
    one, two = "1" * 32, "2" * 32
    found = snapshot(
        tmp_path, store, at(1, source="A", story_id=one), at(2, source="B", story_id=one), at(3, source="C", story_id=two),
        at(4, title="Gas", source="D", story_id=one),
    )  # fmt: skip
    assert found.sources(OIL, [one, two, "3" * 32]) == {one: {"A", "B"}, two: {"C"}, "3" * 32: frozenset()}
    assert found.sources(OIL, []) == {}
