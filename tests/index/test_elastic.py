"""Elasticsearch against the fake that looks at every document: the same queries must find the same documents."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from pipeline.errors import ConfigurationError
from pipeline.index.elastic import ElasticIndex
from pipeline.index.parser import parse_query
from pipeline.index.query import FACETS, SearchRequest, Sort
from tests.fakes_index import InMemoryIndex
from tests.index.clusters import empty_elastic
from tests.index.questions import any_text, sensible_texts
from tests.index.test_embedded_parity import made_documents

pytestmark = pytest.mark.xdist_group("elasticsearch")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
Both = tuple[ElasticIndex, InMemoryIndex]


@pytest.fixture(scope="module")
def both(elasticsearch_url: str) -> Iterator[Both]:
    """The same documents in both."""
    elastic, fake = empty_elastic(elasticsearch_url, "test-parity"), InMemoryIndex()
    made = [
        each | {"language": each["language"].replace("de", "und")} for each in made_documents(90)
    ]  # German stemmers differ over "market"
    for index in (elastic, fake):
        index.upsert(made)
        index.refresh()
    yield elastic, fake
    elastic.close()


@settings(max_examples=150)
@given(text=sensible_texts())
def test_the_same_documents_are_found(both: Both, text: str) -> None:
    """A hundred and fifty questions."""
    query = parse_query(text, now=NOW)
    elastic, fake = both
    expected = {hit.article_id for hit in fake.search(SearchRequest(query=query, size=1000)).hits}
    page = elastic.search(SearchRequest(query=query, size=1000, sort=Sort.NEWEST))
    assert {hit.article_id for hit in page.hits} == expected
    assert page.total == len(expected)


@settings(max_examples=100)
@given(text=any_text())
def test_no_text_breaks_the_search(both: Both, text: str) -> None:
    """Whatever is typed and understood is answered."""
    try:
        query = parse_query(text, now=NOW)
    except ConfigurationError:
        return
    assert both[0].search(SearchRequest(query=query, facets=FACETS, size=1)).total >= 0


@settings(max_examples=30)
@given(text=sensible_texts())
def test_the_same_facets_are_counted(both: Both, text: str) -> None:
    """Value by value."""
    request = SearchRequest(query=parse_query(text, now=NOW), facets=("day", "people", "language", "source"), facet_size=50)
    assert both[0].search(request).facets == both[1].search(request).facets
