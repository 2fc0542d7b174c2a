"""Opening a database: made where it is missing, brought to the current tables, refused where it is not ours."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.state.engine import Database
from pipeline.state.schema import HEAD, VERSION_TABLE

_SETTING: Final = "WIREROOM_STATE_URL"
_ALLOWED: Final = "sqlite:////PATH/TO/FILE or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_WAL_PATIENCE_SECONDS: Final = 30
_ADVISORY_LOCK: Final = 0x57495245  # "WIRE"


def open_database(url: str) -> Database:
    """Return the database with its tables in place.

    The folder of an SQLite file is made. Several processes may open the same new database at once: one makes the tables,
    the others wait.

    Raises:
        ConfigurationError: a wrong URL, a missing driver, an unwritable folder, an unreachable server, tables that are
            not ours or were written by a newer version. The message says what to do.
        RetryableError: the file is locked or the disk full.
    """
    database = _connect(_parsed(url))
    try:
        _migrate(database)
    except Exception:
        database.close()
        raise
    return database


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, ValueError):
        raise ConfigurationError(f"{_SETTING}: is no database URL; allowed: {_ALLOWED}") from None  # it may hold a password
    if backend not in {"sqlite", "postgresql"}:
        raise ConfigurationError.of(_SETTING, backend, _ALLOWED)
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise ConfigurationError.of(_SETTING, url, "sqlite:////PATH/TO/FILE; tasks in several processes share the database")
    return parsed


def _connect(url: URL) -> Database:
    """Return the database after a first word with it, so that what only a person can mend shows here."""
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
    try:
        database = Database(url)
    except ImportError as error:
        raise ConfigurationError(f"{_SETTING}: no driver for {url.drivername} ({error}); remedy: pip install 'psycopg[binary]'") from error
    except NoSuchModuleError as error:
        raise ConfigurationError.of(_SETTING, url.drivername, _ALLOWED) from error
    try:
        if url.get_backend_name() == "sqlite":
            _turn_to_wal(database)
        with database.reading():
            pass
    except RetryableError as error:
        database.close()
        if url.get_backend_name() == "sqlite":
            raise
        raise ConfigurationError(f"{error}; remedy: start the server, or mend {_SETTING}") from error
    except Exception:
        database.close()
        raise
    return database


def _make_folder(url: URL) -> None:
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be made ({error.strerror}); remedy: make it writable, or set {_SETTING}") from error


def _turn_to_wal(database: Database) -> None:
    """Turn the file to WAL mode, once for ever. SQLite does not wait for this lock by itself, so we do."""
    patience = time.monotonic() + _WAL_PATIENCE_SECONDS
    while True:
        try:
            with database.outside_transactions() as connection:
                connection.execute(text("PRAGMA journal_mode = WAL"))
            return
        except RetryableError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.05)


# ── migrations ────────────────────────────────────────────────────────────────────────────────────────────────────


def _migrate(database: Database) -> None:
    with database.reading() as connection:
        found = _revision(connection, database.name)
    if found == HEAD:
        return
    with database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
        _upgrade(connection, database.name)  # does nothing where somebody did it while we waited


def _revision(connection: Connection, name: str) -> str | None:
    """Return the migration the database is at, None for an empty one. Raises `ConfigurationError` for a foreign one."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a name of ours
    if tables:
        raise ConfigurationError(
            f"{name}: holds tables that are not Wireroom's ({', '.join(sorted(tables)[:3])} …); remedy: give it a database of its own"
        )
    return None


def _upgrade(connection: Connection, name: str) -> None:
    from alembic import command  # slow to import, and seldom needed
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ConfigurationError(
            f"{name}: was written by a newer Wireroom ({error}); remedy: upgrade Wireroom, or restore a backup"
        ) from error
