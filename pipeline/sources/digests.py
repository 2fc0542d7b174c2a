"""Whether a feed says anything new: a digest of its bytes, and one of what its entries say. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from pipeline.types import Digest, FeedDocument, FeedEntry

_ENTRY: Final = re.compile(rb"</?(?:[\w.-]+:)?(?:item|entry|url|sitemap)(?=[\s>/])", re.IGNORECASE)
_BUILT: Final = re.compile(
    rb"<(?P<name>(?:[\w.-]+:)?(?:lastBuildDate|pubDate|updated|modified|date))\b[^>]{0,200}>[^<]{0,200}</(?P=name)\s*>|<!--.{0,2000}?-->",
    re.IGNORECASE | re.DOTALL,
)


def body_digest(body: bytes) -> Digest:
    """Return a digest of a feed's bytes that does not see when it was built.

    Left out are the dates of the channel and the comments outside of entries ("cached at 12:00:03"), which many servers
    write anew for every request. The digest of a response is another: it is of all bytes.
    """
    marks = [match.start() for match in _ENTRY.finditer(body)]
    first, last = (marks[0], marks[-1]) if marks else (len(body) if body.lstrip()[:1] == b"<" else 0, len(body))
    digest = hashlib.sha256(_BUILT.sub(b"", body[:first]))
    digest.update(body[first:last])
    digest.update(_BUILT.sub(b"", body[last:]))
    return Digest(digest.hexdigest())


def entry_set_digest(document: FeedDocument) -> Digest:
    """Return a digest of what the entries say, whatever their order. An edited title, text or date changes it."""
    digest = hashlib.sha256()
    for line in sorted(map(_line, document.entries)):
        digest.update(hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest())
    return Digest(digest.hexdigest())


def _line(entry: FeedEntry) -> str:
    return "\x1f".join((entry.entry_id, entry.url, entry.title, entry.summary, entry.published_raw or "", str(entry.updated or "")))
