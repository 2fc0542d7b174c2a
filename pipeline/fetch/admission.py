"""Which URLs are asked for at all, as far as can be told without the network. Pure."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from pipeline.fetch.guard import Endpoint, allowed, literal
from pipeline.fetch.resolver import is_localhost
from pipeline.types import Rejected
from pipeline.urls import fetchable

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/?#]*@")
_LOOPBACK: Final = "127.0.0.1"


def address(url: str, base: str | None = None) -> str | None:
    """Return what is fetched for a URL or a redirect's Location: absolute, without fragment and without anybody's password;
    None where it is no http(s) URL.
    """
    target = fetchable(url, base)
    return None if target is None else _CREDENTIALS.sub("", target)


def turned_away(url: str, *, local: bool, passes: Endpoint | None) -> Rejected | None:
    """Return why an `address` is not asked for: it spells a refused address, or is https in the local newsroom."""
    parts = urlsplit(url)
    if local:
        detail = "the local newsroom speaks http only; unset WIREROOM_LOCAL_NEWSROOM to fetch from the web"
        return Rejected(url=url, reason="https-in-local-newsroom", detail=detail) if parts.scheme == "https" else None
    host = parts.hostname or ""
    spelt = _LOOPBACK if is_localhost(host) else literal(host)
    if spelt is None:
        return None
    verdict = allowed(spelt, parts.port or (443 if parts.scheme == "https" else 80), passes)
    return None if verdict.allowed else Rejected(url=url, reason="private-address", detail=f"{host} is {verdict.reason}")
