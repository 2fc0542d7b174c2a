"""Every complaint of a database becomes one of our errors."""

from __future__ import annotations

import sqlite3

import msgspec
import pytest
from sqlalchemy import exc, make_url

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError, WireroomError
from pipeline.state.faults import meaning, shown, translated


def _below(kind: type[exc.SQLAlchemyError]) -> list[type[exc.SQLAlchemyError]]:
    return [kind, *(deeper for direct in kind.__subclasses__() for deeper in _below(direct))]


EVERY_ERROR = sorted(set(_below(exc.SQLAlchemyError)), key=lambda kind: kind.__qualname__)


def _made(kind: type[exc.SQLAlchemyError], text: str = "it said no") -> exc.SQLAlchemyError:
    if issubclass(kind, exc.StatementError) and not issubclass(kind, exc.DBAPIError):
        return kind(text, "SELECT secret_title", {"title": "secret_title"}, ValueError(text))
    if issubclass(kind, exc.DBAPIError):
        return kind("SELECT secret_title", {"title": "secret_title"}, Exception(text))
    error = kind.__new__(kind)
    Exception.__init__(error, text)
    return error


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__qualname__)
def test_every_error_of_the_library_is_mapped(kind: type[exc.SQLAlchemyError]) -> None:
    """With the cause chained, the database named, and neither the statement nor its values."""
    with pytest.raises(WireroomError, match="the ledger") as caught, translated("the ledger"):
        raise _made(kind)
    assert isinstance(caught.value.__cause__, kind)
    assert "secret_title" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("database is locked", RetryableError),
        ("database or disk is full", RetryableError),
        ("disk I/O error", RetryableError),
        ("could not extend file: No space left on device", RetryableError),
        ("deadlock detected", RetryableError),
        ("server closed the connection unexpectedly", RetryableError),
        ("remaining connection slots are reserved", RetryableError),
        ("attempt to write a readonly database", ConfigurationError),
        ("unable to open database file", ConfigurationError),
        ("no such table: entries", ConfigurationError),
        ('FATAL: password authentication failed for user "x"', ConfigurationError),
        ('FATAL: database "ledger" does not exist', ConfigurationError),
        ("permission denied for table entries", ConfigurationError),
    ],
)
def test_what_passes_and_what_a_person_must_mend(text: str, kind: type[WireroomError]) -> None:
    """Told apart by what SQLite and PostgreSQL say; what a person must mend comes with the remedy."""
    found = meaning(_made(exc.OperationalError, text), "the ledger")
    assert type(found) is kind
    assert text in str(found)
    assert ("remedy" in str(found)) is (kind is ConfigurationError)


def test_a_lost_connection_passes() -> None:
    """Whatever kind of error it was noticed by."""
    lost = exc.ProgrammingError("SELECT 1", {}, sqlite3.ProgrammingError("gone"), connection_invalidated=True)
    assert type(meaning(lost, "the ledger")) is RetryableError


def test_a_value_that_cannot_be_stored_is_quarantined() -> None:
    """Trying again would not help, and others may go on."""
    assert type(meaning(_made(exc.IntegrityError), "the ledger")) is QuarantineError
    assert type(meaning(_made(exc.DataError), "the ledger")) is QuarantineError
    assert type(meaning(_made(exc.StatementError, "no zone"), "the ledger")) is QuarantineError


def test_a_row_that_cannot_be_read_is_quarantined() -> None:
    """Somebody wrote into the table by hand."""
    with pytest.raises(QuarantineError, match="the ledger: a row"), translated("the ledger"):
        msgspec.json.decode("{")


def test_our_own_errors_go_through() -> None:
    """They say already what to do."""
    with pytest.raises(ConfigurationError, match=r"^ours$"), translated("the ledger"):
        raise ConfigurationError("ours")


@pytest.mark.parametrize(
    "url", ["postgresql://ada:secret@db.example/ledger", "postgresql://db.example/ledger?user=ada&password=secret&sslmode=require"]
)
def test_no_password_is_shown(url: str) -> None:
    """Neither where it belongs nor among the parameters."""
    assert "secret" not in shown(make_url(url))
    assert "db.example/ledger" in shown(make_url(url))
