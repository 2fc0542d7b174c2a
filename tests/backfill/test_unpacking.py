"""The stream under a WARC file: what it holds, where members meet, what damage leaves."""

from __future__ import annotations

import gzip
import io

from pipeline.backfill.unpacking import CHUNK, Seam, Unpacked


def test_members_meet_at_seams() -> None:
    """Where one ends and the next begins, in unpacked bytes."""
    stream = Unpacked(io.BytesIO(gzip.compress(b"abc") + gzip.compress(b"defg")))
    assert stream.need(7)
    assert not stream.need(8)
    assert stream.is_packed
    assert (stream.seam(0, 3), stream.seam(4, 9)) == (Seam(3, damaged=False), Seam(7, damaged=False))
    assert stream.take(5) == b"abcde"
    assert (stream.at, stream.seam(0, 4)) == (5, None)


def test_memory_is_of_what_is_asked_for() -> None:
    """A hundred megabytes of zeros pass through a window of a few chunks, and no more of the file is read than needed."""
    source = io.BytesIO(gzip.compress(bytes(100_000_000), 1))
    stream = Unpacked(source)
    assert stream.need(10)
    assert len(stream.window) <= CHUNK
    largest = 0
    while stream.need(1):
        largest = max(largest, len(stream.window))
        stream.drop(len(stream.window))
    assert largest <= 2 * CHUNK
    assert stream.at == 100_000_000
    assert stream.skip(5) == 0


def test_after_damage_the_next_member_is_found() -> None:
    """And one that begins with nothing but its first two bytes is torn."""
    first = gzip.compress(b"x" * 1000)
    stream = Unpacked(io.BytesIO(first[:-8] + bytes(8) + gzip.compress(b"after") + b"\x1f\x8b"))
    assert stream.need(5)
    assert stream.pass_seams()
    assert stream.take(5) == b"after"
    assert not stream.need(1)
    assert stream.pass_seams()


def test_a_plain_file_has_no_members() -> None:
    """Its bytes are given as they are."""
    stream = Unpacked(io.BytesIO(b"plain text"))
    assert not stream.is_packed
    assert stream.skip(6) == 6
    assert stream.need(4)
    assert bytes(stream.window) == b"text"
    assert not stream.to_next_member()


def test_the_place_in_the_file_is_where_a_member_begins() -> None:
    """Blank ends of one count as read; behind garbage, where nobody would know a gzip file, it is not moved on."""
    members = [gzip.compress(text) for text in (b"one\r\n\r\n", b"two\r\n\r\n", b"three")]
    raw = members[0] + b"garbage" + members[1] + members[2]
    stream = Unpacked(io.BytesIO(raw))
    places = [stream.in_file]
    for text in (b"one", b"\r\n\r\ntwo", b"\r\n\r\nth"):
        assert stream.need(len(text) + 4) or text.endswith(b"th")
        assert stream.take(len(text)) == text
        places.append(stream.in_file)
    assert [_unpacked(raw[place:]) for place in places] == [
        b"one\r\n\r\ntwo\r\n\r\nthree", b"one\r\n\r\ntwo\r\n\r\nthree", b"three", b"three",
    ]  # fmt: skip
    assert stream.taken == len(raw)
    plain = Unpacked(io.BytesIO(b"plain text"))
    assert plain.skip(6) == 6
    assert plain.in_file == 6


def _unpacked(raw: bytes) -> bytes:
    stream = Unpacked(io.BytesIO(raw))
    stream.need(1000)
    return bytes(stream.window)
