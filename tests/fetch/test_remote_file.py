"""Large files of the web: every byte once, going on where a connection broke, and only from where one may ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.fetch import remote_file
from pipeline.fetch.client import HttpClient
from pipeline.fetch.remote_file import TRIES, RemoteFile
from pipeline.settings import Settings
from tests.newsroom import RunningApp

CONTENT = bytes(range(256)) * 4000
PIECE = 300_000


class Shelf:
    """One file of a server with bad days, and what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.breaks = 0
        self.busy = 0
        self.ranges = True
        self.etag = "one"
        self.wait = "0"
        self.says = "bytes {start}-{end}/{size}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve the file, or a piece of it; end in the middle where it is to break."""
        if request.path == "/moved":
            raise web.HTTPFound("http://127.0.0.2:9/elsewhere" if request.query else "/file")
        if request.path == "/round":
            raise web.HTTPFound("/round")
        if request.path != "/file":
            raise web.HTTPNotFound
        self.asked.append(request.headers.get("Range"))
        if self.busy:
            self.busy -= 1
            return web.Response(status=503, headers={"Retry-After": self.wait})
        start, end = (int(one) for one in (self.asked[-1] or "")[6:].split("-"))
        if start >= len(CONTENT):
            return web.Response(status=416)
        piece = CONTENT[start : end + 1] if self.ranges else CONTENT
        told = {"Content-Length": str(len(piece)), "ETag": self.etag}
        if self.ranges:
            told["Content-Range"] = self.says.format(start=start, end=start + len(piece) - 1, size=len(CONTENT))
        answer = web.StreamResponse(status=206 if self.ranges else 200, headers=told)
        await answer.prepare(request)
        if self.breaks:
            self.breaks -= 1
            await answer.write(piece[: len(piece) // 2])
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(piece)
        return answer


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def port(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server of that file; nobody waits between two tries."""
    monkeypatch.setattr(remote_file, "PAUSE_SECONDS", 0.0)
    app = web.Application()
    app.router.add_get("/{path:.*}", shelf.answer)
    running = RunningApp(app)
    yield running.port
    running.close()


def opened(url: str, home: Path, port: int) -> closing[RemoteFile]:
    client = HttpClient(Settings(_env_file=None, home=home), passes=("127.0.0.1", port) if port else None)  # type: ignore[call-arg]
    return closing(RemoteFile(client, url, piece=PIECE))


def read(url: str, home: Path, *, port: int = 0, offset: int = 0, version: str = "") -> bytes:
    """What a file gives from a place on, a little at a time."""
    with opened(url, home, port) as remote:
        remote.begin(offset, version)
        return b"".join(iter(lambda: remote.read(70_000), b""))


VERSION = f"one {len(CONTENT)}"


def test_a_file_comes_in_pieces(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """Each asked for once, none after the end; through a redirect, too; and it says which file it is."""
    assert read(f"http://127.0.0.1:{port}/moved", tmp_path, port=port) == CONTENT
    assert shelf.asked == [f"bytes={start}-{start + PIECE - 1}" for start in range(0, len(CONTENT), PIECE)]
    with opened(f"http://127.0.0.1:{port}/file", tmp_path, port) as remote:
        remote.begin(0, "")
        assert remote.version == VERSION
    assert not list(tmp_path.iterdir())


def test_only_what_is_needed_is_asked_for(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """A piece waits to be read before the next one is asked for."""
    with opened(f"http://127.0.0.1:{port}/file", tmp_path, port) as remote:
        remote.begin(0, "")
        for _ in range(PIECE // 100_000):
            remote.read(100_000)
        assert len(shelf.asked) == 1
        remote.read(1)
        assert len(shelf.asked) == 2


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_connection_goes_on_where_it_ended(port: int, shelf: Shelf, tmp_path: Path, ranges: bool) -> None:
    """Of a server without ranges, what is known is passed over. One that gives nothing for ever is a fault that passes."""
    shelf.breaks, shelf.ranges = 2, ranges
    assert read(f"http://127.0.0.1:{port}/file", tmp_path, port=port) == CONTENT
    starts = [int((one or "")[6:].split("-")[0]) for one in shelf.asked]
    assert starts[0] == 0
    assert starts == sorted(set(starts) if ranges else starts), "only an answer that begins anew may break before it has anything new"
    assert len(starts) > 2, "it broke twice"
    shelf.busy = 99
    with pytest.raises(RetryableError, match="/file"):
        read(f"http://127.0.0.1:{port}/file", tmp_path, port=port)


def test_reading_begins_anywhere(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """At the end of the file too; and at its beginning where it is another one by now."""
    url = f"http://127.0.0.1:{port}/file"
    assert read(url, tmp_path, port=port, offset=777_777, version=VERSION) == CONTENT[777_777:]
    assert shelf.asked[0] == f"bytes=777777-{777_777 + PIECE - 1}"
    assert read(url, tmp_path, port=port, offset=len(CONTENT), version=VERSION) == b""
    assert read(url, tmp_path, port=port, offset=777_777, version="zero 5") == CONTENT
    shelf.ranges = False
    assert read(url, tmp_path, port=port, offset=777_777, version=VERSION) == CONTENT[777_777:]


def test_a_server_that_is_busy_is_waited_for(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """As often as is bearable; one that wants an hour of peace gets it."""
    shelf.busy = TRIES - 1
    assert read(f"http://127.0.0.1:{port}/file", tmp_path, port=port) == CONTENT
    shelf.busy, shelf.wait = 1, "3600"
    before = len(shelf.asked)
    with pytest.raises(RetryableError, match="answered 503"):
        read(f"http://127.0.0.1:{port}/file", tmp_path, port=port)
    assert len(shelf.asked) == before + 1


def test_a_file_that_is_changed_under_the_reader(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """Two halves of different files are no file."""
    with opened(f"http://127.0.0.1:{port}/file", tmp_path, port) as remote:
        remote.begin(0, "")
        assert remote.read(PIECE) == CONTENT[:PIECE]
        shelf.etag = "two"
        with pytest.raises(RetryableError, match="another file"):
            remote.read(1)


def test_what_is_refused(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """Missing files, redirects in a circle, private addresses by name or by redirect, servers that give other bytes."""
    for url in ("/gone", "/round", "/moved?private"):
        with pytest.raises(ConfigurationError, match="URL"):
            read(f"http://127.0.0.1:{port}{url}", tmp_path, port=port)
    for url in (f"http://127.0.0.1:{port}/file", f"http://localhost:{port}/file", "http://10.0.0.1/file", "ftp://a.example/file"):
        with pytest.raises(ConfigurationError, match="URL"):
            read(url, tmp_path)
    assert shelf.asked == []
    shelf.says = "bytes 5-{end}/{size}"
    with pytest.raises(ConfigurationError, match="the bytes it was asked for"):
        read(f"http://127.0.0.1:{port}/file", tmp_path, port=port)
