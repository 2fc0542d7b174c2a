"""One database behind transactions: SQLite in WAL mode or PostgreSQL, through the same statements."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from pipeline.state.faults import shown, translated

ROWS: Final = 500  # in one statement or transaction: as many as keep other writers' waits short
_BUSY_SECONDS: Final = 30  # how long a writer waits for another one
_CONNECT_SECONDS: Final = 10
_CACHE_KIBIBYTES: Final = 16_000  # of pages a SQLite connection keeps: two thousand are not enough for bands that come in any order
_PAGES_IN_WAL: Final = 4_000  # of 4 kB, before they go to where they belong: bands touch two thousand a batch, and mostly the same
_BEGIN: Final = "wireroom_begin"

_INSERTS: Final[Mapping[str, Callable[[Table], postgresql.Insert | sqlite.Insert]]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}

T = TypeVar("T")


class Database:
    """Transactions on one database. Only errors of our tree come out of them."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.name = shown(url)
        self.engine = _engine(url)
        self._alone = self.engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads; no writer makes it wait."""
        with translated(self.name), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, all or nothing. In SQLite it is the only one: it waits for its turn at the start, not
        when it is half done.
        """
        with translated(self.name), self._alone.begin() as connection:
            yield connection

    @contextmanager
    def outside_transactions(self) -> Iterator[Connection]:
        """No transaction: for what SQLite refuses to do inside one."""
        with translated(self.name), self.engine.connect() as connection:
            yield connection.execution_options(**{_BEGIN: ""})

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can carry ON CONFLICT, in the words of the connection's database."""
    return _INSERTS[connection.dialect.name](table)


def overwrite(connection: Connection, table: Table, row: dict[str, Any], *, newest_by: str | None = None) -> None:
    """Insert the row, or replace the columns of the one with its primary key; not where that one is newer by that column."""
    connection.execute(_overwriting(connection.dialect.name, table, tuple(row), newest_by), row)


def overwrite_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """The same for many rows with the same columns, in one statement."""
    if rows:
        connection.execute(_overwriting(connection.dialect.name, table, tuple(rows[0]), None), rows)


@cache  # to build the statement takes longer than to run it
def _overwriting(dialect: str, table: Table, names: tuple[str, ...], newest_by: str | None) -> postgresql.Insert | sqlite.Insert:
    statement = _INSERTS[dialect](table)
    keys = [column.name for column in table.primary_key]
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: statement.excluded[name] for name in names if name not in keys},
        where=None if newest_by is None else table.c[newest_by] <= statement.excluded[newest_by],
    )


def insert_plain(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of all columns in the table's order, but none whose primary key is there. Values go to the driver as they are.

    For hundreds of thousands of short rows: SQLAlchemy takes longer to translate each of them than SQLite to write it.
    """
    if not rows:
        return
    compiled = upsert(connection, table).on_conflict_do_nothing().compile(dialect=connection.dialect)
    names = [column.name for column in table.columns]
    connection.exec_driver_sql(str(compiled), list(rows) if compiled.positional else [dict(zip(names, row, strict=True)) for row in rows])


def portions(values: Sequence[T], size: int = ROWS) -> Iterator[Sequence[T]]:
    """Yield the values in runs of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        patience = {"connect_timeout": _CONNECT_SECONDS} if url.get_driver_name().startswith("psycopg") else {}
        engine = create_engine(url, pool_pre_ping=True, connect_args=patience)
    event.listen(engine, "connect", _note_owner)
    event.listen(engine, "checkout", _refuse_inherited)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # BEGIN is ours, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_WAL}")
    # With WAL, NORMAL may lose the last commits to a power cut, never to a kill, and what is left is always a moment that
    # was. The pipeline repeats what it finds undone.
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


def _note_owner(_connection: Any, entry: ConnectionPoolEntry) -> None:
    entry.info["process_id"] = os.getpid()


def _refuse_inherited(_connection: Any, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """A forked child must not speak through its parent's connection: it gets a new one."""
    if entry.info["process_id"] != os.getpid():
        entry.dbapi_connection = proxy.dbapi_connection = None  # type: ignore[misc]
        raise exc.DisconnectionError("this connection belongs to the parent process")
