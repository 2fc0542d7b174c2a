"""The table of vectors; that they rank and are forgotten is the index contract's."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipeline.index.embedded_documents import STORE_VERSION, DocumentStore
from pipeline.types import VECTOR_SIZE
from tests.index.documents import document


def vector(*numbers: int) -> str:
    return bytes(number % 256 for number in numbers).hex() + "00" * (VECTOR_SIZE - len(numbers))


def test_the_direction_counts_and_not_the_length(tmp_path: Path) -> None:
    """Of more than one portion, the nearest first, no more than asked for."""
    store = DocumentStore(tmp_path / "documents.sqlite")
    store.prepare()
    made = {"asked": (100, 0), "short": (2, 0), "long": (100, 40), "back": (-100, 0)}
    store.save([document(name, vector=vector(*at), vector_model="m-1") for name, at in made.items()])
    store.save([document(f"other-{number}", vector=vector(1, 100), vector_model="m-1") for number in range(5_001)])
    found = store.nearest(document("asked", vector=vector(100, 0), vector_model="m-1"), size=2)
    store.close()
    assert found == [document("short")["article_id"], document("long")["article_id"]]


def test_a_file_of_before_there_were_vectors_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its documents stay, and newer ones have vectors."""
    path = tmp_path / "documents.sqlite"
    store = DocumentStore(path)
    store.prepare()
    store.save([document("old")])
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TABLE vectors")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    store.prepare()
    store.save([document("new", vector=vector(1), vector_model="m-1"), document("asked", vector=vector(2), vector_model="m-1")])
    assert store.nearest(document("asked", vector=vector(2), vector_model="m-1"), size=5) == [document("new")["article_id"]]
    assert set(store.get([document("old")["article_id"]])) == {document("old")["article_id"]}
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == STORE_VERSION
    connection.close()
