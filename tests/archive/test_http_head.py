"""HTTP heads as bytes."""

from __future__ import annotations

import pytest

from pipeline.archive.http_head import parse_head, render_head


def test_headers_of_the_transfer_are_kept_apart() -> None:
    """What speaks of the compressed bytes is renamed, and the length of the stored ones is told."""
    head = render_head(200, (("Content-Encoding", "br"), ("Server", "x"), ("content-length", "9")), 40)
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"X-Archive-Orig-Content-Encoding: br",
        b"Server: x",
        b"X-Archive-Orig-content-length: 9",
        b"Content-Length: 40",
        b"",
        b"",
    ]


def test_order_spelling_and_repetition_survive() -> None:
    """Headers come back as they were, the renamed ones under their own names."""
    headers = (("SET-cookie", "a"), ("Transfer-Encoding", "chunked"), ("SET-cookie", " b: c "), ("X-Empty", ""))
    assert parse_head(render_head(999, headers, 0)) == (999, headers)


@pytest.mark.parametrize("text", ["caf\udce9", "Zürich ☃", "a\tb"])
def test_bytes_of_any_encoding_survive(text: str) -> None:
    """What was decoded with escapes is written as the bytes that came."""
    assert parse_head(render_head(200, (("X", text),), 0))[1] == (("X", text),)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (("X", "a\r\nEvil: 1"), b"\r\nX: a  Evil: 1\r\n"),
        (("X", "a\0b"), b"\r\nX: a b\r\n"),
        (("X\r\n\r\nY", "v"), b"\r\nX----Y: v\r\n"),
        (("", "v"), b"\r\n-: v\r\n"),
        (("X", "\ud800"), b"\r\nX: ?\r\n"),
    ],
)
def test_nothing_breaks_out_of_its_line(header: tuple[str, str], line: bytes) -> None:
    """Line ends, NUL and letters that no name has are replaced; reading it back then shows the difference."""
    head = render_head(200, (header,), 0)
    assert line in head
    assert parse_head(head)[1] != (header,)


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 many\r\n\r\n"])
def test_what_is_no_head_is_refused(head: bytes) -> None:
    """No status line, no page."""
    with pytest.raises(ValueError, match=r"."):
        parse_head(head)
