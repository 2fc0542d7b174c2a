"""Databases to test the ledger on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from pipeline.state.store import SqlState, open_state
from tests.state.databases import postgres_url, sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Each kind of database, not yet there or empty."""
    with postgres_url() if request.param == "postgresql" else nullcontext(sqlite_url(tmp_path)) as found:
        yield found


@pytest.fixture
def state(url: str) -> Iterator[SqlState]:
    """An open ledger on each kind of database."""
    opened = open_state(url)
    yield opened
    opened.close()
