"""The archive as stages see it: `ports.Archive` on WARC files below one folder."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.archive.files import Clock, WarcFile, files_of_days, is_being_written, open_file, token_of, urn
from pipeline.archive.members import MEMBER_LIMIT, TOKEN_BYTES, Flaw, Gap, Member, read_member, read_members
from pipeline.archive.warc import pack, read_head, unpack
from pipeline.errors import QuarantineError, RetryableError
from pipeline.types import ArchivePointer, FetchedPage

log = logging.getLogger(__name__)

PASSING = "passing"  # kind and folder of the pages that are not to be kept


def _random_token() -> str:
    return secrets.token_hex(TOKEN_BYTES)


class WarcArchive:
    """Keeps pages in WARC files below `root`, any number of processes at once.

    Nothing is opened before the first page is added. `flaws` counts what `pages` had to pass over, by `Flaw`.

    Args:
        root: the archive's folder; made when needed.
        clock: now, as an aware UTC time: names files and ages them.
        max_bytes: a file of this size is not added to; files end up larger by one page at most.
        max_age: nor one that was begun longer ago than this.
        token: 16 random hex digits, new at each call.
    """

    def __init__(
        self,
        root: Path,
        clock: Clock,
        *,
        max_bytes: int = 1_000_000_000,
        max_age: timedelta = timedelta(hours=24),
        token: Callable[[], str] = _random_token,
    ) -> None:
        self.root = root
        self.flaws: Counter[Flaw] = Counter()
        self._clock = clock
        self._max_bytes = max_bytes
        self._max_age = max_age
        self._token = token
        self._file: WarcFile | None = None
        self._adding = threading.Lock()
        self._passing: WarcArchive | None = None

    def add(self, page: FetchedPage, *, kind: str) -> ArchivePointer:
        """Append a page durably; safe from several threads.

        Raises:
            RetryableError: the folder cannot be written (full, read-only); nothing of the page stays behind.
            QuarantineError: the page is larger than can be read back, or its digest is not its body's.
        """
        if kind == PASSING:
            pointer = self._passing_archive().add(page, kind="page")
            return dataclasses.replace(pointer, file=f"{PASSING}/{pointer.file}")
        with self._adding:
            try:
                file = self._file_for(page)
                offset, length = file.append(_pieces(page, kind, file))
            except OSError as error:
                self._drop_file()
                remedy = "free space there or mend its permissions"
                raise RetryableError(
                    f"{page.final_url}: archive folder {self.root} cannot be written ({error.strerror}); {remedy}"
                ) from error
            return ArchivePointer(file=file.name, offset=offset, length=length, digest=page.digest)

    def get(self, pointer: ArchivePointer) -> FetchedPage:
        """Return the page as it was added.

        Raises:
            QuarantineError: no such file, or length or digest do not match.
            RetryableError: the folder cannot be read.
        """
        where = f"{pointer.file} at {pointer.offset}"
        path = self.root / pointer.file
        if pointer.offset < 0 or "\0" in pointer.file or ".." in path.parts or not path.is_relative_to(self.root):
            raise QuarantineError(f"{where}: not in the archive {self.root}")
        try:
            with _reading(path) as fd:
                found = read_member(fd, pointer.offset)
        except FileNotFoundError as error:
            if not self.root.is_dir():
                raise RetryableError(f"{where}: archive folder {self.root} is not there; mount it or set its address right") from error
            raise QuarantineError(f"{where}: no such file in the archive {self.root}") from error
        except OSError as error:
            raise RetryableError(f"{where}: archive folder {self.root} cannot be read ({error.strerror})") from error
        return _checked(found, pointer, where)

    def pages(self, start: datetime, end: datetime, *, kind: str = "page") -> Iterator[tuple[ArchivePointer, FetchedPage]]:
        """Yield the pages fetched in [start, end), file by file, holding one page at a time.

        What is torn, damaged or too large is passed over with a warning and counted in `flaws`.
        """
        if start >= end:
            return
        for path in files_of_days(self.root, start.astimezone(UTC).date(), end.astimezone(UTC).date()):
            try:
                with _reading(path) as fd:
                    yield from self._pages_of(path, fd, start, end, kind)
            except OSError as error:
                raise RetryableError(f"{path}: cannot be read ({error.strerror})") from error

    def forget(self, before: datetime) -> int:
        """Delete the passing pages of the days before that one, and return how many files they were in.

        Raises:
            RetryableError: the folder cannot be written.
        """
        folder, last = self.root / PASSING, before.astimezone(UTC).date() - timedelta(days=1)
        try:
            old = list(files_of_days(folder, date.min, last))
            for path in old:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise RetryableError(f"{folder}: cannot be cleared ({error.strerror})") from error
        return len(old)

    def _passing_archive(self) -> WarcArchive:
        with self._adding:
            if self._passing is None:
                self._passing = WarcArchive(
                    self.root / PASSING, self._clock, max_bytes=self._max_bytes, max_age=self._max_age, token=self._token
                )
            return self._passing

    def close(self) -> None:
        """Give back the file being written. Adding again opens one again."""
        with self._adding:
            self._drop_file()
            if self._passing is not None:
                self._passing.close()

    def _pages_of(self, path: Path, fd: int, start: datetime, end: datetime, kind: str) -> Iterator[tuple[ArchivePointer, FetchedPage]]:
        file = path.relative_to(self.root).as_posix()
        for found in read_members(fd, token=token_of(path)):
            if isinstance(found, Gap):
                if found.flaw is not Flaw.TORN or not is_being_written(fd):
                    self._pass_over(file, found.offset, found.flaw, f"{found.length} bytes")
                continue
            try:
                head = read_head(found.raw)
                if head.kind != kind or not start <= head.at < end:
                    continue
                page = unpack(head, found.raw)
            except (ValueError, KeyError) as error:
                self._pass_over(file, found.offset, Flaw.DAMAGED, str(error))
                continue
            yield ArchivePointer(file=file, offset=found.offset, length=found.length, digest=page.digest), page

    def _pass_over(self, file: str, offset: int, flaw: Flaw, detail: str) -> None:
        self.flaws[flaw] += 1
        log.warning("%s at %d: %s, passed over (%s)", file, offset, flaw, detail)

    def _file_for(self, page: FetchedPage) -> WarcFile:
        day = page.fetched_at.astimezone(UTC).date()
        if self._file is not None and not self._fits(self._file, f"{day:%Y/%m/%d}"):
            self._drop_file()
        if self._file is None:
            self._file = open_file(self.root, day, clock=self._clock, token=self._token, max_bytes=self._max_bytes, max_age=self._max_age)
        return self._file

    def _fits(self, file: WarcFile, day: str) -> bool:
        mine = file.pid == os.getpid()
        young = self._clock() - file.opened_at < self._max_age
        return mine and young and file.name.startswith(day) and file.size < self._max_bytes

    def _drop_file(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # all that was added is on disk already
                self._file.close()
            self._file = None


def _pieces(page: FetchedPage, kind: str, file: WarcFile) -> tuple[bytes, ...]:
    response_id = urn(file.path.name, file.size, page.digest)
    try:
        parts = pack(page, kind=kind, response_id=response_id, warcinfo_id=file.warcinfo_id)
    except ValueError as error:
        raise QuarantineError(f"{page.final_url}: cannot be archived: {error}") from error
    pieces = parts.head, parts.http_head, parts.body, b"\r\n\r\n"
    size = sum(map(len, pieces))
    if size > MEMBER_LIMIT:
        raise QuarantineError(f"{page.final_url}: too large for the archive, {size} bytes of at most {MEMBER_LIMIT}")
    return pieces


def _checked(found: Member | Gap, pointer: ArchivePointer, where: str) -> FetchedPage:
    if isinstance(found, Gap):
        raise QuarantineError(f"{where}: {found.flaw} in the archive")
    if found.length != pointer.length:
        raise QuarantineError(f"{where}: {found.length} bytes in the archive, {pointer.length} in the ledger")
    try:
        page = unpack(read_head(found.raw), found.raw)
    except (ValueError, KeyError) as error:
        raise QuarantineError(f"{where}: damaged in the archive: {error}") from error
    if page.digest != pointer.digest:
        raise QuarantineError(f"{where}: digest {page.digest} in the archive, {pointer.digest} in the ledger")
    return page


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)
