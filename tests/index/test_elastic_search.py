from __future__ import annotations

from typing import Any

from pipeline.index.elastic_cursors import ElasticCursor, read_elastic_cursor
from pipeline.index.elastic_mapping import stored
from pipeline.index.elastic_search import page_of, search_body, sort_of
from pipeline.index.query import Everything, FacetCount, SearchRequest, Sort, Word
from tests.index.documents import document

CURSOR = ElasticCursor(sort=Sort.NEWEST, moment=7, article_id="a", rank=20)


def answer(*sorts: list[Any], facets: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the server says."""
    hits = [{"_id": document(f"{at}")["article_id"], "_source": stored(document(f"{at}")), "sort": sort} for at, sort in enumerate(sorts)]
    return {"hits": {"total": {"value": 9}, "hits": hits}, "aggregations": facets or {}}


def test_the_body_asks_for_one_hit_more() -> None:
    """Which tells whether there is a next page; and never for half an answer."""
    body = search_body(SearchRequest(query=Everything(), size=10), None)
    assert body["size"] == 11
    assert body["track_total_hits"] is True
    assert body["allow_partial_search_results"] is False
    assert "search_after" not in body


def test_pages_go_on_behind_a_hit_and_collapsed_ones_behind_a_number() -> None:
    """The server can only do the one or the other."""
    assert search_body(SearchRequest(query=Everything()), CURSOR)["search_after"] == [7, "a"]
    collapsed = search_body(SearchRequest(query=Everything(), collapse=True), CURSOR)
    assert (collapsed["from_"], collapsed["collapse"]) == (20, {"field": "story_id"})
    assert "search_after" not in collapsed


def test_where_nothing_scores_there_is_no_best() -> None:
    """Then the newest come first."""
    assert sort_of(SearchRequest(query=Everything())) is Sort.NEWEST
    assert sort_of(SearchRequest(query=Word(text="oil"))) is Sort.RELEVANCE
    assert sort_of(SearchRequest(query=Word(text="oil"), sort=Sort.NEWEST)) is Sort.NEWEST


def test_the_page_of_an_answer() -> None:
    """Documents as they were, and a cursor behind the last hit shown; in a point in time the server adds a value."""
    request = SearchRequest(query=Word(text="quiet"), size=2)
    page = page_of(request, answer([2.5, 30, "c", 1], [1.5, 20, "b", 2], [0.5, 10, "a", 3]), None)
    assert [hit.score for hit in page.hits] == [2.5, 1.5]
    assert page.hits[0].document == document("0")
    assert page.total == 9
    assert page.next_cursor is not None
    assert read_elastic_cursor(page.next_cursor, Sort.RELEVANCE).after() == [1.5, 20, "b"]
    assert page_of(request, answer([2.5, 30, "c"]), None).next_cursor is None


def test_facets_of_an_answer() -> None:
    """Days lose their time of day."""
    days = {"day": {"buckets": [{"key": 1, "key_as_string": "2026-11-20T00:00:00.000Z", "doc_count": 3}]}}
    page = page_of(SearchRequest(query=Everything(), facets=("day",)), answer(facets=days), None)
    assert page.facets == {"day": (FacetCount(value="2026-11-20", count=3),)}
