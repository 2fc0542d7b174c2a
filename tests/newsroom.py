"""The demo newsroom as a fixture: a real server on a free port of 127.0.0.1, in a thread with its own event loop.

    newsroom.url("kbay6", "/rss.xml")                    where something is
    newsroom.misbehave("kbay6", "/rss.xml", status(503)) what goes wrong there from now on (pipeline.demo.faults)
    newsroom.advance(30)                                 half an hour later: articles change and appear
    newsroom.requests                                    who asked for what, oldest first

The clock stands still between calls of `advance`. It starts at the opening, an hour after the newest article.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from pipeline.demo.content import Content, DemoArticle, load_content
from pipeline.demo.hub import Hub
from pipeline.demo.newsroom import Newsroom
from pipeline.demo.render import Renderer
from pipeline.demo.sending import Fault
from pipeline.demo.server import DemoServer, Request, serve
from pipeline.demo.serving import Serving, serve_app
from pipeline.demo.subscriptions import demo_feeds


@cache
def demo_content() -> Content:
    """Return the content of seeds/demo, read once."""
    return load_content()


@cache
def demo_renderer() -> Renderer:
    """Return a renderer whose templates are compiled once."""
    return Renderer()


class BackgroundLoop:
    """An event loop in a thread; closing it ends everything that runs there."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="local-server", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any], *, timeout: float = 20) -> Any:
        """Run a coroutine there and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def close(self) -> None:
        """Stop the loop and wait for its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class RunningNewsroom:
    """A newsroom that is being served. `base` is the server by its address; publishers are met by their host names."""

    def __init__(self, content: Content, *, opened_at: datetime, hub: Hub | None = None) -> None:
        self.now = opened_at
        self.newsroom = Newsroom(content, clock=lambda: self.now, opened_at=opened_at)
        self.server = DemoServer(self.newsroom, demo_renderer(), hub=hub)
        self._loop = BackgroundLoop()
        self._serving: Serving = self._loop.run(serve(self.server))
        self.port = self._serving.port
        self.base = f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> tuple[Request, ...]:
        """What was asked for since the start or the last `clear`."""
        return tuple(self.server.requests)

    def host(self, publisher_id: str) -> str:
        """Return a publisher's host name, without the port."""
        return self.newsroom.publisher(publisher_id).host

    def url(self, publisher_id: str, path: str = "/") -> str:
        """Return the URL of a path on a publisher's site."""
        return f"http://{self.host(publisher_id)}:{self.port}{path}"

    def feeds(self) -> list[dict[str, object]]:
        """Return the newsroom's feeds in the keys of seeds/feeds.toml."""
        return demo_feeds(self.port)

    def misbehave(self, publisher_id: str, path: str, fault: Fault) -> None:
        """Meet requests for this path ("*": any) of a publisher, given by id or host name, with the fault."""
        host = publisher_id if publisher_id.endswith(".localhost") else self.host(publisher_id)
        self.server.misbehave(host, path, fault)

    def advance(self, minutes: float) -> None:
        """Let so many minutes pass."""
        self.now += timedelta(minutes=minutes)

    def add(self, article: DemoArticle) -> str:
        """Publish one more article and return its URL."""
        return self.url(article.publisher.publisher_id, self.newsroom.add(article))

    def publish(self, article: DemoArticle) -> str:
        """Publish one more article, of which the hub tells its subscribers; return its URL."""

        async def publish() -> str:
            return self.server.publish(article, self.port)

        return str(self._loop.run(publish()))

    def settle(self) -> None:
        """Wait until the hub has done all it had begun."""

        async def settle() -> None:
            while tasks := tuple(self.server.hub.under_way):
                await asyncio.gather(*tasks, return_exceptions=True)

        self._loop.run(settle())

    def clear(self) -> None:
        """Switch every fault off and forget the requests; the clock stays."""
        self.server.behave()

    def close(self) -> None:
        """Stop serving."""
        self._loop.run(self._serving.close())
        self._loop.close()


class RunningApp:
    """Any aiohttp application that is being served on a free port, such as `page_folder_app`'s."""

    def __init__(self, app: Any) -> None:
        self._loop = BackgroundLoop()
        self._serving: Serving = self._loop.run(serve_app(app, "127.0.0.1", 0))
        self.port = self._serving.port

    def close(self) -> None:
        """Stop serving."""
        self._loop.run(self._serving.close())
        self._loop.close()


def open_newsroom(content: Content | None = None, *, hub: Hub | None = None) -> RunningNewsroom:
    """Serve this content, else that of seeds/demo. The caller closes it."""
    content = content or demo_content()
    newest = max(article.modified or article.published for article in content.articles)
    return RunningNewsroom(content, opened_at=newest + timedelta(hours=1), hub=hub)


@pytest.fixture
def newsroom() -> Iterator[RunningNewsroom]:
    """The demo newsroom, freshly opened."""
    running = open_newsroom()
    yield running
    running.close()
