"""The ledger as one thing."""

from __future__ import annotations

from pathlib import Path

from pipeline.state.store import SqlState, open_state
from tests.state.databases import sqlite_url


def test_closing_twice(state: SqlState) -> None:
    """Is the same as once."""
    state.close()
    state.close()


def test_its_name(tmp_path: Path) -> None:
    """Is what `status` and `doctor` show."""
    state = open_state(sqlite_url(tmp_path))
    assert state.name == sqlite_url(tmp_path)
    state.close()


def test_two_stores_of_one_database_see_each_other(tmp_path: Path) -> None:
    """What one has written the other reads at once."""
    from tests.state.samples import NOON, make_entry

    first, second = open_state(sqlite_url(tmp_path)), open_state(sqlite_url(tmp_path))
    first.ledger.add_entries([make_entry(1)], NOON)
    assert second.ledger.add_entries([make_entry(1)], NOON) == ()
    first.close()
    second.close()
