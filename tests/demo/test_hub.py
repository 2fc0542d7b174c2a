"""hub.py and what the newsroom tells it: subscriptions that are verified, deliveries that are signed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from pipeline.demo.hub import Hub
from pipeline.demo.serving import publish
from pipeline.errors import ConfigurationError, RetryableError
from tests.demo.samples import article, ask
from tests.newsroom import RunningApp, RunningNewsroom, newsroom

__all__ = ["newsroom"]


class Listener:
    """A subscriber: confirms what it is asked, unless told otherwise, and keeps what it gets."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.confirms, self.status = True, 204
        app = web.Application()
        app.router.add_get("/cb", self._verify)
        app.router.add_post("/cb", self._take)
        self.running = RunningApp(app)
        self.callback = f"http://127.0.0.1:{self.running.port}/cb"

    async def _verify(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        return web.Response(text=request.query["hub.challenge"] if self.confirms else "no", status=200)

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A subscriber on a port of this machine."""
    listening = Listener()
    yield listening
    listening.running.close()


TOPIC_PATH = "/rss.xml"


def subscribe(news: RunningNewsroom, listener: Listener, **changes: str) -> int:
    """Ask the hub and wait until it has verified."""
    form = {"hub.mode": "subscribe", "hub.topic": news.url("kbay6", TOPIC_PATH), "hub.callback": listener.callback, "hub.secret": "s3cret"}
    status = post(news.port, "/hub", form | {name.replace("_", "."): value for name, value in changes.items()})
    news.settle()
    return status


def post(port: int, path: str, form: dict[str, str]) -> int:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", path, body=urlencode(form), headers={"Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_feeds_name_the_hub_and_themselves(newsroom: RunningNewsroom) -> None:
    """In Link headers, with the port they were asked on."""
    link = ask(newsroom.port, newsroom.host("kbay6"), TOPIC_PATH).headers["link"]
    site = f"http://kbay6.localhost:{newsroom.port}"
    assert link == f'<{site}/hub>; rel="hub", <{site}/rss.xml>; rel="self"'
    assert "link" not in ask(newsroom.port, newsroom.host("kbay6"), "/").headers


def test_a_publication_reaches_whoever_confirmed(newsroom: RunningNewsroom, listener: Listener) -> None:
    """The whole feed as it stands, signed; feeds nobody subscribed to are told to nobody."""
    assert subscribe(newsroom, listener) == 202
    ((asked),) = listener.asked
    assert (asked["hub.mode"], asked["hub.topic"]) == ("subscribe", newsroom.url("kbay6", TOPIC_PATH))
    url = newsroom.publish(article(slug="fresh", title="Fresh off the boat", published=newsroom.now))
    newsroom.publish(article("the-meridian", slug="other", published=newsroom.now))
    newsroom.settle()
    ((headers, body),) = listener.got
    assert b"Fresh off the boat" in body
    assert headers["X-Hub-Signature"] == "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert ask(newsroom.port, newsroom.host("kbay6"), url.partition(str(newsroom.port))[2]).status == 200


def test_who_does_not_confirm_gets_nothing(newsroom: RunningNewsroom, listener: Listener) -> None:
    """Or anybody could have anybody flooded."""
    listener.confirms = False
    subscribe(newsroom, listener)
    newsroom.publish(article(slug="fresh", published=newsroom.now))
    newsroom.settle()
    assert (len(listener.asked), listener.got) == (1, [])


def test_subscribers_outlive_the_hub(newsroom: RunningNewsroom, listener: Listener, tmp_path: Path) -> None:
    """A restarted newsroom still tells those whose lease goes on, and no longer those who left."""
    file = tmp_path / "subscribers.json"
    newsroom.server.hub._file = file
    subscribe(newsroom, listener)
    again = Hub(file)
    assert again.grants == newsroom.server.hub.grants
    assert [grant.callback for grant in again.grants.values()] == [listener.callback]
    assert file.stat().st_mode & 0o077 == 0
    subscribe(newsroom, listener, hub_mode="unsubscribe")
    assert Hub(file).grants == {}


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"topic": "a"}]', "null"])
def test_a_file_nobody_can_read_means_no_subscribers(tmp_path: Path, text: str) -> None:
    """They ask again when their lease ends."""
    file = tmp_path / "subscribers.json"
    file.write_text(text)
    assert Hub(file).grants == {}


def test_who_leaves_gets_nothing_more(newsroom: RunningNewsroom, listener: Listener) -> None:
    """By asking, or by answering a delivery with 410."""
    subscribe(newsroom, listener)
    subscribe(newsroom, listener, hub_mode="unsubscribe")
    newsroom.publish(article(slug="one", published=newsroom.now))
    newsroom.settle()
    assert listener.got == []
    subscribe(newsroom, listener)
    listener.status = 410
    for name in ("two", "three"):
        newsroom.publish(article(slug=name, published=newsroom.now))
        newsroom.settle()
    assert len(listener.got) == 1


@pytest.mark.parametrize(
    "wrong", [{"hub_mode": "publish"}, {"hub_topic": ""}, {"hub_callback": "http://example.org/cb"}, {"hub_callback": "nowhere"}]
)
def test_the_hub_refuses_what_it_cannot_do(newsroom: RunningNewsroom, listener: Listener, wrong: dict[str, Any]) -> None:
    """And never calls anything but this machine."""
    assert subscribe(newsroom, listener, **wrong) == 400
    assert listener.asked == []


def test_publishing_from_outside(newsroom: RunningNewsroom) -> None:
    """By publisher, title and text; what is missing is named."""
    url = publish(newsroom.port, publisher="kbay6", title="Ferries sail again", text="They left at noon.\n\nAll of them.")
    page = ask(newsroom.port, newsroom.host("kbay6"), url.partition(str(newsroom.port))[2])
    assert (page.status, "Ferries sail again" in page.text, "All of them." in page.text) == (200, True, True)
    for fields in ({"title": "x", "text": "y", "publisher": "nobody"}, {"title": " ", "text": "y", "publisher": "kbay6"}):
        with pytest.raises(ConfigurationError, match="publisher are needed, the last one of northern-wire, kbay6"):
            publish(newsroom.port, **fields)
    with pytest.raises(RetryableError, match="is the demo running"):
        publish(1, title="x", text="y", publisher="kbay6")
