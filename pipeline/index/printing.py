"""A query tree → text that parses back to it, for links, logs and saved searches."""

from __future__ import annotations

import re

from pipeline.index.dates import iso
from pipeline.index.fields import field_of_key
from pipeline.index.lexer import QUOTES
from pipeline.index.query import And, AsOf, Between, Equals, Everything, Not, Or, Phrase, Prefix, Query, Word

_TO_ESCAPE = re.compile(rf"[\\{QUOTES}]")


def to_text(query: Query) -> str:
    """Return the query in the language of docs/query-language.md: `parse_query(to_text(q)) == q` for every parsed `q`.

    Dates are written out, so that the text means the same tomorrow. The text may be longer than what was typed.
    """
    match query:
        case Everything():
            return ""
        case And(parts=parts):
            return " ".join(_inside(part) for part in parts)
        case Or(parts=parts):
            return " OR ".join(_inside(part) for part in parts)
        case Not(part=part):
            return f"-{_inside(part)}"
        case _:
            return _leaf_text(query)


def _inside(part: Query) -> str:
    return f"({to_text(part)})" if isinstance(part, And | Or) else to_text(part)


def _leaf_text(leaf: Word | Phrase | Prefix | Equals | Between | AsOf) -> str:
    match leaf:
        case Word(text=text, field=key):
            return f"{_named(key)}{text}"
        case Prefix(text=text, field=key):
            return f"{_named(key)}{text}*"
        case Phrase(text=text, field=key):
            return f"{_named(key)}{_quoted(text)}"
        case Equals(field=key, value=value):
            return f"{_named(key)}{_quoted(value)}"
        case Between(field=key, start=start, end=end):
            return f"{_named(key)}{iso(start) if start else ''}..{iso(end) if end else ''}"
        case AsOf(moment=moment):
            return f"as_of:{iso(moment)}" if moment else "revisions:all"


def _named(key: str | None) -> str:
    if key is None:
        return ""
    field = field_of_key(key)
    return f"{field.name if field else key}:"


def _quoted(text: str) -> str:
    return '"' + _TO_ESCAPE.sub(lambda match: "\\" + match[0], text) + '"'
