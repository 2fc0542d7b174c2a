"""WACZ files: which members are read, and what becomes of damaged ones."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import pytest

from pipeline.backfill.wacz import Guarded, warcs_of


def wacz(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "a.wacz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_its_warc_files_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Whatever else is in it, and however the endings are written."""
    members = {"archive/b.warc.gz": b"b", "pages/pages.jsonl": b"{}", "archive/A.WARC": b"a", "datapackage.json": b"{}"}
    with warcs_of(wacz(tmp_path, members)) as found:
        assert [name for name, _ in found] == ["archive/A.WARC", "archive/b.warc.gz"]
        name, archive = found[1]
        with archive.open(name) as stream:
            assert stream.read() == b"b"


def test_what_is_no_zip_file(tmp_path: Path) -> None:
    """Told as such, for the importer to count."""
    torn = tmp_path / "torn.wacz"
    torn.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(zipfile.BadZipFile), warcs_of(torn):
        raise AssertionError("it was opened")


def test_a_damaged_member_ends_there(tmp_path: Path) -> None:
    """What came before is given, the flaw is told once, and from then on there is nothing."""
    path = wacz(tmp_path, {"a.warc": bytes(range(256)) * 4000})
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 40] = bytes(40)
    path.write_bytes(raw)
    with warcs_of(path) as [(name, archive)], archive.open(name) as stream:
        guarded = Guarded(stream, "a.wacz:a.warc")
        while guarded.read(1000):
            pass
        assert guarded.flaw is not None
        assert (guarded.flaw.where, guarded.flaw.reason) == ("a.wacz:a.warc", "damaged")
        assert guarded.read(1000) == b""


@pytest.mark.parametrize("error", [zlib.error("bad"), EOFError("short"), zipfile.BadZipFile("Bad CRC-32")])
def test_every_kind_of_damage(error: Exception) -> None:
    """A sound stream has no flaw."""

    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise error

    guarded = Guarded(Breaking(), "here")
    assert guarded.read(10) == b""
    assert guarded.flaw is not None
    assert guarded.flaw.detail == str(error)
    sound = Guarded(io.BytesIO(b"fine"), "here")
    assert (sound.read(10), sound.read(10), sound.flaw) == (b"fine", b"", None)
