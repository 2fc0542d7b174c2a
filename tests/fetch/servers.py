"""Servers on 127.0.0.1 for the fetcher to meet: one that sends exact bytes and one that answers by path, both as bad as asked."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.fetch.client import HttpClient
from pipeline.settings import Settings

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Asked:
    """A request as it came in: headers in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target of the request line."""
        return self.line.split(" ")[1]


@dataclass(slots=True)
class Site:
    """A running server: where it listens, and what it was asked."""

    port: int
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The value of the setting `local_newsroom`."""
        return f"127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """Host and path of each request, in order."""
        return [asked.headers.get("host", "") + asked.path for asked in self.asked]


@asynccontextmanager
async def serving(
    talk: Callable[[Site, Asked, asyncio.StreamWriter], Awaitable[None]], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Site]:
    """Serve every request of every connection by `talk`, which writes the raw answer; a closed writer ends the connection."""
    site = Site(0)
    conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        conversations[task] = writer
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, asyncio.CancelledError):
            while not writer.is_closing():
                asked = await _request(reader)
                site.asked.append(asked)
                await talk(site, asked, writer)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        for task, writer in conversations.items():
            task.cancel()
            writer.transport.abort()
        await asyncio.gather(*conversations, return_exceptions=True)
        await asyncio.sleep(0)  # transports close one round later


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rows = head.rstrip("\r\n").split("\r\n")
    pairs = (row.partition(":") for row in rows)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Asked(line, headers, await reader.readexactly(int(headers.get("content-length", "0"))))


def answer(body: bytes = b"", status: int | str = 200, *headers: str, content_type: str = "text/html") -> bytes:
    """Return a whole HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {content_type}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


@asynccontextmanager
async def sending(*chunks: bytes, then_close: bool = True) -> AsyncIterator[Site]:
    """Serve the same bytes to every request, piece by piece."""

    async def talk(_site: Site, _asked: Asked, writer: asyncio.StreamWriter) -> None:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
        if then_close:
            writer.close()

    async with serving(talk) as site:
        yield site


@asynccontextmanager
async def site_of(answers: dict[str, bytes | Callable[[Asked], bytes]]) -> AsyncIterator[Site]:
    """Serve answers by `host/path`, or by `/path` for every host; what is not there is a 404."""

    async def talk(_site: Site, asked: Asked, writer: asyncio.StreamWriter) -> None:
        found = answers.get(asked.headers.get("host", "") + asked.path) or answers.get(asked.path) or answer(b"no", 404)
        writer.write(found(asked) if callable(found) else found)

    async with serving(talk) as site:
        yield site


def settings(site: Site | None = None, **changes: object) -> Settings:
    """Return settings for tests: no waiting, everything goes to the site."""
    values: dict[str, object] = {
        "home": Path("var"),
        "host_delay": 0.0,
        "feed_host_delay": 0.0,
        "read_timeout": 5.0,
        "connect_timeout": 5.0,
        "total_timeout": 10.0,
        "ask_tdm_reservation": False,
        "local_newsroom": site.address if site else None,
    }
    return Settings(**{**values, **changes})


@asynccontextmanager
async def client_for(site: Site, **changes: object) -> AsyncIterator[HttpClient]:
    """Open a client that is let through to the site and asks for URLs as they are."""
    client = HttpClient(settings(**changes), passes=("127.0.0.1", site.port))
    try:
        yield client
    finally:
        await client.close()
