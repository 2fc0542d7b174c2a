"""Directives for robots, as headers and meta tags carry them. Pure, and light: whoever fetches a page may ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.types import FetchedPage

OUR_NAME: Final = "wireroom"
HEAD_LOOKED_AT: Final = 200_000  # bytes
_ROBOT_NAMES: Final = frozenset({b"robots", OUR_NAME.encode()})
_META: Final = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_NAME: Final = re.compile(rb"\bname\s{0,9}=\s{0,9}[\"']?([\w-]{1,40})", re.IGNORECASE)
_CONTENT: Final = re.compile(rb"\bcontent\s{0,9}=\s{0,9}(?:\"([^\"]*)|'([^']*)|([^\s\"'>]+))", re.IGNORECASE)
_AGENT: Final = re.compile(r"^\s*([a-z0-9_-]+)\s*:(.*)$", re.IGNORECASE)
_WITH_VALUE: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})


def directives(value: str) -> set[str]:
    """Return the directives of one value that are meant for all robots or for us: `googlebot: noindex` is not."""
    agent = _AGENT.match(value)
    if agent and agent.group(1).lower() not in _WITH_VALUE:
        if agent.group(1).lower() != OUR_NAME:
            return set()
        value = agent.group(2)
    return {word.strip().lower() for word in value.split(",")}


def robots_headers(page: FetchedPage) -> list[str]:
    """Return the values of every X-Robots-Tag."""
    return [value for name, value in page.headers if name.lower() == "x-robots-tag"]


def forbids_keeping(page: FetchedPage) -> bool:
    """Whether a page, as it came, asks not to be archived. Looks at headers and meta tags alone, without reading the page."""
    return any(directives(value) & {"noarchive", "none"} for value in (*robots_headers(page), *_robots_metas(page.body)))


def _robots_metas(body: bytes) -> Iterator[str]:
    for tag in _META.findall(body[:HEAD_LOOKED_AT]):
        name, content = _NAME.search(tag), _CONTENT.search(tag)
        if name and content and name[1].lower() in _ROBOT_NAMES:
            yield next(filter(None, content.groups()), b"").decode("ascii", "replace")
