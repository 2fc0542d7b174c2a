"""Each kind of dirt that crawls hold, between two sound pages: it costs what it spoils, has its word, and nothing beside it is lost."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.backfill.choice import Choice
from pipeline.backfilling import import_warcs
from pipeline.settings import Settings
from pipeline.wiring import Rooms
from tests.backfill.warcs import Written
from tests.test_importing import NOON, story

HTML = ("Content-Type", "text/html")
DAY = datetime(2024, 5, 3, tzinfo=UTC)
PACKED = pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    """A fresh home whose fetcher would meet a closed port."""
    settings = Settings(_env_file=None, home=tmp_path / "home", batch_size=50, local_newsroom="127.0.0.1:9")  # type: ignore[call-arg]
    with Rooms(settings, clock=lambda: NOON) as opened:
        yield opened


def found(rooms: Rooms, folder: Path, *dirt: Written | bytes, packed: bool = True) -> dict[str, int]:
    """What an import counts of the dirt, put between two sound pages; both of these have to come through."""
    parts = (story(1), *dirt, story(2))
    raw = [part if isinstance(part, bytes) else part.packed() if packed else part.raw() for part in parts]
    path = folder / ("a.warc.gz" if packed else "a.warc")
    path.write_bytes(b"".join(raw))
    counts = dict(import_warcs(rooms, [str(path)], Choice(), ccnews=True).found)
    taken = {page.url for _, page in rooms.archive.pages(DAY, DAY + timedelta(days=1))}
    assert {story(1).url, story(2).url} <= taken
    counts["taken"] -= 2
    return {word: count for word, count in counts.items() if count}


def body_of(rooms: Rooms, url: str) -> bytes:
    return next(page.body for _, page in rooms.archive.pages(DAY, DAY + timedelta(days=1)) if page.url == url)


@PACKED
def test_truncated(rooms: Rooms, tmp_path: Path, packed: bool) -> None:
    """A page that its crawler cut says so, whatever it was cut for."""
    cut = [
        story(number, fields=(("WARC-Truncated", why),)) for number, why in enumerate(("length", "time", "disconnect", "unspecified"), 3)
    ]
    assert found(rooms, tmp_path, *cut, packed=packed) == {"truncated": 4}


def test_a_member_that_breaks_off(rooms: Rooms, tmp_path: Path) -> None:
    """In the middle of a file, and at its end."""
    assert found(rooms, tmp_path, story(3).packed()[:-300]) == {"damaged": 1}
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(story(4).packed() + story(5).packed()[:-300])
    assert import_warcs(rooms, [str(torn)], Choice()).found == {"taken": 1, "torn": 1}


@PACKED
@pytest.mark.parametrize("off_by", [-200, -1, 1, 5_000])
def test_wrong_lengths(rooms: Rooms, tmp_path: Path, packed: bool, off_by: int) -> None:
    """Too short, too long, and longer than all that follows in its member or its file: one page is lost, not the one behind it."""
    word = "torn" if off_by > 1_000 and not packed else "wrong-length"  # the plain file ends within what the length promises
    assert found(rooms, tmp_path, story(3, off_by=off_by), packed=packed) == {word: 1}


@PACKED
def test_no_html(rooms: Rooms, tmp_path: Path, packed: bool) -> None:
    """By what the server said, and by what the crawler found out."""
    dirt = [
        replace(story(3), headers=(("Content-Type", "application/pdf"),)),
        replace(story(4), headers=(("Content-Type", "image/png; q=1"),)),
        story(5, fields=(("WARC-Identified-Payload-Type", "application/rss+xml"),)),
    ]
    assert found(rooms, tmp_path, *dirt, packed=packed) == {"not-html": 3}


@PACKED
def test_huge_pages(rooms: Rooms, tmp_path: Path, packed: bool) -> None:
    """Larger than a page may be as it is, after it is unpacked, or than a block that is looked at."""
    dirt = [
        replace(story(3), body=b"<p>" + b"x" * 10_000_000),
        replace(story(4), body=gzip.compress(bytes(30_000_000)), headers=(HTML, ("Content-Encoding", "gzip"))),
        replace(story(5), body=b"<p>" + b"x" * 33_000_000),
    ]
    assert found(rooms, tmp_path, *dirt, packed=packed) == {"too-large": 3}


def test_wrong_chunks(rooms: Rooms, tmp_path: Path) -> None:
    """Headers that speak of chunks where writers have put them together; and chunks that end too soon, which are kept as far as they go."""
    chunked = (HTML, ("Transfer-Encoding", "chunked"))
    body = story(4).body
    halves = b"%x\r\n%s\r\n%x;name=value\r\n%s\r\n0\r\n\r\n" % (500, body[:500], len(body) - 500, body[500:])
    dirt = [
        replace(story(3), headers=chunked),
        replace(story(4), headers=chunked, body=halves),
        replace(story(5), headers=chunked, body=b"%x\r\n%s" % (len(body) * 2, story(5).body)),
    ]
    assert found(rooms, tmp_path, *dirt) == {"taken": 3}
    assert [body_of(rooms, story(number).url) for number in (3, 4, 5)] == [story(number).body for number in (3, 4, 5)]


def test_wrong_encodings(rooms: Rooms, tmp_path: Path) -> None:
    """A header left over from a body that is unpacked already is passed over; what cannot be unpacked has its word."""
    gzipped = (HTML, ("Content-Encoding", "gzip"))
    dirt = [
        replace(story(3), headers=gzipped),
        replace(story(4), headers=gzipped, body=gzip.compress(story(4).body)),
        replace(story(5), headers=gzipped, body=gzip.compress(story(5).body)[:-100]),
        replace(story(6), headers=gzipped, body=b"\x1f\x8bno gzip"),
        replace(story(7), headers=(HTML, ("Content-Encoding", "x-martian")), body=b"\x00\x01\x02" * 50),
    ]
    assert found(rooms, tmp_path, *dirt) == {"taken": 2, "bad-encoding": 3}
    assert [body_of(rooms, story(number).url) for number in (3, 4)] == [story(number).body for number in (3, 4)]


@PACKED
def test_revisits(rooms: Rooms, tmp_path: Path, packed: bool) -> None:
    """A page that was the same as before has no body of its own: passed over as requests are, and neither counted nor lost."""
    profile = (
        ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
        ("WARC-Refers-To-Target-URI", story(1).url),
    )
    revisit = replace(story(1), kind="revisit", body=b"", fields=profile)
    request, metadata = replace(story(3), kind="request"), replace(story(3), kind="metadata")
    assert found(rooms, tmp_path, revisit, request, metadata, packed=packed) == {}
    assert body_of(rooms, story(1).url) == story(1).body


def test_wrong_digests(rooms: Rooms, tmp_path: Path) -> None:
    """Writers digest what they got and store what they made of it. Nobody's word is taken: the archive has a digest of our own."""
    lying = story(3, fields=(("WARC-Payload-Digest", "sha1:AAAA"), ("WARC-Block-Digest", "md5:nonsense")))
    assert found(rooms, tmp_path, lying) == {"taken": 1}
    pointer = next(pointer for pointer, page in rooms.archive.pages(DAY, DAY + timedelta(days=1)) if page.url == lying.url)
    assert pointer.digest == hashlib.sha256(lying.body).hexdigest()


@pytest.mark.parametrize(
    "garbage", [bytes(range(256)) * 9, b"\x1f\x8b\x08 no member", bytes(100_000), b"\r\n" * 70_000], ids=lambda one: str(len(one))
)
@PACKED
def test_garbage_between(rooms: Rooms, tmp_path: Path, packed: bool, garbage: bytes) -> None:
    """Bytes that are nobody's cost at most a word of their own."""
    counts = found(rooms, tmp_path, garbage, story(3), packed=packed)
    assert counts.pop("taken") == 1
    assert sum(counts.values()) <= 1
    assert set(counts) <= {"damaged", "no-warc-head"}
