"""Stamped gzip members."""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive.members import Flaw, Gap, Member, end_of_whole, pack_member, read_member, read_members, stamp

TOKEN = b"8 octets"
NOISE = os.urandom(200_000)  # does not compress: what lies within it lies plain in the file


class Shelf:
    """A file of members, built piece by piece."""

    def __init__(self, path: Path) -> None:
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT)

    @property
    def size(self) -> int:
        return os.fstat(self.fd).st_size

    def put(self, content: bytes, token: bytes = TOKEN) -> int:
        offset = self.size
        os.pwrite(self.fd, pack_member([content], token=token, offset=offset), offset)
        return offset

    def put_plain(self, content: bytes) -> int:
        """Put a member that holds its content as it is, as deflate may do with what does not compress."""
        offset = self.size
        stored = zlib.compressobj(0, zlib.DEFLATED, -15)
        deflated = stored.compress(content) + stored.flush()
        trailer = struct.pack("<II", zlib.crc32(content), len(content))
        os.pwrite(self.fd, stamp(TOKEN) + struct.pack("<Q", offset) + deflated + trailer, offset)
        return offset

    def damage(self, offset: int, content: bytes) -> None:
        os.pwrite(self.fd, content, offset)

    def read(self, **limits: int) -> list[bytes | Flaw]:
        return [found.raw if isinstance(found, Member) else found.flaw for found in read_members(self.fd, token=TOKEN, **limits)]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "shelf")
    yield shelf
    os.close(shelf.fd)


def test_members_are_plain_gzip(shelf: Shelf, tmp_path: Path) -> None:
    """Any gzip reads the file, stamps and all."""
    shelf.put(b"one")
    shelf.put(NOISE)
    assert gzip.decompress((tmp_path / "shelf").read_bytes()) == b"one" + NOISE


def test_each_is_found_alone_and_in_turn(shelf: Shelf) -> None:
    """By its offset, and by reading on from the start; pieces are joined."""
    shelf.put(b"one")
    offset = shelf.put(NOISE)
    shelf.put(b"")
    found = read_member(shelf.fd, offset)
    assert isinstance(found, Member)
    assert found.raw == NOISE
    assert shelf.read() == [b"one", NOISE, b""]


def test_a_torn_tail_is_told(shelf: Shelf) -> None:
    """What ends too early is no member, wherever it was cut; what was before stays readable."""
    shelf.put(b"one")
    start = shelf.put(b"two" * 100)
    whole = shelf.size
    for size in reversed(range(start + 1, whole)):
        os.ftruncate(shelf.fd, size)
        assert shelf.read() == [b"one", Flaw.TORN]
        assert end_of_whole(shelf.fd, token=TOKEN) == start


def test_zeros_at_the_end_are_no_member(shelf: Shelf) -> None:
    """A file system may lengthen a file and lose what was written: the end of the whole is before that."""
    shelf.put(b"one")
    end = shelf.size
    os.ftruncate(shelf.fd, end + 300_000)
    assert end_of_whole(shelf.fd, token=TOKEN) == end
    assert shelf.read() == [b"one", Flaw.DAMAGED]


@pytest.mark.parametrize("place", [0, 3, 60, -5])
def test_a_damaged_member_is_passed_over(shelf: Shelf, place: int) -> None:
    """Damage to its header, its stamp, its content or its checksum costs this member alone."""
    shelf.put(b"one")
    start = shelf.put(NOISE)
    end = shelf.size
    shelf.put(b"three")
    at = (start if place >= 0 else end) + place
    shelf.damage(at, bytes([os.pread(shelf.fd, 1, at)[0] ^ 0x55]))
    assert shelf.read() == [b"one", Flaw.DAMAGED, b"three"]


def test_what_looks_like_a_member_within_a_page_is_none(shelf: Shelf) -> None:
    """A body that holds members, even stamped ones of a file like this, is never read as members of this file."""
    decoys = b"".join(pack_member([b"decoy"], token=token, offset=offset) for token in (TOKEN, b"x" * 8) for offset in (0, 99))
    start = shelf.put_plain(b"?" * 99 + decoys + gzip.compress(b"decoy"))
    end = shelf.size
    assert decoys in os.pread(shelf.fd, end, 0)
    assert end_of_whole(shelf.fd, token=TOKEN) == end
    shelf.put(b"two")
    shelf.damage(start + 60, b"!")
    assert shelf.read() == [Flaw.DAMAGED, b"two"]
    os.ftruncate(shelf.fd, end - 4)
    assert end_of_whole(shelf.fd, token=TOKEN) == start


def test_a_member_that_swallows_the_next_costs_itself_alone(shelf: Shelf) -> None:
    """Damage may announce more than the file holds; that is no torn file, and the next member is read."""
    os.pwrite(shelf.fd, stamp(TOKEN) + bytes(8) + b"\0\xff\xff\0\0", 0)
    shelf.put(b"two")
    assert shelf.read() == [Flaw.DAMAGED, b"two"]


def test_a_stamp_across_a_chunk_border_is_found(shelf: Shelf) -> None:
    """Looking backwards in steps misses none."""
    shelf.put_plain(NOISE)
    start = shelf.size
    for length in range(65_440, 65_560):
        os.ftruncate(shelf.fd, start)
        shelf.put_plain(NOISE[:length])
        assert end_of_whole(shelf.fd, token=TOKEN) == shelf.size


def test_a_bomb_is_not_inflated(shelf: Shelf) -> None:
    """Past the limit reading stops, and goes on with the next member."""
    bomb = shelf.put(bytes(1_000_000))
    shelf.put(b"two")
    assert shelf.read(limit=10_000) == [Flaw.TOO_LARGE, b"two"]
    found = read_member(shelf.fd, bomb, limit=999_999)
    assert isinstance(found, Gap)
    assert isinstance(read_member(shelf.fd, bomb, limit=1_000_000), Member)


def test_a_file_of_another_kind_has_no_end(shelf: Shelf) -> None:
    """Where nothing is stamped with this file's token there is nothing to append after."""
    shelf.put(b"one", token=b"stranger")
    assert end_of_whole(shelf.fd, token=TOKEN) is None
