"""What a response's headers say about its age: validators to send back, and how long its publisher holds it fresh. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pipeline.sources.dates import parse_date
from pipeline.types import Validators

Headers = Iterable[tuple[str, str]]

MAX_VALIDATOR: Final = 1_000  # characters; a longer one would be refused on its way back
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_NO_CACHE: Final = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?![\w-])", re.IGNORECASE)


def validators_of(headers: Headers) -> Validators:
    """Return ETag and Last-Modified as they came; none where `Expires: 0` says that they mean nothing."""
    named = _named(headers)
    if named.get("expires", "") in {"0", "-1"}:
        return Validators()
    return Validators(etag=_sendable(named.get("etag")), last_modified=_sendable(named.get("last-modified")))


def cache_seconds(headers: Headers) -> int | None:
    """Return for how long the answer is fresh: `max-age`, else `Expires` less `Date`. None where nothing, or no-cache, is said."""
    named = _named(headers)
    control = named.get("cache-control", "")
    if _NO_CACHE.search(control):
        return None
    if match := _MAX_AGE.search(control):
        return int(match[1]) or None
    expires, sent = parse_date(named.get("expires")), parse_date(named.get("date"))
    if expires is None or sent is None or expires <= sent:
        return None
    return int((expires - sent).total_seconds())


def _named(headers: Headers) -> dict[str, str]:
    """Return the first value of each header, by lower-case name."""
    named: dict[str, str] = {}
    for name, value in headers:
        named.setdefault(name.lower(), value.strip())
    return named


def _sendable(value: str | None) -> str | None:
    return value if value and len(value) <= MAX_VALIDATOR and value.isprintable() else None
