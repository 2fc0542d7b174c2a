"""An archive in memory: the same promises as the one on disk, for tests of whatever is handed an archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.errors import QuarantineError
from pipeline.types import ArchivePointer, FetchedPage


class MemoryArchive:
    """Keeps pages in a list. A pointer's offset is the place in it, its length the body's."""

    def __init__(self) -> None:
        self.added: list[tuple[str, FetchedPage]] = []
        self.forgotten: set[int] = set()

    def add(self, page: FetchedPage, *, kind: str) -> ArchivePointer:
        self.added.append((kind, page))
        return self._pointer(len(self.added) - 1)

    def get(self, pointer: ArchivePointer) -> FetchedPage:
        if not 0 <= pointer.offset < len(self.added) or pointer.offset in self.forgotten or pointer != self._pointer(pointer.offset):
            raise QuarantineError(f"{pointer.file} at {pointer.offset}: not what the archive holds")
        return self.added[pointer.offset][1]

    def forget(self, before: datetime) -> int:
        old = {place for place, (kind, page) in enumerate(self.added) if kind == "passing" and page.fetched_at.date() < before.date()}
        self.forgotten |= old
        return len(old)

    def pages(self, start: datetime, end: datetime, *, kind: str = "page") -> Iterator[tuple[ArchivePointer, FetchedPage]]:
        for place, (its_kind, page) in enumerate(list(self.added)):
            if its_kind == kind and start <= page.fetched_at < end:
                yield self._pointer(place), page

    def close(self) -> None:
        """Nothing to close."""

    def _pointer(self, place: int) -> ArchivePointer:
        page = self.added[place][1]
        return ArchivePointer(file="memory", offset=place, length=len(page.body), digest=page.digest)
