"""One request, one answer, within every limit. Redirects, robots and politeness are the business of others.

The only home of aiohttp in this room besides `resolver` and `faults`. Bodies are decoded here and not by aiohttp, because
a limit has to hold after decompression, and while it goes on.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from pipeline.errors import RetryableError
from pipeline.fetch.decoding import DecodingError, UnknownEncodingError, accept_encoding, open_decoder
from pipeline.fetch.faults import WIRE_FAULTS, judge
from pipeline.fetch.guard import Endpoint, guarded_socket
from pipeline.fetch.resolver import NameResolver, connect_to, local_endpoint
from pipeline.settings import Settings
from pipeline.types import Rejected

Headers = tuple[tuple[str, str], ...]
Refuse = Callable[[int, Headers], str]  # status, headers → why the body is not wanted, "" where it is

MAX_HEADER_FIELD: Final = 32_768  # bytes; content security policies of news sites reach 20,000
MAX_HEADERS: Final = 200
MAX_HEADER_BYTES: Final = 262_144
ERROR_BODY: Final = 65_536  # bytes kept of a page that reports an error: enough to tell a bot wall

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
REPEATED: Final = frozenset({307, 308})  # those after which a form is posted again; after the others it would be lost
_PLAIN_URL: Final = re.compile(r"[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for and how much of it is taken."""

    seconds: float  # for the whole answer
    max_bytes: int  # after decompression
    cut: bool = False  # keep the beginning of what is larger, instead of rejecting it
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None  # posted, urlencoded, where there is one
    refuse: Refuse = lambda status, headers: ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: the body decoded (empty for redirects), headers as they came, seconds from the request to the last byte."""

    url: str
    status: int
    headers: Headers
    body: bytes
    seconds: float

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case of letters, or None."""
        return next((value for key, value in self.headers if key.lower() == name), None)


class _TooLargeError(Exception):
    """More bytes than are taken."""


class HttpClient:
    """A session of connections, opened at the first request in the running event loop.

    `passes` is the one endpoint the guard lets through (default: the local newsroom of the settings); `resolver` and `tls`
    are there for tests of hostile names and certificates.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        passes: Endpoint | None = None,
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._settings = settings
        self._local = local_endpoint(settings.local_newsroom)
        self.passes = passes or self._local
        self._resolver = resolver
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str, wanted: Wanted) -> Answer | Rejected:
        """Ask once for an http(s) URL, or post the form that is wanted there; a redirect is an answer like any other.

        Rejected: too-large, private-address, headers-too-large, unknown-encoding, bad-url, or what `wanted.refuse` says.
        Raises `RetryableError` for every fault of names, connections, TLS, time and damaged bodies.
        """
        try:
            async with asyncio.timeout(wanted.seconds):
                return await self._ask(url, wanted)
        except _TooLargeError:
            return Rejected(url=url, reason="too-large", detail=f"more than the {wanted.max_bytes} bytes allowed")
        except WIRE_FAULTS as error:
            meaning = judge(error, url)
            if isinstance(meaning, RetryableError):
                raise meaning from error
            return meaning

    @asynccontextmanager
    async def stream(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask once and give the answer to read as it comes, undecoded, at the reader's own pace: how long to wait for bytes is the
        reader's business. Raises what the wire does (`WIRE_FAULTS`).
        """
        target, asked = request_url(url), {"Accept-Encoding": "identity", **headers}
        if self._local is not None:
            target, asked["Host"] = connect_to(target, self._local)
        patience = aiohttp.ClientTimeout(total=None, connect=self._settings.connect_timeout)
        async with self._open().get(target, headers=asked, allow_redirects=False, timeout=patience) as response:
            yield response

    async def close(self) -> None:
        """Close every connection. The next request would open new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask(self, url: str, wanted: Wanted) -> Answer | Rejected:
        target, headers = request_url(url), dict(wanted.headers)
        if self._local is not None:
            target, headers["Host"] = connect_to(target, self._local)
        clock = asyncio.get_running_loop().time
        began = clock()
        method = "GET" if wanted.form is None else "POST"
        async with self._open().request(method, target, headers=headers, data=wanted.form, allow_redirects=False) as response:
            received = _headers(response)
            if sum(len(name) + len(value) for name, value in received) > MAX_HEADER_BYTES:
                return Rejected(url=url, reason="headers-too-large", detail=f"more than {MAX_HEADER_BYTES} bytes of headers")
            if reason := wanted.refuse(response.status, received):
                return Rejected(url=url, reason=reason, detail=_content_type(response))
            body = await _body(response, wanted)
        return Answer(url=url, status=response.status, headers=received, body=body, seconds=clock() - began)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            settings = self._settings
            connector = aiohttp.TCPConnector(
                limit=0,  # the fetcher counts requests, not connections
                resolver=self._resolver or NameResolver(self.passes),
                socket_factory=guarded_socket(self.passes),
                ssl=self._tls or True,
                ttl_dns_cache=60,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None, connect=settings.connect_timeout, sock_read=settings.read_timeout),
                headers={"User-Agent": settings.user_agent, "Accept-Encoding": accept_encoding()},
                max_line_size=MAX_HEADER_FIELD,
                max_field_size=MAX_HEADER_FIELD,
                max_headers=MAX_HEADERS,
            )
        return self._session


def request_url(url: str) -> URL:
    """Return the URL to send: as written where it is plain ASCII, escaped where not; no fragment, no credentials.

    Raises ValueError where it is none.
    """
    text = url.partition("#")[0]
    plain = _PLAIN_URL.fullmatch(text) is not None and text.isascii()
    parsed = URL(text, encoded=plain)
    if parsed.scheme not in {"http", "https"} or not parsed.raw_host:
        raise ValueError("not an absolute http or https URL")
    return parsed if parsed.raw_user is None and parsed.raw_password is None else parsed.with_user(None)


def _headers(response: aiohttp.ClientResponse) -> Headers:
    return tuple((_text(name), _text(value)) for name, value in response.raw_headers)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _content_type(response: aiohttp.ClientResponse) -> str:
    return f"status {response.status}, Content-Type {response.headers.get('Content-Type', 'missing')[:100]}"


async def _body(response: aiohttp.ClientResponse, wanted: Wanted) -> bytes:
    """Read and decode the body up to the limit. Redirects and 304s have none worth reading."""
    if response.status in REDIRECTS or response.status == 304:
        return b""
    if response.status >= 400:
        return await _error_body(response, min(ERROR_BODY, wanted.max_bytes))
    if not wanted.cut and (response.content_length or 0) > wanted.max_bytes:
        response.close()
        raise _TooLargeError
    body = await _read(response, wanted.max_bytes)
    if len(body) > wanted.max_bytes and not wanted.cut:
        response.close()
        raise _TooLargeError
    return bytes(body) if len(body) <= wanted.max_bytes else bytes(body[: wanted.max_bytes])


async def _error_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the beginning of an error page, or nothing where it is damaged: the status counts, not the page."""
    try:
        return bytes((await _read(response, limit))[:limit])
    except (DecodingError, UnknownEncodingError, aiohttp.ClientPayloadError, _TooLargeError):
        response.close()
        return b""


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytearray:
    """Read on until the end, or until just past the limit: in decoded bytes, or in bytes on the wire that decode to nothing."""
    decoder = open_decoder(response.headers.get("Content-Encoding", ""))
    body, received = bytearray(), 0
    async for chunk in response.content.iter_any():
        received += len(chunk)
        for piece in decoder.pieces(chunk):
            body += piece
            if len(body) > limit:
                return body
        if received > limit + 65_536:
            raise _TooLargeError
    decoder.finish()
    return body
