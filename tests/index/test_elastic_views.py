"""Points in time on a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.index import elastic_views
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_views import Views
from pipeline.index.query import Everything, SearchRequest, Sort
from tests.index.clusters import empty_elastic
from tests.index.documents import document

pytestmark = pytest.mark.xdist_group("elasticsearch")
ALIAS = "test-views"


@pytest.fixture
def index(elasticsearch_url: str) -> Iterator[ElasticIndex]:
    """Six documents."""
    opened = empty_elastic(elasticsearch_url, ALIAS)
    opened.upsert([document(f"{at}", title="oil") for at in range(6)])
    opened.refresh()
    yield opened
    opened.close()


@pytest.fixture
def views(index: ElasticIndex, elasticsearch_url: str) -> Iterator[Views]:
    """The points in time of that index."""
    with Elasticsearch([elasticsearch_url]) as client:
        opened = Views(client, ALIAS)
        yield opened
        opened.close_all()


def test_a_view_has_a_short_name(views: Views) -> None:
    """And is forgotten when it is closed; an unknown one is none."""
    name = views.open()
    assert len(name) <= 12
    assert views.body(name)
    views.close(name)
    assert views.body(name) is None
    views.close("nobody")
    assert views.body("") is None


def test_the_oldest_view_goes_first(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one used longest ago, that is."""
    monkeypatch.setattr(elastic_views, "_MOST_VIEWS", 2)
    first, second = views.open(), views.open()
    assert views.body(first)
    third = views.open()
    assert [views.body(name) is not None for name in (first, second, third)] == [True, False, True]


def paged(index: ElasticIndex, *, after_each: object = None) -> list[str]:
    """The ids of all pages of two."""
    seen: list[str] = []
    cursor = None
    while True:
        page = index.search(SearchRequest(query=Everything(), size=2, sort=Sort.NEWEST, cursor=cursor))
        seen += [hit.article_id for hit in page.hits]
        cursor = page.next_cursor
        if cursor is None:
            return seen
        if callable(after_each):
            after_each(len(seen))


def test_pages_are_of_one_moment(index: ElasticIndex) -> None:
    """From the second page on, what is deleted or added meanwhile makes no difference."""
    known = sorted(document(f"{at}")["article_id"] for at in range(6))

    def change(seen: int) -> None:
        if seen == 4:
            index.upsert([document(f"new{at}", **{"@timestamp": "2026-11-19T00:00:00Z"}) for at in range(3)])
            index.delete([each["article_id"] for each in map(document, "012345")])  # type: ignore[misc]

    assert sorted(paged(index, after_each=change)) == known


def test_pages_go_on_where_the_view_is_lost(index: ElasticIndex, elasticsearch_url: str) -> None:
    """It has expired, or another process asks: then they go on behind the last hit."""

    def expire(_: int) -> None:
        with Elasticsearch([elasticsearch_url]) as client:
            views = index._opened()[2]._views
            for view in list(views._open.values()):
                client.close_point_in_time(id=view)

    assert len(set(paged(index, after_each=expire))) == 6
