"""Who is measured: each is filled with the same documents and asked the same questions. What a folder holds already is not filled again."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch, helpers

from benchmarks.index.asking import Ask, Times, asked
from benchmarks.index.filling import Corpus, Filling, fill
from benchmarks.index.questions import KINDS, SIMILAR, fts5_of
from pipeline.index.document import ArticleDocument
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_mapping import Names, stored
from pipeline.index.embedded import EmbeddedIndex
from pipeline.ports import ArticleIndex
from pipeline.types import ArticleId
from tests.elasticsearch_node.node import RunningNode


@dataclass(frozen=True, slots=True)
class Run:
    """One measuring: of which documents, in which folder, and with how much memory for a node of Elasticsearch."""

    corpus: Corpus
    folder: Path
    heap: str = "1g"
    ask: bool = True  # else it is only filled

    def file(self, peer: str) -> Path:
        """Return where is kept what it took to fill a peer."""
        return self.folder / f"{peer}-{self.corpus.documents}.json"


def embedded(run: Run) -> tuple[Filling, Times]:
    """The index that needs no server."""
    index = EmbeddedIndex(run.folder / f"embedded-{run.corpus.documents}")
    index.refresh()
    filling = fill(run.corpus, run.file("embedded"), _putting(index), there=index.count())
    times = asked(_asking(index)) if run.ask else {}
    index.close()
    return filling, times


def elasticsearch(run: Run) -> tuple[Filling, Times]:
    """The cluster of ELASTICSEARCH_URL, or a node whose data are in the folder."""
    with _cluster(run) as url, Elasticsearch([url], request_timeout=60) as client:
        index = ElasticIndex(url, names=Names(f"bench-wireroom-{run.corpus.documents}"))
        index.prepare()
        index.refresh()
        filling = fill(run.corpus, run.file("elasticsearch"), _putting(index), there=index.count(), server=_cpu_of(client))
        times = asked(_asking(index)) if run.ask else {}
        index.close()
        return filling, times


def plain_bulk(run: Run) -> tuple[Filling, Times]:
    """The same cluster and mapping by `helpers.bulk`: no look where a document lies, one index for all. Only filled."""
    with _cluster(run) as url, Elasticsearch([url], request_timeout=60) as client:
        name = f"bench-plain-{run.corpus.documents}"
        index = ElasticIndex(url, names=Names(name))
        index.prepare()
        index.close()
        target = f"{name}-000001-anchor"

        def put(documents: Iterator[ArticleDocument]) -> None:
            helpers.bulk(
                client, ({"_index": target, "_id": each["article_id"], "_source": stored(each)} for each in documents), chunk_size=500
            )
            client.indices.refresh(index=target)

        there = client.count(index=target)["count"]
        return fill(run.corpus, run.file("helpers"), put, there=there, server=_cpu_of(client)), {}


def fts5(run: Run) -> tuple[Filling, Times]:
    """One table of title and text, with the English stemmer for all languages."""
    connection = sqlite3.connect(run.folder / f"fts5-{run.corpus.documents}.sqlite")
    connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS articles USING fts5(title, body, moment UNINDEXED, tokenize='porter unicode61')")

    def put(documents: Iterator[ArticleDocument]) -> None:
        with connection:
            rows = ((each["title"], each["body"], each["@timestamp"]) for each in documents)
            connection.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)

    def ask(kind: str, at: int) -> object:
        question = fts5_of(kind, at)
        if question is None:
            return None
        text, also = question
        found = connection.execute(f"SELECT count(*) FROM articles WHERE articles MATCH ? {also}", (text,)).fetchone()
        hits = f"SELECT title, snippet(articles, 1, '*', '*', '…', 40) FROM articles WHERE articles MATCH ? {also} ORDER BY rank LIMIT 10"
        return found, connection.execute(hits, (text,)).fetchall()

    filling = fill(run.corpus, run.file("fts5"), put, there=connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    times = asked(ask) if run.ask else {}
    connection.close()
    return filling, times


def _putting(index: ArticleIndex) -> Callable[[Iterator[ArticleDocument]], None]:
    def put(documents: Iterator[ArticleDocument]) -> None:
        refused = index.upsert(documents)
        index.refresh()
        assert not refused, next(iter(refused.items()))

    return put


def _asking(index: ArticleIndex) -> Ask:
    liked: list[ArticleId] = []

    def ask(kind: str, at: int) -> object:
        if kind != SIMILAR:
            return index.search(KINDS[kind](at))
        while len(liked) <= at:
            hits = index.search(KINDS["topic, as the page asks"](len(liked))).hits
            liked.append(hits[0].article_id if hits else ArticleId("none"))
        return index.similar(liked[at])

    return ask


def _cpu_of(client: Elasticsearch) -> Callable[[], float]:
    def seconds() -> float:
        nodes = client.nodes.stats(metric="process")["nodes"].values()
        return sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000

    return seconds


@contextmanager
def _cluster(run: Run) -> Iterator[str]:
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url
        return
    with RunningNode(run.folder / "elasticsearch", java=(f"-Xms{run.heap}", f"-Xmx{run.heap}")) as node:
        with Elasticsearch([node.url], request_timeout=600) as client:
            client.cluster.health(wait_for_status="yellow", timeout="600s")  # of what an earlier run left in the folder
        yield node.url


PEERS: Mapping[str, Callable[[Run], tuple[Filling, Times]]] = {
    "embedded": embedded, "elasticsearch": elasticsearch, "fts5": fts5, "helpers": plain_bulk,
}  # fmt: skip
IN_PROCESS = ("embedded", "fts5")  # whose CPU time is known
