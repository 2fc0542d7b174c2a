"""The HTTP answer in a WARC block → status, headers and the body as it was before its transfer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

Headers = tuple[tuple[str, str], ...]
Decode = Callable[[str, bytes, int], bytes]  # Content-Encoding, body, limit in bytes → body; ValueError where it cannot be undone

HEAD_LIMIT: Final = 1 << 17
_END: Final = b"\r\n\r\n"


class AnswerError(ValueError):
    """These bytes are no answer that can be used; the message is the reason, a kebab-case word."""


def split_answer(block: bytes) -> tuple[int, Headers, bytes]:
    """Return status, headers and the body as stored. Raises `AnswerError`."""
    end = block.find(_END, 0, HEAD_LIMIT)
    gap = len(_END)
    if end < 0:
        end, gap = block.find(b"\n\n", 0, HEAD_LIMIT), 2
    if end < 0 or not block.startswith(b"HTTP/"):
        raise AnswerError("no-http-head")
    first, *lines = block[:end].decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    status = first.split(" ")[1] if " " in first else ""
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise AnswerError("no-http-head")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return int(status), tuple((name.strip(), value.strip()) for name, _, value in pairs), block[end + gap :]


def whole_body(headers: Headers, stored: bytes, *, decode: Decode, limit: int) -> bytes:
    """Return the body without chunks and content encoding, neither of which every writer has left in.

    Raises:
        AnswerError: too-large, or bad-encoding.
    """
    body = _without_chunks(stored) if "chunked" in _header(headers, "transfer-encoding").lower() else stored
    encoding = _header(headers, "content-encoding")
    if encoding and not _looks_plain(body):
        try:
            body = decode(encoding, body, limit)
        except ValueError as error:
            raise AnswerError("bad-encoding") from error
    if len(body) > limit:
        raise AnswerError("too-large")
    return body


def media_type(headers: Headers) -> str:
    """Return the media type alone, in lower case; '' where none was sent."""
    return _header(headers, "content-type").partition(";")[0].strip().lower()


def _header(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _looks_plain(body: bytes) -> bool:
    """Whether the body begins as text does: writers undo the encoding and leave its header as it was."""
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _without_chunks(stored: bytes) -> bytes:
    """Undo the chunks; what is not in chunks is returned as it is."""
    pieces: list[bytes] = []
    at = 0
    while True:
        line_end = stored.find(b"\r\n", at, at + 256)
        size = _chunk_size(stored[at:line_end]) if line_end > at else None
        if size is None:
            return stored if not pieces else b"".join(pieces)
        if not size:
            return b"".join(pieces)
        pieces.append(stored[line_end + 2 : line_end + 2 + size])
        at = line_end + 2 + size + 2


def _chunk_size(line: bytes) -> int | None:
    digits = line.partition(b";")[0].strip()
    try:
        return int(digits, 16) if 0 < len(digits) <= 8 and digits.isalnum() else None
    except ValueError:
        return None
