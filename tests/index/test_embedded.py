from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index import embedded_writer
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.embedded_folder import DOCUMENTS, LOCK, writer_lock
from pipeline.index.parser import parse_query
from pipeline.index.query import Everything, SearchRequest
from pipeline.types import ArticleId
from tests.index.documents import document

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds an index of five documents, closed."""
    index = EmbeddedIndex(tmp_path / "index")
    index.prepare()
    index.upsert([document(f"{at}", title="Oil") for at in range(5)])
    index.close()
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[EmbeddedIndex]:
    """That index, not prepared."""
    opened = EmbeddedIndex(folder)
    yield opened
    opened.close()


def oil(index: EmbeddedIndex) -> int:
    """How many documents a search for oil finds."""
    return index.search(SearchRequest(query=parse_query("oil", now=NOW))).total


def search_folder(folder: Path) -> Path:
    """The one search folder there is."""
    (only,) = folder.glob("search-*")
    return only


def test_opening_is_lazy_and_needs_no_prepare(index: EmbeddedIndex) -> None:
    """Each method prepares where nobody has."""
    assert oil(index) == 5


@pytest.mark.parametrize("damage", ["missing", "emptied", "meta", "segment", "stranger"])
def test_a_damaged_search_folder_is_rebuilt(index: EmbeddedIndex, folder: Path, damage: str) -> None:
    """Whatever happened to the derived files, prepare makes them anew from the documents."""
    search = search_folder(folder)
    if damage == "missing":
        shutil.rmtree(search)
    elif damage == "emptied":
        for file in search.iterdir():
            file.unlink()
    elif damage == "meta":
        (search / "meta.json").write_text("{")
    elif damage == "segment":
        for file in search.glob("*.term"):
            file.write_bytes(b"")
    else:
        (search / "meta.json").write_text((search / "meta.json").read_text().replace('"segments": [', '"segments_": ['))
    index.prepare()
    index.refresh()
    assert oil(index) == 5
    assert search_folder(folder) != search


def test_an_index_of_an_older_schema_is_rebuilt(index: EmbeddedIndex, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of fields or analysis costs a rebuild and nothing else."""
    old = search_folder(folder)
    monkeypatch.setattr(embedded_writer, "SCHEMA_VERSION", 99)
    index.prepare()
    assert oil(index) == 5
    assert search_folder(folder) != old


def test_documents_missing_from_the_search_are_noticed(index: EmbeddedIndex, folder: Path) -> None:
    """Where both count differently and nothing waits, the search is wrong and is rebuilt."""
    with sqlite3.connect(folder / DOCUMENTS) as connection:
        connection.execute("UPDATE articles SET state = 1 WHERE article_id = ?", (document("0")["article_id"],))
    connection.close()
    index.prepare()
    assert index.count() == 4


def test_another_reader_notices_a_rebuild(index: EmbeddedIndex, folder: Path) -> None:
    """A process that has the old search folder open goes over to the new one."""
    assert oil(index) == 5
    other = EmbeddedIndex(folder)
    shutil.rmtree(search_folder(folder))
    with pytest.raises(RetryableError, match=str(folder)):
        oil(index)
    other.prepare()
    other.upsert([document("6", title="Oil")])
    other.close()
    assert oil(index) == 6


def test_another_reader_sees_each_commit(index: EmbeddedIndex, folder: Path) -> None:
    """Without being told, and without waiting."""
    assert oil(index) == 5
    other = EmbeddedIndex(folder)
    for at in range(3):
        other.upsert([document(f"new{at}", title="Oil")])
        assert oil(index) == 6 + at
    other.close()


def test_upsert_does_not_wait_long_for_another_writer(index: EmbeddedIndex, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The document is safe, and searchable once the lock is free."""
    monkeypatch.setattr(embedded_writer.SearchWriter.drain, "__kwdefaults__", {"wait_seconds": 0.05})
    index.prepare()
    with writer_lock(folder, wait_seconds=0) as taken:
        assert taken
        index.upsert([document("new", title="Oil")])
        assert index.get(ArticleId(document("new")["article_id"]))
        assert oil(index) == 5
        with pytest.raises(RetryableError, match="another process"):
            index._writer.wait(seconds=0.05)
    index.refresh()
    assert oil(index) == 6


def test_what_was_hidden_or_deleted_is_not_shown_while_the_search_still_has_it(
    index: EmbeddedIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the write and the commit the hit is left out, though it is still counted."""
    monkeypatch.setattr(embedded_writer.SearchWriter.drain, "__kwdefaults__", {"wait_seconds": 0})
    index.prepare()
    with writer_lock(folder, wait_seconds=0):
        index.upsert([document("0", title="Oil", noindex=True)])
        index.delete([ArticleId(document("1")["article_id"])])
        page = index.search(SearchRequest(query=Everything()))
        assert {hit.article_id for hit in page.hits} == {document(f"{at}")["article_id"] for at in (2, 3, 4)}
        assert page.total == 5


def test_the_search_folder_may_vanish_under_a_running_process(index: EmbeddedIndex, folder: Path) -> None:
    """The next write rebuilds it."""
    assert oil(index) == 5
    shutil.rmtree(search_folder(folder))
    index.upsert([document("new", title="Oil")])
    assert oil(index) == 6


def test_prepare_does_not_wait_for_another_writer(index: EmbeddedIndex, folder: Path) -> None:
    """A reader can start while others write."""
    with writer_lock(folder, wait_seconds=0):
        index.prepare()
        assert oil(index) == 5


@pytest.mark.parametrize("name", ["notes.txt", ".git", "index.html"])
def test_a_foreign_folder_is_refused(tmp_path: Path, name: str) -> None:
    """A folder that holds something else is named and left alone."""
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigurationError, match="holds something else"):
        EmbeddedIndex(tmp_path).prepare()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_half_made_folder_is_taken(tmp_path: Path) -> None:
    """Only our lock is there: somebody was killed while making it."""
    (tmp_path / LOCK).touch()
    index = EmbeddedIndex(tmp_path)
    index.prepare()
    assert index.count() == 0
    index.close()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A path that leads to or through a file is a setting to be changed."""
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "index"):
        with pytest.raises(ConfigurationError, match="cannot use"):
            EmbeddedIndex(path).prepare()


def test_a_foreign_database_is_refused_and_not_touched(tmp_path: Path) -> None:
    """Another program's database under our name is left as it is."""
    with sqlite3.connect(tmp_path / DOCUMENTS) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    before = (tmp_path / DOCUMENTS).read_bytes()
    with pytest.raises(ConfigurationError, match="not a document store"):
        EmbeddedIndex(tmp_path).prepare()
    assert (tmp_path / DOCUMENTS).read_bytes() == before


def test_a_store_of_a_newer_version_is_refused(index: EmbeddedIndex, folder: Path) -> None:
    """An older program does not write into what it cannot know."""
    with sqlite3.connect(folder / DOCUMENTS) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigurationError, match="newer"):
        index.prepare()


def test_a_damaged_store_is_named(index: EmbeddedIndex, folder: Path) -> None:
    """The system of record cannot be rebuilt here: a person must act."""
    (folder / DOCUMENTS).write_bytes(b"no database at all" * 1000)
    for extra in folder.glob(f"{DOCUMENTS}-*"):
        extra.unlink()
    with pytest.raises(ConfigurationError, match="damaged"):
        index.prepare()


def test_a_long_upsert_is_streamed(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are taken from the iterator in bulks, and become searchable on the way."""
    monkeypatch.setattr("pipeline.index.embedded.BULK", 10)
    monkeypatch.setattr("pipeline.index.embedded.DRAIN_EVERY", 20)
    monkeypatch.setattr(embedded_writer, "BULK", 7)
    monkeypatch.setattr(embedded_writer, "COMMIT_EVERY", 15)
    seen: list[int] = []
    index.upsert(document(f"many{at}", title="Oil") for at in range(45) if seen.append(index.count()) is None)
    assert seen[0] == 5
    assert 5 < seen[-1] < 50
    assert oil(index) == 50


def test_close_and_go_on(index: EmbeddedIndex) -> None:
    """A closed index opens again when it is used."""
    index.close()
    assert oil(index) == 5
    index.close()
    index.close()
    assert index.count(Everything()) == 5
