"""The headers every answer carries: a page full of strangers' text must not be able to do anything."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
HEADERS: dict[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",  # others' articles: readers come here, search engines go to the publishers
}
DEFAULTS: dict[str, str] = {"Cache-Control": "private, no-cache"}


class StrictHeaders:
    """Puts `HEADERS` on every answer, and `DEFAULTS` where the answer has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                put_on(MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_strictly)


def put_on(headers: MutableHeaders) -> None:
    """Set the strict headers on one answer."""
    for name, value in HEADERS.items():
        headers[name] = value
    for name, value in DEFAULTS.items():
        headers.setdefault(name, value)
