"""What a final answer to a page request means. Pure."""

from __future__ import annotations

import re
from typing import Final

from pipeline.errors import RetryableError
from pipeline.fetch.client import Headers
from pipeline.types import FetchedPage, Rejected

BUSY: Final = frozenset({429, 503})
PASSING: Final = frozenset({408, 425})  # and every 5xx
_REASONS: Final = {
    401: "forbidden",
    402: "payment-required",
    403: "forbidden",
    404: "gone",
    407: "forbidden",
    410: "gone",
    451: "forbidden-by-law",
}
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})
# Types that servers send HTML under by mistake, and none at all: the bytes decide.
_DOUBTFUL_TYPES: Final = frozenset({"", "text/plain", "text/xml", "application/xml", "application/octet-stream", "unknown/unknown"})
_LOOKS_LIKE_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta)\b", re.IGNORECASE)
_OTHER_MAGIC: Final = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")


def page_end(page: FetchedPage) -> Rejected | RetryableError | None:
    """Return why a page is not to be had: for good, for now, or None where it is there."""
    status = page.status
    if status in PASSING or status >= 500 or status < 200:
        return RetryableError(f"{page.url}: the server answered {status}; it is tried again later")
    if status >= 400:
        return Rejected(url=page.url, reason=_REASONS.get(status, "refused"), detail=f"the server answered {status}")
    if status >= 300:
        return Rejected(url=page.url, reason="bad-redirect", detail=f"the server answered {status} and named no address to go to")
    if status in {204, 205} or not page.body.strip():
        return Rejected(url=page.url, reason="empty", detail=f"the server answered {status} with no body")
    if not _is_html(page):
        content_type = page.header("content-type") or "missing"
        return Rejected(url=page.url, reason="not-html", detail=f"Content-Type {content_type[:100]}")
    return None


def refuse_other_types(status: int, headers: Headers) -> str:
    """Tell from the headers alone that a page is none, so that no picture or video is read. `client.Refuse`."""
    if not 200 <= status < 300 or _media_type(headers) in _HTML_TYPES | _DOUBTFUL_TYPES:
        return ""
    return "not-html"


def _is_html(page: FetchedPage) -> bool:
    if page.body.startswith(_OTHER_MAGIC):
        return False
    return _media_type(page.headers) in _HTML_TYPES or _LOOKS_LIKE_HTML.search(page.body[:4096]) is not None


def _media_type(headers: Headers) -> str:
    value = next((value for name, value in headers if name.lower() == "content-type"), "")
    return value.partition(";")[0].strip().lower()
