"""The tree's words agree with the fields they ask and with what is written into the index."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from pipeline.index.document import ArticleDocument
from pipeline.index.embedded_schema import build_schema
from pipeline.index.fields import QUERY_FIELDS, TIMESTAMP
from pipeline.index.query import FACETS, And, Everything, Or, SearchPage, SearchRequest, Sort, Word


def test_a_request_asks_for_the_best_ten_and_no_facets() -> None:
    """What somebody who types a word is shown."""
    request = SearchRequest(query=Everything())
    assert (request.size, request.sort, request.cursor, request.facets) == (10, Sort.RELEVANCE, None, ())


def test_trees_are_compared_by_what_they_say() -> None:
    """And can be kept in sets, because nothing in them changes."""
    tree = And(parts=(Word(text="a"), Or(parts=(Word(text="b", field="title"), Everything()))))
    assert tree == And(parts=(Word(text="a"), Or(parts=(Word(text="b", field="title"), Everything()))))
    assert tree != And(parts=(Word(text="a"), Or(parts=(Word(text="b"), Everything()))))
    assert len({tree, tree, Word(text="a")}) == 2
    with pytest.raises(FrozenInstanceError):
        tree.parts = ()  # type: ignore[misc]


def test_the_sorts_begin_differently() -> None:
    """A cursor tells its sort by one letter."""
    assert len({sort.value[0] for sort in Sort}) == len(Sort)


def test_every_field_is_a_key_of_the_document() -> None:
    """A name that people may type leads to something that is written."""
    assert {field.key for field in QUERY_FIELDS} <= set(ArticleDocument.__annotations__)


def test_every_facet_can_be_asked_for_as_a_field() -> None:
    """A facet's value is clicked to narrow the search; a day narrows the time."""
    keys = {field.key for field in QUERY_FIELDS}
    assert [facet for facet in FACETS if facet != "day" and facet not in keys] == []
    assert TIMESTAMP in keys


def test_a_page_without_facets_shares_nothing_with_another() -> None:
    """Each has a dict of its own."""
    first, second = SearchPage(hits=(), total=0), SearchPage(hits=(), total=0)
    first.facets["day"] = ()
    assert second.facets == {}
    assert (second.next_cursor, second.milliseconds) == (None, 0.0)


@pytest.mark.parametrize("facet", FACETS)
def test_the_embedded_index_counts_each_facet(facet: str) -> None:
    """The engine's schema has a column for it: tantivy raises where there is none."""
    import tantivy

    index = tantivy.Index(build_schema())
    column = "day" if facet == "day" else f"facet_{facet}"
    counts = index.searcher().aggregate(tantivy.Query.all_query(), {"x": {"terms": {"field": column}}})
    assert counts["x"]["buckets"] == []
