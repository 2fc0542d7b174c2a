"""How fast documents go in: filled in parts, so that what was cut short goes on, and what it took is kept beside the index."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path

from benchmarks.index.documents import made_documents
from pipeline.index.document import ArticleDocument

PART = 50_000  # documents: as many as the embedded index takes before it makes them searchable

Put = Callable[[Iterator[ArticleDocument]], object]


@dataclass(frozen=True, slots=True)
class Corpus:
    """How many documents, of how many words on average."""

    documents: int
    words: int

    def made(self) -> Iterator[ArticleDocument]:
        """Yield them."""
        return made_documents(self.documents, words=self.words / 400)


@dataclass(frozen=True, slots=True)
class Filling:
    """What it took to fill an index, without making the documents: seconds by the clock, of CPU, and of a server's CPU."""

    documents: int = 0
    clock: float = 0.0
    cpu: float = 0.0
    server: float = 0.0

    @classmethod
    def kept(cls, file: Path) -> Filling:
        """Return what an earlier run wrote; nothing, where there was none."""
        return cls(**json.loads(file.read_text())) if file.exists() else cls()

    def text(self) -> str:
        """Say it in a line."""
        rates = f"{self.documents / self.clock:,.0f} a second by the clock, {self.documents / (self.cpu + self.server):,.0f} a CPU second"
        server = f" + {self.server:.1f} of the server" if self.server else ""
        return f"{self.documents:,} documents in {self.clock:.1f} s ({self.cpu:.1f} s of CPU{server}): {rates}"


class _Making:
    """Documents, and the seconds it took to make them: that is not what is measured."""

    def __init__(self, documents: Iterator[ArticleDocument]) -> None:
        self._documents = documents
        self.clock = self.cpu = 0.0

    def __iter__(self) -> Iterator[ArticleDocument]:
        while True:
            clock, cpu = time.perf_counter(), time.thread_time()
            document = next(self._documents, None)
            self.clock += time.perf_counter() - clock
            self.cpu += time.thread_time() - cpu
            if document is None:
                return
            yield document


def fill(corpus: Corpus, file: Path, put: Put, *, there: int, server: Callable[[], float] = lambda: 0.0) -> Filling:
    """Put in what is not there yet, and keep what it took.

    Args:
        corpus: what belongs in it.
        file: where is kept what it took so far.
        put: takes documents, and returns when they can be found.
        there: how many of them, the first ones, it has.
        server: says how many seconds of CPU a server has used.
    """
    filling, documents = Filling.kept(file), islice(corpus.made(), there, None)
    for done in range(there, corpus.documents, PART):
        making = _Making(islice(documents, PART))
        clock, cpu, of_server = time.perf_counter(), time.process_time(), server()
        put(iter(making))
        filling = replace(
            filling,
            documents=filling.documents + min(PART, corpus.documents - done),
            clock=filling.clock + time.perf_counter() - clock - making.clock,
            cpu=filling.cpu + time.process_time() - cpu - making.cpu,
            server=filling.server + server() - of_server,
        )
        file.write_text(json.dumps(asdict(filling)))
        print(f"{file.stem}: {filling.text()}", flush=True)
    return filling
