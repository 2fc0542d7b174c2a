"""The embedded index's vectors: a table beside the documents, read through whole for each question.

Exact and always current, with nothing to keep in step. It takes time with their number: 100,000 of one language are compared in 0.3 s,
so that a newsroom with millions of them asks Elasticsearch, which has a graph over them.
"""

from __future__ import annotations

import sqlite3
from heapq import nlargest

import numpy as np

from pipeline.index.document import ArticleDocument
from pipeline.types import VECTOR_SIZE, ArticleId

TABLE = """
CREATE TABLE IF NOT EXISTS vectors (
  id INTEGER PRIMARY KEY, model TEXT NOT NULL, language TEXT NOT NULL, vector BLOB NOT NULL
)"""
_PORTION = 5_000  # vectors compared at once


def keep_vector(connection: sqlite3.Connection, row: int, document: ArticleDocument) -> None:
    """Write the vector of what may be found and is the latest revision; whatever was there before goes."""
    vector, model = document["vector"], document["vector_model"]
    connection.execute("DELETE FROM vectors WHERE id = ?", (row,))
    if vector and model and not document["noindex"] and document["superseded_at"] is None:
        values = (row, model, _language(document), bytes.fromhex(vector))
        connection.execute("INSERT INTO vectors (id, model, language, vector) VALUES (?, ?, ?, ?)", values)


def nearest(connection: sqlite3.Connection, document: ArticleDocument, *, size: int) -> list[ArticleId]:
    """Return the articles of the document's language whose vectors, by the same model, point most nearly where its own does, the
    nearest first and itself left out. None where it has no vector.
    """
    if not document["vector"]:
        return []
    wanted = np.frombuffer(bytes.fromhex(document["vector"]), np.int8).astype(np.float32)
    rows = connection.execute(
        "SELECT id, vector FROM vectors WHERE model = ? AND language = ?", (document["vector_model"], _language(document))
    )
    best: list[tuple[float, int]] = []
    while portion := rows.fetchmany(_PORTION):
        vectors = np.frombuffer(b"".join(vector for _, vector in portion), np.int8).reshape(-1, VECTOR_SIZE).astype(np.float32)
        scores = vectors @ wanted / np.linalg.norm(vectors, axis=1)
        likely = np.argsort(scores)[-size - 1 :]
        best = nlargest(size + 1, [*best, *((float(scores[at]), -portion[at][0]) for at in likely)])
    found = (connection.execute("SELECT article_id FROM articles WHERE id = ?", (-row,)).fetchone()[0] for _, row in best)
    return [ArticleId(article_id) for article_id in found if article_id != document["article_id"]][:size]


def _language(document: ArticleDocument) -> str:
    return document["language"].partition("-")[0]
