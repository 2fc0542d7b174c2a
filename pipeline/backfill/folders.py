"""Folders of saved pages: when a page of one was fetched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path


def fetched_at(file: Path, listed: datetime | None) -> datetime:
    """Return what a list says, else when the file was written. Raises `OSError` where there is no such file."""
    return listed or datetime.fromtimestamp(file.stat().st_mtime, UTC)
