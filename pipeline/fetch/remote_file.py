"""A large file of the web as a stream, through the same address guard as every page; nothing of it goes to the disk.

A crawl's archive has a gigabyte, and working on what a megabyte of it holds takes minutes. So it is asked for in pieces, one
request after the other, each whole before it is worked on: no connection stands idle, and what is held does not grow with
the file. A server that gives no pieces is read as it sends; where it breaks off, what is known is passed over.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Final

import aiohttp

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.fetch.admission import address, turned_away
from pipeline.fetch.client import REDIRECTS, HttpClient
from pipeline.fetch.faults import WIRE_FAULTS, judge
from pipeline.fetch.politeness import retry_after

PIECE: Final = 8 << 20  # bytes asked for at once, and held
TRIES: Final = 5
PAUSE_SECONDS: Final = 2.0  # doubled with each try
MOST_SECONDS: Final = 120.0  # of a pause that a server asks for
CHUNK_SECONDS: Final = 60.0  # without a byte, after which a connection counts as broken
_CHUNK: Final = 1 << 18
_RANGE: Final = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")
_BUSY: Final = frozenset({408, 425, 429})


class _AskedToWaitError(RetryableError):
    """The server is not well now; `until` is when it wants to be asked again, where it says so."""

    until: datetime | None = None


class RemoteFile:
    """Bytes of a URL from any place on; `version` tells whether it is still the same file. To be closed.

    `read` and `begin` raise `RetryableError` where the connection broke too often, the server is not well now, or the file is not
    the one any more that it was, and `ConfigurationError` where there is no such file or its address must not be asked.
    """

    def __init__(self, client: HttpClient, url: str, *, local: bool = False, piece: int | None = None) -> None:
        self.version = ""  # what the server calls it, and its size
        self._client, self._url, self._local, self._piece = client, url, local, piece or PIECE
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._answer: aiohttp.ClientResponse | None = None  # what is being read
        self._held = b""  # of which the bytes before `_used` were given
        self._used = 0
        self._at = 0  # of the next byte to be asked for
        self._size: int | None = None

    def begin(self, offset: int, version: str) -> None:
        """Go to that byte of the file where it is still of that version, else to its beginning."""
        self._at = offset if version else 0
        self._runner.run(self._fill())
        self.version = self.version or version  # nothing came, as there is nothing behind the place
        if version and self.version != version:
            self._runner.run(self._let_go())
            self._at, self._held, self._size = 0, b"", None

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes; b"" at the end."""
        if self._used >= len(self._held):
            self._held, self._used = b"", 0
            self._runner.run(self._fill())
        piece = self._held[self._used : self._used + size]
        self._used += len(piece)
        return piece

    def close(self) -> None:
        """Close every connection."""
        self._runner.run(self._let_go())
        self._runner.run(self._client.close())
        self._runner.close()

    async def _fill(self) -> None:
        """Hold the next piece, or nothing at the end. A piece that breaks off is held as far as it came."""
        held = bytearray()
        for tried in range(1, TRIES + 1):
            try:
                await self._receive(held)
                break
            except _AskedToWaitError as error:
                await self._pause(tried, error, error.until)
            except WIRE_FAULTS as error:
                meaning = judge(error, self._url)
                if not isinstance(meaning, RetryableError):
                    raise ConfigurationError.of("URL", self._url, f"an address that may be asked ({meaning.reason})") from error
                await self._pause(tried, meaning, None)
            if held:
                break
        self._at += len(held)
        self._held = bytes(held)

    async def _pause(self, tried: int, error: RetryableError, until: datetime | None) -> None:
        await self._let_go()
        if tried == TRIES:
            raise error
        asked = (until - datetime.now(UTC)).total_seconds() if until else 0.0
        if asked > MOST_SECONDS:
            raise error
        await asyncio.sleep(max(asked, PAUSE_SECONDS * 2 ** (tried - 1)))

    async def _receive(self, held: bytearray) -> None:
        if self._answer is None:
            if self._size is not None and self._at >= self._size:
                return
            self._answer = await self._ask()
            if self._answer is None:
                return
        whole = self._answer.status == 200
        while len(held) < self._piece:
            async with asyncio.timeout(CHUNK_SECONDS):
                chunk = await self._answer.content.read(_CHUNK)
            if not chunk:
                break
            held += chunk
        else:
            if whole:  # its rest is read when it is needed
                return
        if not whole and not held:
            raise EOFError("an empty piece")
        if whole or (self._size is None and len(held) < self._piece):
            self._size = self._at + len(held)
        await self._let_go()

    async def _ask(self) -> aiohttp.ClientResponse | None:
        """Follow redirects, each checked anew, to the file itself; None where nothing is left of it."""
        url = self._url
        for _ in range(5):
            asked = address(url)
            refusal = turned_away(asked, local=self._local, passes=self._client.passes) if asked else None
            if asked is None or refusal is not None:
                raise ConfigurationError.of("URL", url, "a public http or https address")
            wanted = {"Range": f"bytes={self._at}-{self._at + self._piece - 1}"}
            answer = await self._stack.enter_async_context(self._client.stream(asked, wanted))
            if answer.status not in REDIRECTS:
                return await self._checked(answer)
            url = address(answer.headers.get("Location", ""), asked) or ""
            await self._let_go()
        raise ConfigurationError.of("URL", self._url, "an address with at most 4 redirects")

    async def _checked(self, answer: aiohttp.ClientResponse) -> aiohttp.ClientResponse | None:
        """Return the answer, to be read from where we are."""
        told = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        total = told[2] if told else answer.headers.get("Content-Length", "*")
        if answer.status == 416:
            if told is not None:
                self._note_version(answer, total)
            self._size = self._at
            return None
        if answer.status in _BUSY or answer.status >= 500:
            error = _AskedToWaitError(f"{self._url}: answered {answer.status}; it is asked again later")
            error.until = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            raise error
        if answer.status not in {200, 206}:
            raise ConfigurationError.of("URL", self._url, f"a file that is there (it answered {answer.status})")
        if answer.status == 206 and (told is None or told[1] != str(self._at)):
            raise ConfigurationError.of("URL", self._url, f"a server that gives the bytes it was asked for, from {self._at} on")
        self._note_version(answer, total)
        self._size = int(total) if answer.status == 206 and total != "*" else None
        if answer.status == 200:
            await _pass_over(answer, self._at)
        return answer

    def _note_version(self, answer: aiohttp.ClientResponse, total: str) -> None:
        version = f"{answer.headers.get('ETag') or answer.headers.get('Last-Modified', '')} {total}"
        if self.version not in {"", version}:
            raise RetryableError(f"{self._url}: another file is there now; the import begins it anew when it is started again")
        self.version = version

    async def _let_go(self) -> None:
        """Give up the answer under way, and with it a connection that is not read to its end."""
        answer, self._answer = self._answer, None
        if answer is not None and not answer.content.at_eof():
            answer.close()
        await self._stack.aclose()


async def _pass_over(answer: aiohttp.ClientResponse, count: int) -> None:
    left = count
    while left:
        async with asyncio.timeout(CHUNK_SECONDS):
            chunk = await answer.content.read(min(left, _CHUNK))
        if not chunk:
            return
        left -= len(chunk)
