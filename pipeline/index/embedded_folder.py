"""Where the embedded index lives.

- `PATH/documents.sqlite`: every document
- `PATH/writer.lock`: held (flock) by the process that indexes; the kernel lets go of it when that process dies
- `PATH/search-000001/`: tantivy's files; the number is the generation that documents.sqlite names
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import tantivy

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.embedded_schema import build_schema, register_tokenizers

DOCUMENTS = "documents.sqlite"
LOCK = "writer.lock"
_SEARCH = "search-"
_POLL_SECONDS = 0.02


def make_folder(path: Path) -> None:
    """Create the index's folder.

    Raises:
        ConfigurationError: something else is there, or it cannot be written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        present = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise ConfigurationError(f"index: cannot use {path}: {error.strerror}; name a folder that can be written to") from error
    if DOCUMENTS not in present and not present <= {LOCK}:
        raise ConfigurationError(f"index: {path} holds something else ({min(present)}); name an empty or a new folder")
    if not os.access(path, os.W_OK):
        raise ConfigurationError(f"index: {path} cannot be written to; change its owner or name another folder")


@contextmanager
def writer_lock(path: Path, *, wait_seconds: float) -> Iterator[bool]:
    """Hold the lock of the one writer; yields whether it was got within the time."""
    deadline = time.monotonic() + wait_seconds
    with _lock_file(path) as lock:
        while not (taken := _try_lock(lock.fileno())) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        yield taken  # closing the file lets go


def _lock_file(path: Path) -> BinaryIO:
    try:
        return (path / LOCK).open("ab")
    except OSError as error:
        raise RetryableError(f"index: {path / LOCK}: {error.strerror}") from error


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def search_folder(path: Path, generation: int) -> Path:
    """Return the search folder of a generation."""
    return path / f"{_SEARCH}{generation:06d}"


def create_search_folder(path: Path, generation: int) -> tantivy.Index:
    """Make the empty search folder of a generation. Only under the writer's lock."""
    folder = search_folder(path, generation)
    with engine_errors(folder):
        shutil.rmtree(folder, ignore_errors=True)  # somebody was killed before it was named
        folder.mkdir()
        return _configured(tantivy.Index(build_schema(), path=str(folder), reuse=False))


def remove_search_folders(path: Path, *, but: int) -> None:
    """Remove the folders of other generations; whoever reads there keeps what is mapped and goes over at the next search."""
    for folder in path.glob(f"{_SEARCH}*"):
        if folder != search_folder(path, but):
            shutil.rmtree(folder, ignore_errors=True)


def open_search_folder(folder: Path) -> tantivy.Index:
    """Open a search folder. Raises `RetryableError` where it is missing, damaged or of another tantivy."""
    with engine_errors(folder):
        if not tantivy.Index.is_compatible(str(folder)):
            raise ValueError("written by another version of tantivy, or none")
        return _configured(tantivy.Index.open(str(folder)))


def _configured(index: tantivy.Index) -> tantivy.Index:
    register_tokenizers(index)
    index.config_reader("manual")
    index.reload()
    return index


def state_of(folder: Path) -> tuple[int, int]:
    """Return what changes with every commit: tantivy replaces this one file whole."""
    with suppress(OSError):
        stat = (folder / "meta.json").stat()
        return stat.st_ino, stat.st_mtime_ns
    return 0, 0


@contextmanager
def engine_errors(folder: Path) -> Iterator[None]:
    """Turn whatever the engine raises, its panics included, into `RetryableError` naming the folder."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise RetryableError(f"index: {folder}: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3's, which derives from BaseException and cannot be imported
            raise
        raise RetryableError(f"index: {folder}: the search engine failed: {error}") from error
