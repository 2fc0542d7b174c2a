"""The head of an HTTP answer as bytes, and back. Pure.

A page is kept with its body decompressed, so headers that speak of the transfer would lie about the bytes that follow.
They stay under the prefix that WARC tools use for this, and a true Content-Length is added.
"""

from __future__ import annotations

import re
from http import HTTPStatus

Headers = tuple[tuple[str, str], ...]

ORIGINAL = "X-Archive-Orig-"
_OF_THE_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_NO_NAME_LETTER = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")  # RFC 9110, token
_LINE_BREAKER = re.compile(r"[\r\n\0]")


def render_head(status: int, headers: Headers, body_length: int) -> bytes:
    """Return status line, headers and the empty line.

    What would break the head for a reader (line ends, NUL, letters no header name has) is replaced; `parse_head` then
    gives something else than `headers`, which is how a caller knows to keep them apart.
    """
    lines = [_status_line(status)]
    for name, value in headers:
        prefix = ORIGINAL if name.lower() in _OF_THE_TRANSFER else ""
        lines.append(f"{prefix}{_NO_NAME_LETTER.sub('-', name) or '-'}: {_LINE_BREAKER.sub(' ', value)}")
    lines.append(f"Content-Length: {body_length}")
    return _encode("\r\n".join(lines) + "\r\n\r\n")


def parse_head(head: bytes) -> tuple[int, Headers]:
    """Return status and headers as they were before `render_head`.

    Raises:
        ValueError: these bytes are no head of an HTTP answer.
    """
    status_line, *lines = head.decode("utf-8", "surrogateescape").removesuffix("\r\n\r\n").split("\r\n")
    version, _, rest = status_line.partition(" ")
    if not version.startswith("HTTP/"):
        raise ValueError(f"no HTTP status line: {status_line[:80]!r}")
    return int(rest.split(" ")[0]), tuple(_header(line) for line in lines[:-1])


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    bare = name.removeprefix(ORIGINAL)
    return (bare if bare.lower() in _OF_THE_TRANSFER else name), value


def _status_line(status: int) -> str:
    try:
        return f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
    except ValueError:  # 520, 999 and other numbers of servers' own
        return f"HTTP/1.1 {status} Unknown"


def _encode(text: str) -> bytes:
    """Give header text back as the bytes it came from: UTF-8, and whatever else was escaped when it was decoded."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
