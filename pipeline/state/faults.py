"""What a database's complaints mean: each becomes one of our errors, with the cause chained and the database named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec
from sqlalchemy import URL, exc

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError, WireroomError

# What SQLite and PostgreSQL say when only a person can help. All other operational faults pass: locks, full disks, lost
# connections, servers that restart, deadlocks.
_OURS_TO_MEND: Final = (
    ("readonly database", "make the file and its folder writable"),
    ("read-only", "make the database writable"),
    ("unable to open database file", "make the folder exist and writable, and look at the limit of open files"),
    ("authorization denied", "make the file and its folder writable"),
    ("no such table", "it was changed by hand; restore a backup"),
    ("no such column", "it was changed by hand; restore a backup"),
    ("does not exist", "create the database, or restore its tables from a backup"),
    ("malformed", "the file is damaged; restore a backup"),
    ("not a database", "the path names another kind of file"),
    ("permission denied", "grant the user the rights to these tables"),
    ("password authentication failed", "mend user and password in WIREROOM_STATE_URL"),
    ("could not translate host name", "mend the host in WIREROOM_STATE_URL"),
)

_MEANINGS: Final[tuple[tuple[type[exc.SQLAlchemyError], type[WireroomError]], ...]] = (
    (exc.TimeoutError, RetryableError),  # of the pool
    (exc.DisconnectionError, RetryableError),
    (exc.OperationalError, RetryableError),
    (exc.InterfaceError, RetryableError),
    (exc.InternalError, RetryableError),
    (exc.IntegrityError, QuarantineError),
    (exc.DataError, QuarantineError),
    (exc.DBAPIError, ConfigurationError),  # programming and not-supported: the tables are not ours
    (exc.StatementError, QuarantineError),  # a value that cannot be stored: an id that is no hex, a time without zone
    (exc.SQLAlchemyError, ConfigurationError),
)


def shown(url: URL) -> str:
    """Return the database's address for people: without password and without parameters, which may hold one."""
    return url.set(query={}).render_as_string(hide_password=True)


def meaning(error: exc.SQLAlchemyError, database: str) -> WireroomError:
    """Return our error for one of SQLAlchemy's. The statement and its values stay out of the message: they may be long."""
    cause = getattr(error, "orig", None) or error
    text = " ".join(str(cause).split())[:500]
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return RetryableError(f"{database}: the connection was lost: {text}")
    if isinstance(error, exc.DBAPIError):
        for sign, remedy in _OURS_TO_MEND:
            if sign in text.lower():
                return ConfigurationError(f"{database}: {text}; remedy: {remedy}")
    kind = next(ours for theirs, ours in _MEANINGS if isinstance(error, theirs))
    return kind(f"{database}: {text}")


@contextmanager
def translated(database: str) -> Iterator[None]:
    """Let only errors of our tree out of the block."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        raise meaning(error, database) from error
    except msgspec.MsgspecError as error:
        raise QuarantineError(f"{database}: a row cannot be read: {error}") from error
