"""The archive on disk: what its contract does not say."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import random
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive import WarcArchive
from pipeline.archive.members import Flaw
from pipeline.errors import QuarantineError, RetryableError
from pipeline.types import ArchivePointer
from tests.archive.pages import DAY, NOON, make_page

REPO = Path(__file__).parents[2]


@pytest.fixture
def archive(tmp_path: Path) -> WarcArchive:
    return WarcArchive(tmp_path / "archive", lambda: NOON)


def _all(archive: WarcArchive, kind: str = "page") -> list[bytes]:
    return [page.body for _, page in archive.pages(NOON - DAY, NOON + DAY, kind=kind)]


def test_other_tools_read_it(archive: WarcArchive) -> None:
    """warcio finds warcinfo and responses, with status, headers, body, and digests that hold."""
    pages = [
        make_page(),
        make_page(b"", status=404, headers=()),
        make_page(os.urandom(100_000), headers=(("X", "a\r\nb\0"), ("", "\udcff"), *(("Set-Cookie", "c" * 3000),) * 200)),
    ]
    pointers = [archive.add(page, kind="page") for page in pages]
    with (archive.root / pointers[0].file).open("rb") as stream:
        found = [
            (one.rec_type, one.rec_headers, one.http_headers, one.content_stream().read(), one.digest_checker.passed)
            for one in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [kind for kind, *_ in found] == ["warcinfo", "response", "response", "response"]
    assert [body for *_, body, _ in found[1:]] == [page.body for page in pages]
    assert all(passed for *_, passed in found)
    assert found[1][2].get_statuscode() == "200"
    assert found[1][2].get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert found[1][1].get_header("WARC-Target-URI") == pages[0].final_url
    assert found[2][2].get_statuscode() == "404"
    assert len({head.get_header("WARC-Record-ID") for _, head, *_ in found}) == 4
    assert {head.get_header("WARC-Warcinfo-ID") for _, head, *_ in found[1:]} == {found[0][1].get_header("WARC-Record-ID")}


def test_hostile_headers_come_back(archive: WarcArchive) -> None:
    """Line ends, NUL, bytes of no encoding, empty names, ten thousand headers: the page is the same."""
    evil = (("X", "a\r\nWARC-Type: warcinfo\r\n\r\n"), ("\0", "\udcff\udc80"), ("", ""), ("Content-Length", "-1"))
    page = make_page(headers=evil + (("Y", "z" * 100),) * 10_000, url="\r\n")
    assert archive.get(archive.add(page, kind="page")) == page


def test_a_page_of_another_day_goes_to_its_day(archive: WarcArchive) -> None:
    """What is imported from the past lies with the past; coming back to a day goes on with its file."""
    files = [archive.add(make_page(at=NOON - days * DAY), kind="page").file for days in (0, 40, 0)]
    assert [file[:10] for file in files] == ["2026/11/18", "2026/10/09", "2026/11/18"]
    assert files[0] == files[2]


def test_files_roll_by_size(tmp_path: Path) -> None:
    """A file that has its size is left, and all of them are read."""
    archive = WarcArchive(tmp_path, lambda: NOON, max_bytes=50_000)
    bodies = [os.urandom(20_000) for _ in range(7)]
    files = {archive.add(make_page(body), kind="page").file for body in bodies}
    assert len(files) == 3
    assert sorted(_all(archive)) == sorted(bodies)


def test_files_roll_by_age(tmp_path: Path) -> None:
    """So is one that is old enough, while it is held."""
    now = [NOON]
    archive = WarcArchive(tmp_path, lambda: now[0], max_age=timedelta(hours=1))
    first = archive.add(make_page(), kind="page").file
    now[0] += timedelta(minutes=59)
    assert archive.add(make_page(), kind="page").file == first
    now[0] += timedelta(minutes=1)
    assert archive.add(make_page(), kind="page").file != first


def test_a_damaged_page_is_quarantined_and_passed_over(archive: WarcArchive, caplog: pytest.LogCaptureFixture) -> None:
    """A changed byte costs one page: `get` names file and offset, `pages` warns, counts and goes on."""
    pointers = [archive.add(make_page(bytes([48 + number])), kind="page") for number in range(3)]
    path = archive.root / pointers[1].file
    content = bytearray(path.read_bytes())
    content[pointers[1].offset + pointers[1].length // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(QuarantineError, match=f"{pointers[1].file} at {pointers[1].offset}: damaged"):
        archive.get(pointers[1])
    with caplog.at_level(logging.WARNING):
        assert _all(archive) == [b"0", b"2"]
    assert archive.flaws == {Flaw.DAMAGED: 1}
    assert f"{pointers[1].file} at {pointers[1].offset}: damaged, passed over" in caplog.text


def test_a_torn_page_is_told_once_nobody_writes(archive: WarcArchive, caplog: pytest.LogCaptureFixture) -> None:
    """While its writer lives half a page is nothing to report; afterwards it is torn, and never read."""
    archive.add(make_page(b"1"), kind="page")
    torn = archive.add(make_page(b"2"), kind="page")
    os.truncate(archive.root / torn.file, torn.offset + torn.length - 1)
    assert _all(archive) == [b"1"]
    assert not archive.flaws
    archive.close()
    with caplog.at_level(logging.WARNING):
        assert _all(archive) == [b"1"]
    assert archive.flaws == {Flaw.TORN: 1}
    with pytest.raises(QuarantineError, match="torn"):
        archive.get(torn)


def test_a_body_that_was_changed_with_care_is_found_out(archive: WarcArchive, caplog: pytest.LogCaptureFixture) -> None:
    """A whole gzip member around a body that is not its digest's is no page either."""
    from pipeline.archive.members import pack_member, read_member

    pointer = archive.add(make_page(b"the truth"), kind="page")
    archive.close()
    path = archive.root / pointer.file
    token = bytes.fromhex(path.name.split("-")[2][:16])
    with path.open("r+b") as file:
        raw = read_member(file.fileno(), pointer.offset).raw.replace(b"the truth", b"the trush")  # type: ignore[union-attr]
        file.truncate(pointer.offset)
        file.seek(pointer.offset)
        length = file.write(pack_member([raw], token=token, offset=pointer.offset))
    with pytest.raises(QuarantineError, match="does not match its digest"):
        archive.get(dataclasses.replace(pointer, length=length))
    with caplog.at_level(logging.WARNING):
        assert _all(archive) == []
    assert archive.flaws == {Flaw.DAMAGED: 1}


@pytest.mark.parametrize("file", ["../outside.warc.gz", "/etc/passwd", "2026/../../../etc/passwd"])
def test_no_pointer_leads_out(archive: WarcArchive, file: str) -> None:
    """Only what lies below the folder is opened."""
    pointer = archive.add(make_page(), kind="page")
    with pytest.raises(QuarantineError, match="not in the archive"):
        archive.get(dataclasses.replace(pointer, file=file))


def test_a_missing_file_is_quarantined_a_missing_archive_is_not(archive: WarcArchive, tmp_path: Path) -> None:
    """A lost file stays lost; a folder that is not mounted comes back."""
    pointer = archive.add(make_page(), kind="page")
    with pytest.raises(QuarantineError, match="no such file"):
        archive.get(dataclasses.replace(pointer, file="2026/11/18/other.warc.gz"))
    with pytest.raises(RetryableError, match="mount it"):
        WarcArchive(tmp_path / "unmounted", lambda: NOON).get(pointer)


def test_a_wrong_digest_is_not_taken_in(archive: WarcArchive) -> None:
    """A page that contradicts itself is quarantined, and the next one is added as if nothing had been."""
    with pytest.raises(QuarantineError, match=r"harbour\.example.*digest"):
        archive.add(make_page(digest="0" * 64), kind="page")
    pointer = archive.add(make_page(), kind="page")
    assert archive.get(pointer) == make_page()


def test_a_page_too_large_to_be_read_back_is_not_taken_in(archive: WarcArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reading would pass over is refused at the door."""
    monkeypatch.setattr("pipeline.archive.archive.MEMBER_LIMIT", 10_000)
    with pytest.raises(QuarantineError, match="too large"):
        archive.add(make_page(bytes(10_000)), kind="page")
    assert archive.add(make_page(bytes(100)), kind="page")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file in the way: try again later, and what to do."""
    (tmp_path / "archive").touch()
    with pytest.raises(RetryableError, match=rf"{tmp_path / 'archive'} cannot be written .*free space"):
        WarcArchive(tmp_path / "archive", lambda: NOON).add(make_page(), kind="page")


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from pipeline.archive import WarcArchive
from pipeline.errors import RetryableError
from tests.archive.pages import NOON, make_page
import random
archive = WarcArchive(Path(sys.argv[1]), lambda: NOON)
noise = random.Random(1).randbytes(100_000)
first = archive.add(make_page(noise), kind="page")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
try:
    archive.add(make_page(noise), kind="page")
except RetryableError as error:
    print(error)
size = (archive.root / first.file).stat().st_size
assert size == first.offset + first.length, size
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assert archive.add(make_page(noise), kind="page").offset == size
assert len(list(archive.pages(NOON, NOON.replace(hour=13)))) == 2
assert not archive.flaws
"""


def test_a_disk_that_fails_twice_leaves_the_rest_readable(archive: WarcArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where even the cutting off fails, the next page finds the torn end and sets it aside first."""

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    archive.add(make_page(b"1"), kind="page")
    with monkeypatch.context() as broken, pytest.raises(RetryableError, match="Input/output"):
        broken.setattr(os, "ftruncate", fail)
        broken.setattr("pipeline.archive.files._write", lambda fd, content: os.write(fd, content[:-9]) and fail())
        archive.add(make_page(b"2"), kind="page")
    archive.add(make_page(b"3"), kind="page")
    archive.close()
    assert _all(archive) == [b"1", b"3"]
    assert not archive.flaws


WRITER = """
import sys
from pathlib import Path
from pipeline.archive import WarcArchive
from tests.archive.pages import NOON, make_page
archive = WarcArchive(Path(sys.argv[1]), lambda: NOON)
import random, json
noise = random.Random(sys.argv[2])
for number in range(int(sys.argv[3])):
    pointer = archive.add(make_page(noise.randbytes(noise.randrange(200_000)), url=f"{sys.argv[2]}/{number}"), kind="page")
    print(json.dumps([pointer.file, pointer.offset, pointer.length, pointer.digest]), flush=True)
"""


def _start(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], cwd=REPO, stdout=subprocess.PIPE, text=True)


def _pointers(printed: str) -> list[ArchivePointer]:
    lines = [json.loads(line) for line in printed.splitlines() if line.endswith("]")]
    return [ArchivePointer(file=file, offset=offset, length=length, digest=digest) for file, offset, length, digest in lines]


def test_a_full_disk_leaves_nothing_torn(tmp_path: Path) -> None:
    """Where writing stops half-way, what was written is cut off, the error says what to do, and adding works again later."""
    writer = _start(FULL_DISK, tmp_path)
    printed, _ = writer.communicate(timeout=60)
    assert writer.returncode == 0
    assert f"archive folder {tmp_path} cannot be written (File too large); free space there" in printed


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    """Each into its own file; every pointer of both is good, and nothing is flawed."""
    writers = [_start(WRITER, tmp_path, name, 30) for name in ("a", "b")]
    pointers = [pointer for writer in writers for pointer in _pointers(writer.communicate(timeout=60)[0])]
    archive = WarcArchive(tmp_path, lambda: NOON)
    assert len(pointers) == 60
    assert {archive.get(pointer).url for pointer in pointers} == {f"{name}/{number}" for name in "ab" for number in range(30)}
    assert len(_all(archive)) == 60
    assert not archive.flaws


def test_a_killed_writer_loses_nothing_it_promised(tmp_path: Path) -> None:
    """kill -9 in mid-stream, three times over: every pointer that was returned is readable, and the file is gone on with."""
    promised: list[ArchivePointer] = []
    for seed in range(3):
        writer = _start(WRITER, tmp_path, seed, 10_000)
        assert writer.stdout is not None
        printed = [writer.stdout.readline() for _ in range(random.Random(seed).randrange(5, 20))]
        writer.send_signal(signal.SIGKILL)
        promised += _pointers("".join(printed) + writer.stdout.read())  # communicate() would not see what readline() read ahead
        writer.stdout.close()
        writer.wait(timeout=60)
    archive = WarcArchive(tmp_path, lambda: NOON)
    archive.add(make_page(), kind="page")
    assert len({pointer.file for pointer in promised}) == 1
    for pointer in promised:
        assert archive.get(pointer).digest == pointer.digest
    assert 0 <= len(_all(archive)) - 1 - len(promised) <= 3  # a page may be whole and its pointer not yet told
    assert not archive.flaws


def test_a_forked_child_writes_to_a_file_of_its_own(archive: WarcArchive) -> None:
    """A lock is shared by fork, a file must not be."""
    first = archive.add(make_page(b"parent"), kind="page")
    archive._file.pid = -1  # type: ignore[union-attr]  # as the child sees it
    held = os.dup(archive._file.fd)  # type: ignore[union-attr]  # the parent's
    second = archive.add(make_page(b"child"), kind="page")
    os.close(held)
    assert second.file != first.file
    assert sorted(_all(archive)) == [b"child", b"parent"]


def test_a_closed_archive_opens_again(archive: WarcArchive) -> None:
    """Closing twice is closing once, and adding goes on with the same file."""
    first = archive.add(make_page(), kind="page")
    archive.close()
    archive.close()
    assert archive.add(make_page(), kind="page").file == first.file
