"""What bytes are, by looking at them: their compression, their characters' width, their first element. Never the headers.

Servers call feeds text/html and error pages application/rss+xml; the bytes do not lie.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from pipeline.errors import QuarantineError
from pipeline.types import Feed

MAX_UNPACKED: Final = 50_000_000  # bytes: the sitemap protocol's own limit
_LOOKED_AT: Final = 65_536
_TOKENS: Final = 50
_BOM: Final = b"\xef\xbb\xbf"
_BLANK: Final = b" \t\r\n\x00"

FEED_ROOTS: Final = frozenset({"rss", "feed", "rdf", "channel"})
SITEMAP_ROOTS: Final = frozenset({"urlset", "sitemapindex"})
HTML_ROOTS: Final = frozenset({"html", "head", "body"})

_WIDE: Final = (
    (re.compile(rb"\x00\x00\xfe\xff|\x00\x00\x00[<{]"), "utf-32-be"),
    (re.compile(rb"\xff\xfe\x00\x00|[<{]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\xfe\xff|\x00[<{]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"\xff\xfe|[<{]\x00[^\x00]\x00"), "utf-16-le"),
)
_DECLARATION: Final = re.compile(rb"(<\?xml[^>]{0,200}?encoding\s*=\s*[\"'])[^\"'>]{0,60}")
_NAME: Final = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")


def ready(feed: Feed, body: bytes) -> bytes:
    """Return the body unpacked, in an encoding where ASCII is ASCII, from its first visible byte on. Twice is the same.

    Raises `QuarantineError` for a body that unpacks to more than MAX_UNPACKED bytes.
    """
    return visible(_unpacked(feed, body))


def visible(body: bytes) -> bytes:
    """Return a body from its first visible byte on, in an encoding where ASCII is ASCII."""
    return _narrowed(body).lstrip(_BLANK + _BOM)


def _unpacked(feed: Feed, body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    pieces, size = [], 0
    while body.startswith(b"\x1f\x8b"):  # members may follow one another
        stream = zlib.decompressobj(wbits=31)
        try:
            piece = stream.decompress(body, MAX_UNPACKED + 1 - size)
        except zlib.error as error:
            raise QuarantineError(f"feed {feed.feed_id}: damaged gzip body of {feed.url}: {error}") from error
        pieces.append(piece)
        size += len(piece)
        if size > MAX_UNPACKED:
            raise QuarantineError(f"feed {feed.feed_id}: {feed.url} unpacks to more than {MAX_UNPACKED} bytes")
        body = stream.unused_data
    return b"".join(pieces)


def _narrowed(body: bytes) -> bytes:
    """Turn UTF-16 and UTF-32 into UTF-8, with a declaration that says so."""
    for mark, encoding in _WIDE:
        if mark.match(body):
            text = body.decode(encoding, "replace").lstrip("\ufeff")
            return _DECLARATION.sub(rb"\1utf-8", text.encode("utf-8", "replace"), count=1)
    return body


@dataclass(frozen=True, slots=True)
class Opening:
    """How an XML or HTML document begins: its first known element, and where the document itself starts."""

    root: str  # lower-case local name
    start: int  # byte offset of the declaration, or of the element where there is none
    junk: bool  # something that belongs to no XML document stands before it


def opening(body: bytes) -> Opening | None:
    """Find the first element that says what a document is, within 50 tags and 64 KB; None where there is none."""
    head = body[:_LOOKED_AT]  # a cut in the middle of a character does no harm: tags are ASCII
    place, declared, junk = 0, -1, False
    for _ in range(_TOKENS):
        start = head.find(b"<", place)
        if start < 0:
            return None
        junk = junk or bool(head[place:start].strip(_BLANK + _BOM))
        if head.startswith(b"<?xml", start) and declared < 0:
            junk, declared = junk or start > place, start
        name = _root_name(head, start)
        if name in FEED_ROOTS | SITEMAP_ROOTS | HTML_ROOTS:
            return Opening(name, declared if declared >= 0 else start, junk)
        junk = junk or bool(name)
        place = _end_of_token(head, start)
        if place <= start:
            return None
    return None


def _root_name(head: bytes, start: int) -> str:
    """Return the lower-case local name of the element at `start`, `html` for its doctype, '' for other declarations."""
    if head[start : start + 14].lower() == b"<!doctype html" and head[start + 14 : start + 15] in {b">", b" ", b"\n", b"\r", b"\t"}:
        return "html"
    match = _NAME.match(head, start)
    return match[1].decode("ascii").lower() if match else ""


def _end_of_token(head: bytes, start: int) -> int:
    closing = b">"
    if head.startswith(b"<!--", start):
        closing = b"-->"
    elif head.startswith(b"<?", start):
        closing = b"?>"
    elif head.startswith(b"<!", start) and b"[" in head[start : head.find(b">", start)]:
        closing = b"]>"
    end = head.find(closing, start)
    return end + len(closing) if end >= 0 else -1


def is_json(body: bytes) -> bool:
    """Whether the first visible byte opens a JSON object."""
    return visible(body[:_LOOKED_AT]).startswith(b"{")


def begins_with(roots: Collection[str], body: bytes) -> bool:
    """Whether a document's first known element is one of these."""
    found = opening(visible(body[:_LOOKED_AT]))
    return found is not None and found.root in roots


def is_html(body: bytes) -> bool:
    """Whether these bytes, as they came, are a web page where a feed was expected: a wall, an error page, a front page."""
    head = visible(body[:_LOOKED_AT])
    found = opening(head)
    if found is not None or head.startswith((b"{", b"[")):
        return found is not None and found.root in HTML_ROOTS
    return bool(re.search(rb"<(?:title|meta|script|div|p|h1|table|form)\b", head, re.IGNORECASE))
