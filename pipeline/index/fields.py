"""What may stand before the colon in a query, and which key of the document it asks.

The tree carries document keys (`people`), the text carries the names people type (`person:`); this is where they meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class FieldKind(StrEnum):
    """How a field's values are compared."""

    TEXT = "text"  # analysed running text: words, phrases, prefixes
    NAME = "name"  # short names: a bare word is one of the name's words, a quoted value is the whole name
    CODE = "code"  # codes and addresses: always the whole value
    DATE = "date"  # a time range
    REVISION = "revision"  # which revisions are asked: not a value of the document


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryField:
    """One field of the query language: its name, the document key it asks, other spellings that mean the same."""

    name: str
    key: str
    kind: FieldKind
    also: tuple[str, ...] = ()


TIMESTAMP = "@timestamp"

QUERY_FIELDS: tuple[QueryField, ...] = (
    QueryField(name="title", key="title", kind=FieldKind.TEXT, also=("headline",)),
    QueryField(name="body", key="body", kind=FieldKind.TEXT, also=("text",)),
    QueryField(name="source", key="source", kind=FieldKind.NAME, also=("publisher",)),
    QueryField(name="feed", key="feed_id", kind=FieldKind.CODE),
    QueryField(name="language", key="language", kind=FieldKind.CODE, also=("lang",)),
    QueryField(name="country", key="country", kind=FieldKind.CODE),
    QueryField(name="section", key="section", kind=FieldKind.NAME),
    QueryField(name="author", key="authors", kind=FieldKind.NAME, also=("authors", "by")),
    QueryField(name="tag", key="tags", kind=FieldKind.NAME, also=("tags",)),
    QueryField(name="person", key="people", kind=FieldKind.NAME, also=("people",)),
    QueryField(
        name="org",
        key="organisations",
        kind=FieldKind.NAME,
        also=("orgs", "organisation", "organisations", "organization", "organizations"),
    ),
    QueryField(name="place", key="places", kind=FieldKind.NAME, also=("places",)),
    QueryField(name="agency", key="agency", kind=FieldKind.NAME),
    QueryField(name="keyword", key="keywords", kind=FieldKind.NAME, also=("keywords",)),
    QueryField(name="url", key="url", kind=FieldKind.CODE),
    QueryField(name="id", key="article_id", kind=FieldKind.CODE),
    QueryField(name="story", key="story_id", kind=FieldKind.CODE),
    QueryField(name="copy", key="copy_kind", kind=FieldKind.CODE, also=("copies",)),
    QueryField(name="change", key="changes", kind=FieldKind.CODE, also=("changes",)),
    QueryField(name="as_of", key="superseded_at", kind=FieldKind.REVISION, also=("asof",)),
    QueryField(name="revisions", key="superseded_at", kind=FieldKind.REVISION),
    QueryField(name="date", key=TIMESTAMP, kind=FieldKind.DATE),
    QueryField(name="after", key=TIMESTAMP, kind=FieldKind.DATE),
    QueryField(name="before", key=TIMESTAMP, kind=FieldKind.DATE),
    QueryField(name="since", key=TIMESTAMP, kind=FieldKind.DATE),
)

_BY_NAME = {name: field for field in QUERY_FIELDS for name in (field.name, *field.also)}
_BY_KEY = {field.key: field for field in reversed(QUERY_FIELDS)}
NAME_KEYS: tuple[str, ...] = tuple(field.key for field in QUERY_FIELDS if field.kind is FieldKind.NAME)
CODE_KEYS: tuple[str, ...] = tuple(field.key for field in QUERY_FIELDS if field.kind is FieldKind.CODE)


def field_named(name: str) -> QueryField | None:
    """Return the field that a user calls `name`, in any case of letters, or None."""
    return _BY_NAME.get(name.lower())


def field_of_key(key: str) -> QueryField | None:
    """Return the field that asks the document key, or None where the language has none."""
    return _BY_KEY.get(key)


def field_names() -> str:
    """Return the names a user may write, for an error message."""
    return ", ".join(field.name for field in QUERY_FIELDS)


def nearest_field(name: str) -> str | None:
    """Return the known name that `name` is most likely a slip of, or None."""
    close = get_close_matches(name.lower(), _BY_NAME, n=1, cutoff=0.6)
    return _BY_NAME[close[0]].name if close else None
