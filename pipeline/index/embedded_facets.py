"""How many hits have which value, and who else tells a story: what the engine counts in its columns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from time import monotonic
from typing import Any

import tantivy

from pipeline.index.embedded_standing import LAGGING_SECONDS, Facets, Standing
from pipeline.index.query import FACETS, FacetCount, SearchRequest
from pipeline.index.requests import LARGEST_PAGE

BROAD = 50_000  # hits; of more than these, the many-valued facets are counted side by side, as far as there are cores
_MANY_VALUED = ("people", "organisations", "places")  # take far longer than all others together
_SEGMENT_VALUES = 20_000  # values a segment may contribute to a facet: what makes the counts exact up to that many
_MOST_SOURCES = 500  # of one story
_REMEMBERED = 100  # questions

Counted = tuple[float, Facets]  # when, by the monotonic clock


class FacetCounter:
    """Counts in one committed state of the search folder; remembers what it counted last. For several threads.

    Args:
        searcher: of that state.
        before: of the state before, whose numbers of broad questions stand for LAGGING_SECONDS: nobody sees the difference of a few
            among so many, and they would all be counted again after every commit.
        standing: what the writer counted of that state; of questions that are broad it is taken first.
    """

    def __init__(self, searcher: tantivy.Searcher, before: FacetCounter | None = None, standing: Standing | None = None) -> None:
        self._searcher = searcher
        self._standing = standing
        self._known: OrderedDict[object, Counted] = OrderedDict()
        self._older: dict[object, Counted] = before.recent() if before else {}
        self._lock = Lock()

    def recent(self) -> dict[object, Counted]:
        """Return what was counted within LAGGING_SECONDS, of this state or one before it."""
        since = monotonic() - LAGGING_SECONDS
        with self._lock:
            return {asked: counted for asked, counted in (self._older | self._known).items() if counted[0] > since}

    def facets(self, query: tantivy.Query, request: SearchRequest, *, total: int) -> Facets:
        """Return the values of each facet a request asks for with the number of hits that have them, as `SearchPage` promises.

        Args:
            query: the request's, translated.
            request: whose pages all have the same facets.
            total: how many hits it has.
        """
        if not request.facets:
            return {}
        if total > BROAD and self._standing and (standing := self._standing.facets(request)):
            return standing
        asked, now = (request.query, request.facets, request.facet_size), monotonic()
        with self._lock:
            counted = self._known.get(asked)
            if counted is None and total > BROAD:
                counted = self._older.get(asked)
        if counted is None or (asked not in self._known and now - counted[0] > LAGGING_SECONDS):
            counted = now, self._counted(query, request.facets, request.facet_size, apart=total > BROAD)
            with self._lock:
                self._known[asked] = counted
                if len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return dict(counted[1])

    def every_facet(self, query: tantivy.Query) -> Facets:
        """Return as many values of every facet as any request may ask for, in the thread that asks."""
        return self._counted(query, FACETS, LARGEST_PAGE, apart=False)

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

    def _counted(self, query: tantivy.Query, asked: Sequence[str], size: int, *, apart: bool) -> Facets:
        slow = [(facet,) for facet in asked if apart and facet in _MANY_VALUED]
        rest = tuple(facet for facet in asked if (facet,) not in slow)
        groups = [group for group in (*slow, rest) if group]

        def count(group: Sequence[str]) -> Mapping[str, Any]:
            answer: Mapping[str, Any] = self._searcher.aggregate(query, {facet: _aggregation(facet, size) for facet in group})
            return answer

        if len(groups) == 1:
            answers = [count(groups[0])]
        else:
            with ThreadPoolExecutor(len(groups)) as threads:  # the engine lets go of the interpreter while it counts
                answers = list(threads.map(count, groups))
        found = {facet: answer[facet] for group, answer in zip(groups, answers, strict=True) for facet in group}
        return {facet: _counts(facet, found[facet], size) for facet in asked}


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
