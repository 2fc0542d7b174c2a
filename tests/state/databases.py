"""Databases for tests."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'wireroom.sqlite'}"


@contextmanager
def postgres_url() -> Iterator[str]:
    """Give the URL of a new database on the server of WIREROOM_TEST_POSTGRES_URL, dropped afterwards; skip where there is none."""
    server = os.environ.get("WIREROOM_TEST_POSTGRES_URL", "")
    if not server:
        pytest.skip("WIREROOM_TEST_POSTGRES_URL names no PostgreSQL server whose user may create databases")
    name = f"wireroom_test_{secrets.token_hex(6)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
