from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import RetryableError
from pipeline.index.embedded_documents import DocumentStore
from pipeline.types import ArticleId
from tests.index.documents import document


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    """An empty store."""
    opened = DocumentStore(tmp_path / "documents.sqlite")
    opened.prepare()
    yield opened
    opened.close()


def marked(store: DocumentStore) -> list[str]:
    """The titles of what the search has yet to see, None for what it must not find."""
    return [str(each.document and each.document["title"]) for each in store.marked(limit=100)]


def test_what_is_saved_is_marked_until_cleared(store: DocumentStore) -> None:
    """Marks come in the order of writing and go one by one."""
    store.save([document("b", title="B"), document("a", title="A")])
    store.save([document("c", title="C", noindex=True)])
    assert marked(store) == ["B", "A", "None"]
    first, second = store.marked(limit=2)
    assert [each.article_id for each in store.marked(after=second.touch, limit=9)] == [document("c")["article_id"]]
    store.clear([first.touch])
    assert marked(store) == ["A", "None"]
    assert store.settled() is None
    store.clear([each.touch for each in store.marked(limit=9)])
    assert not store.is_marked()
    assert store.settled() == 2


def test_a_document_written_meanwhile_stays_marked(store: DocumentStore) -> None:
    """Clearing what was read does not clear what was written after."""
    store.save([document("a", title="old")])
    (seen,) = store.marked(limit=1)
    store.save([document("a", title="new")])
    store.clear([seen.touch])
    assert marked(store) == ["new"]


def test_a_tombstone_goes_once_it_is_seen(store: DocumentStore) -> None:
    """Deleted is gone for readers at once, and for good after the search has seen it; coming back in between is no loss."""
    store.save([document("a", version=5), document("b")])
    a = ArticleId(document("a")["article_id"])
    store.delete([a])
    assert store.get([a]) == {}
    (_, tombstone) = store.marked(limit=9)
    assert tombstone.document is None
    store.save([document("a", version=1, title="back")])
    store.clear([tombstone.touch])
    assert "back" in marked(store)
    store.delete([a])
    store.clear([each.touch for each in store.marked(limit=9)])
    assert store.settled() == 1


def test_starting_over_marks_everything(store: DocumentStore) -> None:
    """The new search folder gets every document."""
    store.save([document("a"), document("b")])
    store.clear([each.touch for each in store.marked(limit=9)])
    store.start_over(generation=7, schema=3)
    assert (store.counter("generation"), store.counter("schema")) == (7, 3)
    assert len(store.marked(limit=9)) == 2


def test_waiting_is_up_to_a_write(store: DocumentStore) -> None:
    """Somebody else's later writes are not waited for."""
    store.save([document("a")])
    last = store.last_mark()
    store.clear([each.touch for each in store.marked(limit=9)])
    store.save([document("b")])
    assert store.is_marked()
    assert not store.is_marked(until=last)


def test_a_failed_write_changes_nothing(store: DocumentStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bulk is written whole or not at all, and a lock held too long is worth another try."""
    monkeypatch.setattr("pipeline.index.embedded_documents.BUSY_SECONDS", 0.01)
    path = store._path
    other = DocumentStore(path)
    other.prepare()
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(RetryableError, match="locked"):
        other.save([document("a")])
    blocker.execute("ROLLBACK")
    blocker.close()
    other.save([document("a")])
    assert marked(store) == ["A quiet day"]
    other.close()
