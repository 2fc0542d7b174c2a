"""Foreign WARC files: the sound parts of each come out as they went in, and every flaw is counted, not raised."""

from __future__ import annotations

import gc
import gzip
import io
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.backfill.found import Missed
from pipeline.backfill.warc_reading import BLOCK_LIMIT, Response, WarcHead, read_warc
from tests.backfill.warcs import Written, several

PAGES = several(6)
SHAPES = {
    "a member a page": b"".join(page.packed() for page in PAGES),
    "one member": gzip.compress(b"".join(page.raw() for page in PAGES), mtime=0),
    "plain": b"".join(page.raw() for page in PAGES),
}


def read(raw: bytes, *, wanted: bool = True) -> tuple[list[bytes], Counter[str]]:
    """The blocks that come out of a file, and its flaws by reason."""
    found = list(read_warc(io.BytesIO(raw), "x.warc.gz", refuse=lambda head: None if wanted else "other"))
    return [one.block for one in found if isinstance(one, Response)], Counter(one.reason for one in found if isinstance(one, Missed))


def blocks(pages: Sequence[Written]) -> list[bytes]:
    return [page.block() for page in pages]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same(shape: str) -> None:
    """A member a page, as the standard wants it; one for all; none."""
    assert read(SHAPES[shape]) == (blocks(PAGES), Counter())
    assert read(SHAPES[shape], wanted=False) == ([], Counter(other=6))


@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")  # of warcio's own temporary files
def test_what_warcio_writes() -> None:
    """The reader agrees with the library most such files are written by."""
    target = io.BytesIO()
    writer = WARCWriter(target, gzip=True)
    writer.write_record(writer.create_warcinfo_record("x", {"software": "tests"}))
    for page in PAGES:
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        written = writer.create_warc_record(page.url, "response", payload=io.BytesIO(page.body), http_headers=head)
        writer.write_record(written)
        del written
    gc.collect()
    found = list(read_warc(io.BytesIO(target.getvalue()), "x", refuse=lambda head: None))
    assert all(isinstance(one, Response) for one in found)
    assert [(one.head.url, one.block.partition(b"\r\n\r\n")[2]) for one in found if isinstance(one, Response)] == [
        (page.url, page.body) for page in PAGES
    ]


def test_other_kinds_are_passed_over_in_silence() -> None:
    """Requests, metadata and the like are no pages, and no flaws."""
    raw = b"".join(Written(kind=kind).packed() for kind in ("warcinfo", "request", "metadata")) + PAGES[0].packed()
    assert read(raw) == (blocks(PAGES[:1]), Counter())


@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("off_by", [-30, -1, 1, 30, 100_000])
@pytest.mark.parametrize("packed", [True, False])
def test_a_wrong_length_costs_one_page(off_by: int, packed: bool, wanted: bool) -> None:
    """Too short, too long, far too long: the pages behind it are read all the same."""
    odd = Written(url="https://a.example/odd", off_by=off_by)
    pages = [*PAGES[:2], odd, *PAGES[2:]]
    raw = b"".join(page.packed() if packed else page.raw() for page in pages)
    found, flaws = read(raw, wanted=wanted)
    if wanted:
        assert found == blocks(PAGES)
        assert flaws.total() == 1
    else:
        assert flaws["other"] >= 5
    assert flaws["wrong-length"] + flaws["torn"] == 1


def test_a_torn_end_is_one_flaw() -> None:
    """Wherever in the last page the file ends."""
    whole = b"".join(page.packed() for page in PAGES[:3])
    for cut in range(len(PAGES[2].packed()) - 1, 0, -7):
        assert read(whole[:-cut]) == (blocks(PAGES[:2]), Counter(torn=1)), cut


def test_damaged_gzip_costs_one_page() -> None:
    """A wrong checksum, and rubble in the middle of a member."""
    middle = bytearray(PAGES[2].packed())
    middle[-6] ^= 0xFF
    assert read(PAGES[1].packed() + bytes(middle) + PAGES[3].packed()) == (blocks([PAGES[1], PAGES[3]]), Counter(damaged=1))
    rubble = PAGES[2].packed()
    rubble = rubble[: len(rubble) // 2] + b"\xff" * 200 + rubble[len(rubble) // 2 :]
    found, flaws = read(PAGES[1].packed() + rubble + PAGES[3].packed())
    assert found == blocks([PAGES[1], PAGES[3]])
    assert flaws.total() >= 1


def test_garbage_between_members_is_passed_over() -> None:
    """Zeros, and a member that holds no WARC."""
    raw = PAGES[0].packed() + bytes(500) + PAGES[1].packed() + gzip.compress(b"hello\r\n\r\nworld") + PAGES[2].packed()
    assert read(raw) == (blocks(PAGES[:3]), Counter({"no-warc-head": 1}))


def test_a_length_that_is_no_number() -> None:
    """And one that is missing."""
    raw = Written().raw()
    for bad in (b"many", b"-3", b"9" * 30, b"\xc2\xb2"):
        line = b"Content-Length: %d" % len(Written().block())
        broken = raw.replace(line, b"Content-Length: " + bad)
        assert broken != raw
        assert read(gzip.compress(broken) + PAGES[0].packed()) == (blocks(PAGES[:1]), Counter({"wrong-length": 1}))


def test_a_huge_block_is_never_held() -> None:
    """It is passed over by its announced length, and the next page read."""
    huge = Written(body=b"x" * (BLOCK_LIMIT + 1))
    assert read(huge.packed() + PAGES[0].packed()) == (blocks(PAGES[:1]), Counter({"too-large": 1}))


def test_an_empty_file_gives_nothing() -> None:
    """Nor does one of empty lines."""
    assert read(b"") == ([], Counter())
    assert read(b"\r\n\r\n") == ([], Counter())


def test_heads_as_writers_spell_them() -> None:
    """Angle brackets, lower case, dates without a zone and no date at all."""
    head = WarcHead(fields={"warc-target-uri": "<https://a.example/>", "warc-date": "2024-05-03T10:00:00", "warc-type": "Response"})
    assert (head.url, head.kind) == ("https://a.example/", "response")
    assert head.at is not None
    assert head.at.isoformat() == "2024-05-03T10:00:00+00:00"
    assert WarcHead(fields={"warc-date": "yesterday"}).at is None


@given(
    shape=st.sampled_from(sorted(SHAPES)),
    cut=st.integers(0, 2000),
    flips=st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 255)), max_size=4),
)
def test_no_damage_raises_or_invents(shape: str, cut: int, flips: list[tuple[int, int]]) -> None:
    """Of a gzip file only whole pages come out, whatever was done to it; a plain one has no checksums."""
    raw = bytearray(SHAPES[shape])
    for place, mask in flips:
        raw[place % len(raw)] ^= mask
    found, _ = read(bytes(raw[: len(raw) - cut % len(raw)]))
    if shape == "a member a page":
        assert set(found) <= set(blocks(PAGES))
