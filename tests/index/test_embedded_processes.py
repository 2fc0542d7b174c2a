"""Several processes at one embedded index, and processes that are killed: nothing is lost, nobody meets a lock."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.parser import parse_query
from pipeline.index.query import SearchRequest
from pipeline.types import ArticleId
from tests.index.documents import document
from tests.index.dying import POINTS

SCRIPT = Path(__file__).with_name("dying.py")
LATE = {f"late{at}" for at in range(5)}
SAFE = {f"safe{at}" for at in range(5)}


@contextmanager
def writers(folder: Path, *points: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that write and die, at the latest here."""
    command = [sys.executable, "-W", "error", str(SCRIPT), str(folder)]
    started = [subprocess.Popen([*command, point], stdout=subprocess.PIPE, text=True) for point in points]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


@contextmanager
def opened(folder: Path) -> Iterator[EmbeddedIndex]:
    """The index as the next process finds it."""
    index = EmbeddedIndex(folder)
    index.prepare()
    yield index
    index.close()


def found(index: EmbeddedIndex) -> set[str]:
    """The ids that a search finds."""
    request = SearchRequest(query=parse_query("oil", now=datetime(2026, 11, 23, tzinfo=UTC)), size=1000)
    page = index.search(request)
    assert page.total == len(page.hits)
    return {hit.article_id for hit in page.hits}


def ids(names: set[str]) -> set[str]:
    """The ids made of these names."""
    return {document(name)["article_id"] for name in names}


@pytest.mark.parametrize("point", sorted(POINTS))
def test_killed_at_any_point(tmp_path: Path, point: str) -> None:
    """What upsert returned from is found by the next process; what it did not return from may be written again."""
    with writers(tmp_path / "index", point) as (writer,):
        said, _ = writer.communicate(timeout=60)
    assert writer.returncode == -signal.SIGKILL
    safe = SAFE if said.strip() == "safe" else set()
    assert bool(safe) == (point != "prepare")
    with opened(tmp_path / "index") as index:
        index.refresh()
        assert ids(safe) <= found(index) <= ids(safe | LATE)
        if point not in {"prepare", "writing", "in-transaction"}:
            assert found(index) == ids(safe | LATE)
        index.upsert([document(name, title="Oil") for name in sorted(SAFE | LATE)])
        index.refresh()
        assert found(index) == ids(SAFE | LATE)


def test_killed_whenever_while_others_write(tmp_path: Path) -> None:
    """Two writers are killed at moments nobody chose; each document they were told of is there, and readers never noticed."""
    said: list[list[str]] = [[], []]

    def listen(process: subprocess.Popen[str], heard: list[str]) -> None:
        assert process.stdout is not None
        heard.extend(line.strip() for line in process.stdout)

    with writers(tmp_path / "index", "never", "never") as processes, opened(tmp_path / "index") as index:
        listeners = [Thread(target=listen, args=each) for each in zip(processes, said, strict=True)]
        for listener in listeners:
            listener.start()
        while min(map(len, said)) < 3:
            assert all(process.poll() is None for process in processes)
            assert len(found(index)) <= index.count()
        for process in processes:
            process.kill()
        for listener in listeners:
            listener.join()
        told = ids({name for heard in said for name in heard})
        assert all(index.get(ArticleId(each)) for each in told)
        index.refresh()
        assert told <= found(index)


def test_nobodys_mark_is_left_lying(tmp_path: Path) -> None:
    """Threads that write at once all return, and what they wrote is searchable without a refresh."""
    first, second = EmbeddedIndex(tmp_path / "index"), EmbeddedIndex(tmp_path / "index")
    first.prepare()

    def write(index: EmbeddedIndex, name: str) -> None:
        for at in range(4):
            index.upsert([document(f"{name}{at}", title="Oil")])

    threads = [Thread(target=write, args=(index, name)) for index, name in ((first, "a"), (second, "b"), (first, "c"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found(second) == ids({f"{name}{at}" for name in "abc" for at in range(4)})
    first.close()
    second.close()
