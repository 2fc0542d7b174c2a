"""Misbehaviours of servers, to be switched on for a host and path: see `DemoServer.misbehave`.

Each function here returns a `Fault`, which answers a request in place of the honest server. What is sent is bounded only
by the arguments and by the client's patience; a client that hangs up ends any of them.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from pipeline.demo.answers import Answer
from pipeline.demo.sending import Fault, send

CHUNK = 64 * 1024
ENDLESS = 1 << 40  # bytes after which even an endless body ends

WALLS: Mapping[str, tuple[int, Mapping[str, str], str]] = {
    "login": (
        200,
        {},
        "<title>Sign in</title><h1>Sign in to continue</h1><form method=post action=/login>"
        "<label>E-mail <input name=email></label><label>Password <input type=password name=password></label><button>Sign in</button>"
        "<a href=/forgot>Forgot your password?</a></form>",
    ),
    "consent": (
        200,
        {},
        "<title>Before you continue</title><div id=cmp><h1>Before you continue</h1><p>We and our 214 partners store and access"
        " information on your device. Choose whether you agree, or subscribe to read without advertising.</p>"
        "<button>Accept all</button>"
        "<button>Reject all</button><a href=/subscribe>Subscribe for 2.99 a month</a></div>",
    ),
    "bot": (
        403,
        {"Server": "cloudflare", "cf-mitigated": "challenge"},
        "<title>Just a moment...</title><h1>Checking your browser</h1><noscript>Enable JavaScript and cookies to continue</noscript>"
        "<script src=/cdn-cgi/challenge-platform/orchestrate.js></script>",
    ),
}


def first(count: int, fault: Fault) -> Fault:
    """Misbehave for the first `count` requests only."""
    left = count

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        nonlocal left
        left -= 1
        return await (fault if left >= 0 else send)(request, honest)

    return answer


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Fault:
    """Answer with this status: 301 and 302 want a Location, 429 and 503 may carry Retry-After."""

    async def answer(_request: web.Request, _honest: Answer) -> web.StreamResponse:
        return web.Response(status=code, headers=headers, body=body)

    return answer


def slow_body(bytes_per_s: int) -> Fault:
    """Send the honest body at this speed, in pieces ten times a second or byte by byte."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        response = await _started(request, honest, length=len(honest.body))
        step = max(1, bytes_per_s // 10)
        for start in range(0, len(honest.body), step):
            await response.write(honest.body[start : start + step])
            await asyncio.sleep(step / bytes_per_s)
        return response

    return answer


def hang(seconds: float = 3600) -> Fault:
    """Take the request and say nothing for so long."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await send(request, honest)

    return answer


def gzip_bomb(size: int) -> Fault:
    """Send `size` bytes of spaces as gzip: a thousandth of that on the wire."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        response = await _started(request, honest, headers={"Content-Encoding": "gzip"})
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        for start in range(0, size, CHUNK):
            await response.write(packer.compress(b" " * min(CHUNK, size - start)))
            await asyncio.sleep(0)
        await response.write(packer.flush())
        return response

    return answer


def endless(limit: int = ENDLESS) -> Fault:
    """Send the honest body and then paragraphs without end (at most `limit` bytes), length unsaid."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        response = await _started(request, honest)
        sent, piece = 0, honest.body
        while sent < limit:
            await response.write(piece)
            sent += len(piece)
            piece = b"<p>and so on</p>\n" * (CHUNK // 17)
            await asyncio.sleep(0)
        return response

    return answer


def wrong_charset(declared: str, actual: str) -> Fault:
    """Send the honest text in the encoding `actual` and declare another in the header and in the page."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        truly = re.search(r"charset=([\w-]+)", honest.content_type)
        text = honest.body.decode(truly[1] if truly else "utf-8")
        text = re.sub(r'<meta charset="[\w-]+">', f'<meta charset="{declared}">', text)
        kind = honest.content_type.partition(";")[0]
        wrong = replace(honest, body=text.encode(actual, "xmlcharrefreplace"), content_type=f"{kind}; charset={declared}")
        return await send(request, wrong)

    return answer


def truncated(share: float = 0.5) -> Fault:
    """Announce the whole length, send this share of it and close the connection."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        response = await _started(request, honest, length=len(honest.body))
        await response.write(honest.body[: int(len(honest.body) * share)])
        if request.transport is not None:
            request.transport.close()
        return response

    return answer


def huge_header(size: int = 1 << 20) -> Fault:
    """Send the honest answer with one header of `size` bytes."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        return await send(request, replace(honest, headers={**honest.headers, "X-Padding": "x" * size}))

    return answer


def redirect_loop(code: int = 302) -> Fault:
    """Redirect to the same path for ever, each time with another query."""

    async def answer(request: web.Request, _honest: Answer) -> web.StreamResponse:
        hop = request.query.get("hop", "0")
        following = int(hop) + 1 if hop.isdecimal() else 0
        return web.Response(status=code, headers={"Location": f"{request.path}?hop={following}"})

    return answer


def reset() -> Fault:
    """Break the connection with a TCP reset before any byte is sent."""

    async def answer(request: web.Request, _honest: Answer) -> web.StreamResponse:
        transport = request.transport
        if transport is not None:
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        return web.Response()

    return answer


def lying_304() -> Fault:
    """Say "not modified" to every conditional request, whatever changed; be honest to the others."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        if "If-None-Match" in request.headers or "If-Modified-Since" in request.headers:
            return web.Response(status=304)
        return await send(request, honest)

    return answer


def no_validators() -> Fault:
    """Send neither ETag nor Last-Modified, and take no notice of conditions."""

    async def answer(request: web.Request, honest: Answer) -> web.StreamResponse:
        return await send(request, replace(honest, changed_at=None))

    return answer


def wall(kind: str) -> Fault:
    """Stand in the way: kind is "login", "consent" or "bot"."""
    code, headers, body = WALLS[kind]
    page = f"<!doctype html><html lang=en><meta charset=utf-8>{body}</html>".encode()

    async def answer(request: web.Request, _honest: Answer) -> web.StreamResponse:
        return await send(request, Answer(status=code, body=page, content_type="text/html; charset=utf-8", headers=headers))

    return answer


async def _started(
    request: web.Request, honest: Answer, *, length: int | None = None, headers: Mapping[str, str] | None = None
) -> web.StreamResponse:
    response = web.StreamResponse(status=honest.status, headers={"Content-Type": honest.content_type, **(headers or {})})
    response.content_length = length
    await response.prepare(request)
    return response
