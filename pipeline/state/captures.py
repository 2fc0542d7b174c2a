"""Where a page lies in the archive, as four columns of a row."""

from __future__ import annotations

from typing import Any, Final

from pipeline.types import ArchivePointer

COLUMNS: Final = ("capture_file", "capture_offset", "capture_length", "capture_digest")


def pointer_columns(pointer: ArchivePointer) -> dict[str, Any]:
    """Return the pointer as values of the capture columns."""
    return {
        "capture_file": pointer.file,
        "capture_offset": pointer.offset,
        "capture_length": pointer.length,
        "capture_digest": pointer.digest,
    }


def pointer_of(row: Any) -> ArchivePointer | None:
    """Return the pointer in a row's capture columns, None where they are empty."""
    if row.capture_file is None:
        return None
    return ArchivePointer(file=row.capture_file, offset=row.capture_offset, length=row.capture_length, digest=row.capture_digest)
