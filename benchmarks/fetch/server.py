"""The local server: answers from memory as fast as this machine can, for every host name alike.

    /page/N       one of the pages, gzipped
    /feed/N       an RSS feed of its own, gzipped, with an ETag
    anything else 404, robots.txt included

`python -m benchmarks.fetch.server` prints its port and the sizes of its pages as one line of JSON, and ends when its standard
input does.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
import threading
from functools import partial
from typing import Final, cast

PAGES: Final = 16
COMPRESSED: Final = 37_000  # bytes, about: a news page of 2026
_NOT_FOUND: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_ENTRY: Final = (
    "<item><guid isPermaLink='false'>{name}</guid><title>Story {name}</title><link>http://{host}/{name}</link>"
    "<pubDate>Wed, 18 Nov 2026 0{hour}:00:00 GMT</pubDate><description><![CDATA[{text}]]></description></item>"
)
_FEED: Final = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {name}</title><link>http://{host}/</link>{entries}</channel></rss>"
)


def pages(count: int = PAGES) -> list[bytes]:
    """Return made-up pages that compress to about COMPRESSED bytes, the same ones each time."""
    chance = random.Random(42)
    words = ["".join(chance.choices("abcdefghiklmnoprstuvw", k=chance.randint(2, 11))) for _ in range(6_000)]
    return [_page(chance, words, number) for number in range(count)]


def _page(chance: random.Random, words: list[str], number: int) -> bytes:
    paragraphs: list[str] = []
    size = 0
    while size < COMPRESSED:
        text = " ".join(chance.choices(words, k=60))
        paragraphs.append(f'<div class="story__block story__block--text"><p class="story__paragraph">{text}</p></div>')
        size += int(len(text) * 0.52)  # what gzip leaves of such text
    title = f"<!doctype html><html><head><title>Page {number}</title></head><body>"
    return (title + "\n".join(paragraphs) + "</body></html>").encode()


class Answers:
    """Whole answers, made once."""

    def __init__(self) -> None:
        bodies = pages()
        self.sizes = [len(body) for body in bodies]
        self._pages = [_answer(gzip.compress(body, 6, mtime=0), "text/html; charset=utf-8") for body in bodies]
        self._text = bodies[0].decode()[200:6_200]

    def to(self, request: bytes) -> bytes:
        """Return the answer to a request's head."""
        kind, _, rest = request[5:80].partition(b"/")
        number = rest.partition(b" ")[0]
        if kind == b"page" and number.isdigit():
            return self._pages[int(number) % len(self._pages)]
        if kind == b"feed" and number.isdigit():
            return self._feed(number.decode(), request)
        return _NOT_FOUND

    def _feed(self, name: str, request: bytes) -> bytes:
        host = f"feed-{name}.example"
        if f'if-none-match: "{name}"'.encode() in request.lower():
            return f'HTTP/1.1 304 Not Modified\r\nETag: "{name}"\r\n\r\n'.encode()
        entries = "".join(_ENTRY.format(name=f"{name}-{hour}", host=host, hour=hour, text=self._text) for hour in range(5))
        body = gzip.compress(_FEED.format(name=name, host=host, entries=entries).encode(), 1, mtime=0)
        return _answer(body, "application/rss+xml", f'ETag: "{name}"\r\n')


def _answer(body: bytes, content_type: str, more: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Conversation(asyncio.Protocol):
    """One connection: heads in, answers out."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        *heads, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(self._answers.to(head))
            if b"connection: close" in head.lower():
                self._transport.close()


async def serve() -> None:
    """Serve until standard input ends."""
    loop, ended, answers = asyncio.get_running_loop(), asyncio.Event(), Answers()
    server = await loop.create_server(partial(Conversation, answers), "127.0.0.1", 0, backlog=2048)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1], "sizes": answers.sizes}) + "\n")
    sys.stdout.flush()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()
    server.close()


def main() -> None:
    """Serve, on uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve())
    else:
        uvloop.run(serve())


if __name__ == "__main__":
    main()
