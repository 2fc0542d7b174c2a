"""Rolling WARC files: which file a page goes to, and that no two processes write to one.

Files lie below YYYY/MM/DD of the day their pages were fetched, so that a span of days is read without opening the rest.
Each is locked (flock) while a process writes to it. A process that begins takes over a file of the day that nobody holds
and that has not reached its size or age, because a task lives for seconds and a file each would make thousands a day.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline import __version__
from pipeline.archive.members import TOKEN_BYTES, end_of_whole, pack_member
from pipeline.archive.warc import pack_warcinfo

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

_NAME = re.compile(rf"wireroom-(\d{{8}}T\d{{6}})-([0-9a-f]{{{2 * TOKEN_BYTES}}})\.warc\.gz")
_COPIED_AT_ONCE = 1 << 20


class WarcFile:
    """One file of the archive, held open and locked for writing. Made by `open_file`.

    A lock is of an open file, and a fork shares it: `pid` is who may write.
    """

    def __init__(self, root: Path, path: Path, fd: int) -> None:
        self.path = path
        self.name = path.relative_to(root).as_posix()
        self.token = token_of(path)
        self.opened_at = _opened_at(path)
        self.fd = fd
        self.pid = os.getpid()

    @property
    def size(self) -> int:
        """Bytes in the file: where the next member goes."""
        return os.fstat(self.fd).st_size

    @property
    def warcinfo_id(self) -> str:
        """The URN of this file's warcinfo, the same whoever asks."""
        return urn(self.path.name, "warcinfo")

    def append(self, pieces: Sequence[bytes]) -> tuple[int, int]:
        """Write one member durably and return its offset and length.

        Raises:
            OSError: it could not be written. What was written of it is cut off again.
        """
        offset = self.size
        packed = pack_member(pieces, token=self.token, offset=offset)
        try:
            _write(self.fd, packed)
            os.fsync(self.fd)
        except OSError:
            with contextlib.suppress(OSError):  # should this fail too, whoever opens the file next cuts it
                os.ftruncate(self.fd, offset)
            raise
        return offset, len(packed)

    def close(self) -> None:
        """Give the file back for others to append to."""
        os.close(self.fd)


def token_of(path: Path) -> bytes:
    """Return the token in a file's name, with which its members are stamped."""
    match = _NAME.fullmatch(path.name)
    assert match, path
    return bytes.fromhex(match[2])


def urn(*parts: object) -> str:
    """Return a URN that is the same for the same parts: file names hold a random token, so it is unique."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "wireroom:" + ":".join(map(str, parts))).urn


def files_of_days(root: Path, first: date, last: date) -> Iterator[Path]:
    """Yield the files of the days from first to last, both included, oldest first."""
    for folder in sorted(root.glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]")):
        if first.isoformat() <= "-".join(folder.parts[-3:]) <= last.isoformat():
            yield from _files(folder)


def open_file(root: Path, day: date, *, clock: Clock, token: Callable[[], str], max_bytes: int, max_age: timedelta) -> WarcFile:
    """Return a file for pages of that day, locked: one that nobody holds and that has room, else a new one.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = root / f"{day:%Y/%m/%d}"
    folder.mkdir(parents=True, exist_ok=True)
    for path in reversed(list(_files(folder))):
        if path.stat().st_size < max_bytes and clock() - _opened_at(path) < max_age:
            reopened = _reopened(root, path, clock())
            if reopened is not None:
                return reopened
    return _new(root, folder, clock(), token)


def is_being_written(fd: int) -> bool:
    """Whether somebody holds this file for appending: its last member may be half written, with nothing wrong."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a file system without locks
        return False
    fcntl.flock(fd, fcntl.LOCK_UN)
    return False


def _new(root: Path, folder: Path, now: datetime, token: Callable[[], str]) -> WarcFile:
    path = folder / f"wireroom-{now.astimezone(UTC):%Y%m%dT%H%M%S}-{token()}.warc.gz"
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    if not _lock(fd):
        log.warning("%s: this file system has no locks; each process will write files of its own", folder)
    file = WarcFile(root, path, fd)
    _begin(file, now)
    return file


def _begin(file: WarcFile, now: datetime) -> None:
    """Write the warcinfo and make the file's name as durable as its bytes. Closes the file where that fails."""
    software = f"Wireroom/{__version__}"
    try:
        file.append([pack_warcinfo(file=file.path.name, warcinfo_id=file.warcinfo_id, at=now, software=software)])
        _sync_folder(file.path.parent)
    except OSError:
        file.close()
        raise


def _reopened(root: Path, path: Path, now: datetime) -> WarcFile | None:
    """Return a file of an earlier process, locked and whole; None where somebody has it or it is not to be touched."""
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
    file = WarcFile(root, path, fd)
    if not _lock(fd):
        file.close()
        return None
    if file.size == 0:  # its process died between making and beginning it
        _begin(file, now)
        return file
    end = end_of_whole(fd, token=file.token)
    if end is None:
        log.warning("%s: no page of ours near its end; left as it is", path)
        file.close()
        return None
    if end < file.size:
        _set_aside(file, end)
    return file


def _set_aside(file: WarcFile, end: int) -> None:
    """Move what follows the last whole member into a file beside this one.

    Left in place it would stop other WARC tools, which read from member to member; and nothing is ever thrown away.
    """
    aside = file.path.with_name(f"{file.path.name}.{end}.torn")
    with aside.open("wb") as torn:
        at = end
        while chunk := os.pread(file.fd, _COPIED_AT_ONCE, at):
            torn.write(chunk)
            at += len(chunk)
        torn.flush()
        os.fsync(torn.fileno())
    os.ftruncate(file.fd, end)
    os.fsync(file.fd)
    log.warning("%s: ended in mid-page (a process died writing it); %d bytes moved to %s", file.path, at - end, aside.name)


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has it, or the file system has no locks: either way it is not ours
        return False
    return True


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def _opened_at(path: Path) -> datetime:
    match = _NAME.fullmatch(path.name)
    assert match, path
    return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def _write(fd: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
