"""The embedded index's system of record: every document in one SQLite file, and which of them the search has yet to see.

A row's `mark` is the number of the write that last touched it, NULL once the search index holds it. Whoever indexes a row
clears exactly the mark it read, so a document written meanwhile stays marked, and a process killed between the two only makes
the work be done twice.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock

import msgspec

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.document import ArticleDocument, completed
from pipeline.index.embedded_vectors import TABLE, keep_vector, nearest
from pipeline.types import ArticleId

APPLICATION_ID = 0x57495245  # "WIRE"; PRAGMA application_id tells our file from any other
STORE_VERSION = 2
BUSY_SECONDS = 30.0

_SEARCHABLE, _NOINDEX, _DELETED = 0, 1, 2
_TABLES = """
CREATE TABLE articles (
  id INTEGER PRIMARY KEY, article_id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, state INTEGER NOT NULL, mark INTEGER
);
CREATE INDEX articles_marked ON articles (mark) WHERE mark IS NOT NULL;
CREATE INDEX articles_state ON articles (state);
CREATE TABLE bodies (id INTEGER PRIMARY KEY, document BLOB NOT NULL);
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters VALUES ('mark', 0), ('generation', 1), ('schema', 0);
"""
_UPSERT = f"""
INSERT INTO articles (article_id, version, state, mark) VALUES (?, ?, ?, ?)
ON CONFLICT (article_id) DO UPDATE SET version = excluded.version, state = excluded.state, mark = excluded.mark
WHERE excluded.version >= articles.version OR articles.state = {_DELETED} RETURNING id
"""  # noqa: S608 - a constant of this module


Touch = tuple[int, int]  # (mark, row): which write of which row


@dataclass(frozen=True, slots=True)
class Marked:
    """A row the search has yet to see; `document` is None where it must not be found (deleted, or noindex)."""

    touch: Touch
    article_id: ArticleId
    document: ArticleDocument | None


class DocumentStore:
    """The documents below one path. Safe for several threads and processes; opens its file when first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0  # of the file that is open

    def prepare(self) -> None:
        """Create the file where it is missing; twice is the same.

        Raises:
            ConfigurationError: the file is damaged, another program's, or of a newer Wireroom.
        """
        with self._errors(), self._lock:
            connection = self._open()
            application, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if application != APPLICATION_ID and (application or version or tables):
                raise ConfigurationError(f"index: {self._path} is not a document store of Wireroom; choose another folder")
            if version > STORE_VERSION:
                raise ConfigurationError(f"index: {self._path} was written by a newer Wireroom (version {version}); update this one")
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            if version < STORE_VERSION:
                self._create(connection)

    def _create(self, connection: sqlite3.Connection) -> None:
        """Make what is missing: all of it, or what a file of an older version lacks."""
        with self._transaction(connection):
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:  # another process may have been faster
                for statement in _TABLES.strip().split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(TABLE)
            connection.execute(f"PRAGMA user_version = {STORE_VERSION}")

    def save(self, documents: Sequence[ArticleDocument]) -> None:
        """Write documents in one transaction and mark them. One that is older than what is stored changes nothing."""
        packed = [(document, _pack(document)) for document in documents]
        with self._errors(), self._lock, self._transaction(self._open()) as connection:
            mark = _next(connection, "mark")
            for document, body in packed:
                state = _NOINDEX if document["noindex"] else _SEARCHABLE
                taken = connection.execute(_UPSERT, (document["article_id"], document["version"], state, mark)).fetchone()
                if taken:
                    connection.execute("INSERT OR REPLACE INTO bodies (id, document) VALUES (?, ?)", (taken[0], body))
                    keep_vector(connection, taken[0], document)

    def delete(self, article_ids: Sequence[ArticleId]) -> None:
        """Forget documents; a marked tombstone stays until the search has forgotten them too."""
        with self._errors(), self._lock, self._transaction(self._open()) as connection:
            mark = _next(connection, "mark")
            for article_id in article_ids:
                row = connection.execute(
                    "UPDATE articles SET state = ?, mark = ? WHERE article_id = ? RETURNING id", (_DELETED, mark, article_id)
                ).fetchone()
                if row:
                    connection.execute("DELETE FROM bodies WHERE id = ?", row)
                    connection.execute("DELETE FROM vectors WHERE id = ?", row)

    def get(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, ArticleDocument]:
        """Return those of the documents that are here, noindex ones too."""
        found: dict[ArticleId, ArticleDocument] = {}
        with self._errors(), self._lock:
            for article_id in article_ids:
                row = (
                    self._open()
                    .execute("SELECT document FROM bodies JOIN articles USING (id) WHERE article_id = ?", (article_id,))
                    .fetchone()
                )
                if row:
                    found[article_id] = _unpack(row[0])
        return found

    def nearest(self, document: ArticleDocument, *, size: int) -> list[ArticleId]:
        """Return the articles whose vectors are nearest to a document's; see `embedded_vectors.nearest`."""
        with self._errors(), self._lock:
            return nearest(self._open(), document, size=size)

    def every(self) -> Iterator[ArticleDocument]:
        """Yield every document, in the order they were first written, while others may write."""
        last = 0
        while True:
            with self._errors(), self._lock:
                rows = self._open().execute("SELECT id, document FROM bodies WHERE id > ? ORDER BY id LIMIT 200", (last,)).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield from (_unpack(document) for _, document in rows)

    def was_replaced(self) -> bool:
        """Whether the file that is open is no longer the one at its path."""
        try:
            return self._inode != 0 and self._path.stat().st_ino != self._inode
        except OSError:
            return True

    def marked(self, *, after: Touch = (0, 0), limit: int) -> list[Marked]:
        """Return marked rows in the order they were written, those behind (mark, row) `after`."""
        query = (
            "SELECT articles.id, mark, article_id, state, document FROM articles LEFT JOIN bodies USING (id)"
            " WHERE mark IS NOT NULL AND (mark, articles.id) > (?, ?) ORDER BY mark, articles.id LIMIT ?"
        )
        with self._errors(), self._lock:
            rows = self._open().execute(query, (*after, limit)).fetchall()
        return [
            Marked((mark, row), article_id, _unpack(document) if state == _SEARCHABLE else None)
            for row, mark, article_id, state, document in rows
        ]

    def clear(self, seen: Sequence[Touch]) -> None:
        """Take the marks off rows the search now holds, unless they were written again meanwhile."""
        with self._errors(), self._lock, self._transaction(self._open()) as connection:
            connection.executemany(f"DELETE FROM articles WHERE mark = ? AND id = ? AND state = {_DELETED}", seen)  # noqa: S608
            connection.executemany("UPDATE articles SET mark = NULL WHERE mark = ? AND id = ?", seen)

    def last_mark(self) -> int:
        """Return the number of the newest write."""
        return self.counter("mark")

    def is_marked(self, *, until: int | None = None) -> bool:
        """Whether a write up to that number (any, by default) is not searchable yet."""
        with self._errors(), self._lock:
            query = "SELECT EXISTS (SELECT 1 FROM articles WHERE mark IS NOT NULL AND mark <= ?)"
            return bool(self._open().execute(query, (2**62 if until is None else until,)).fetchone()[0])

    def counter(self, name: str) -> int:
        """Return `mark`, `generation` (number of the search folder in use) or `schema` (version it was built by)."""
        with self._errors(), self._lock:
            return int(self._open().execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()[0])

    def settled(self) -> int | None:
        """Return how many documents a search must find, or None while a write is not searchable yet.

        One statement: between two, somebody could write.
        """
        query = (
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM articles WHERE mark IS NOT NULL) THEN NULL"
            " ELSE (SELECT count(*) FROM articles WHERE state = ?) END"
        )
        with self._errors(), self._lock:
            count: int | None = self._open().execute(query, (_SEARCHABLE,)).fetchone()[0]
            return count

    def start_over(self, *, generation: int, schema: int) -> None:
        """Mark every document and name the search folder they are to be put in."""
        with self._errors(), self._lock, self._transaction(self._open()) as connection:
            connection.execute("UPDATE articles SET mark = ?", (_next(connection, "mark"),))
            connection.executemany("UPDATE counters SET value = ? WHERE name = ?", [(schema, "schema"), (generation, "generation")])

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
                self._inode = 0

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous = FULL")  # what upsert has returned from survives a power cut
            self._connection = connection
            self._inode = self._path.stat().st_ino
        return self._connection

    @contextmanager
    def _transaction(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:  # locked, full, unreadable
            raise RetryableError(f"index: {self._path}: {error}") from error
        except sqlite3.DatabaseError as error:  # not a database, malformed
            raise ConfigurationError(
                f"index: {self._path} is damaged or no database: {error}; move it away and index again, or restore a backup"
            ) from error


def _next(connection: sqlite3.Connection, counter: str) -> int:
    row = connection.execute("UPDATE counters SET value = value + 1 WHERE name = ? RETURNING value", (counter,)).fetchone()
    return int(row[0])


def _pack(document: ArticleDocument) -> bytes:
    return zlib.compress(msgspec.json.encode(document), 3)


def _unpack(packed: bytes) -> ArticleDocument:
    return completed(msgspec.json.decode(zlib.decompress(packed)))
