"""Databases for tests."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import create_engine, text


def fresh_postgres() -> str:
    """Return the URL of WIREROOM_TEST_POSTGRES_URL with everything in it dropped; skip where there is none."""
    url = os.environ.get("WIREROOM_TEST_POSTGRES_URL", "")
    if not url:
        pytest.skip("set WIREROOM_TEST_POSTGRES_URL to an empty database that may be wiped")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url
