"""WARC files as streams that go on where an import was killed, whether they lie here or behind a URL.

file or URL ─ opened at its place ─▶ pages ─▶ portion in the ledger ─▶ place kept ─▶ …read to the end ─▶ place dropped
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from pipeline.backfill.found import Cursor, Found, Missed
from pipeline.backfill.unpacking import Readable
from pipeline.backfill.warc_pages import Reader
from pipeline.places import Place, PlaceStore
from pipeline.tally import Clock
from pipeline.types import FeedId

_NOWHERE: Final = Place(offset=0, version="", asked="")


class Distant(Readable, Protocol):
    """A file behind a URL, as `fetch.remote_file.RemoteFile` is one."""

    version: str

    def begin(self, offset: int, version: str) -> None: ...


@dataclass(slots=True)
class Bookmarks:
    """Where an import is in each of its files. `counts` are the import's: what was counted before it was killed is added to them."""

    places: PlaceStore
    source: FeedId
    asked: str  # what is wanted of the files: another choice begins them anew
    counts: Counter[str]
    clock: Clock
    _under_way: list[tuple[str, Cursor, str]] = field(default_factory=list)  # since the last portion: file, how far, its version
    _before: Counter[str] = field(default_factory=Counter)  # the counts when the first of these was opened
    _read: list[str] = field(default_factory=list)

    def left(self, file: str) -> Place:
        """Return where an import with this choice left a file; its beginning where none did."""
        place = self.places.get(self.source, file)
        return place if place is not None and place.asked == self.asked else _NOWHERE

    def open(self, file: str, version: str) -> Cursor:
        """Return the cursor to read a file with: where it was left, if it is still of that version."""
        place = self.left(file)
        if place.version != version:
            place = _NOWHERE
        cursor = Cursor(place.offset)
        if not self._under_way:
            self._before = Counter(self.counts)
        self._under_way.append((file, cursor, version))
        self.counts.update(place.counts)
        return cursor

    def keep(self) -> None:
        """Write down how far files were read: what came out of them is in the ledger now."""
        now, counts = self.clock(), self.counts - self._before
        for file, cursor, version in self._under_way:
            self.places.save(self.source, file, Place(offset=cursor.offset, version=version, asked=self.asked, counts=counts), now)
            counts = Counter()  # a portion of several files is the first one's
        if len(self._under_way) > 1:
            *ended, last = self._under_way
            self._read += [file for file, _, _ in ended]
            self._under_way, self._before = [last], Counter(self.counts)

    def drop(self) -> None:
        """Forget every place: all files are read to their ends, and a next import begins them anew."""
        self.places.forget(self.source, [*self._read, *(file for file, _, _ in self._under_way)])


def file_pages(file: Path, reader: Reader, marks: Bookmarks | None = None) -> Iterator[Found | Missed]:
    """Yield the pages of a WARC file of this machine. Raises `OSError` where it cannot be read."""
    with file.open("rb") as stream:
        cursor = None
        if marks is not None:
            status = file.stat()
            cursor = marks.open(str(file.resolve()), f"{status.st_mtime_ns} {status.st_size}")
            stream.seek(cursor.offset)
        yield from reader.pages(stream, file.name, cursor)


def distant_pages(source: Distant, url: str, reader: Reader, marks: Bookmarks | None = None) -> Iterator[Found | Missed]:
    """Yield the pages of a WARC file behind a URL."""
    place = marks.left(url) if marks is not None else _NOWHERE
    source.begin(place.offset, place.version)
    yield from reader.pages(source, url.rpartition("/")[2], marks.open(url, source.version) if marks is not None else None)
