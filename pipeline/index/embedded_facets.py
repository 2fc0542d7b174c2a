"""How many hits have which value, and who else tells a story: what the engine counts in its columns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import tantivy

from pipeline.index.embedded_schema import key_term
from pipeline.index.query import FacetCount, SearchRequest

BROAD = 100_000  # hits; of more than these, the many-valued facets are counted for the likeliest values alone
_MANY_VALUED = frozenset({"people", "organisations", "places"})  # all others have few values, and are counted in no time
_CLOSE_CALLS = 5  # values more than asked for that are counted
_SEGMENT_VALUES = 20_000  # values a segment may contribute to a facet: what makes the counts exact up to that many
_MOST_SOURCES = 500  # of one story
_REMEMBERED = 100  # questions

Facets = dict[str, tuple[FacetCount, ...]]


class FacetCounter:
    """Counts in one committed state of the search folder; remembers what it counted last. For several threads."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._searcher = searcher
        self._schema = schema
        self._known: OrderedDict[object, Facets] = OrderedDict()
        self._lock = Lock()

    def facets(self, query: tantivy.Query, request: SearchRequest, *, broad: bool) -> Facets:
        """Return the values of each facet a request asks for with the number of hits that have them, as `SearchPage` promises.

        Args:
            query: the request's, translated.
            request: whose pages all have the same facets.
            broad: which values of the many-valued facets are shown may be told from a sixteenth of the hits. The numbers are exact
                all the same, and where two values are nearly as frequent, either may be left out.
        """
        asked = request.query, request.facets, request.facet_size
        with self._lock:
            known = self._known.get(asked)
        if known is None:
            known = self._counted(query, request.facets, request.facet_size, broad=broad) if request.facets else {}
            with self._lock:
                self._known[asked] = known
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return dict(known)

    def sources(self, query: tantivy.Query, stories: Sequence[int]) -> dict[int, frozenset[str]]:
        """Return who tells each of these stories in an article that matches.

        Args:
            query: what matches, of these stories alone: all that it finds is looked at.
            stories: their numbers in the column `story`.
        """
        by_source = {"by": {"terms": {"field": "facet_source", "size": _MOST_SOURCES}}}
        answer = self._searcher.aggregate(query, {"stories": {"terms": {"field": "story", "size": len(stories)}, "aggs": by_source}})
        found = {int(bucket["key"]): bucket["by"]["buckets"] for bucket in answer["stories"]["buckets"]}
        return {story: frozenset(str(bucket["key"]) for bucket in found.get(story, ())) for story in stories}

    def _counted(self, query: tantivy.Query, asked: Sequence[str], size: int, *, broad: bool) -> Facets:
        guessed = [facet for facet in asked if broad and facet in _MANY_VALUED]
        counted = {facet: _aggregation(facet, size) for facet in asked if facet not in guessed}
        answer = dict(self._searcher.aggregate(query, counted)) if counted else {}
        if guessed:
            lot = _both(query, tantivy.Query.term_query(self._schema, "keys", key_term("lot", "0"), "basic"))
            sample = self._searcher.aggregate(lot, {facet: _aggregation(facet, size) for facet in guessed})
            answer |= {facet: self._recounted(query, facet, sample[facet]["buckets"][: size + _CLOSE_CALLS]) for facet in guessed}
        return {facet: _counts(facet, answer[facet], size) for facet in asked}

    def _recounted(self, query: tantivy.Query, facet: str, likely: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Count each value by itself: the few who have it, among the many who match."""
        buckets = []
        for bucket in likely:
            those = _both(query, tantivy.Query.term_query(self._schema, f"facet_{facet}", bucket["key"], "basic"))
            result = self._searcher.search(those, 1, count=True, order_by_field="order")
            buckets.append({"key": bucket["key"], "doc_count": result.count})  # type: ignore[attr-defined]  # not in the stub of 0.27
        return {"buckets": buckets}


def _both(one: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, one), (tantivy.Occur.Must, other)])


def _recounted(
    searcher: tantivy.Searcher, schema: tantivy.Schema, query: tantivy.Query, facet: str, likely: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Count each value by itself: the few who have it, among the many who match."""
    buckets = []
    for bucket in likely:
        those = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, f"facet_{facet}", bucket["key"], "basic"), 0.0)
        result = searcher.search(_both(query, those), 1, count=True, order_by_field="order")
        buckets.append({"key": bucket["key"], "doc_count": result.count})  # type: ignore[attr-defined]  # missing from the stub of 0.27
    return {"buckets": buckets}


def _aggregation(facet: str, size: int) -> Mapping[str, Any]:
    if facet == "day":
        return {"date_histogram": {"field": "day", "fixed_interval": "1d", "min_doc_count": 1}}
    return {"terms": {"field": f"facet_{facet}", "size": 2 * size + 10, "segment_size": max(_SEGMENT_VALUES, 2 * size + 10)}}


def _counts(facet: str, answer: Mapping[str, Any], size: int) -> tuple[FacetCount, ...]:
    buckets: Sequence[Mapping[str, Any]] = answer["buckets"]
    if facet == "day":
        days = [FacetCount(value=str(bucket["key_as_string"])[:10], count=int(bucket["doc_count"])) for bucket in buckets]
        return tuple(sorted(days, key=lambda day: day.value, reverse=True)[:size])
    values = [FacetCount(value=str(bucket["key"]), count=int(bucket["doc_count"])) for bucket in buckets]
    return tuple(sorted(values, key=lambda value: (-value.count, value.value))[:size])
