"""A pointer becomes columns and a pointer again."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import Table

from pipeline.state.captures import COLUMNS, pointer_columns, pointer_of
from pipeline.state.schema import articles, batch_entries
from tests.state.samples import make_pointer


def test_there_and_back() -> None:
    """Nothing of a pointer is lost, and each part lies in the column of its name."""
    pointer = make_pointer(2)
    columns = pointer_columns(pointer)
    assert columns == {
        "capture_file": pointer.file,
        "capture_offset": pointer.offset,
        "capture_length": pointer.length,
        "capture_digest": pointer.digest,
    }
    assert pointer_of(SimpleNamespace(**columns)) == pointer


def test_empty_columns_are_no_pointer() -> None:
    """An entry whose page was not fetched yet has none."""
    assert pointer_of(SimpleNamespace(**dict.fromkeys(COLUMNS))) is None


def test_the_beginning_of_a_file_is_a_place() -> None:
    """Offset 0 of a file is where its first page lies, not a missing pointer."""
    columns = pointer_columns(make_pointer(0))
    found = pointer_of(SimpleNamespace(**columns))
    assert found is not None
    assert found.offset == 0


@pytest.mark.parametrize("table", [articles, batch_entries], ids=lambda table: table.name)
def test_the_tables_have_these_columns(table: Table) -> None:
    """Every table that holds pointers names the columns as they are named here."""
    assert [name for name in table.c.keys() if name.startswith("capture_")] == list(COLUMNS)  # noqa: SIM118 - a collection of columns
    assert tuple(pointer_columns(make_pointer())) == COLUMNS
