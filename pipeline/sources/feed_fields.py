"""One [[feed]] table of the feed file ↔ one `Feed`. Whatever is wrong is named with its place, value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from pipeline.errors import ConfigurationError
from pipeline.sources.draft import MAX_NAME, MAX_NAMES, MAX_TITLE, language_of
from pipeline.types import Feed, FeedId, FeedKind
from pipeline.urls import MAX_URL, fetchable

MAX_ID: Final = 64
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_URL_ALLOWED: Final = f"an absolute http or https URL of at most {MAX_URL} characters"

Complaint = Callable[[str, object, str], ConfigurationError]  # of field, value, what is allowed


def feed_of(table: Mapping[str, object], place: str) -> Feed:
    """Return the feed of a table. `place` says where it stands, for messages: `feeds.toml: feed 3`.

    Raises `ConfigurationError` for a wrong, missing or unknown field.
    """
    name = table.get("id")
    place = f"{place} ({name})" if isinstance(name, str) and _ID.fullmatch(name) else place

    def wrong(field: str, value: object, allowed: str) -> ConfigurationError:
        return ConfigurationError.of(f"{place}: {field}", value, allowed)

    for key in table:
        if key not in FIELDS:
            raise wrong(key, table[key], f"no such key{_near(key, FIELDS)}; keys are {', '.join(FIELDS)}")
    return Feed(
        feed_id=FeedId(_id(table, wrong)),
        url=_url(table, "url", wrong),
        title=_text(table, "title", MAX_TITLE, wrong),
        publisher=_text(table, "publisher", MAX_NAME, wrong),
        site=_url(table, "site", wrong) if table.get("site", "") != "" else "",
        language=_language(table, wrong),
        country=_country(table, wrong),
        kind=_kind(table, wrong),
        timezone=_timezone(table, wrong),
        tags=_tags(table, wrong),
    )


def table_of(feed: Feed) -> dict[str, object]:
    """Return a feed as a table in the usual order of keys, without what is not known."""
    table: dict[str, object] = {
        "id": str(feed.feed_id),
        "url": feed.url,
        "title": feed.title,
        "publisher": feed.publisher,
        "site": feed.site,
        "language": feed.language,
        "country": feed.country,
        "kind": str(feed.kind),
        "timezone": feed.timezone,
        "tags": list(feed.tags),
    }
    return {key: value for key, value in table.items() if value not in (None, "", [])}


FIELDS: Final = ("id", "url", "title", "publisher", "site", "language", "country", "kind", "timezone", "tags")


def _text(table: Mapping[str, object], key: str, longest: int, wrong: Complaint) -> str:
    value = table.get(key, "")
    if not isinstance(value, str) or len(value) > longest or not value.isprintable():
        raise wrong(key, value, f"a text of at most {longest} printable characters")
    return value


def _id(table: Mapping[str, object], wrong: Complaint) -> str:
    value = table.get("id")
    if not isinstance(value, str) or not _ID.fullmatch(value) or len(value) > MAX_ID:
        raise wrong("id", value, f"a kebab-case name of at most {MAX_ID} characters: a-z, 0-9 and single dashes, as in example-world-news")
    return value


def _url(table: Mapping[str, object], key: str, wrong: Complaint) -> str:
    value = table.get(key)
    if not isinstance(value, str) or fetchable(value) != value.split("#")[0]:
        raise wrong(key, value, _URL_ALLOWED)
    return value


def _language(table: Mapping[str, object], wrong: Complaint) -> str | None:
    value = table.get("language")
    if value is None:
        return None
    language = language_of(value) if isinstance(value, str) else None
    if language is None or "_" in str(value):
        raise wrong("language", value, "a BCP 47 tag, as in en or pt-BR")
    return language


def _country(table: Mapping[str, object], wrong: Complaint) -> str | None:
    value = table.get("country")
    if value is not None and not (isinstance(value, str) and re.fullmatch("[A-Z]{2}", value)):
        raise wrong("country", value, "two capital letters (ISO 3166-1), as in DE")
    return value


def _kind(table: Mapping[str, object], wrong: Complaint) -> FeedKind:
    value = table.get("kind", FeedKind.AUTO)
    kinds = [str(kind) for kind in FeedKind]
    if value not in kinds:
        raise wrong("kind", value, ", ".join(kinds) + _near(value, kinds))
    return FeedKind(value)


def _timezone(table: Mapping[str, object], wrong: Complaint) -> str:
    value = table.get("timezone", "UTC")
    if not isinstance(value, str) or value not in _zones():
        raise wrong("timezone", value, f"an IANA name, as in Europe/Berlin{_near(value, _zones())}")
    return value


def _tags(table: Mapping[str, object], wrong: Complaint) -> tuple[str, ...]:
    value = table.get("tags", [])
    fits = isinstance(value, list | tuple) and len(value) <= MAX_NAMES
    if not fits or not all(isinstance(tag, str) and 0 < len(tag) <= MAX_NAME and tag.isprintable() for tag in _each(value)):
        raise wrong("tags", value, f"a list of at most {MAX_NAMES} texts of 1 to {MAX_NAME} printable characters")
    return tuple(dict.fromkeys(str(tag) for tag in _each(value)))


def _each(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _near(word: object, known: object) -> str:
    names = [str(name) for name in known] if isinstance(known, list | tuple | frozenset) else []
    found = get_close_matches(str(word), names, n=1)
    return f"; did you mean {found[0]}?" if found else ""


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
