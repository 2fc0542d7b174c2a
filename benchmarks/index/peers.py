"""Who is measured: each is filled with the same documents and asked the same questions."""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch, helpers

from benchmarks.index.documents import made_documents
from benchmarks.index.questions import KINDS, SIMILAR, VARIANTS, fts5_of
from pipeline.index.document import ArticleDocument
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_mapping import Names, stored
from pipeline.index.embedded import EmbeddedIndex
from pipeline.ports import ArticleIndex
from pipeline.types import ArticleId
from tests.elasticsearch_node.node import temporary_node

WARMING = 3  # questions of each kind that are not counted

Pair = tuple[float, float]  # p50 and p95, in milliseconds
Times = dict[str, tuple[Pair, Pair]]  # kind → by the clock, and of CPU time of this process
Ask = Callable[[str, int], object]  # kind and variant → an answer; None where there is no such question


@dataclass(frozen=True, slots=True)
class Corpus:
    """How many documents, of how many words on average."""

    documents: int
    words: int

    def made(self) -> Iterator[ArticleDocument]:
        """Yield them."""
        return made_documents(self.documents, words=self.words / 400)


class Making:
    """Documents, and the seconds it took to make them: that is not what is measured."""

    def __init__(self, corpus: Corpus) -> None:
        self._documents = corpus.made()
        self.seconds = 0.0

    def __iter__(self) -> Iterator[ArticleDocument]:
        while True:
            began = time.perf_counter()
            document = next(self._documents, None)
            self.seconds += time.perf_counter() - began
            if document is None:
                return
            yield document


def embedded(corpus: Corpus, folder: Path) -> tuple[float | None, Times]:
    """A folder that holds an index already is asked as it is."""
    index = EmbeddedIndex(folder / f"embedded-{corpus.documents}")
    is_new = index.count() == 0
    seconds = _fill(index, corpus) if is_new else None
    answers = _asked(_asking(index))
    index.close()
    return seconds, answers


def elasticsearch(corpus: Corpus, _: Path) -> tuple[float | None, Times]:
    """The cluster of ELASTICSEARCH_URL, or the node of the tests."""
    with _cluster() as url:
        index = ElasticIndex(url, names=Names("bench-wireroom"))
        index.prepare()
        seconds = _fill(index, corpus)
        answers = _asked(_asking(index))
        index.close()
        with Elasticsearch([url]) as client:
            for name in client.indices.get(index="bench-wireroom-0*").body:
                client.indices.delete(index=name)
        return seconds, answers


def plain_bulk(corpus: Corpus, _: Path) -> tuple[float | None, Times]:
    """The same cluster and mapping by `helpers.bulk`: no look where a document lies, one index for all."""
    with _cluster() as url, Elasticsearch([url], request_timeout=60) as client:
        index = ElasticIndex(url, names=Names("bench-plain"))
        index.prepare()
        making, began = Making(corpus), time.perf_counter()
        target = "bench-plain-000001-anchor"
        actions = ({"_index": target, "_id": each["article_id"], "_source": stored(each)} for each in making)
        helpers.bulk(client, actions, chunk_size=500)
        client.indices.refresh(index=target)
        seconds = time.perf_counter() - began - making.seconds
        index.close()
        client.indices.delete(index=target)
        return seconds, {}


def fts5(corpus: Corpus, folder: Path) -> tuple[float | None, Times]:
    """One table of title and text, with the English stemmer for all languages."""
    connection = sqlite3.connect(folder / f"fts5-{corpus.documents}.sqlite")
    is_new = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    making, began = Making(corpus), time.perf_counter()
    if is_new:
        connection.execute("CREATE VIRTUAL TABLE articles USING fts5(title, body, moment UNINDEXED, tokenize='porter unicode61')")
        with connection:
            rows = ((each["title"], each["body"], each["@timestamp"]) for each in making)
            connection.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
    seconds = time.perf_counter() - began - making.seconds if is_new else None

    def ask(kind: str, at: int) -> object:
        asked = fts5_of(kind, at)
        if asked is None:
            return None
        text, also = asked
        found = connection.execute(f"SELECT count(*) FROM articles WHERE articles MATCH ? {also}", (text,)).fetchone()
        hits = f"SELECT title, snippet(articles, 1, '*', '*', '…', 40) FROM articles WHERE articles MATCH ? {also} ORDER BY rank LIMIT 10"
        return found, connection.execute(hits, (text,)).fetchall()

    answers = _asked(ask)
    connection.close()
    return seconds, answers


def _fill(index: ArticleIndex, corpus: Corpus) -> float:
    making, began = Making(corpus), time.perf_counter()
    refused = index.upsert(making)
    index.refresh()
    assert not refused, next(iter(refused.items()))
    return time.perf_counter() - began - making.seconds


def _asking(index: ArticleIndex) -> Ask:
    liked: list[ArticleId] = []

    def ask(kind: str, at: int) -> object:
        if kind != SIMILAR:
            return index.search(KINDS[kind](at))
        while len(liked) <= at:
            hits = index.search(KINDS["topic, as the page asks"](len(liked))).hits
            liked.append(hits[0].article_id if hits else ArticleId(""))
        return index.similar(liked[at])

    return ask


def _asked(ask: Ask) -> Times:
    found = {}
    for kind in (*KINDS, SIMILAR):
        taken: list[tuple[float, float]] = []
        if kind == SIMILAR:
            ask(kind, VARIANTS)  # finds what is to be liked
        for at in range(-WARMING, VARIANTS):
            began = time.perf_counter(), time.process_time()
            if ask(kind, abs(at)) is None:
                break
            if at >= 0:
                taken.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        if taken:
            wall, cpu = zip(*taken, strict=True)
            found[kind] = _pair(wall), _pair(cpu)
    return found


def _pair(seconds: Sequence[float]) -> Pair:
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


@contextmanager
def _cluster() -> Iterator[str]:
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url
        return
    with temporary_node() as node:
        yield node.url


PEERS: Mapping[str, Callable[[Corpus, Path], tuple[float | None, Times]]] = {
    "embedded": embedded, "elasticsearch": elasticsearch, "fts5": fts5, "helpers": plain_bulk,
}  # fmt: skip
IN_PROCESS = ("embedded", "fts5")  # whose CPU time is known
