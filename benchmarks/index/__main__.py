"""`python -m benchmarks.index [--documents N] [--only embedded,elasticsearch,fts5,helpers]`: prints both tables."""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from elasticsearch import Elasticsearch, helpers

from benchmarks.index.documents import made_documents
from benchmarks.index.questions import KINDS, VARIANTS, fts5_of
from pipeline.index.document import ArticleDocument
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_mapping import Names, stored
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.query import SearchRequest
from pipeline.ports import ArticleIndex
from tests.elasticsearch_node.node import temporary_node


class Making:
    """Documents, and the seconds it took to make them: that is not what is measured."""

    def __init__(self, count: int) -> None:
        self._documents = made_documents(count)
        self.seconds = 0.0

    def __iter__(self) -> Iterator[ArticleDocument]:
        while True:
            began = time.perf_counter()
            document = next(self._documents, None)
            self.seconds += time.perf_counter() - began
            if document is None:
                return
            yield document


Ask = Callable[[str, int, SearchRequest], object]


def _fill(index: ArticleIndex, count: int) -> float:
    making, began = Making(count), time.perf_counter()
    refused = index.upsert(making)
    index.refresh()
    assert not refused, next(iter(refused.items()))
    return time.perf_counter() - began - making.seconds


def _asked(ask: Ask) -> dict[str, tuple[float, float]]:
    found = {}
    for kind, request in KINDS.items():
        taken = []
        for at in range(-3, VARIANTS):  # the first ones warm up
            asked = request(abs(at))
            began = time.perf_counter()
            if ask(kind, abs(at), asked) is None:
                break
            if at >= 0:
                taken.append((time.perf_counter() - began) * 1000)
        if taken:
            found[kind] = (statistics.median(taken), statistics.quantiles(taken, n=20)[-1])
    return found


def _embedded(count: int, folder: Path) -> tuple[float, dict[str, tuple[float, float]]]:
    index = EmbeddedIndex(folder / "embedded")
    seconds = _fill(index, count)
    answers = _asked(lambda _, __, request: index.search(request))
    index.close()
    return seconds, answers


@contextmanager
def _cluster() -> Iterator[str]:
    if url := os.environ.get("ELASTICSEARCH_URL"):
        yield url
        return
    with temporary_node() as node:
        yield node.url


def _elasticsearch(count: int, _: Path) -> tuple[float, dict[str, tuple[float, float]]]:
    with _cluster() as url:
        index = ElasticIndex(url, names=Names("bench-wireroom"))
        index.prepare()
        seconds = _fill(index, count)
        answers = _asked(lambda _, __, request: index.search(request))
        index.close()
        with Elasticsearch([url]) as client:
            for name in client.indices.get(index="bench-wireroom-0*").body:
                client.indices.delete(index=name)
        return seconds, answers


def _helpers(count: int, _: Path) -> tuple[float, dict[str, tuple[float, float]]]:
    """The same cluster and mapping by `helpers.bulk`: no look where a document lies, one index for all."""
    with _cluster() as url, Elasticsearch([url], request_timeout=60) as client:
        index = ElasticIndex(url, names=Names("bench-plain"))
        index.prepare()
        making, began = Making(count), time.perf_counter()
        target = "bench-plain-000001-anchor"
        actions = ({"_index": target, "_id": each["article_id"], "_source": stored(each)} for each in making)
        helpers.bulk(client, actions, chunk_size=500)
        client.indices.refresh(index=target)
        seconds = time.perf_counter() - began - making.seconds
        index.close()
        client.indices.delete(index=target)
        return seconds, {}


def _fts5(count: int, folder: Path) -> tuple[float, dict[str, tuple[float, float]]]:
    connection = sqlite3.connect(folder / "fts5.sqlite")
    connection.execute("CREATE VIRTUAL TABLE articles USING fts5(title, body, moment UNINDEXED, tokenize='porter unicode61')")
    making, began = Making(count), time.perf_counter()
    with connection:
        rows = ((each["title"], each["body"], each["@timestamp"]) for each in making)
        connection.executemany("INSERT INTO articles VALUES (?, ?, ?)", rows)
    seconds = time.perf_counter() - began - making.seconds

    def ask(kind: str, at: int, _: SearchRequest) -> object:
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


PEERS = {"embedded": _embedded, "elasticsearch": _elasticsearch, "fts5": _fts5, "helpers": _helpers}


def main() -> None:
    """Fill and ask each, then print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--only", default=",".join(PEERS))
    options = parser.parse_args()
    results = {}
    for name in options.only.split(","):
        folder = Path(tempfile.mkdtemp(prefix="index-benchmark-"))
        try:
            seconds, answers = PEERS[name](options.documents, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        results[name] = answers
        rate = options.documents / max(seconds, 0.001)
        print(
            f"{name}: {options.documents:,} documents in {seconds:.1f} s, {rate:,.0f} a second (making them not counted)",
            flush=True,
        )
    print(f"\n| p50/p95 ms at {options.documents:,} | {' | '.join(results)} |\n|---|{'---|' * len(results)}")
    for kind in KINDS:
        cells = (f"{found[kind][0]:.1f}/{found[kind][1]:.1f}" if kind in found else "–" for found in results.values())
        print(f"| {kind} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
