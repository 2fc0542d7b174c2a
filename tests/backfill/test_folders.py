"""When a saved page was fetched."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.backfill.folders import fetched_at

THEN = datetime(2024, 5, 3, 10, tzinfo=UTC)


def test_a_list_knows_better_than_the_file(tmp_path: Path) -> None:
    """Without a list it is when the file was written, in UTC."""
    file = tmp_path / "page.html"
    file.write_text("<p>Hello.</p>")
    os.utime(file, (THEN.timestamp(), THEN.timestamp()))
    assert fetched_at(file, None) == THEN
    assert fetched_at(file, THEN.replace(hour=3)) == THEN.replace(hour=3)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Somebody removed it while the folder was read: the caller's to tell."""
    with pytest.raises(FileNotFoundError):
        fetched_at(tmp_path / "gone.html", None)
