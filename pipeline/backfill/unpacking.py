"""The bytes of a file, gzipped or plain, as one stream that says where gzip members begin and where they are damaged.

Holds what was unpacked and not yet taken, which `need` bounds, and never the file: memory does not grow with its size.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from isal import isal_zlib

MAGIC: Final = b"\x1f\x8b\x08"
CHUNK: Final = 1 << 16


class Readable(Protocol):
    """Anything bytes can be read from, a piece at a time; b"" at the end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Seam:
    """Where one gzip member ends and whatever follows begins, in unpacked bytes from the start."""

    at: int
    damaged: bool  # what lies before it is not to be trusted
    in_file: int = field(default=0, compare=False)  # a byte of the file from which on it can be read, counted from where reading began


class Unpacked:
    """A window on the unpacked bytes: `window` begins at the absolute position `at`.

    After damage in a gzip file the stream goes on with the next bytes that look like a member.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._raw = source.read(CHUNK)
        self._gzip = self._raw[:3] == MAGIC
        self._inflate: Any = None
        self._pending = False  # whether the inflater may hold more than it gave
        self._ended = not self._raw
        self._seams: deque[Seam] = deque()
        self._taken = len(self._raw)  # bytes of the file
        self._passed = 0  # of the file, up to the last seam that was passed
        self._sound = 0  # of the file, up to where a member was last seen to begin
        self.window = bytearray()
        self.at = 0

    @property
    def is_packed(self) -> bool:
        """Whether this is a gzip file."""
        return self._gzip

    @property
    def taken(self) -> int:
        """Bytes of the file that were read so far, counted from where reading began."""
        return self._taken

    @property
    def in_file(self) -> int:
        """A byte of the file, counted from where reading began, from which on it can be read anew without missing what follows the
        window's start: that start itself in a plain file, else the last place where a member began that lies before it.
        """
        if not self._gzip:
            return self.at
        blank = len(self.window[:8]) - len(self.window[:8].lstrip(b"\r\n"))
        reached = [seam.in_file for seam in self._seams if seam.at <= self.at + blank]
        return max(reached, default=self._passed)

    def need(self, count: int) -> bool:
        """Unpack until the window holds `count` bytes; whether it does (the stream may end before)."""
        while len(self.window) < count and not self._ended:
            self._unpack()
        return len(self.window) >= count

    def take(self, count: int) -> bytes:
        """Take up to `count` bytes off the window."""
        taken = bytes(self.window[:count])
        self.drop(len(taken))
        return taken

    def drop(self, count: int) -> None:
        """Forget `count` bytes of the window, and the seams before them."""
        del self.window[:count]
        self.at += count
        while self._seams and self._seams[0].at < self.at:
            self._passed = self._seams.popleft().in_file

    def skip(self, count: int) -> int:
        """Pass over up to `count` bytes without holding them; return how many there were."""
        left = count
        while left and self.need(1):
            step = min(left, len(self.window))
            self.drop(step)
            left -= step
        return count - left

    def seam(self, start: int, end: int) -> Seam | None:
        """Return the first seam in [start, end] of what is unpacked so far."""
        return next((seam for seam in self._seams if start <= seam.at <= end), None)

    def pass_seams(self) -> bool:
        """Forget the seams that the window begins at; whether there was damage in one of them."""
        damaged = False
        while self._seams and self._seams[0].at <= self.at:
            seam = self._seams.popleft()
            self._passed = seam.in_file
            damaged = seam.damaged or damaged
        return damaged

    def to_next_member(self) -> bool:
        """Pass over everything up to the next seam; whether there is one."""
        while True:
            following = next((seam for seam in self._seams if seam.at > self.at), None)
            if following is not None:
                self.drop(following.at - self.at)
                self.pass_seams()
                return True
            self.drop(len(self.window))
            if self._ended:
                return False
            self._unpack()

    def _unpack(self) -> None:
        """Unpack one more piece into the window."""
        if not self._raw and not self._pending:
            self._raw = self._more()
        if not self._raw and not self._pending:
            self._end()
        elif not self._gzip:
            self.window += self._raw
            self._raw = b""
        else:
            self._inflate_some()

    def _more(self) -> bytes:
        more = self._source.read(CHUNK)
        self._taken += len(more)
        return more

    def _end(self) -> None:
        self._ended = True
        if self._inflate is not None:
            self._close_member(b"", damaged=True)

    def _inflate_some(self) -> None:
        if self._inflate is None and not self._begin_member():
            return
        try:
            piece = self._inflate.decompress(self._raw, CHUNK)
        except isal_zlib.IsalError:  # type: ignore[misc]  # its stub declares a variable of type Exception
            self._close_member(self._raw[1:], damaged=True)
            return
        self.window += piece
        self._pending = len(piece) == CHUNK
        if self._inflate.eof:
            self._close_member(self._inflate.unused_data, damaged=False)
        else:
            self._raw = self._inflate.unconsumed_tail

    def _close_member(self, rest: bytes, *, damaged: bool) -> None:
        self._raw, self._inflate, self._pending = rest, None, False
        if rest.startswith(MAGIC):  # anything else would not be known for a gzip file by its beginning
            self._sound = self._taken - len(rest)
        self._seams.append(Seam(self.at + len(self.window), damaged, self._sound))

    def _begin_member(self) -> bool:
        """Begin a member at the next bytes that look like one; padding and garbage between members are passed over."""
        if len(self._raw) < len(MAGIC):
            more = self._more()
            if not more:
                self._close_member(b"", damaged=MAGIC.startswith(self._raw))
                return False
            self._raw += more
        start = self._raw.find(MAGIC)
        if start < 0:
            self._raw = self._raw[1 - len(MAGIC) :]
            return False
        self._raw = self._raw[start:]
        self._inflate = isal_zlib.decompressobj(31)
        return True
