"""Brings what was written to the documents into the search: one process at a time, and any process may be the one.

A writer marks its rows first and asks for the lock second; the holder looks for marks once more after it has let go. So
whichever way two of them meet, somebody sees every mark. A writer waits for the lock a while before it leaves its rows to the
holder: writers that never wait would keep the holder at their work for ever.
"""

from __future__ import annotations

import time
from pathlib import Path

import tantivy

from pipeline.errors import RetryableError
from pipeline.index.embedded_documents import DocumentStore, Touch
from pipeline.index.embedded_facets import BROAD
from pipeline.index.embedded_folder import (
    create_search_folder,
    engine_errors,
    open_search_folder,
    remove_search_folders,
    search_folder,
    state_of,
    writer_lock,
)
from pipeline.index.embedded_schema import SCHEMA_VERSION, tantivy_document
from pipeline.index.embedded_search import Snapshot
from pipeline.index.embedded_standing import LAGGING_SECONDS, is_standing, write_standing

BULK = 500  # documents read from the store at once
COMMIT_EVERY = 10_000  # documents; the fewer, the larger its segments, and the less is merged later
PATIENCE_SECONDS = 5.0  # for the lock; it is held longer only by a rebuild or a mass import
_HEAP_BYTES = 128_000_000  # of about so many documents as one commit has
_THREADS = 1


class SearchWriter:
    """Drains marked rows into the search folder."""

    def __init__(self, path: Path, store: DocumentStore) -> None:
        self._path = path
        self._store = store

    def repair(self) -> None:
        """Rebuild the search folder from the documents where it is missing, damaged, or of another version.

        Where another process is writing, nothing is done: it has looked already.
        """
        with writer_lock(self._path, wait_seconds=0) as taken:
            if taken and not self._is_sound():
                self._start_over()
            elif taken and not is_standing(search_folder(self._path, self._store.counter("generation"))):
                self._count(self._open())

    def drain(self, *, wait_seconds: float = PATIENCE_SECONDS) -> None:
        """Make every marked row searchable, or leave it to the process that still holds the lock after that time.

        Raises:
            RetryableError: the disk is full, or the like; the rows stay marked.
        """
        while self._store.is_marked():
            with writer_lock(self._path, wait_seconds=wait_seconds) as taken:
                if not taken:
                    return
                self._index_marked()

    def wait(self, *, seconds: float) -> None:
        """Return once everything written before this call is searchable, whoever does it.

        Raises:
            RetryableError: not within the time.
        """
        last, deadline = self._store.last_mark(), time.monotonic() + seconds
        while self._store.is_marked(until=last):
            if (left := deadline - time.monotonic()) <= 0:
                raise RetryableError(f"index: {self._path}: another process has held the writer's lock for {seconds:.0f} s")
            self.drain(wait_seconds=min(left, 1.0))

    def _is_sound(self) -> bool:
        if self._store.counter("schema") != SCHEMA_VERSION:
            return False
        try:
            found = self._open().searcher().num_docs
        except RetryableError:
            return False
        return self._store.settled() in {None, found}

    def _open(self) -> tantivy.Index:
        return open_search_folder(search_folder(self._path, self._store.counter("generation")))

    def _start_over(self) -> tantivy.Index:
        """Make the new folder, then name it, then remove the old one: killed anywhere, one whole folder is named."""
        generation = self._store.counter("generation") + 1
        index = create_search_folder(self._path, generation)
        self._store.start_over(generation=generation, schema=SCHEMA_VERSION)
        remove_search_folders(self._path, but=generation)
        return index

    def _index_marked(self) -> None:
        try:
            index = self._open()
        except RetryableError:
            index = self._start_over()
        with engine_errors(self._path):
            writer = index.writer(_HEAP_BYTES, _THREADS)
            # A writer that was killed may have left a file of a commit that never was. The same commit, made again, gives it the
            # same name, and tantivy refuses to write over it: every later write would fail.
            writer.garbage_collect_files()
        counted, committed = time.monotonic(), False
        try:
            while seen := self._add_some(writer):
                with engine_errors(self._path):
                    writer.commit()
                self._store.clear(seen)
                committed = True
                if time.monotonic() - counted > LAGGING_SECONDS:
                    self._count(index)
                    counted, committed = time.monotonic(), False
        finally:
            with engine_errors(self._path):
                writer.wait_merging_threads()  # else their work is thrown away and segments pile up
        if committed:
            self._count(index)

    def _count(self, index: tantivy.Index) -> None:
        """Leave the numbers of the broadest questions for readers. Merging must have ended: it makes a new state too."""
        folder = search_folder(self._path, self._store.counter("generation"))
        state = state_of(folder)
        with engine_errors(self._path):
            index.reload()
            snapshot = Snapshot(index)
            if snapshot.documents > BROAD:
                write_standing(folder, state, snapshot.every_facet)

    def _add_some(self, writer: tantivy.IndexWriter) -> list[Touch]:
        """Hand the writer what one commit holds; return which rows those were. Empty: nothing is marked any more."""
        seen: list[Touch] = []
        while len(seen) < COMMIT_EVERY and (rows := self._store.marked(after=seen[-1] if seen else (0, 0), limit=BULK)):
            with engine_errors(self._path):
                for marked in rows:
                    writer.delete_documents_by_term("id", marked.article_id)
                    if marked.document is not None:
                        writer.add_document(tantivy_document(marked.document))
            seen += [marked.touch for marked in rows]
        return seen
