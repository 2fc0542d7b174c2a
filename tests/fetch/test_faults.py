"""pipeline/fetch/faults.py: every exception the wire can raise has a meaning in our tree."""

from __future__ import annotations

import asyncio
import errno
import inspect
import socket
import ssl
import zlib
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import brotli
import idna
import pytest
from aiohttp import client_exceptions, http_exceptions
from yarl import URL

from pipeline.errors import RetryableError
from pipeline.fetch.client import request_url
from pipeline.fetch.decoding import DecodingError, UnknownEncodingError, open_decoder
from pipeline.fetch.faults import WIRE_FAULTS, HostDownError, judge
from pipeline.fetch.guard import AddressRefusedError
from pipeline.types import Rejected

PAGE = "https://news.example/a"
REQUEST = aiohttp.RequestInfo(URL(PAGE), "GET", {}, URL(PAGE))  # type: ignore[arg-type]
PLACE: Any = SimpleNamespace(host="news.example", port=443, ssl=True, is_ssl=True)
REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")

# How to make those that take more than a message.
MADE: dict[str, Exception] = {
    "ClientConnectorError": aiohttp.ClientConnectorError(PLACE, REFUSED),
    "ClientConnectorDNSError": aiohttp.ClientConnectorDNSError(PLACE, socket.gaierror(socket.EAI_AGAIN, "Temporary failure")),
    "ClientProxyConnectionError": aiohttp.ClientProxyConnectionError(PLACE, REFUSED),
    "UnixClientConnectorError": client_exceptions.UnixClientConnectorError("/a", PLACE, REFUSED),
    "ClientSSLError": aiohttp.ClientSSLError(PLACE, ssl.SSLError(1, "bad handshake")),
    "ClientConnectorSSLError": aiohttp.ClientConnectorSSLError(PLACE, ssl.SSLError(1, "bad handshake")),
    "ClientConnectorCertificateError": aiohttp.ClientConnectorCertificateError(PLACE, ssl.SSLCertVerificationError(1, "expired")),
    "ServerFingerprintMismatch": aiohttp.ServerFingerprintMismatch(b"a", b"b", "news.example", 443),
    "InvalidURL": aiohttp.InvalidURL("x", "no host"),
}


def exceptions_of(module: object) -> Iterator[type[Exception]]:
    """Yield the exception classes that a module of aiohttp defines, those of websockets aside."""
    for _, found in sorted(inspect.getmembers(module, inspect.isclass)):
        if issubclass(found, Exception) and not found.__name__.startswith("WS") and found.__module__ == getattr(module, "__name__", ""):
            yield found


def made(kind: type[Exception]) -> Exception:
    """Make one of that class."""
    if kind.__name__ in MADE:
        return MADE[kind.__name__]
    if issubclass(kind, aiohttp.ClientResponseError):
        return kind(REQUEST, (), status=400, message="something is wrong")
    for arguments in (("something is wrong",), (), ("a", "b"), (b"line", 8190)):
        try:
            return kind(*arguments)
        except TypeError:
            continue
    raise AssertionError(f"add {kind.__name__} to MADE")


@pytest.mark.parametrize("kind", [*exceptions_of(client_exceptions), *exceptions_of(http_exceptions)], ids=lambda kind: kind.__name__)
def test_every_exception_of_aiohttp_is_caught_and_judged(kind: type[Exception]) -> None:
    """A new version of aiohttp cannot bring an exception that goes past us."""
    error = made(kind)
    assert isinstance(error, WIRE_FAULTS)
    meaning = judge(error, PAGE)
    assert isinstance(meaning, Rejected | RetryableError)
    assert PAGE in (meaning.url if isinstance(meaning, Rejected) else str(meaning))


@pytest.mark.parametrize(
    "error",
    [
        REFUSED,
        ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"),
        BrokenPipeError(errno.EPIPE, "Broken pipe"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
        OSError(errno.EMFILE, "Too many open files"),
        OSError("Multiple exceptions: a, b"),
        socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
        socket.herror("old"),
        ssl.SSLError(1, "wrong version number"),
        ssl.SSLZeroReturnError(6, "closed"),
        ssl.CertificateError("expired"),
        TimeoutError(),
        asyncio.IncompleteReadError(b"a", 2),
        EOFError(),
        DecodingError("incorrect header check"),
        UnicodeEncodeError("idna", "x" * 70, 0, 70, "label too long"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        idna.IDNAError("Codepoint not allowed"),
        ValueError("Port out of range 0-65535"),
        UnknownEncodingError("compress"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_lies_below_aiohttp_is_judged_too(error: Exception) -> None:
    """System, TLS, names, text and compression."""
    assert isinstance(error, WIRE_FAULTS)
    meaning = judge(error, PAGE)
    assert PAGE in (meaning.url if isinstance(meaning, Rejected) else str(meaning))


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_decoders_raise_their_own_error_only(encoding: str) -> None:
    """The errors of zlib and brotli do not leave the decoders."""
    assert not issubclass(zlib.error, WIRE_FAULTS)
    assert not issubclass(brotli.error, WIRE_FAULTS)
    with pytest.raises(DecodingError):
        list(open_decoder(encoding).pieces(b"\x1f\xff\xff" + b"\xff" * 100))


@pytest.mark.parametrize("url", ["http://[::1", "http://h:port/", "http://" + "a" * 70 + "\u00fc.example/", "http://a\u2024/", "nothing"])
def test_urls_that_yarl_refuses_are_caught(url: str) -> None:
    """Whatever yarl and idna raise for a bad address is among the faults of the wire."""
    try:
        request_url(url)
    except WIRE_FAULTS as error:
        meaning = judge(error, url)
        assert isinstance(meaning, Rejected | RetryableError)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MADE["ClientConnectorCertificateError"], "the publisher must mend the certificate"),
        (aiohttp.ClientConnectorDNSError(PLACE, socket.gaierror(socket.EAI_NONAME, "not known")), "check its spelling"),
        (MADE["ClientConnectorDNSError"], "check this machine's name server"),
        (aiohttp.SocketTimeoutError("Timeout on reading data"), "raise the timeout settings"),
        (TimeoutError(), "raise the timeout settings"),
        (aiohttp.ServerDisconnectedError(), "the connection broke"),
        (MADE["ClientConnectorError"], "wait until the site is up again"),
        (aiohttp.ConnectionTimeoutError("slow"), "wait until the site is up again"),
        (aiohttp.ClientPayloadError("not enough data"), "damaged or was cut off"),
    ],
)
def test_messages_name_the_url_and_the_remedy(error: Exception, said: str) -> None:
    """Who reads the message knows where to look."""
    meaning = judge(error, PAGE)
    assert isinstance(meaning, RetryableError)
    assert str(meaning).startswith(PAGE)
    assert said in str(meaning)


def test_only_a_connection_that_was_never_made_puts_the_host_down() -> None:
    """A name that is gone or a slow answer is no reason to leave the whole domain alone."""
    down = [kind for kind, error in MADE.items() if isinstance(judge(error, PAGE), HostDownError)]
    assert down == ["ClientConnectorError", "ClientProxyConnectionError", "UnixClientConnectorError"]
    assert isinstance(judge(aiohttp.ConnectionTimeoutError("slow"), PAGE), HostDownError)
    assert not isinstance(judge(aiohttp.SocketTimeoutError("slow"), PAGE), HostDownError)


@pytest.mark.parametrize("wrapped", [False, True])
def test_the_guard_s_refusal_is_a_value(wrapped: bool) -> None:
    """However aiohttp wraps it, alone or among other addresses' faults."""
    refusal: OSError = AddressRefusedError("10.0.0.1", 80, "private")
    if wrapped:
        refusal = OSError(f"Multiple exceptions: {REFUSED}, {refusal}")
    meaning = judge(aiohttp.ClientConnectorError(PLACE, refusal), PAGE)
    assert isinstance(meaning, Rejected)
    assert meaning.reason == "private-address"
    assert "10.0.0.1 port 80" in meaning.detail


def test_long_messages_are_cut() -> None:
    """A server must not fill the ledger through an error message."""
    meaning = judge(aiohttp.ClientPayloadError("x" * 10_000 + "\n" * 10_000), PAGE)
    assert len(str(meaning)) < 500
