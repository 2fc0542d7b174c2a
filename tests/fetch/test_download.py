"""Large files: whole or not at all, going on where a connection broke, and only from where one may ask."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.fetch import download as downloading
from pipeline.fetch.client import HttpClient
from pipeline.fetch.download import download
from pipeline.settings import Settings
from tests.newsroom import RunningApp

CONTENT = bytes(range(256)) * 4000


class Shelf:
    """One file of a server that breaks off `breaks` times, and what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.breaks = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Serve the file, or its rest; end in the middle where it is to break."""
        if request.path == "/moved":
            raise web.HTTPFound("http://127.0.0.2:9/elsewhere" if request.query else "/file")
        if request.path != "/file":
            raise web.HTTPNotFound
        asked = request.headers.get("Range")
        self.asked.append(asked)
        start = int(asked[6:-1]) if asked else 0
        answer = web.StreamResponse(status=206 if asked else 200, headers={"Content-Length": str(len(CONTENT) - start)})
        await answer.prepare(request)
        rest = CONTENT[start:]
        if self.breaks:
            self.breaks -= 1
            await answer.write(rest[: len(rest) // 2])
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(rest)
        return answer


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def port(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server of that file; nobody waits between two tries."""
    monkeypatch.setattr(downloading, "PAUSE_SECONDS", 0.0)
    app = web.Application()
    app.router.add_get("/{path:.*}", shelf.answer)
    running = RunningApp(app)
    yield running.port
    running.close()


def fetch(url: str, target: Path, *, port: int = 0, max_bytes: int = 10_000_000) -> bytes:
    """What a download leaves in its file."""

    async def go() -> None:
        client = HttpClient(Settings(_env_file=None, home=target.parent), passes=("127.0.0.1", port) if port else None)
        try:
            await download(client, url, target, max_bytes=max_bytes)
        finally:
            await client.close()

    asyncio.run(go())
    return target.read_bytes()


def test_a_file_comes_whole(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """Through a redirect, too."""
    assert fetch(f"http://127.0.0.1:{port}/moved", tmp_path / "a", port=port) == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_broken_connection_goes_on_where_it_ended(port: int, shelf: Shelf, tmp_path: Path) -> None:
    """And one that breaks for ever leaves its part for the next time."""
    shelf.breaks = 2
    assert fetch(f"http://127.0.0.1:{port}/file", tmp_path / "a", port=port) == CONTENT
    assert shelf.asked[0] is None
    assert all(asked is not None for asked in shelf.asked[1:])
    shelf.breaks = 99
    with pytest.raises(RetryableError, match="/file"):
        fetch(f"http://127.0.0.1:{port}/file", tmp_path / "b", port=port)
    assert not (tmp_path / "b").exists()
    shelf.breaks = 0
    assert fetch(f"http://127.0.0.1:{port}/file", tmp_path / "b", port=port) == CONTENT


def test_what_is_refused(port: int, tmp_path: Path) -> None:
    """Missing files, files past the limit, private addresses by name or by redirect."""
    for url, limit in (("/gone", 10_000_000), ("/file", 1000), ("/moved?private", 10_000_000)):
        with pytest.raises(ConfigurationError, match="URL"):
            fetch(f"http://127.0.0.1:{port}{url}", tmp_path / "a", port=port, max_bytes=limit)
    with pytest.raises(ConfigurationError, match=r"127\.0\.0\.1"):
        fetch(f"http://127.0.0.1:{port}/file", tmp_path / "a")
    assert not (tmp_path / "a").exists()
