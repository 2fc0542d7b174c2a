"""A real WebSub hub for tests, as good or as bad as asked, and a feed of its own to push.

with RunningHub() as hub:                   served on a free port of 127.0.0.1
    hub.url("/feed")                        a feed whose Link headers name the hub
    hub.publish("a", "b")                   these entries from now on; subscribers are told
    hub.conduct.signs = "wrong"             what goes wrong from now on
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from pipeline.demo.hub import PATH, Grant, Hub
from pipeline.demo.serving import Serving, serve_app
from tests.newsroom import BackgroundLoop

HOST = "news.example"
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Test</title><link>http://news.example/</link>{entries}</channel></rss>"""
ENTRY = "<item><guid isPermaLink='false'>{name}</guid><title>Story {name}</title><link>http://news.example/{name}</link></item>"


def feed_of(*names: str) -> bytes:
    """Return a feed with these entries."""
    return FEED.format(entries="".join(ENTRY.format(name=name) for name in names)).encode()


@dataclass(slots=True)
class Conduct:
    """How the hub behaves. The defaults are right."""

    answers: int = 202  # to subscription requests
    topic: str | None = None  # verifies this one, whatever was asked for
    lease: int | None = None  # grants this one
    denies: str | None = None  # instead of verifying, for this reason
    silent: bool = False  # never verifies
    verifies_first: bool = False  # before it answers the request
    signs: str = "right"  # wrong, not-at-all
    times: int = 1  # each delivery is made so often
    loses: bool = False  # deliveries


@dataclass(slots=True)
class Seen:
    """What callbacks answered: to verifications and to deliveries."""

    verified: list[tuple[int, str]] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)


class TestHub(Hub):
    """The demo's hub with a conduct."""

    __test__ = False

    def __init__(self, conduct: Conduct, seen: Seen) -> None:
        super().__init__()
        self.conduct, self.seen = conduct, seen
        self.requests: list[dict[str, str]] = []

    async def asked(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.requests.append(form)
        if self.conduct.answers != 202:
            return web.Response(status=self.conduct.answers, text="not today")
        if self.conduct.verifies_first:
            await self.verify(form)
            return web.Response(status=204)
        return await super().asked(request)

    async def verify(self, form: Mapping[str, str]) -> None:
        conduct = self.conduct
        if conduct.silent:
            return
        if conduct.denies is not None:
            await self.call(form["hub.callback"], {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": conduct.denies})
            return
        changed = {"hub.topic": conduct.topic} if conduct.topic else {}
        changed |= {"hub.lease_seconds": str(conduct.lease)} if conduct.lease is not None else {}
        await super().verify(dict(form) | changed)

    async def call(self, callback: str, params: Mapping[str, str]) -> tuple[int, str]:
        answered = await super().call(callback, params)
        self.seen.verified.append(answered)
        return answered

    async def _deliver(self, grant: Grant, body: bytes, content_type: str) -> None:
        if not self.conduct.loses:
            await asyncio.gather(*(self.post(grant, body, content_type) for _ in range(self.conduct.times)))

    async def post(self, grant: Grant, body: bytes, content_type: str) -> int:
        status = await super().post(grant, body, content_type)
        self.seen.delivered.append(status)
        return status

    def signature(self, grant: Grant, body: bytes) -> str:
        if self.conduct.signs == "not-at-all":
            return ""
        return super().signature(grant, body if self.conduct.signs == "right" else body + b"!")


class RunningHub:
    """A hub and its feed, being served. Every host name of the local newsroom leads here."""

    def __init__(self) -> None:
        self.conduct, self.seen = Conduct(), Seen()
        self.names: tuple[str, ...] = ()
        self.hub = TestHub(self.conduct, self.seen)
        self._loop = BackgroundLoop()
        app = web.Application()
        app.router.add_post(PATH, self.hub.asked)
        app.router.add_get("/feed", self._feed)
        app.router.add_get("/{name}", self._page)
        app.on_cleanup.append(self.hub.close)
        self._serving: Serving = self._loop.run(serve_app(app, "127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._serving.port}"

    def url(self, path: str) -> str:
        return f"http://{HOST}{path}"

    def list(self, *names: str) -> None:
        """Put these entries into the feed and tell nobody."""
        self.names = (*names, *self.names)

    def publish(self, *names: str, body: bytes | None = None) -> int:
        """Put these entries into the feed and deliver it, or this body, to all subscribers; return how many there are."""
        self.list(*names)
        return int(self.run(self._told(feed_of(*self.names) if body is None else body)))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something in the hub's loop."""
        return self._loop.run(work)

    async def _told(self, body: bytes) -> int:
        told = self.hub.publish(self.url("/feed"), body, "application/rss+xml")
        await self._settled()
        return told

    def settle(self) -> None:
        """Wait until all that the hub had begun is done."""
        self.run(self._settled())

    async def _settled(self) -> None:
        while tasks := tuple(self.hub.under_way):
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _feed(self, _request: web.Request) -> web.Response:
        links = f'<{self.url(PATH)}>; rel="hub", <{self.url("/feed")}>; rel="self"'
        return web.Response(body=feed_of(*self.names), content_type="application/rss+xml", headers={"Link": links})

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        paragraphs = (f"<p>Paragraph {number} of the story of {name}, which is long enough to be one.</p>" for number in range(8))
        article = f"<article><h1>Story {name}</h1>{''.join(paragraphs)}</article>"
        return web.Response(text=f"<html><head><title>Story {name}</title></head><body>{article}</body></html>", content_type="text/html")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._loop.run(self._serving.close())
        self._loop.close()
