"""What a publisher reserves, as said beside and in a page. Pure, and cheap: no parser, the first 200 kB only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipeline.types import FetchedPage, Rights

SCANNED: Final = 200_000  # bytes
_OURS: Final = "wireroom"  # the product token of our User-Agent

# Every repetition is bounded: a hostile page must not make a pattern slow.
_META: Final = re.compile(r"<meta\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""([a-z:-]{1,40})\s{0,9}=\s{0,9}(?:"([^"]{0,1000})"|'([^']{0,1000})'|([^\s"'>]{1,1000}))""", re.IGNORECASE)
_FREE: Final = re.compile(r'"isAccessibleForFree"\s{0,9}:\s{0,9}"?(?:https?://schema\.org/)?(true|false)\b', re.IGNORECASE)
_AGENT_PREFIX: Final = re.compile(r"\s{0,9}([*a-z0-9_.-]{1,60})\s{0,9}:(.*)", re.IGNORECASE | re.DOTALL)

_WITH_VALUES: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_NO_INDEX: Final = frozenset({"noindex", "none"})
_NO_ARCHIVE: Final = frozenset({"noarchive", "nocache"})
_NO_AI: Final = frozenset({"noai", "noml"})


def read_rights(page: FetchedPage, robots_allowed: bool = True, ai_allowed: bool | None = None) -> Rights:
    """Return what headers, meta tags and structured data say. `ai_allowed` is what robots.txt says to AI crawlers; a page
    can only narrow it. Where the page contradicts itself, the narrower word counts.
    """
    text = "".join(_without_comments(page.body[:SCANNED].decode("latin-1")))
    metas = list(_metas(text))
    directives = set(_header_directives(page)) | set(_meta_directives(metas))
    return Rights(
        noindex=bool(directives & _NO_INDEX),
        noarchive=bool(directives & _NO_ARCHIVE),
        robots_allowed=robots_allowed,
        ai_allowed=False if directives & _NO_AI else ai_allowed,
        tdm_reserved=_tdm_reserved(page, metas),
        free_to_read=_free_to_read(text, metas),
    )


def _without_comments(text: str) -> Iterator[str]:
    start = 0
    while (opening := text.find("<!--", start)) >= 0:
        yield text[start:opening]
        closing = text.find("-->", opening)
        if closing < 0:
            return
        start = closing + 3
    yield text[start:]


def _metas(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name or property, content) of each meta tag, names in lower case."""
    for tag in _META.finditer(text):
        found = {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(tag[1])}
        name = found.get("name") or found.get("property")
        if name:
            yield name.strip().lower(), found.get("content", "").strip()


def _header_directives(page: FetchedPage) -> Iterator[str]:
    """Yield the directives of every X-Robots-Tag that is for all or for us."""
    for name, value in page.headers:
        if name.lower() != "x-robots-tag":
            continue
        addressed = _AGENT_PREFIX.fullmatch(value)
        if addressed is None or addressed[1].lower() in _WITH_VALUES:
            yield from _words(value)
        elif addressed[1].lower() in {"*", "robots", _OURS}:
            yield from _words(addressed[2])


def _meta_directives(metas: list[tuple[str, str]]) -> Iterator[str]:
    for name, content in metas:
        if name in {"robots", _OURS}:
            yield from _words(content)


def _words(value: str) -> Iterator[str]:
    for part in value.lower().replace(";", ",").split(","):
        yield part.partition(":")[0].strip()


def _tdm_reserved(page: FetchedPage, metas: list[tuple[str, str]]) -> bool | None:
    """Return the TDM reservation (W3C TDMRep): 1 reserved, 0 not; the header counts before the page."""
    said = [page.header("tdm-reservation") or "", *(content for name, content in metas if name == "tdm-reservation")]
    return next((value.strip() == "1" for value in said if value.strip() in {"0", "1"}), None)


def _free_to_read(text: str, metas: list[tuple[str, str]]) -> bool | None:
    said = {match[1].lower() == "true" for match in _FREE.finditer(text)}
    tiers = {content.lower() for name, content in metas if name == "article:content_tier"}
    said |= {tier == "free" for tier in tiers & {"free", "locked"}}
    return None if not said else False not in said
