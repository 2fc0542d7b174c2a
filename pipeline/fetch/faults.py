"""What can go wrong on the wire, put into the terms of `errors.py`: passing faults as errors, expected ends as values.

Each message names the URL, what happened, and what there is to do about it.
"""

from __future__ import annotations

import socket
import ssl
from typing import Final

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from pipeline.errors import NameServerError, RetryableError
from pipeline.fetch.decoding import DecodingError, UnknownEncodingError
from pipeline.fetch.guard import REFUSED_MARK
from pipeline.types import Rejected

# Whatever aiohttp, the system, ssl, idna and the decoders raise. ValueError is what yarl, idna and aiohttp call a bad URL.
WIRE_FAULTS: Final = (aiohttp.ClientError, HttpProcessingError, OSError, TimeoutError, EOFError, ValueError)

_TOO_MUCH_HEADER: Final = ("Got more than", "Too many headers", "Too many trailers")
_NO_SUCH_NAME: Final = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))


class BrokenConnectionError(RetryableError):
    """The connection was not made, or broke before the answer was there: what a second try at once may mend."""


class HostDownError(BrokenConnectionError):
    """Nothing answers at the host's address: a reason to leave the whole host alone for a while."""


def judge(error: BaseException, url: str) -> Rejected | RetryableError:
    """Return what a fault of the wire means. A `RetryableError` is to be raised from the fault."""
    inner = _inner(error)
    if REFUSED_MARK in inner:
        return Rejected(url=url, reason="private-address", detail=inner)
    if isinstance(error, UnknownEncodingError):
        return Rejected(url=url, reason="unknown-encoding", detail=f"the answer's Content-Encoding is {error}")
    if isinstance(error, aiohttp.ClientResponseError | HttpProcessingError):
        return _judge_answer(error, url)
    if isinstance(error, DecodingError | aiohttp.ClientPayloadError | EOFError):
        return RetryableError(f"{url}: the body is damaged or was cut off ({inner}); it is tried again later")
    if isinstance(error, OSError | TimeoutError | aiohttp.ClientConnectionError):
        return _judge_connection(error, url)
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError | ValueError):
        return Rejected(url=url, reason="bad-url", detail=f"cannot be asked for: {inner}")
    return RetryableError(f"{url}: the request failed ({type(error).__name__}: {error}); it is tried again later")


def _judge_answer(error: aiohttp.ClientResponseError | HttpProcessingError, url: str) -> Rejected | RetryableError:
    if error.message.startswith(_TOO_MUCH_HEADER) or _TOO_MUCH_HEADER[0] in error.message:
        return Rejected(url=url, reason="headers-too-large", detail=_short(error.message))
    return RetryableError(f"{url}: the answer is not HTTP ({_short(error.message)}); it is tried again later")


def _judge_connection(error: BaseException, url: str) -> RetryableError:
    if isinstance(error, ssl.SSLError | ssl.CertificateError | aiohttp.ClientSSLError | aiohttp.ServerFingerprintMismatch):
        return RetryableError(
            f"{url}: no trusted connection ({_inner(error)}); the publisher must mend the certificate, "
            "or this machine its clock or its list of certificate authorities"
        )
    if isinstance(error, aiohttp.ClientConnectorDNSError | socket.gaierror | UnicodeError):
        return _judge_name(error, url)
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError | aiohttp.ConnectionTimeoutError):
        return HostDownError(f"{url}: nothing answers there ({_inner(error)}); check the address, or wait until the site is up again")
    if isinstance(error, TimeoutError):
        return RetryableError(f"{url}: the answer took too long ({_inner(error)}); raise the timeout settings where this lasts")
    return BrokenConnectionError(f"{url}: the connection broke ({_inner(error)}); it is tried again later")


def _judge_name(error: BaseException, url: str) -> RetryableError:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, socket.gaierror) and cause.errno in _NO_SUCH_NAME:
        return RetryableError(f"{url}: there is no such name ({_inner(error)}); check its spelling, or whether the domain has expired")
    return NameServerError(f"{url}: the name could not be looked up ({_inner(error)}); check this machine's name server")


def _inner(error: BaseException) -> str:
    """Return the system's own words where aiohttp wraps them."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    text = (cause.strerror if isinstance(cause, OSError) else None) or str(cause)
    return _short(text) or type(error).__name__


def _short(text: str) -> str:
    return " ".join(text.split())[:300]
