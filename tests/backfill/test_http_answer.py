"""HTTP answers inside WARC blocks, as crawlers leave them."""

from __future__ import annotations

import gzip

import brotli
import pytest

from pipeline.backfill.http_answer import AnswerError, media_type, split_answer, whole_body
from pipeline.fetch.decoding import decode

HTML = b"<html>" + b"text " * 100
CHUNKED = b"5\r\n<html\r\nB;x=1\r\n> and more \r\n0\r\n\r\n"


def _body(headers: dict[str, str], stored: bytes, *, limit: int = 10_000) -> bytes:
    return whole_body(tuple(headers.items()), stored, decode=decode, limit=limit)


def test_status_headers_body() -> None:
    """Line ends of either kind; values with colons; bytes that are no UTF-8 in headers."""
    assert split_answer(b"HTTP/1.1 200 OK\r\nA: b: c\r\n\r\nbody\r\n\r\nmore") == (200, (("A", "b: c"),), b"body\r\n\r\nmore")
    assert split_answer(b"HTTP/2 404\nA: b\n\nbody") == (404, (("A", "b"),), b"body")
    assert split_answer(b"HTTP/1.1 200 OK\r\nA: \xff\r\n\r\n")[1] == (("A", "\ufffd"),)


@pytest.mark.parametrize(
    "block", [b"", b"<html>", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 OK 200\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_answer(block: bytes) -> None:
    """Named as such."""
    with pytest.raises(AnswerError, match="no-http-head"):
        split_answer(block)


def test_transfer_is_undone_where_it_was_left_in() -> None:
    """Chunks, gzip, Brotli, and both; and their headers on bodies that are plain already."""
    assert _body({"Transfer-Encoding": "chunked"}, CHUNKED) == b"<html> and more "
    assert _body({"Transfer-Encoding": "chunked"}, HTML) == HTML
    assert _body({"Content-Encoding": "gzip"}, gzip.compress(HTML)) == HTML
    assert _body({"Content-Encoding": "br"}, brotli.compress(HTML)) == HTML
    assert _body({"Content-Encoding": "gzip"}, HTML) == HTML
    packed = gzip.compress(HTML)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    assert _body({"content-encoding": "gzip", "transfer-encoding": "chunked"}, chunked) == HTML
    assert _body({"Content-Encoding": "x-crawler"}, HTML) == HTML


def test_what_cannot_be_undone() -> None:
    """Unknown encodings, torn bodies, bombs."""
    with pytest.raises(AnswerError, match="bad-encoding"):
        _body({"Content-Encoding": "secret"}, b"\x00\x01")
    with pytest.raises(AnswerError, match="bad-encoding"):
        _body({"Content-Encoding": "gzip"}, gzip.compress(HTML)[:-9])
    with pytest.raises(AnswerError, match="too-large"):
        _body({"Content-Encoding": "gzip"}, gzip.compress(bytes(10_000_000)))


def test_media_type() -> None:
    """Alone, and in lower case."""
    assert media_type((("content-type", "Text/HTML; charset=x"),)) == "text/html"
    assert media_type(()) == ""
