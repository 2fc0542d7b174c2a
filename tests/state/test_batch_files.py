"""Batch files: whole or not there, and never believed without looking."""

from __future__ import annotations

import errno
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError
from pipeline.state.batch_files import FileBatchStore
from pipeline.types import BatchId
from tests.state.samples import make_article

BATCH = BatchId("20261118T120000-0000000a")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A file of 50 articles."""
    FileBatchStore(tmp_path).write_articles(BATCH, [make_article(number) for number in range(50)])
    return tmp_path / BATCH / "articles.jsonl.gz"


def test_a_file_is_lines_of_json(written: Path) -> None:
    """Anybody can look into it with zcat, whoever may read what this user writes."""
    lines = gzip.decompress(written.read_bytes()).splitlines()
    assert len(lines) == 50
    assert lines[0].startswith(b'{"article_id":')
    assert written.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _whole: b"",
    "cut off": lambda whole: whole[: len(whole) // 2],
    "cut off in its last byte": lambda whole: whole[:-1],
    "a bit flipped": lambda whole: whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
    "a piece overwritten": lambda whole: whole[:10] + b"\xff" * 20 + whole[30:],
    "another format": lambda _whole: b"<html>" * 100,
    "not JSON": lambda _whole: gzip.compress(b"article\n"),
    "not UTF-8": lambda _whole: gzip.compress(b'{"article_id":"\xff"}\n'),
    "another type": lambda _whole: gzip.compress(b'{"enriched":true}\n'),
    "a field of another type": lambda whole: gzip.compress(gzip.decompress(whole).replace(b'"title":"', b'"title":7,"was":"', 1)),
    "a time without zone": lambda whole: gzip.compress(gzip.decompress(whole).replace(b"12:00:00Z", b"12:00:00", 1)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_noticed(written: Path, tmp_path: Path, damage: str) -> None:
    """Whatever happened to it, the stage before is asked to write it again."""
    written.write_bytes(DAMAGES[damage](written.read_bytes()))
    with pytest.raises(RetryableError, match=rf"{BATCH}.*damaged.*`clean` of batch {BATCH} must run again"):
        list(FileBatchStore(tmp_path).read_articles(BATCH))


def test_text_that_no_file_takes(tmp_path: Path) -> None:
    """Half a surrogate pair does not lose the batch; it is replaced."""
    FileBatchStore(tmp_path).write_articles(BATCH, [make_article(1, title="half \ud83d of a pair")])
    (article,) = FileBatchStore(tmp_path).read_articles(BATCH)
    assert article == make_article(1, title="half \ufffd of a pair")


@pytest.mark.parametrize("batch_id", ["", ".", "..", "../escape", "a/b", "/etc", "a\0b", "x" * 65, ".hidden"])
def test_a_batch_id_is_no_path(tmp_path: Path, batch_id: str) -> None:
    """It comes in a message, so it is looked at before it names a folder."""
    store = FileBatchStore(tmp_path / "batches")
    for use in (lambda: store.discard(BatchId(batch_id)), lambda: store.write_articles(BatchId(batch_id), [])):
        with pytest.raises(QuarantineError, match="no batch id"):
            use()
    with pytest.raises(QuarantineError, match="no batch id"):
        next(store.read_articles(BatchId(batch_id)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, RetryableError), (errno.EIO, RetryableError), (errno.EROFS, ConfigurationError)]
)
def test_a_disk_that_refuses(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]) -> None:
    """A full disk passes, a read-only one does not; nothing half written stays and the old file is whole."""

    def refuse(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refuse)
        with pytest.raises(kind, match=rf"{BATCH}.*{os.strerror(number)}.*remedy"):
            FileBatchStore(tmp_path).write_articles(BATCH, [make_article(1)])
    assert [path.name for path in written.parent.iterdir()] == [written.name]
    assert len(list(FileBatchStore(tmp_path).read_articles(BATCH))) == 50


def test_a_really_full_disk() -> None:
    """/dev/full says no at the first block: our error, not Python's, in spite of what is still in the buffers."""
    from pipeline.state.batch_files import _fill, _our_errors

    class Full(type(Path())):  # type: ignore[misc]
        def open(self, *_args: object, **_more: object):  # type: ignore[no-untyped-def]
            return Path("/dev/full").open("wb")

    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    with pytest.raises(RetryableError, match="make room"), _our_errors(Path("x")):
        _fill(Full("x"), [make_article(number) for number in range(2000)])


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """A file in its place is for a person to mend."""
    (tmp_path / "batches").write_text("in the way")
    with pytest.raises(ConfigurationError, match="WIREROOM_HOME"):
        FileBatchStore(tmp_path / "batches").write_articles(BATCH, [])


def test_a_batch_discarded_while_written(tmp_path: Path) -> None:
    """Somebody takes the folder away in the middle: try again."""
    store = FileBatchStore(tmp_path)

    def articles():  # type: ignore[no-untyped-def]
        yield make_article(1)
        store.discard(BATCH)

    with pytest.raises(RetryableError):
        store.write_articles(BATCH, articles())
