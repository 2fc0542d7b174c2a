"""Opening a ledger: made, migrated or refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import alembic.command
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, make_url

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.state import opening
from pipeline.state.engine import Database
from pipeline.state.opening import open_database
from pipeline.state.schema import HEAD, VERSION_TABLE, metadata
from tests.state.databases import sqlite_url


def test_the_migrations_lead_to_the_schema(url: str) -> None:
    """From nothing: no table, column, type, index or key is missing or left over."""
    database = open_database(url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_the_migrations_say_to_sqlite_what_the_schema_says(tmp_path: Path) -> None:
    """Word for word, with what a comparison of tables does not see: partial indexes, WITHOUT ROWID."""
    open_database(sqlite_url(tmp_path)).close()
    direct = create_engine(f"sqlite:///{tmp_path / 'direct.sqlite'}")
    metadata.create_all(direct)
    direct.dispose()
    assert _statements(tmp_path / "wireroom.sqlite") == _statements(tmp_path / "direct.sqlite")


def _statements(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name <> ?", [VERSION_TABLE])
        return {" ".join(statement.split()) for (statement,) in found}


def test_head_is_the_last_migration() -> None:
    """`schema.HEAD` spares the import of alembic; it must not fall behind."""
    config = Config()
    config.set_main_option("script_location", str(Path(opening.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_second_opening_changes_nothing(url: str) -> None:
    """What was written is still there."""
    for _ in range(2):
        database = open_database(url)
        with database.reading() as connection:
            assert connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalars().all() == [HEAD]
        database.close()


def test_folders_are_made(tmp_path: Path) -> None:
    """As many as it takes."""
    open_database(f"sqlite:///{tmp_path}/a/b/c.sqlite").close()
    assert (tmp_path / "a" / "b" / "c.sqlite").exists()


def test_a_migration_that_breaks_leaves_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not half of the tables: the next opening begins anew."""
    upgrade = alembic.command.upgrade

    def broken(*arguments: Any) -> None:
        upgrade(*arguments)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(alembic.command, "upgrade", broken)
        with pytest.raises(ZeroDivisionError):
            open_database(url)
    engine = create_engine(url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    open_database(url).close()


def test_a_database_of_somebody_else(url: str) -> None:
    """Is left alone, and its tables are named."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE dag_run (id INTEGER)")
    with pytest.raises(ConfigurationError, match=r"dag_run.*a database of its own"):
        open_database(url)
    assert inspect(engine).get_table_names() == ["dag_run"]
    engine.dispose()


def test_a_database_of_a_newer_wireroom(url: str) -> None:
    """Is left alone; the remedy is named."""
    open_database(url).close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(ConfigurationError, match=r"newer Wireroom.*9999.*upgrade Wireroom"):
        open_database(url)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Is not overwritten."""
    file = tmp_path / "wireroom.sqlite"
    file.write_text("Dear diary, " * 100)
    with pytest.raises(ConfigurationError, match=r"wireroom\.sqlite: file is not a database.*remedy"):
        open_database(sqlite_url(tmp_path))
    assert file.read_text().startswith("Dear diary")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "state").write_text("")
    with pytest.raises(ConfigurationError, match=r"state: cannot be made .*WIREROOM_STATE_URL"):
        open_database(f"sqlite:///{tmp_path}/state/wireroom.sqlite")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    """SQLite's word for it comes with a remedy."""
    (tmp_path / "wireroom.sqlite").mkdir()
    with pytest.raises(ConfigurationError, match="unable to open database file; remedy"):
        open_database(sqlite_url(tmp_path))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ada:secret@db.example",
        "mysql://ada:secret@db.example/x",
        "postgresql+nonsense://ada:secret@db.example/x",
        "postgresql://ada:secret@db.example:port/x",
    ],
)
def test_a_wrong_url(url: str) -> None:
    """The setting and what is allowed are named, the password is not."""
    with pytest.raises(ConfigurationError, match=r"WIREROOM_STATE_URL.*postgresql\+psycopg://USER") as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory(url: str) -> None:
    """Would be another one in every process."""
    with pytest.raises(ConfigurationError, match=r"WIREROOM_STATE_URL.*several processes"):
        open_database(url)


def test_a_missing_driver() -> None:
    """Its installation is the remedy."""
    with pytest.raises(ConfigurationError, match=r"no driver for postgresql\+pg8000.*pip install") as caught:
        open_database("postgresql+pg8000://ada:secret@db.example/x")
    assert "secret" not in str(caught.value)


class Unreachable(Database):
    """A server that is not there."""

    def __init__(self, url: Any) -> None:
        super().__init__(make_url("sqlite://"))
        self.name = "postgresql://ada:***@db.example/x"

    def reading(self) -> Any:
        raise RetryableError(f"{self.name}: connection refused")


def test_an_unreachable_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start it is more likely a wrong address than a passing fault."""
    monkeypatch.setattr(opening, "Database", Unreachable)
    with pytest.raises(ConfigurationError, match=r"connection refused; remedy: start the server, or mend WIREROOM_STATE_URL"):
        open_database("postgresql://ada:secret@db.example/x")


def test_a_locked_file_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else is making the tables, and takes longer than our patience."""
    monkeypatch.setattr("pipeline.state.engine._BUSY_SECONDS", 0)
    monkeypatch.setattr(opening, "_WAL_PATIENCE_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "wireroom.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        other.execute(f"CREATE TABLE {VERSION_TABLE} (version_num TEXT)")
        with pytest.raises(RetryableError, match="locked"):
            open_database(sqlite_url(tmp_path))
        other.execute("ROLLBACK")
    open_database(sqlite_url(tmp_path)).close()


def test_a_file_that_is_read_while_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite does not wait by itself before it turns a file to WAL mode; we do, until the reader has gone."""
    monkeypatch.setattr("pipeline.state.engine._BUSY_SECONDS", 0)
    with closing(sqlite3.connect(tmp_path / "wireroom.sqlite", isolation_level=None)) as other:
        other.execute(f"CREATE TABLE {VERSION_TABLE} (version_num TEXT)")
        other.execute("BEGIN")
        other.execute(f"SELECT * FROM {VERSION_TABLE}").fetchall()
        waits: list[float] = []

        def wait(seconds: float) -> None:
            waits.append(seconds)
            other.execute("ROLLBACK")

        monkeypatch.setattr(opening.time, "sleep", wait)
        open_database(sqlite_url(tmp_path)).close()
    assert len(waits) == 1
