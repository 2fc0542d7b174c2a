"""Searches in Elasticsearch: the body of a request, and the page in its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_cursors import ElasticCursor, read_elastic_cursor
from pipeline.index.elastic_mapping import as_it_was
from pipeline.index.elastic_query import MOMENT, clause_of
from pipeline.index.elastic_views import KEEP_ALIVE, Views
from pipeline.index.likeness import LIKELY, fused
from pipeline.index.query import Equals, Everything, FacetCount, Hit, Not, Query, SearchPage, SearchRequest, Sort, Word, of_latest
from pipeline.index.snippets import Highlighter
from pipeline.index.sought import scores
from pipeline.index.spelling import best_of
from pipeline.types import ArticleId

_ORDERS: Mapping[Sort, list[dict[str, str]]] = {
    Sort.NEWEST: [{MOMENT: "desc"}, {"article_id": "asc"}],
    Sort.RELEVANCE: [{"_score": "desc"}, {MOMENT: "desc"}, {"article_id": "asc"}],
}
STORY = "story_id"
_LIKE_CHARACTERS = 10_000
_LIKENESS = {"analyzer": "topics", "min_term_freq": 1, "min_doc_freq": 1, "max_query_terms": 25, "minimum_should_match": "20%"}
_SPELLING = {"suggest_mode": "always", "max_edits": 2, "prefix_length": 1, "min_word_length": 4, "size": 20}
_MOST_FELLOWS = 500
_CANDIDATES = 100  # vectors that each shard looks at, at least
_PORTION = 500  # documents in one answer, where all are read
_SHARD_VALUES = 1_000  # values each index may contribute to a facet: what makes the counts exact up to that many


class ElasticSearcher:
    """Answers searches through the alias. The client's errors are left to the caller."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._views = Views(client, alias)

    def page(self, request: SearchRequest) -> SearchPage:
        """Return one page. The order of hits is total: by score and then time, or by time, then by id."""
        sort = sort_of(request)
        cursor = read_elastic_cursor(request.cursor, sort) if request.cursor else None
        if cursor is not None and self._views.body(cursor.view) is None:
            cursor = replace(cursor, view=self._views.open())
        answer = self._search(search_body(request, cursor), cursor)
        page = page_of(request, answer, cursor)
        return replace(page, hits=self._with_fellows(request, page.hits)) if request.collapse and page.hits else page

    def count(self, query: Query) -> int:
        """Return how many documents match."""
        return int(self._client.count(index=self._alias, query=clause_of(of_latest(query))).body["count"])

    def similar(self, document: ArticleDocument, *, size: int) -> tuple[Hit, ...]:
        """Return the articles most like a document, of its language: by their words, and by their vectors where it has one."""
        hits = self._alike(document, size=LIKELY * size if document["vector"] else size)
        if not document["vector"]:
            return hits
        near = self._nearest(document, size=LIKELY * size)
        found = {hit.article_id: hit for hit in (*near, *hits)}
        ranked = fused([hit.article_id for hit in near], [hit.article_id for hit in hits])
        return tuple(replace(found[one], score=score) for one, score in ranked[:size])

    def _alike(self, document: ArticleDocument, *, size: int) -> tuple[Hit, ...]:
        like = {"title": document["title"], "body": document["body"][:_LIKE_CHARACTERS]}
        asked = {"more_like_this": {"fields": ["title", "body"], "like": [{"doc": like}], **_LIKENESS}}
        return self._likest({"query": {"bool": {"must": [asked], "filter": _others(document)}}}, size=size)

    def _nearest(self, document: ArticleDocument, *, size: int) -> tuple[Hit, ...]:
        """Return the articles whose vectors, by the same model, are nearest to a document's."""
        nearest = {"field": "search.vector", "query_vector": document["vector"], "k": size, "num_candidates": max(_CANDIDATES, 2 * size)}
        same = {"term": {"vector_model": document["vector_model"]}}
        return self._likest({"knn": {**nearest, "filter": [*_others(document), same]}}, size=size)

    def _likest(self, asked: Mapping[str, Any], *, size: int) -> tuple[Hit, ...]:
        answer = self._client.search(
            index=self._alias, **asked, size=size, sort=_ORDERS[Sort.RELEVANCE], allow_partial_search_results=False
        )
        highlighter = Highlighter(Everything())
        return tuple(_hit(each, Sort.RELEVANCE, highlighter) for each in answer.body["hits"]["hits"])

    def nearest(self, word: str) -> str | None:
        """Return the word of the index that an unknown folded word is most likely a slip of. Its first letter must be right."""
        if self.count(Word(text=word)):
            return None
        asked = {zone: {"text": word, "term": {"field": f"{zone}.exact", **_SPELLING}} for zone in ("title", "body")}
        answer = self._client.search(index=self._alias, size=0, suggest=asked).body["suggest"]
        options = (option for entries in answer.values() for entry in entries for option in entry["options"])
        return best_of(word, ((option["text"], option["freq"]) for option in options))

    def close(self) -> None:
        """Give back what the cluster keeps for us."""
        self._views.close_all()

    def _with_fellows(self, request: SearchRequest, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        """Name the other sources that tell each hit's story, of those articles that match."""
        stories = [hit.document["story_id"] for hit in hits]
        query = {"bool": {"must": [clause_of(of_latest(request.query))], "filter": [{"terms": {STORY: stories}}]}}
        sources = {"terms": {"field": "source", "size": _MOST_FELLOWS, "shard_size": _MOST_FELLOWS}}
        asked = {"stories": {"terms": {"field": STORY, "size": len(stories)}, "aggregations": {"sources": sources}}}
        answer = self._client.search(
            index=self._alias, query=query, size=0, aggregations=asked, track_total_hits=False, allow_partial_search_results=False
        )
        buckets = answer.body["aggregations"]["stories"]["buckets"]
        told = {story["key"]: [source["key"] for source in story["sources"]["buckets"]] for story in buckets}
        return tuple(replace(hit, also=tuple(sorted({*told.get(hit.document["story_id"], ())} - {hit.document["source"]}))) for hit in hits)

    def _search(self, body: dict[str, Any], cursor: ElasticCursor | None) -> Mapping[str, Any]:
        fair = "dfs_query_then_fetch" if "_score" in body["sort"][0] else None  # else a small index overrates its words
        view = self._views.body(cursor.view) if cursor else None
        if cursor is not None and view is not None:
            try:
                answer = self._client.search(**body, pit=view, search_type=fair).body
                self._views.renew(cursor.view, answer["pit_id"])
                return dict(answer)
            except NotFoundError:  # the view has expired, or its node was restarted
                self._views.close(cursor.view)
        return dict(self._client.search(index=self._alias, **body, search_type=fair).body)


def _others(document: ArticleDocument) -> list[dict[str, Any]]:
    """Return what the others must be: the latest revisions, of its language."""
    latest = clause_of(of_latest(Not(part=Equals(field="article_id", value=document["article_id"]))))
    return [latest, clause_of(Equals(field="language", value=document["language"].split("-")[0]))]


def every_hit(client: Elasticsearch, pattern: str) -> Iterator[Mapping[str, Any]]:
    """Yield every document of some indices as one point in time has them, by id."""
    view = client.open_point_in_time(index=pattern, keep_alive=KEEP_ALIVE).body["id"]
    after: dict[str, Any] = {}
    try:
        while True:
            pit = {"id": view, "keep_alive": KEEP_ALIVE}
            answer = client.search(pit=pit, size=_PORTION, sort=[{"article_id": "asc"}], track_total_hits=False, **after).body
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < _PORTION:
                return
            view, after = answer["pit_id"], {"search_after": hits[-1]["sort"]}
    finally:
        client.close_point_in_time(id=view)


def sort_of(request: SearchRequest) -> Sort:
    """Return the order of the hits; where nothing scores there is no best."""
    return Sort.RELEVANCE if request.sort is Sort.RELEVANCE and scores(request.query) else Sort.NEWEST


def search_body(request: SearchRequest, cursor: ElasticCursor | None) -> dict[str, Any]:
    """Return the arguments of a search. Pure."""
    body: dict[str, Any] = {
        "query": clause_of(of_latest(request.query)),
        "size": request.size + 1,  # one more tells whether there is a next page
        "sort": _ORDERS[sort_of(request)],
        "track_total_hits": True,
        "track_scores": False,
        "allow_partial_search_results": False,  # half an answer would look like a whole one
    }
    if request.collapse:  # the server cannot collapse and go on behind a hit, so it counts the stories before
        body |= {"collapse": {"field": STORY}, "from_": cursor.rank if cursor else 0}
    elif cursor is not None:
        body["search_after"] = cursor.after()
    if request.facets:
        body["aggregations"] = {facet: _aggregation(facet, request.facet_size) for facet in request.facets}
    return body


def _aggregation(facet: str, size: int) -> dict[str, Any]:
    if facet == "day":
        return {"date_histogram": {"field": "@timestamp", "calendar_interval": "day", "min_doc_count": 1, "order": {"_key": "desc"}}}
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": facet, "size": size, "shard_size": max(_SHARD_VALUES, 2 * size), "order": order}}


def page_of(request: SearchRequest, answer: Mapping[str, Any], cursor: ElasticCursor | None) -> SearchPage:
    """Return the page in the answer to `search_body`. Pure."""
    found = answer["hits"]["hits"]
    shown = found[: request.size]
    highlighter = Highlighter(request.query)
    more = len(found) > request.size
    return SearchPage(
        hits=tuple(_hit(each, sort_of(request), highlighter) for each in shown),
        total=int(answer["hits"]["total"]["value"]),
        facets={facet: _counts(facet, answer["aggregations"][facet], request.facet_size) for facet in request.facets},
        next_cursor=_cursor_behind(shown[-1], request, cursor).text() if more else None,
    )


def _cursor_behind(last: Mapping[str, Any], request: SearchRequest, cursor: ElasticCursor | None) -> ElasticCursor:
    sort = sort_of(request)
    score, moment, article_id = _sorted_by(last, sort)
    rank = (cursor.rank if cursor else 0) + request.size
    return ElasticCursor(sort=sort, moment=moment, article_id=article_id, score=score, rank=rank, view=cursor.view if cursor else "")


def _sorted_by(found: Mapping[str, Any], sort: Sort) -> tuple[float, int, str]:
    """Return the score, time and id a hit was sorted by. In a point in time the server adds a value of its own behind them."""
    values = found["sort"] if sort is Sort.RELEVANCE else [0.0, *found["sort"]]
    return float(values[0]), int(values[1]), str(values[2])


def _hit(found: Mapping[str, Any], sort: Sort, highlighter: Highlighter) -> Hit:
    document = as_it_was(found["_source"])
    return Hit(
        article_id=ArticleId(found["_id"]),
        score=_sorted_by(found, sort)[0],
        document=document,
        snippet=highlighter.body(document["body"], document["language"]),
        title=highlighter.title(document["title"], document["language"]),
    )


def _counts(facet: str, answer: Mapping[str, Any], size: int) -> tuple[FacetCount, ...]:
    key = "key_as_string" if facet == "day" else "key"
    counts = [FacetCount(value=str(bucket[key]), count=int(bucket["doc_count"])) for bucket in answer["buckets"]]
    return tuple(replace(count, value=count.value[:10]) for count in counts[:size]) if facet == "day" else tuple(counts[:size])
