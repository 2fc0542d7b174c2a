"""From what a feed says to entries: the same way for every kind. Links resolved, texts made plain, dates read, ids given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pipeline.sources.dates import MAX_DATE_TEXT, parse_date
from pipeline.sources.identity import MAX_GUID, Marks, Rung, identities, rung_of
from pipeline.sources.plain_text import plain_text
from pipeline.types import Feed, FeedEntry
from pipeline.urls import article_id, entry_id, fetchable, url_key

MAX_ENTRIES: Final = 2_000
MAX_TITLE: Final = 1_000  # characters
MAX_SUMMARY: Final = 10_000
MAX_NAME: Final = 200  # of an author or a tag
MAX_NAMES: Final = 50

_ADDRESS: Final = re.compile(r"(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,253}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One entry as its feed words it: nothing resolved, cleaned or trusted yet."""

    links: tuple[str, ...]  # where the article may be, the likeliest first
    guid: str | None = None
    title: str = ""  # may hold markup
    summary: str = ""  # may hold markup
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    tags: tuple[str, ...] = ()
    language: str | None = None
    publisher: str = ""
    in_sitemap: bool = False


def entries_of(
    feed: Feed, drafts: Sequence[Draft], *, base_url: str, site: str | None, at_least: int = 0
) -> tuple[tuple[FeedEntry, ...], int, int]:
    """Return the entries of a feed in its order, how many of its entries had to be left out, and the rung they are told
    apart by: `at_least` or a lower one.

    Left out are entries without a usable link, repetitions, and what is past MAX_ENTRIES. Relative links are resolved
    against the feed's own link, scheme-relative ones against the feed's URL.
    """
    linked = [(draft, url) for draft in drafts[:MAX_ENTRIES] if (url := _link(draft, base_url, site)) is not None]
    marks = [_marks(draft, url) for draft, url in linked]
    rung = rung_of(marks, at_least=Rung(at_least))
    names = identities(marks, rung)
    entries = tuple(_entry(feed, draft, url, name) for (draft, url), name in zip(linked, names, strict=True) if name is not None)
    return entries, len(drafts) - len(entries), rung


def _link(draft: Draft, base_url: str, site: str | None) -> str | None:
    for link in draft.links:
        base = base_url if site is None or link.lstrip().startswith("//") else site
        if (url := fetchable(link, base)) is not None:
            return url
    return None


def _marks(draft: Draft, url: str) -> Marks:
    return Marks(
        guid=clean_guid(draft.guid),
        url_key=url_key(url),
        published=draft.published or "",
        title=draft.title,
        content=draft.summary,
    )


def _entry(feed: Feed, draft: Draft, url: str, name: str) -> FeedEntry:
    key = url_key(url)
    return FeedEntry(
        entry_id=entry_id(feed.feed_id, name),
        feed_id=feed.feed_id,
        url=url,
        url_key=key,
        article_id=article_id(key),
        guid=clean_guid(draft.guid),
        title=plain_text(draft.title, MAX_TITLE),
        summary=plain_text(draft.summary, MAX_SUMMARY),
        authors=names_of(map(_without_address, draft.authors)),
        published=parse_date(draft.published, feed.timezone),
        published_raw=_as_sent(draft.published),
        updated=parse_date(draft.updated, feed.timezone),
        tags=names_of(draft.tags),
        language=feed.language or language_of(draft.language),
        publisher=feed.publisher or plain_text(draft.publisher, MAX_NAME),
        country=feed.country,
        timezone=feed.timezone,
        in_sitemap=draft.in_sitemap,
    )


def clean_guid(guid: str | None) -> str | None:
    """Return a guid without white space around it and controls in it; None where it is empty or too long to be one."""
    text = " ".join("".join(" " if unicodedata.category(one) in {"Cc", "Cs"} else one for one in (guid or "")[: MAX_GUID + 1]).split())
    return text if 0 < len(text) <= MAX_GUID else None


def names_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the plain names among these texts, each once, in order, at most MAX_NAMES."""
    plain = (plain_text(text, MAX_NAME) for text in islice(texts, 4 * MAX_NAMES))
    return tuple(dict.fromkeys(name for name in plain if name))[:MAX_NAMES]


def _without_address(author: str) -> str:
    """Return the name alone of `desk@paper.example (Ada Marsh)`, `Ada Marsh <ada@paper.example>` and the like."""
    if "@" not in author:
        return author
    return _ADDRESS.sub("", author[:MAX_TITLE]).strip(" ()<>[]\"',;")


def language_of(text: str | None) -> str | None:
    """Return a BCP 47 tag in its usual spelling (`en-us` → `en-US`), None for what cannot be one."""
    if not text or not _LANGUAGE.fullmatch(text.strip()):
        return None
    primary, *others = text.strip().replace("_", "-").split("-")
    return "-".join([primary.lower(), *(one.upper() if len(one) == 2 else one.title() if len(one) == 4 else one for one in others)])


def _as_sent(date: str | None) -> str | None:
    return " ".join(date.split())[:MAX_DATE_TEXT] or None if date else None
