"""WACZ: a zip of WARC files. Members are read as streams, in the order of their names."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.backfill.found import Missed
from pipeline.backfill.unpacking import Readable

WARC_ENDINGS = (".warc", ".warc.gz")


@contextmanager
def warcs_of(path: Path) -> Iterator[list[tuple[str, zipfile.ZipFile]]]:
    """Open a WACZ and give the names of its WARC files with the archive to open them from.

    Raises:
        OSError: it cannot be read.
        zipfile.BadZipFile: it is no zip file, or torn.
    """
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.lower().endswith(WARC_ENDINGS))
        yield [(name, archive) for name in names]


class Guarded:
    """A member of a zip file as `Readable`: where it is damaged, it ends, and `flaw` says so."""

    def __init__(self, stream: Readable, where: str) -> None:
        self._stream = stream
        self._where = where
        self.flaw: Missed | None = None

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; b"" at the end and after damage."""
        if self.flaw is not None:
            return b""
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            self.flaw = Missed(where=self._where, reason="damaged", detail=str(error))
            return b""
