"""URLs: the key an article is known by, the form that is fetched, and the names derived from both. Pure.

A key is for comparing and never for fetching; what is fetched is what the publisher wrote, less the fragment. The only
file read is the list of public suffixes that comes with its library.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from functools import cache
from typing import Final
from urllib.parse import urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from pipeline import tracker_names as trackers
from pipeline.types import ArticleId, EntryId, FeedId, UrlKey
from pipeline.url_parts import ascii_host, escaped, parsed, plain_ampersands, tidied

MAX_URL: Final = 2048  # characters; longer ones are traps or mistakes

_LEADING_AMPERSAND: Final = re.compile(r"^(?:amp(?:;|%3B))+", re.IGNORECASE)
_SECOND_QUESTION: Final = re.compile(r"\?(?=utm_)", re.IGNORECASE)
_SESSION_SEGMENT: Final = re.compile(r";jsessionid=[0-9a-z.!_-]{16,}(?=;|$)", re.IGNORECASE)
_SESSION_VALUE: Final = re.compile(r"(?=[^0-9]*[0-9])[0-9a-z]{16,}(?:[.!_~-].*)?", re.IGNORECASE)
_REFERRER_DRESS: Final = re.compile(r"^https?(?:://|%3a%2f%2f|:%2f%2f)|/$|%2f$", re.IGNORECASE)

# The part of a path that makes a twin of an article: printing, AMP, pages, comments.
_TWIN_TAIL: Final = re.compile(r"(?:amp|print|all|full|comments?|feed|page|p|\d{1,3})(?:\.html?)?", re.IGNORECASE)
_FRONT_PAGE: Final = re.compile(r"[a-z]{2}(?:-[a-z]{2})?|(?:index|default|home)(?:\.[a-z]{3,5})?", re.IGNORECASE)
_ARTICLE_NAME: Final = re.compile(r"(?:[^-_]+[-_]){3}|\d{5}|\.s?html?$", re.IGNORECASE)


# ── the key ───────────────────────────────────────────────────────────────────────────────────────────────────────


def url_key(url: str) -> UrlKey:
    """Return the form by which two spellings of one address are the same.

    http and https, a trailing slash, the order of the query, escapes, fragments and known trackers make no difference;
    host names, the path's case, unknown query names and `#!` do. Text that is no http(s) URL is returned tidied. Never
    raises, and the key of a key is itself.
    """
    text = tidied(url)
    parts = parsed(text)
    if parts is None:
        return UrlKey(text)
    host = ascii_host(parts)
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    query = _key_query(parts.query, host) if parts.query else ""
    fragment = "#" + plain_ampersands(escaped(parts.fragment)) if parts.fragment.startswith("!") else ""
    return UrlKey(f"https://{host}{port}{_key_path(parts.path)}{'?' if query else ''}{query}{fragment}")


def _key_path(path: str) -> str:
    kept: list[str] = []
    for segment in plain_ampersands(escaped(path)).split("/"):
        name = _SESSION_SEGMENT.sub("", segment)
        if name == "..":
            del kept[-1:]
        elif name not in {"", "."}:
            kept.append(name)
    return "/" + "/".join(kept)


def _key_query(query: str, host: str) -> str:
    domain = _registered(host)
    kept = []
    for part in _SECOND_QUESTION.sub("&", escaped(query)).split("&"):
        name, equals, value = _LEADING_AMPERSAND.sub("", part).partition("=")
        if (name or equals) and not _is_tracker(name.lower(), value, domain):
            kept.append((name, value, equals))
    return "&".join(f"{name}{equals}{value}" for name, value, equals in sorted(kept))


def _is_tracker(name: str, value: str, domain: str) -> bool:
    """Whether a query name (lower-case, whole) says only how the reader came."""
    if name in trackers.SITE_KEEPS.get(domain, ()):
        return False
    if name in _tracker_set() or name.startswith(trackers.PREFIXES) or name in trackers.SITE_DROPS.get(domain, ()):
        return True
    if name in trackers.SESSION_NAMES:
        return bool(_SESSION_VALUE.fullmatch(value))
    return name in trackers.REFERRER_NAMES and _REFERRER_DRESS.sub("", value.lower()) in _referrer_set()


@cache
def _tracker_set() -> frozenset[str]:
    return frozenset(trackers.NAMES)


@cache
def _referrer_set() -> frozenset[str]:
    return frozenset(trackers.REFERRERS)


# ── what is fetched, and names derived ────────────────────────────────────────────────────────────────────────────


def fetchable(url: str, base: str | None = None) -> str | None:
    """Return the absolute http(s) URL to fetch, or None where there is none.

    Relative ones are resolved against `base`. Otherwise only what cannot be part of a URL is changed: wrapping, control
    characters, the fragment; inner spaces are escaped. None for other schemes, no host, or more than MAX_URL characters.
    """
    text = tidied(url).split("#", 1)[0].replace(" ", "%20")
    if not text or len(text) > MAX_URL:
        return None
    if base is not None:
        text = _resolved(text, tidied(base))
    return text if len(text) <= MAX_URL and parsed(text) is not None else None


def _resolved(text: str, base: str) -> str:
    """Resolve a relative address; an absolute one is left as it was written, '' where neither can be read."""
    try:
        absolute = urlsplit(text).scheme and urlsplit(text).netloc
        return text if absolute else urljoin(base, text).split("#", 1)[0]
    except ValueError:
        return ""


def article_id(key: UrlKey) -> ArticleId:
    """Return the stable id of the article with this key: the first 32 hex digits of its SHA-256."""
    return ArticleId(_digest(key))


def entry_id(feed_id: FeedId, identity: str) -> EntryId:
    """Return the id of an entry: its identity within its feed, never across feeds."""
    return EntryId(_digest(f"{feed_id}\n{identity}"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def origin(url: str) -> str:
    """Return `scheme://host[:port]` with the default port left out, in lower-case ASCII; '' where there is no host."""
    parts = parsed(tidied(url))
    if parts is None:
        return ""
    default = 443 if parts.scheme == "https" else 80
    return f"{parts.scheme}://{ascii_host(parts)}" + (f":{parts.port}" if parts.port not in {None, default} else "")


def registered_domain(url: str) -> str:
    """Return the domain somebody registered (`news.example.co.uk` → `example.co.uk`), the unit of politeness.

    Addresses, `localhost` and names below it, and names that are a public suffix themselves are returned whole; '' where
    the URL has no host. Subdomains of shared hosting (`paper.github.io`) count as registered.
    """
    parts = parsed(tidied(url))
    return _registered(ascii_host(parts)) if parts else ""


def _registered(host: str) -> str:
    if host.startswith("[") or host.rpartition(".")[2] in {"localhost", ""} or host.replace(".", "").isdigit():
        return host
    return _suffixes().privatesuffix(host) or host


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


# ── canonical addresses ───────────────────────────────────────────────────────────────────────────────────────────


def accept_canonical(page_url: str, candidate: str, *, same_publisher: Collection[str] = ()) -> tuple[str | None, str]:
    """Judge what a page calls its own address (`rel=canonical`, `og:url`): (URL to key by, "accepted") or (None, why not).

    Reasons: `not-absolute`, `cross-domain` (the article was taken over from there: syndicated), `homepage`, `section`,
    `loses-identity` (the query that names the article is gone). `same_publisher` lists registered domains that count as
    the page's own; a cache of AMP pages speaks for whom it names. What only many pages together show, one address claimed
    by several articles, is the caller's to see.
    """
    url = fetchable(candidate)
    if url is None:
        return None, "not-absolute"
    domain, served_by = registered_domain(url), registered_domain(page_url)
    if domain != served_by and domain not in same_publisher and served_by not in trackers.AMP_CACHES:
        return None, "cross-domain"
    flaw = _canonical_flaw(url_key(page_url), url_key(url))
    return (None, flaw) if flaw else (url, "accepted")


def _canonical_flaw(page: UrlKey, claimed: UrlKey) -> str:
    """Return what a template got wrong when it claims this address for that page; '' where nothing shows."""
    ours, theirs = _segments(page), _segments(claimed)
    if claimed == page or _names(claimed):
        return ""
    if not theirs or (len(theirs) == 1 and _FRONT_PAGE.fullmatch(theirs[0])):
        return "homepage"
    if _ARTICLE_NAME.search(theirs[-1]):
        return ""
    if theirs == ours:
        return "loses-identity" if _names(page) & set(trackers.IDENTITY_NAMES) else ""
    above = theirs == ours[: len(theirs)]
    return "section" if above and not all(map(_TWIN_TAIL.fullmatch, ours[len(theirs) :])) else ""


def _segments(key: UrlKey) -> list[str]:
    return [segment for segment in urlsplit(key).path.split("/") if segment]


def _names(key: UrlKey) -> set[str]:
    """Return the names in a key's query, lower-case."""
    return {part.partition("=")[0].lower() for part in urlsplit(key).query.split("&") if part}
