"""Pages for the tests of the archive."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.types import Digest, FetchedPage, Hop

NOON = datetime(2026, 11, 18, 12, 0, 0, 123456, tzinfo=UTC)
DAY = timedelta(days=1)


def make_page(body: bytes = b"<p>The ferry sails again.</p>", *, at: datetime = NOON, **fields: Any) -> FetchedPage:
    """Return a page with everything in it that a page can have."""
    values: dict[str, Any] = {
        "body": body,
        "digest": Digest(hashlib.sha256(body).hexdigest()),
        "fetched_at": at,
        "url": "http://harbour.example/ferry",
        "final_url": "https://www.harbour.example/ferry?id=1",
        "status": 200,
        "headers": (("Content-Type", "text/html; charset=utf-8"), ("content-encoding", "gzip"), ("Content-Length", "17")),
        "seconds": 0.25,
        "ai_allowed": False,
        "tdm_reserved": True,
        "hops": (Hop(url="http://harbour.example/ferry", status=301),),
    }
    return FetchedPage(**(values | fields))
