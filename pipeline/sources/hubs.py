"""Where a feed's hubs are (WebSub): in its document, or in the Link headers of the answer it came with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from pipeline.types import FeedHints
from pipeline.urls import fetchable

MAX_HUBS: Final = 5
MAX_LINKS: Final = 100

_LINK: Final = re.compile(r"<([^<>]{1,2048})>([^<]{0,1000})")
_REL: Final = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def several_hubs(urls: Iterable[str]) -> tuple[str, ...]:
    """Return the hubs where there are more than one, each once and some at most; nothing where `FeedHints.hub` says it all."""
    hubs = tuple(islice(dict.fromkeys(urls), MAX_HUBS))
    return hubs if len(hubs) > 1 else ()


def with_links(hints: FeedHints, headers: Iterable[tuple[str, str]], url: str) -> FeedHints:
    """Return the hints with hub and self address from the answer's Link headers, which go before those in the document."""
    named: dict[str, list[str]] = {}
    links = (link for name, value in headers if name.lower() == "link" for link in _LINK.finditer(value))
    for link, _ in zip(links, range(MAX_LINKS), strict=False):
        rel = _REL.search(link[2])
        target = fetchable(link[1].strip(), url)
        for word in (rel[1] or rel[2] or "").lower().split() if rel and target else ():
            named.setdefault(word, []).append(target or "")
    if hubs := named.get("hub"):
        hints = replace(hints, hub=hubs[0], hubs=several_hubs(hubs))
    return replace(hints, self_url=named["self"][0]) if "self" in named else hints
