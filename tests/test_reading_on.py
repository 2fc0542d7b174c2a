"""WARC files that go on where an import was killed: here and behind a URL, on real adapters and a real server."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from pipeline.backfill.choice import Choice
from pipeline.backfilling import import_warcs
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.fetch import remote_file
from pipeline.importing import CCNEWS, WARCS
from pipeline.ledger import Outcome
from pipeline.settings import Settings
from pipeline.wiring import Rooms
from tests.newsroom import RunningApp
from tests.test_importing import NOON, story, warc

ALL = Choice()


@dataclass
class Shelf:
    """A server of one file that counts what it gives away."""

    content: bytes = b""
    etag: str = '"one"'
    ranges: bool = True
    given: list[tuple[int, int]] = field(default_factory=list)  # from, how many bytes

    async def answer(self, request: web.Request) -> web.Response:
        asked = request.headers.get("Range")
        start, end = (int(one) for one in asked[6:].split("-")) if asked and self.ranges else (0, len(self.content))
        if start >= len(self.content):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(self.content)}", "ETag": self.etag})
        piece = self.content[start : end + 1]
        self.given.append((start, len(piece)))
        told = {"ETag": self.etag, "Content-Type": "application/octet-stream"}
        if asked and self.ranges:
            told["Content-Range"] = f"bytes {start}-{start + len(piece) - 1}/{len(self.content)}"
        return web.Response(status=206 if asked and self.ranges else 200, body=piece, headers=told)


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(remote_file, "PIECE", 4096)
    monkeypatch.setattr(remote_file, "PAUSE_SECONDS", 0.0)
    return Shelf()


@pytest.fixture
def rooms(tmp_path: Path, shelf: Shelf) -> Iterator[Rooms]:
    """A home whose only web is that server."""
    app = web.Application()
    app.router.add_get("/{path:.*}", shelf.answer)
    running = RunningApp(app)
    settings = Settings(_env_file=None, home=tmp_path / "home", batch_size=4, local_newsroom=f"127.0.0.1:{running.port}")  # type: ignore[call-arg]
    with Rooms(settings, clock=lambda: NOON) as opened:
        yield opened
    running.close()


def killed_after(rooms: Rooms, portions: int, monkeypatch: pytest.MonkeyPatch, paths: list[str], **how: Any) -> None:
    """Begin an import that dies when so many portions are in the ledger."""
    brought = rooms.state.ledger.add_captures
    left = iter(range(portions))

    def dies(*args: Any) -> Any:
        if next(left, None) is None:
            raise RetryableError("killed")
        return brought(*args)

    with monkeypatch.context() as patched:
        patched.setattr(rooms.state.ledger, "add_captures", dies)
        with pytest.raises(RetryableError, match="killed"):
            import_warcs(rooms, paths, ALL, **how)


URL = "http://crawl.example/crawl-data/CC-NEWS/2024/05/a.warc.gz"


def content(*numbers: int) -> bytes:
    return b"".join(story(number).packed() for number in numbers)


def test_a_file_of_the_web_is_read_as_it_comes(rooms: Rooms, shelf: Shelf) -> None:
    """In pieces, each byte once, nothing on the disk but what is archived; and the place is forgotten at the end."""
    shelf.content = content(*range(10))
    done = import_warcs(rooms, [URL], ALL, ccnews=True)
    assert (done.found, done.outcomes) == ({"taken": 10}, {"indexed": 10})
    assert len(shelf.given) > 1
    assert sum(count for _, count in shelf.given) == len(shelf.content)
    assert max(count for _, count in shelf.given) <= 4096
    assert not list(rooms.settings.home.rglob("*a.warc.gz*"))
    assert rooms.state.places.get(CCNEWS, URL) is None


def test_a_killed_import_goes_on_at_its_place(rooms: Rooms, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies before is not asked for again, and the counts are those of the whole file."""
    shelf.content = content(*range(5)) + story(90, status="404 Not Found").packed() + content(*range(5, 10))
    killed_after(rooms, 2, monkeypatch, [URL], ccnews=True)
    place = rooms.state.places.get(CCNEWS, URL)
    assert place is not None
    assert place.counts == {"taken": 8, "status-404": 1}
    assert gzip.decompress(shelf.content[place.offset :]) == story(8).raw() + story(9).raw()
    shelf.given.clear()
    assert import_warcs(rooms, [URL], ALL, ccnews=True).found == {"taken": 10, "status-404": 1}
    assert min(start for start, _ in shelf.given) == place.offset
    assert rooms.state.ledger.counts() == {Outcome.INDEXED: 10}


def test_another_file_or_another_choice_begins_anew(rooms: Rooms, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place holds for what was read, as it was asked for."""
    shelf.content = content(*range(6))
    killed_after(rooms, 1, monkeypatch, [URL], ccnews=True)
    shelf.content, shelf.etag = content(20, *range(6)), '"two"'
    assert import_warcs(rooms, [URL], ALL, ccnews=True).found == {"taken": 3, "known": 4}
    shelf.content = content(30, 31, 32, 33, 34)
    killed_after(rooms, 1, monkeypatch, [URL], ccnews=True)
    english = Choice(languages=frozenset({"en"}))
    assert import_warcs(rooms, [URL], english, ccnews=True).found == {"taken": 1, "known": 4}


def test_a_server_without_ranges(rooms: Rooms, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives all of it, of which what was read is passed over."""
    shelf.content, shelf.ranges = content(*range(6)), False
    killed_after(rooms, 1, monkeypatch, [URL], ccnews=True)
    assert import_warcs(rooms, [URL], ALL, ccnews=True).found == {"taken": 6}
    assert len(shelf.given) == 2


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_files_of_this_machine(rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A folder goes on in the file it was in; those before it are passed over, and counted once."""
    first, second = tmp_path / "files" / "1", tmp_path / "files" / "2"
    for folder, numbers in ((first, range(6)), (second, range(6, 12))):
        folder.mkdir(parents=True)
        warc(folder, *(story(number) for number in numbers), name=name)
    killed_after(rooms, 2, monkeypatch, [str(tmp_path / "files")])
    kept = {str(path.relative_to(tmp_path)): rooms.state.places.get(WARCS, str(path / name)) for path in (first, second)}
    assert {path: dict(place.counts) for path, place in kept.items() if place} == {"files/1": {"taken": 8}, "files/2": {}}
    assert kept["files/1"].offset == (first / name).stat().st_size
    assert import_warcs(rooms, [str(tmp_path / "files")], ALL).found == {"taken": 12}
    assert rooms.state.places.get(WARCS, str(second / name)) is None
    assert import_warcs(rooms, [str(tmp_path / "files")], ALL).found == {"known": 12}


def test_a_file_that_was_changed_begins_anew(rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its time and its size."""
    path = warc(tmp_path, *(story(number) for number in range(6)))
    killed_after(rooms, 1, monkeypatch, [path])
    warc(tmp_path, *(story(number) for number in range(20, 27)))
    assert import_warcs(rooms, [path], ALL).found == {"taken": 7}


def test_a_dry_run_leaves_no_place(rooms: Rooms, shelf: Shelf) -> None:
    """And begins at none: it counts the whole file."""
    shelf.content = content(*range(6))
    assert import_warcs(rooms, [URL], ALL, ccnews=True, dry_run=True).found == {"taken": 6}
    assert rooms.state.places.get(CCNEWS, URL) is None


def test_what_cannot_be_read_from_a_url(rooms: Rooms, shelf: Shelf) -> None:
    """A WACZ says so before anything is asked for."""
    with pytest.raises(ConfigurationError, match="WARC file"):
        import_warcs(rooms, ["http://crawl.example/a.wacz"], ALL, ccnews=True)
    assert shelf.given == []
