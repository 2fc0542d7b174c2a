"""A name for a feed that has none: short, kebab-case, told from its title or its address. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count
from typing import Final
from urllib.parse import urlsplit

from pipeline.types import FeedId
from pipeline.urls import url_key

_LONGEST: Final = 48  # leaves room for a number
_FOLDED: Final = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "&": " and "})
_NAMELESS: Final = frozenset(
    ["atom", "feed", "feeds", "format", "html", "index", "json", "news-feed", "php", "rss", "rss2", "sitemap", "www", "xml"]
)


def feed_id_for(url: str, title: str, taken: Container[str]) -> FeedId:
    """Return an id for a feed that is not among the taken ones: of its title, or of its address where that has no Latin letters."""
    name = _slug(title) if _is_latin(title) else ""
    name = name or _slug(_address(url)) or "feed"
    if name not in taken:
        return FeedId(name)
    return next(FeedId(f"{name}-{number}") for number in count(2) if f"{name}-{number}" not in taken)


def _is_latin(title: str) -> bool:
    letters = [one for one in title if one.isalnum()]
    return bool(letters) and len(_slug(title, longest=len(title) * 2).replace("-", "")) >= 0.6 * len(letters)


def _address(url: str) -> str:
    parts = urlsplit(url_key(url))
    words = [*(parts.hostname or "").split("."), *re.split(r"[/._]", parts.path)]
    return " ".join(word for word in words if word and word.lower() not in _NAMELESS)


def _slug(text: str, longest: int = _LONGEST) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(_FOLDED)).encode("ascii", "ignore").decode("ascii")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) <= longest:
        return slug
    return slug[: longest + 1].rpartition("-")[0].strip("-") or slug[:longest]
