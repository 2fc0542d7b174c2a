"""The ledger as one thing."""

from __future__ import annotations

from pathlib import Path

from pipeline.state.store import SqlState, open_state
from tests.state.databases import sqlite_url
from tests.state.samples import NOON, make_entry


def test_closing_twice(tmp_path: Path) -> None:
    """Is the same as once: nobody has the file open any more, which SQLite shows by tidying up beside it."""
    state = open_state(sqlite_url(tmp_path))
    state.ledger.add_entries([make_entry(1)], NOON)
    assert len(list(tmp_path.iterdir())) > 1
    for _ in range(2):
        state.close()
        assert [path.name for path in tmp_path.iterdir()] == ["wireroom.sqlite"]


def test_closing_on_any_database(state: SqlState) -> None:
    """What was written is there for the next one who asks."""
    state.ledger.add_entries([make_entry(1)], NOON)
    state.close()
    assert state.ledger.counts() == {None: 1}


def test_its_name(tmp_path: Path) -> None:
    """Is what `status` and `doctor` show."""
    state = open_state(sqlite_url(tmp_path))
    assert state.name == sqlite_url(tmp_path)
    state.close()


def test_two_stores_of_one_database_see_each_other(tmp_path: Path) -> None:
    """What one has written the other reads at once."""
    first, second = open_state(sqlite_url(tmp_path)), open_state(sqlite_url(tmp_path))
    first.ledger.add_entries([make_entry(1)], NOON)
    assert second.ledger.add_entries([make_entry(1)], NOON) == ()
    first.close()
    second.close()
