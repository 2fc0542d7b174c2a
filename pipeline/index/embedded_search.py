"""Answers a search from one snapshot of the search folder: hits, their number, facets, and where the next page begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import tantivy

from pipeline.index.cursors import Cursor, read_cursor
from pipeline.index.embedded_facets import FacetCounter
from pipeline.index.embedded_query import Translator
from pipeline.index.embedded_schema import story_number
from pipeline.index.embedded_standing import Facets, Standing
from pipeline.index.query import And, Equals, Or, Query, SearchRequest, Sort, Word
from pipeline.index.sought import scores
from pipeline.index.spelling import best_of
from pipeline.types import ArticleId

_MOST_WORDS = 20_000  # of one beginning, the most frequent first


@dataclass(frozen=True, slots=True)
class Found:
    """One hit before its document is looked up."""

    article_id: ArticleId
    score: float
    order: int


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What a snapshot knows of a page of hits."""

    found: tuple[Found, ...]
    total: int
    facets: Facets
    next_cursor: str | None


class Snapshot:
    """One committed state of the search folder. Cheap; thrown away when a newer one is there, which is told of the one before."""

    def __init__(self, index: tantivy.Index, before: Snapshot | None = None, standing: Standing | None = None) -> None:
        self._searcher = index.searcher()
        self._schema = index.schema
        groups = [group for group, _ in self._searcher.terms_with_prefix("group", "")]
        self._translator = Translator(self._schema, groups)
        self._counter: FacetCounter = FacetCounter(self._searcher, before._counter if before else None, standing)

    @property
    def documents(self) -> int:
        """How many there are, earlier revisions too."""
        return int(self._searcher.num_docs)

    def every_facet(self, query: Query) -> Facets:
        """Return as many values of every facet as any request may ask for, counted anew."""
        return self._counter.every_facet(self._translator.whole(query))

    def count(self, query: Query) -> int:
        """Return how many documents match."""
        return self._total(self._translator.whole(query))

    def nearest(self, word: str) -> str | None:
        """Return the word of the index that an unknown folded word is most likely a slip of. Its first two letters must be right:
        these alone are looked through.
        """
        if self.count(Word(text=word)):
            return None
        candidates = (pair for zone in ("title", "body") for pair in self._searcher.terms_with_prefix(zone, word[:2], limit=_MOST_WORDS))
        return best_of(word, candidates)

    def page(self, request: SearchRequest) -> FoundPage:
        """Return one page. The order of hits is total: by score and then time, or by time, then by a hash of the id."""
        query = self._translator.whole(request.query)
        sort = Sort.RELEVANCE if request.sort is Sort.RELEVANCE and scores(request.query) else Sort.NEWEST
        cursor = read_cursor(request.cursor, sort) if request.cursor else None
        found, total = self._found(query, request, sort, cursor)
        shown = tuple(found[: request.size])
        more = len(found) > request.size
        rank = (cursor.rank if cursor else 0) + len(shown)
        next_cursor = Cursor(sort, shown[-1].order, shown[-1].score, rank).text() if more else None
        return FoundPage(shown, total, self._counter.facets(query, request, total=total), next_cursor)

    def sources(self, query: Query, stories: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return of each of these stories who tells it in an article that matches."""
        if not stories:
            return {}
        told = Or(parts=tuple(Equals(field="story_id", value=story) for story in stories))
        numbers = {story: story_number(story) for story in stories}
        found = self._counter.sources(self._translator.whole(And(parts=(query, told))), list(numbers.values()))
        return {story: found[number] for story, number in numbers.items()}

    def alike(self, words: Sequence[str], group: str | None, *, size: int) -> list[Found]:
        """Return the articles that have most of these words, the rarer the better; see `Translator.any_of`. No more is counted
        than is returned, so that the engine may pass over what cannot be among them.
        """
        hits = self._searcher.search(self._translator.any_of(words, group), size, count=False).hits
        return [Found(self._id(address), score, 0) for score, address in hits]

    def _found(self, query: tantivy.Query, request: SearchRequest, sort: Sort, cursor: Cursor | None) -> tuple[list[Found], int]:
        if request.collapse:
            return self._collapsed(query, request.size + 1, sort, cursor)
        return self._newest(query, request.size + 1, cursor) if sort is Sort.NEWEST else self._best(query, request.size + 1, cursor)

    def _collapsed(self, query: tantivy.Query, size: int, sort: Sort, cursor: Cursor | None) -> tuple[list[Found], int]:
        """The first hit of each story. Which stories were on earlier pages only the hits before tell, so they are read again."""
        behind = _place(sort, cursor.score, cursor.order) if cursor else None
        limit = 3 * ((cursor.rank if cursor else 0) + size)
        by_time = sort is Sort.NEWEST
        while True:
            result = self._searcher.search(query, limit, count=True, order_by_field="order" if by_time else None)
            addresses = [address for _, address in result.hits]
            orders = [int(order or 0) for order in self._searcher.fast_field_values("order", addresses)]
            stories = self._searcher.fast_field_values("story", addresses)
            scores = [0.0 if by_time else score for score, _ in result.hits]
            ranked = sorted((_place(sort, scores[at], orders[at]), at) for at in range(len(addresses)))
            first: dict[object, tuple[tuple[float, int], int]] = {}
            for each in ranked:
                first.setdefault(stories[each[1]], each)
            page = [each for each in first.values() if behind is None or each[0] > behind][:size]
            if len(addresses) < limit or (len(page) == size and page[-1][0][0] < ranked[-1][0][0]):
                return [Found(self._id(addresses[at]), scores[at], orders[at]) for _, at in page], _count_of(result)
            limit *= 4

    def _total(self, query: tantivy.Query) -> int:
        """Ordered by a column, no scores are worked out."""
        return _count_of(self._searcher.search(query, 1, count=True, order_by_field="order"))

    def _newest(self, query: tantivy.Query, size: int, cursor: Cursor | None) -> tuple[list[Found], int]:
        total = None if cursor is None else self._total(query)
        if cursor is not None:
            older = tantivy.Query.range_query(
                self._schema, "order", tantivy.FieldType.Unsigned, 0, cursor.order, include_lower=True, include_upper=False
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, older)])
        result = self._searcher.search(query, size, count=cursor is None, order_by_field="order")
        return [Found(self._id(address), 0.0, order) for order, address in result.hits], _count_of(result) if total is None else total

    def _best(self, query: tantivy.Query, size: int, cursor: Cursor | None) -> tuple[list[Found], int]:
        """The engine cannot start behind a score, so the hits before are fetched again, without their documents.

        Hits of one score come in any order from the engine: enough are fetched that all of the page's last score are here.
        """
        behind = (-cursor.score, -cursor.order) if cursor else (float("-inf"), 0)
        limit = (cursor.rank if cursor else 0) + size + 1
        while True:
            result = self._searcher.search(query, limit, count=True)
            orders = self._searcher.fast_field_values("order", [address for _, address in result.hits])
            ranked = sorted((-score, -(order or 0), at) for at, ((score, _), order) in enumerate(zip(result.hits, orders, strict=True)))
            page = [each for each in ranked if each[:2] > behind][:size]
            complete = len(result.hits) < limit or (len(page) == size and page[-1][0] < ranked[-1][0])
            if complete:
                found = [Found(self._id(result.hits[at][1]), -score, -int(order)) for score, order, at in page]
                return found, _count_of(result)
            limit *= 2

    def _id(self, address: tantivy.DocAddress) -> ArticleId:
        return ArticleId(str(self._searcher.doc(address).get_first("id")))


def _place(sort: Sort, score: float, order: int) -> tuple[float, int]:
    """Return what hits are sorted by: smaller comes first. By time the order alone decides, in both."""
    return (-order, -order) if sort is Sort.NEWEST else (-score, -order)


def _count_of(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # there, but missing from the stub of 0.27
