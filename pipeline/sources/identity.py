"""What makes an entry the same entry at the next poll: a ladder from the publisher's own word down to the content. Pure."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from pipeline.types import UrlKey

MAX_GUID: Final = 2048
_TOLERATED: Final = 0.05  # share of entries whose identity may be missing or doubled before a rung is given up


class Rung(IntEnum):
    """What entries of a document are told apart by, the best first."""

    GUID = 0
    LINK = 1
    PUBLISHED = 2  # link and publication date
    TITLE = 3  # and title
    CONTENT = 4  # and text


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an entry can be told by."""

    guid: str | None
    url_key: UrlKey
    published: str = ""
    title: str = ""
    content: str = ""


def rung_of(entries: Sequence[Marks], *, at_least: Rung = Rung.GUID) -> Rung:
    """Return the first rung on which at most one in twenty entries (or one alone) is unnamed or shares its name.

    `at_least` keeps a feed on a rung to which it had to come down before.
    """
    distinct = list(dict.fromkeys(entries))
    for rung in Rung:
        names = [_name(marks, rung) for marks in distinct]
        flawed = names.count(None) + sum(count - 1 for name, count in Counter(names).items() if name)
        if rung >= at_least and flawed <= max(1, len(distinct) * _TOLERATED):
            return rung
    return Rung.CONTENT


def identities(entries: Sequence[Marks], rung: Rung) -> list[str | None]:
    """Return each entry's identity within its feed; None for an entry that repeats an earlier one.

    Where a name is met again for another address, the first entry keeps it and the others get `name|address`.
    """
    names: set[str] = set()
    seen: set[tuple[str, UrlKey]] = set()
    found: list[str | None] = []
    for marks in entries:
        name = _name(marks, rung) or marks.url_key
        repeated = (name, marks.url_key) in seen
        seen.add((name, marks.url_key))
        unique = name if name not in names else f"{name}|{marks.url_key}"
        names.add(name)
        found.append(None if repeated else unique)
    return found


def _name(marks: Marks, rung: Rung) -> str | None:
    if rung is Rung.GUID:
        return marks.guid
    if rung is Rung.LINK:
        return marks.url_key
    parts = (marks.published, marks.title, marks.content)[: rung - Rung.LINK]
    return hashlib.sha256("\n".join((marks.url_key, *parts)).encode("utf-8", "surrogatepass")).hexdigest()
