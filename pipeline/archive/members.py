"""Gzip members, each stamped with the file it belongs to and its own offset there.

The stamp is an extra field (RFC 1952, 2.3.1.1), which other readers pass over. With it the members of a file can be told
apart from bytes that only look like one, even where the file is torn or damaged and even where a page's body holds gzip
members, or a WARC file, of its own: nobody outside knows a file's token.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from isal import isal_zlib

MEMBER_LIMIT = 64_000_000  # bytes of one member after decompression
TOKEN_BYTES = 8
_HEADER = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H2sH", 4 + TOKEN_BYTES + 8, b"WR", TOKEN_BYTES + 8)
_CHUNK = 1 << 16
_LEVEL = 1  # on news pages level 2 is 5 % slower for .3 % of size, zlib's 6 twelve times slower for 4 %


class Flaw(StrEnum):
    """What is wrong with a stretch of a file."""

    TORN = "torn"  # the file ends within it
    DAMAGED = "damaged"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One gzip member: where it lies, and its bytes after decompression."""

    offset: int
    length: int
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of a file that gives no member."""

    offset: int
    length: int
    flaw: Flaw


def stamp(token: bytes) -> bytes:
    """Return what each member of a file begins with; its offset (8 bytes, little-endian) follows."""
    return _HEADER + token


def pack_member(pieces: Iterable[bytes], *, token: bytes, offset: int) -> bytes:
    """Compress pieces into the member that is to be written at `offset`."""
    deflate = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
    checksum = size = 0
    packed = [stamp(token), struct.pack("<Q", offset)]
    for piece in pieces:
        checksum = isal_zlib.crc32(piece, checksum)
        size += len(piece)
        packed.append(deflate.compress(piece))
    packed += [deflate.flush(), struct.pack("<II", checksum, size & 0xFFFFFFFF)]
    return b"".join(packed)


def read_member(fd: int, offset: int, *, limit: int = MEMBER_LIMIT) -> Member | Gap:
    """Read the member at an offset; the gap's length is what was looked at. Any gzip member will do, stamped or not."""
    inflate = isal_zlib.decompressobj(31)
    pieces: list[bytes] = []
    size, at = 0, offset
    while not inflate.eof:
        chunk = os.pread(fd, _CHUNK, at)
        at += len(chunk)
        if not chunk:
            return Gap(offset=offset, length=at - offset, flaw=Flaw.TORN)
        try:
            piece = inflate.decompress(chunk, limit - size + 1)
        except isal_zlib.IsalError:  # type: ignore[misc]  # its stub declares a variable of type Exception
            return Gap(offset=offset, length=at - offset, flaw=Flaw.DAMAGED)
        size += len(piece)
        pieces.append(piece)
        if size > limit:
            return Gap(offset=offset, length=at - offset, flaw=Flaw.TOO_LARGE)
    return Member(offset=offset, length=at - len(inflate.unused_data) - offset, raw=b"".join(pieces))


def read_members(fd: int, *, token: bytes, limit: int = MEMBER_LIMIT) -> Iterator[Member | Gap]:
    """Yield the members of a file in order, and the gaps between them, holding one in memory at a time.

    After a gap it goes on with the next stamped member. A gap that reaches the end of the file is `TORN` where the file
    ends before its member does.
    """
    offset = 0
    while offset < os.fstat(fd).st_size:
        found = read_member(fd, offset, limit=limit)
        if isinstance(found, Gap):
            size = os.fstat(fd).st_size
            following = _next_stamp(fd, offset + 1, size, token)
            flaw = Flaw.DAMAGED if following is not None and found.flaw is Flaw.TORN else found.flaw
            yield Gap(offset=offset, length=(size if following is None else following) - offset, flaw=flaw)
            if following is None:
                return
            offset = following
        else:
            yield found
            offset += found.length


def end_of_whole(fd: int, *, token: bytes) -> int | None:
    """Return where the last whole member ends; None where no member of this file is found near its end.

    Looks at the end only, so that opening a large file costs no more than opening a small one.
    """
    size = os.fstat(fd).st_size
    start = _last_stamp(fd, size, token)
    if start is None:
        return None
    found = read_member(fd, start)
    return found.offset + found.length if isinstance(found, Member) else start


def _next_stamp(fd: int, start: int, size: int, token: bytes) -> int | None:
    at = start
    while at < size:
        found = _stamps(fd, at, token)
        if found:
            return found[0]
        at += _CHUNK
    return None


def _last_stamp(fd: int, size: int, token: bytes) -> int | None:
    at = size
    while at > max(0, size - 2 * MEMBER_LIMIT):
        at = max(0, at - _CHUNK)
        found = _stamps(fd, at, token)
        if found:
            return found[-1]
    return None


def _stamps(fd: int, at: int, token: bytes) -> list[int]:
    """Return the offsets in [at, at + a chunk) where a member of this file begins."""
    mark = stamp(token)
    chunk = os.pread(fd, _CHUNK + len(mark) + 7, at)
    found = []
    place = chunk.find(mark)
    while place >= 0:
        if chunk[place + len(mark) : place + len(mark) + 8] == struct.pack("<Q", at + place):
            found.append(at + place)
        place = chunk.find(mark, place + 1)
    return found
