"""Transactions, and what a database's troubles become."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError
from pipeline.state import engine
from pipeline.state.engine import Database, insert_plain, overwrite, portions
from pipeline.state.schema import bands, robots
from pipeline.state.store import SqlState, open_state
from tests.state.databases import sqlite_url
from tests.state.samples import HOUR, NOON, make_entry


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An SQLite ledger, made and closed."""
    open_state(sqlite_url(tmp_path)).close()
    return tmp_path / "wireroom.sqlite"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    """That ledger, open."""
    opened = Database(make_url(f"sqlite:///{file}"))
    yield opened
    opened.close()


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 30_000), ("synchronous", 1)])
def test_how_sqlite_is_set(database: Database, pragma: str, value: object) -> None:
    """On every connection, not only on the first."""
    for _ in range(2):
        with database.reading() as connection:
            assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value
        database.engine.dispose()


def test_a_transaction_is_all_or_nothing(state: SqlState) -> None:
    """What breaks in the middle leaves no trace."""
    database = state._database
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        overwrite(connection, robots, {"origin": "https://a.example", "fetched_at": NOON, "status": 200, "body": b""})
        raise ZeroDivisionError
    assert state.hosts.robots("https://a.example") is None


def test_overwriting(state: SqlState) -> None:
    """Replaces, but not what is newer where that is asked."""
    row = {"origin": "https://a.example", "fetched_at": NOON, "status": 200, "body": b"new"}
    with state._database.writing() as connection:
        overwrite(connection, robots, row)
        overwrite(connection, robots, row | {"fetched_at": NOON - HOUR, "body": b"old"}, newest_by="fetched_at")
    assert state.hosts.robots("https://a.example") == (NOON, 200, b"new")
    with state._database.writing() as connection:
        overwrite(connection, robots, row | {"fetched_at": NOON - HOUR, "body": b"old"})
    assert state.hosts.robots("https://a.example") == (NOON - HOUR, 200, b"old")


def test_a_reader_does_not_wait_for_a_writer(file: Path, database: Database) -> None:
    """It sees what was there before."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO hosts (domain) VALUES ('a.example')")
        with database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM hosts")).scalar() == 0


def test_a_locked_database_passes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the patience of a writer the caller may try again."""
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0)
    with closing(open_state(f"sqlite:///{file}")) as state, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RetryableError, match=r"wireroom\.sqlite: database is locked"):
            state.ledger.add_entries([make_entry(1)], NOON)
        other.execute("ROLLBACK")
        assert len(state.ledger.add_entries([make_entry(1)], NOON)) == 1


def test_a_full_disk_passes(file: Path) -> None:
    """Nothing half written stays, and when there is room again the same call succeeds."""
    with closing(open_state(f"sqlite:///{file}")) as state:
        many = [make_entry(number) for number in range(2000)]
        _limit_pages(state, 100)
        with pytest.raises(RetryableError, match="full"):
            state.ledger.add_entries(many, NOON)
        _limit_pages(state, 1_000_000)
        state.ledger.add_entries(many, NOON)
        assert state.ledger.counts() == {None: 2000}


def _limit_pages(state: SqlState, pages: int) -> None:
    with state._database.outside_transactions() as connection:
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))


def test_tables_changed_by_hand(file: Path) -> None:
    """Only a person can mend that."""
    with closing(open_state(f"sqlite:///{file}")) as state:
        with closing(sqlite3.connect(file)) as other:
            other.execute("DROP TABLE hosts")
        with pytest.raises(ConfigurationError, match=r"no such table: hosts.*restore a backup"):
            state.hosts.pause("a.example", NOON, "429")


def test_a_value_that_cannot_be_stored(state: SqlState) -> None:
    """A time without zone is the caller's fault and no row's; the ledger stays usable."""
    with pytest.raises(QuarantineError, match="names no zone"):
        state.hosts.pause("a.example", NOON.replace(tzinfo=None), "429")
    state.hosts.pause("a.example", NOON, "429")


def test_a_child_does_not_use_its_parents_connection(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes on one SQLite connection would spoil the file."""

    def number() -> int:
        with database.reading() as connection:
            return id(connection.connection.dbapi_connection)

    kept = [database.engine.raw_connection().dbapi_connection]  # alive, so that its number is not given away again
    first = number()
    assert number() == first
    with monkeypatch.context() as child:
        child.setattr(os, "getpid", lambda: -1)
        assert number() != first
    assert kept


def test_portions() -> None:
    """All of them, in order, none too large."""
    assert list(portions([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(portions([])) == []


def test_plain_rows_are_inserted_once(database: Database) -> None:
    """In the table's order, as the driver takes them; those that are there stay as they are, and none at all is no trouble."""
    rows = [(-5, 1), (7, 2)]
    for some in ([], rows[:1], rows):
        with database.writing() as connection:
            insert_plain(connection, bands, some)
    with database.reading() as connection:
        assert [tuple(row) for row in connection.execute(bands.select().order_by(bands.c.key))] == rows
