"""Puts an `Answer` on the wire, as an honest server does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from pipeline.demo.answers import Answer

Fault = Callable[[web.Request, Answer], Awaitable[web.StreamResponse]]
"""Takes the place of `send`: is given the request and the honest answer, and sends what it likes."""

COMPRESSED_FROM = 1024  # bytes


async def send(request: web.Request, answer: Answer) -> web.StreamResponse:
    """Send the answer, or 304 to who has it already; gzip where the client takes it and it pays."""
    if answer.matches(request.headers):
        return web.Response(status=304, headers=answer.validators())
    response = web.Response(status=answer.status, body=answer.body, headers=answer.all_headers())
    if len(answer.body) >= COMPRESSED_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.enable_compression(web.ContentCoding.gzip)
        response.headers["Vary"] = "Accept-Encoding"
    return response
