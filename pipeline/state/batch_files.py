"""What a stage leaves for the next: one gzipped file of JSON lines for each batch and kind.

A file is complete or it is not there: it is written under another name, forced to the disk and then renamed. Reading
checks the gzip sums and every line against its type.
"""

from __future__ import annotations

import errno
import gzip
import os
import re
import secrets
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError
from pipeline.state.wire import from_json, to_json
from pipeline.types import Article, BatchId, EnrichedArticle

_ARTICLES: Final = "articles.jsonl.gz"
_ENRICHED: Final = "enriched.jsonl.gz"
_STAGE_BEFORE: Final = {_ARTICLES: "clean", _ENRICHED: "enrich"}
_BATCH_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}")  # it becomes the name of a folder
_LEVEL: Final = 1  # read once and dropped: not worth more of the processor
_LASTING: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG})


class FileBatchStore:
    """`ports.BatchStore` in a folder that all tasks see."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def write_articles(self, batch_id: BatchId, articles: Iterable[Article]) -> None:
        self._write(batch_id, _ARTICLES, articles)

    def read_articles(self, batch_id: BatchId) -> Iterator[Article]:
        return self._read(batch_id, _ARTICLES, Article)

    def write_enriched(self, batch_id: BatchId, articles: Iterable[EnrichedArticle]) -> None:
        self._write(batch_id, _ENRICHED, articles)

    def read_enriched(self, batch_id: BatchId) -> Iterator[EnrichedArticle]:
        return self._read(batch_id, _ENRICHED, EnrichedArticle)

    def discard(self, batch_id: BatchId) -> None:
        folder = self._folder(batch_id)
        with _our_errors(folder):
            if folder.exists():
                shutil.rmtree(folder, ignore_errors=True)  # somebody may be discarding it, too

    def _folder(self, batch_id: BatchId) -> Path:
        if not _BATCH_ID.fullmatch(batch_id):
            raise QuarantineError(f"{batch_id!r} is no batch id")
        return self._root / batch_id

    def _write(self, batch_id: BatchId, name: str, values: Iterable[Any]) -> None:
        folder = self._folder(batch_id)
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        with _our_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            try:
                _fill(draft, values)
                draft.replace(folder / name)
                _force(folder)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise

    def _read(self, batch_id: BatchId, name: str, kind: type[Any]) -> Iterator[Any]:
        path = self._folder(batch_id) / name
        remedy = f"the stage `{_STAGE_BEFORE[name]}` of batch {batch_id} must run again"
        with _our_errors(path):
            try:
                with gzip.open(path, "rb") as lines:
                    if not path.stat().st_size:
                        raise EOFError("it is empty")  # which gzip takes for no lines
                    for line in lines:
                        yield from_json(line, kind)
            except FileNotFoundError as error:
                raise RetryableError(f"{path}: missing; {remedy}") from error
            except (EOFError, zlib.error, gzip.BadGzipFile, msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise RetryableError(f"{path}: damaged ({error}); {remedy}") from error


def _fill(draft: Path, values: Iterable[Any]) -> None:
    """Write the values, one a line, and force them to the disk."""
    with draft.open("xb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=_LEVEL, mtime=0) as packed:
            for value in values:
                packed.write(to_json(value) + b"\n")
        raw.flush()
        os.fsync(raw.fileno())


def _force(folder: Path) -> None:
    """Force the folder's new entry to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _our_errors(path: Path) -> Iterator[None]:
    """Turn the disk's complaints into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in _LASTING:
            raise ConfigurationError(f"{path}: {error.strerror}; remedy: make the folder writable, or set WIREROOM_HOME") from error
        raise RetryableError(f"{path}: {error.strerror or error}; remedy: make room on the disk; the stage is tried again") from error
