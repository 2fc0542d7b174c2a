"""Who brings marked documents into the search, and when. What a whole index makes of it is in test_embedded.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import RetryableError
from pipeline.index import embedded_writer as module
from pipeline.index.embedded_documents import DocumentStore
from pipeline.index.embedded_folder import open_search_folder, search_folder, writer_lock
from pipeline.index.embedded_schema import SCHEMA_VERSION
from pipeline.index.embedded_writer import SearchWriter
from pipeline.types import ArticleId
from tests.index.documents import document


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    """An empty store."""
    opened = DocumentStore(tmp_path / "documents.sqlite")
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def writer(tmp_path: Path, store: DocumentStore) -> SearchWriter:
    """The writer of that store; its search folder is made."""
    made = SearchWriter(tmp_path, store)
    made.repair()
    return made


def searchable(tmp_path: Path, store: DocumentStore) -> int:
    """How many documents the search holds."""
    index = open_search_folder(search_folder(tmp_path, store.counter("generation")))
    return int(index.searcher().num_docs)


def test_what_is_marked_becomes_searchable_and_is_marked_no_more(tmp_path: Path, store: DocumentStore, writer: SearchWriter) -> None:
    """Those that must not be found are taken out, and documents written again are there once."""
    store.save([document("a"), document("b"), document("c", noindex=True)])
    writer.drain()
    assert (searchable(tmp_path, store), store.is_marked()) == (2, False)
    store.save([document("a", title="Again")])
    store.delete([ArticleId(document("b")["article_id"])])
    writer.drain()
    assert (searchable(tmp_path, store), store.is_marked()) == (1, False)


def test_a_sound_folder_is_left_alone(store: DocumentStore, writer: SearchWriter) -> None:
    """To look costs nothing; to rebuild costs every document."""
    store.save([document("a")])
    writer.drain()
    generation = store.counter("generation")
    writer.repair()
    assert store.counter("generation") == generation
    assert store.counter("schema") == SCHEMA_VERSION


def test_a_folder_with_too_few_documents_is_made_anew(tmp_path: Path, store: DocumentStore, writer: SearchWriter) -> None:
    """Only where nothing waits can the two be compared: a mark explains the difference."""
    store.save([document("a")])
    writer.drain()
    generation = store.counter("generation")
    store.save([document("b")])
    writer.repair()
    assert store.counter("generation") == generation
    store.clear([marked.touch for marked in store.marked(limit=9)])  # as if the search had it
    writer.repair()
    assert store.counter("generation") == generation + 1
    assert not search_folder(tmp_path, generation).exists()
    writer.drain()
    assert searchable(tmp_path, store) == 2


def test_a_writer_that_does_not_get_the_lock_leaves_its_rows_to_the_holder(
    tmp_path: Path, store: DocumentStore, writer: SearchWriter
) -> None:
    """And does not repair under their hands either."""
    store.save([document("a")])
    generation = store.counter("generation")
    with writer_lock(tmp_path, wait_seconds=0) as taken:
        assert taken
        writer.drain(wait_seconds=0)
        search_folder(tmp_path, generation).rename(tmp_path / "elsewhere")
        writer.repair()
    assert store.is_marked()
    assert store.counter("generation") == generation


def test_the_holder_looks_once_more_after_it_let_go(
    tmp_path: Path, store: DocumentStore, writer: SearchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that was marked while the holder thought it was done is not left for the next write."""
    index_marked = SearchWriter._index_marked
    late = [document("late")]

    def and_somebody_writes(self: SearchWriter) -> None:
        index_marked(self)
        store.save([late.pop()] if late else [])

    monkeypatch.setattr(SearchWriter, "_index_marked", and_somebody_writes)
    store.save([document("a")])
    writer.drain()
    assert (searchable(tmp_path, store), store.is_marked()) == (2, False)


def test_rows_are_read_and_committed_in_portions(
    tmp_path: Path, store: DocumentStore, writer: SearchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded by a commit, and what was committed stays when the next one fails."""
    monkeypatch.setattr(module, "BULK", 2)
    monkeypatch.setattr(module, "COMMIT_EVERY", 4)
    cleared: list[int] = []
    clear = DocumentStore.clear
    monkeypatch.setattr(DocumentStore, "clear", lambda self, seen: (cleared.append(len(seen)), clear(self, seen)))
    store.save([document(f"{number}") for number in range(9)])
    writer.drain()
    assert (cleared, searchable(tmp_path, store)) == ([4, 4, 1], 9)


def test_a_commit_that_fails_leaves_the_marks(store: DocumentStore, writer: SearchWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is met again by whoever comes next, not forgotten."""

    def full(_document: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "tantivy_document", full)
    store.save([document("a")])
    with pytest.raises(RetryableError, match="No space left on device"):
        writer.drain()
    assert store.is_marked()
    monkeypatch.undo()
    writer.drain()
    assert not store.is_marked()


def test_wait_is_only_for_what_was_written_before(
    tmp_path: Path, store: DocumentStore, writer: SearchWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others who never stop writing must not hold up whoever asks for their own document."""
    drain, theirs = SearchWriter.drain, [document("theirs")]

    def and_somebody_writes(self: SearchWriter, *, wait_seconds: float) -> None:
        drain(self, wait_seconds=wait_seconds)
        store.save([theirs.pop()])  # raises where it is asked a second time

    monkeypatch.setattr(SearchWriter, "drain", and_somebody_writes)
    store.save([document("mine")])
    writer.wait(seconds=30)
    assert (searchable(tmp_path, store), store.is_marked()) == (1, True)


def test_wait_tells_how_long_it_has_waited(tmp_path: Path, store: DocumentStore, writer: SearchWriter) -> None:
    """And asks for nothing where everything is searchable, whoever holds the lock."""
    with writer_lock(tmp_path, wait_seconds=0):
        writer.wait(seconds=0)
        store.save([document("a")])
        with pytest.raises(RetryableError, match="another process has held the writer's lock for 0 s"):
            writer.wait(seconds=0)


def test_what_a_killed_writer_left_is_in_nobody_s_way(tmp_path: Path, store: DocumentStore, writer: SearchWriter) -> None:
    """The file of a commit that never was, under the name that the next commit wants: met by killing a backfill fifty times."""
    store.save([document("one"), document("two")])
    writer.drain()
    folder = search_folder(tmp_path, store.counter("generation"))
    managed = json.loads((folder / ".managed.json").read_text())
    segment = next(name.partition(".")[0] for name in managed if name.endswith(".store"))
    left = [f"{segment}.{number}.del" for number in range(100)]
    for name in left:
        (folder / name).write_bytes(b"torn")
    (folder / ".managed.json").write_text(json.dumps([*managed, *left]))
    store.save([document("one", title="A newer title")])
    writer.drain()
    assert (searchable(tmp_path, store), store.is_marked()) == (2, False)
