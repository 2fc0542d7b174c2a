"""What contracts of the state share: each store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from pipeline.ports import StateStore
from pipeline.state.store import open_state
from tests.fakes_state import MemoryState
from tests.state.databases import postgres_url, sqlite_url


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StateStore]:
    """Each store, empty."""
    if request.param == "memory":
        yield MemoryState()
        return
    with postgres_url() if request.param == "postgresql" else nullcontext(sqlite_url(tmp_path)) as url:
        opened = open_state(url)
        yield opened
        opened.close()
