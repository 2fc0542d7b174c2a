"""The search index that needs no server: documents in SQLite, search by tantivy, both below one folder.

SQLite is the truth and is written first; the search folder is derived from it, brought up to date by whichever process gets
the writer's lock, and rebuilt whenever it is missing, damaged or of another version.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import RLock

import tantivy

from pipeline.errors import RetryableError
from pipeline.index.document import ArticleDocument
from pipeline.index.embedded_documents import DocumentStore
from pipeline.index.embedded_folder import DOCUMENTS, engine_errors, make_folder, open_search_folder, search_folder, state_of
from pipeline.index.embedded_places import beside, finish_placing, is_begun, put_in_place, remove_others
from pipeline.index.embedded_search import Found, Snapshot
from pipeline.index.embedded_standing import Standing
from pipeline.index.embedded_writer import SearchWriter
from pipeline.index.likeness import LIKELY, fused, like_query, telling_words
from pipeline.index.query import Everything, Hit, Query, SearchPage, SearchRequest
from pipeline.index.refusal import refusal
from pipeline.index.requests import check_request
from pipeline.index.snippets import Highlighter
from pipeline.index.spelling import put_right
from pipeline.index.stemming import stem_group
from pipeline.types import ArticleId

BULK = 500  # documents in one transaction
DRAIN_EVERY = 50_000  # documents of one upsert between two drains
REFRESH_SECONDS = 600.0


class EmbeddedIndex:
    """`ArticleIndex` below a folder. For several threads and processes at once; opens nothing before it is first used.

    A document with `noindex` is kept and can be got, but is never found or counted. A document older than the stored one
    changes nothing and counts as taken: the newer one is there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store = DocumentStore(path / DOCUMENTS)
        self._writer = SearchWriter(path, self._store)
        self._lock = RLock()
        self._ready = False
        self._index: tantivy.Index | None = None
        self._snapshot: Snapshot | None = None
        self._seen: tuple[int, int, int] = (0, 0, 0)  # generation, inode and time of what the snapshot is of

    def prepare(self) -> None:
        with self._lock:
            finish_placing(self._path)
            make_folder(self._path)
            self._store.prepare()
            self._writer.repair()
            self._ready = True
        self._writer.drain(wait_seconds=0)

    def upsert(self, documents: Iterable[ArticleDocument]) -> Mapping[ArticleId, str]:
        self._ensure()
        refused: dict[ArticleId, str] = {}
        for number, bulk in enumerate(_bulks(documents), 1):
            reasons = {at: reason for at, document in enumerate(bulk) if (reason := refusal(document))}
            refused |= {ArticleId(str(bulk[at].get("article_id"))): reason for at, reason in reasons.items()}
            sound = [document for at, document in enumerate(bulk) if at not in reasons]
            self._store.save(sound)
            for new in self._also_building():
                new.upsert(sound)
            if number % (DRAIN_EVERY // BULK) == 0:
                self._writer.drain()
        self._writer.drain()
        return refused

    def delete(self, article_ids: Sequence[ArticleId]) -> None:
        self._ensure()
        self._store.delete(article_ids)
        for new in self._also_building():
            new.delete(article_ids)
        self._writer.drain()

    def get(self, article_id: ArticleId) -> ArticleDocument | None:
        self._ensure()
        return self._store.get([article_id]).get(article_id)

    def search(self, request: SearchRequest) -> SearchPage:
        began = time.perf_counter()
        check_request(request)
        with engine_errors(self._path):
            page = self._current().page(request)
        hits = self._hits(request, page.found)
        milliseconds = (time.perf_counter() - began) * 1000
        return SearchPage(hits=hits, total=page.total, facets=page.facets, next_cursor=page.next_cursor, milliseconds=milliseconds)

    def count(self, query: Query | None = None) -> int:
        with engine_errors(self._path):
            return self._current().count(query or Everything())

    def similar(self, article_id: ArticleId, *, size: int = 10) -> tuple[Hit, ...]:
        document = self.get(article_id)
        if document is None:
            return ()
        near = self._store.nearest(document, size=LIKELY * size)
        if not near:
            return self._alike(document, size)
        ranked = fused(near, [hit.article_id for hit in self._alike(document, LIKELY * size)])
        return self._hits(SearchRequest(query=Everything(), size=size), [Found(one, score, 0) for one, score in ranked[:size]])

    def _alike(self, document: ArticleDocument, size: int) -> tuple[Hit, ...]:
        """Return the articles that share the most telling words of a document."""
        query = like_query(document)
        if query is None:
            return ()
        with engine_errors(self._path):
            asked = LIKELY * size
            likely = self._current().alike(telling_words(document), stem_group(document["language"]), size=asked)
        others = self._store.get([each.article_id for each in likely])
        language = document["language"].split("-")[0]
        found = [each for each in likely if each.article_id != document["article_id"] and _is_in(others.get(each.article_id), language)]
        request = SearchRequest(query=query, size=size)
        if len(found) < size and len(likely) == asked:  # too many of another language that shares its words
            return self.search(request).hits
        return self._hits(request, found[:size])

    def did_you_mean(self, query: Query) -> Query | None:
        with engine_errors(self._path):
            return put_right(query, self._current().nearest)

    def refresh(self) -> None:
        self._ensure()
        self._writer.wait(seconds=REFRESH_SECONDS)

    def close(self) -> None:
        with self._lock:
            self._index = self._snapshot = None
            self._seen = (0, 0, 0)
            self._ready = False
            self._store.close()

    def documents(self) -> Iterator[ArticleDocument]:
        self._ensure()
        return self._store.every()

    def building(self) -> EmbeddedIndex | None:
        return EmbeddedIndex(beside(self._path)) if is_begun(self._path) else None

    def begin_building(self) -> EmbeddedIndex:
        self._ensure()
        new = EmbeddedIndex(beside(self._path))
        new.prepare()
        return new

    def promote(self) -> None:
        with self._lock:
            self.close()
            put_in_place(self._path)
            self.prepare()

    def drop(self) -> tuple[str, ...]:
        return remove_others(self._path)

    def _also_building(self) -> Iterator[EmbeddedIndex]:
        """Yield the index beside this one, while there is one: what is written goes to both."""
        if (new := self.building()) is not None:
            try:
                yield new
            finally:
                new.close()

    def _ensure(self) -> None:
        with self._lock:
            if self._ready and self._store.was_replaced():  # another process has put a new index in its place
                self.close()
            if not self._ready:
                self.prepare()

    def _current(self) -> Snapshot:
        """Return a snapshot of the newest commit, whichever process made it: one `stat` tells whether there is one."""
        self._ensure()
        with self._lock:
            while True:
                generation = self._store.counter("generation")
                try:
                    return self._snapshot_of(generation)
                except RetryableError:
                    if generation == self._store.counter("generation"):  # else it was rebuilt under our eyes
                        raise

    def _snapshot_of(self, generation: int) -> Snapshot:
        folder = search_folder(self._path, generation)
        state = state_of(folder)
        if self._snapshot is None or (generation, *state) != self._seen:
            if self._index is None or generation != self._seen[0]:
                self._index = open_search_folder(folder)
            with engine_errors(folder):
                self._index.reload()
                self._snapshot = Snapshot(self._index, self._snapshot, Standing(folder, state))
            self._seen = (generation, *state)
        return self._snapshot

    def _hits(self, request: SearchRequest, found: Sequence[Found]) -> tuple[Hit, ...]:
        """A document deleted or hidden since the last commit is not shown any more."""
        there = self._store.get([each.article_id for each in found])
        documents = {article_id: document for article_id, document in there.items() if not document["noindex"]}
        highlighter = Highlighter(request.query)
        told: Mapping[str, frozenset[str]] = {}
        if request.collapse:
            with engine_errors(self._path):
                told = self._current().sources(request.query, [document["story_id"] for document in documents.values()])
        return tuple(
            _hit(each, document, highlighter, told.get(document["story_id"], frozenset()))
            for each in found
            if (document := documents.get(each.article_id)) is not None
        )


def _is_in(document: ArticleDocument | None, language: str) -> bool:
    return document is not None and document["language"].split("-")[0] == language


def _hit(found: Found, document: ArticleDocument, highlighter: Highlighter, told: frozenset[str]) -> Hit:
    return Hit(
        article_id=found.article_id,
        score=found.score,
        document=document,
        snippet=highlighter.body(document["body"], document["language"]),
        title=highlighter.title(document["title"], document["language"]),
        also=tuple(sorted(told - {document["source"]})),
    )


def _bulks(documents: Iterable[ArticleDocument]) -> Iterator[list[ArticleDocument]]:
    bulk: list[ArticleDocument] = []
    for document in documents:
        bulk.append(document)
        if len(bulk) == BULK:
            yield bulk
            bulk = []
    if bulk:
        yield bulk
