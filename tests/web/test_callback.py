"""Where hubs call: no login on that path and on no other, bounded bodies, plain answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from fastapi import Depends, FastAPI, HTTPException

from pipeline.errors import RetryableError
from pipeline.web import callback as module
from pipeline.web.app import ROUTES, create_app
from tests.web.front_desk import desk_of, refusing

KNOWN = "/push/known"


class NotingCallback:
    """Knows one callback and notes what it is told."""

    def __init__(self) -> None:
        self.verified: list[Mapping[str, str]] = []
        self.delivered: list[tuple[bytes, str | None, str]] = []
        self.fault: Exception | None = None

    def knows(self, callback_id: str) -> bool:
        return callback_id == "known"

    def verify(self, callback_id: str, asked_with: Mapping[str, str]) -> tuple[int, str]:
        self.verified.append(asked_with)
        return 200, asked_with.get("hub.challenge", "")

    def deliver(self, callback_id: str, body: bytes, *, signature: str | None, content_type: str) -> int:
        if self.fault:
            raise self.fault
        self.delivered.append((body, signature, content_type))
        return 202


@pytest.fixture
def noting() -> NotingCallback:
    """A callback that notes."""
    return NotingCallback()


def ask(app: FastAPI, method: str, path: str, **more: Any) -> httpx.Response:
    """Send one request to the app."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://wireroom.test") as client:
            return await client.request(method, path, **more)

    return asyncio.run(send())


def app_with(noting: NotingCallback, **more: Any) -> FastAPI:
    """The whole app, taking 100 bytes at once."""
    return create_app(desk_of(open_callback=lambda: noting, most_delivered=100), **more)


def test_a_challenge_is_echoed_as_plain_text(noting: NotingCallback) -> None:
    """Whatever it is: a browser must make nothing of it."""
    answer = ask(app_with(noting), "GET", KNOWN, params={"hub.mode": "subscribe", "hub.challenge": "<script>ä</script>", "hub.reason": ""})
    assert (answer.status_code, answer.text) == (200, "<script>ä</script>")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert noting.verified == [{"hub.mode": "subscribe", "hub.challenge": "<script>ä</script>", "hub.reason": ""}]


def test_a_delivery_arrives_with_its_signature(noting: NotingCallback) -> None:
    """Byte for byte."""
    sent = {"X-Hub-Signature": "sha1=00", "Content-Type": "application/atom+xml"}
    answer = ask(app_with(noting), "POST", KNOWN, content=b"<feed>\x00\xff", headers=sent)
    assert (answer.status_code, answer.content) == (202, b"")
    ask(app_with(noting), "POST", KNOWN, content=b"x" * 100)
    assert noting.delivered == [(b"<feed>\x00\xff", "sha1=00", "application/atom+xml"), (b"x" * 100, None, "")]


def test_nobody_logs_in_there_and_everybody_elsewhere(noting: NotingCallback) -> None:
    """Exactly that path: not what lies beside, before or below it."""

    def nobody() -> None:
        raise HTTPException(401, "Who are you?")

    app = app_with(noting, dependencies=[Depends(nobody)])
    assert ask(app, "GET", KNOWN).status_code == 200
    assert ask(app, "POST", KNOWN).status_code == 202
    for path, _name, _endpoint in ROUTES:
        assert ask(app, "GET", path.replace("{article_id}", "0" * 32).replace("{name}", "icon.svg")).status_code == 401, path
    for path in ("/push", "/push/", "/push/known/", "/push/known/more", "/push/../status", "/push/%2e%2e/status", "/push//status"):
        for method in ("GET", "POST"):
            answer = ask(app, method, path)
            assert answer.status_code in {401, 404, 405}, path
    assert len(noting.verified) == len(noting.delivered) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_callback_is_nowhere(noting: NotingCallback, method: str) -> None:
    """404 before anything of the body is read; the same where push is not offered at all."""

    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    content = endless() if method == "POST" else None
    assert ask(app_with(noting), method, "/push/unknown", content=content).status_code == 404
    assert ask(create_app(desk_of()), method, KNOWN).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_nothing_else_is_done_there(noting: NotingCallback, method: str) -> None:
    """Two methods are the whole of it."""
    assert ask(app_with(noting), method, KNOWN).status_code == 405


def test_a_body_that_is_too_large_is_not_taken(noting: NotingCallback) -> None:
    """Whether it says so beforehand or not; and no more of it is read than needed."""
    pieces = 0

    async def more_and_more() -> AsyncIterator[bytes]:
        nonlocal pieces
        while pieces < 1000:
            pieces += 1
            yield b"x" * 60

    assert ask(app_with(noting), "POST", KNOWN, content=b"x" * 101).status_code == 413
    assert ask(app_with(noting), "POST", KNOWN, content=more_and_more()).status_code == 413
    assert noting.delivered == []


def raw(app: FastAPI, receive: Callable[[], Awaitable[dict[str, Any]]], *headers: tuple[bytes, bytes]) -> int:
    """Post a body piece by piece, as a server hands it over; return the status."""
    told: list[dict[str, Any]] = []

    async def tell(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http", "path": KNOWN,
        "raw_path": KNOWN.encode(), "query_string": b"", "root_path": "", "headers": [(b"host", b"a"), *headers],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
    }  # fmt: skip
    asyncio.run(app(scope, receive, tell))
    return int(told[0]["status"])


def test_a_body_that_does_not_end_is_given_up(noting: NotingCallback, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few slow callers must not hold the page's connections for ever."""
    monkeypatch.setattr(module, "SLOWEST_SECONDS", 0.05)

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    assert raw(app_with(noting), never) == 408


def test_a_body_that_breaks_off_is_not_taken(noting: NotingCallback) -> None:
    """What came of it is not what was signed."""

    async def hang_up() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    assert raw(app_with(noting), hang_up) == 400
    assert noting.delivered == []


def test_a_body_that_says_it_is_too_large_is_not_read_at_all(noting: NotingCallback) -> None:
    """Its length is known before its first byte."""

    async def unread() -> dict[str, Any]:
        raise AssertionError("the body was read")

    assert raw(app_with(noting), unread, (b"content-length", b"101")) == 413


def test_packed_bodies_are_refused(noting: NotingCallback) -> None:
    """What a signature is of should be plain, and no bomb is unpacked."""
    assert ask(app_with(noting), "POST", KNOWN, content=b"x", headers={"Content-Encoding": "gzip"}).status_code == 415


def test_a_question_of_a_thousand_parts_is_not_read(noting: NotingCallback) -> None:
    """400, and nobody is bothered."""
    assert ask(app_with(noting), "GET", KNOWN + "?" + "&".join(f"a{n}=1" for n in range(1000))).status_code == 400
    assert noting.verified == []


def test_a_hub_is_told_to_come_back_while_the_ledger_is_away(noting: NotingCallback) -> None:
    """503, at the door or later: it will deliver again."""
    noting.fault = RetryableError("locked")
    answer = ask(app_with(noting), "POST", KNOWN, content=b"x")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert answer.headers["content-type"] == "application/json"
    away = create_app(desk_of(open_callback=refusing(RetryableError("away"))))
    assert ask(away, "GET", KNOWN).status_code == 503
