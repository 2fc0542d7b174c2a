"""Which parts of a sitemap index may list a day, by when they changed and by the dates in their names. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from pipeline.types import FeedHints

_DAY: Final = re.compile(r"(?<!\d)(19[9]\d|20\d\d)[-_/.]?(0[1-9]|1[0-2])[-_/.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH: Final = re.compile(r"(?<!\d)(199\d|20\d\d)[-_/.]?(0[1-9]|1[0-2])(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(199\d|20\d\d)(?!\d)")
NEAR: Final = timedelta(days=1)  # a publisher's day is not UTC's


def parts_for(hints: FeedHints, start: datetime, end: datetime) -> tuple[str, ...]:
    """Return the parts of an index that may list addresses of [start, end): those not named for other days, and not changed
    last before it began; the nearest in time first.
    """
    changed: Sequence[datetime | None] = hints.child_changed or (None,) * len(hints.child_sitemaps)
    wanted = []
    for url, at in zip(hints.child_sitemaps, changed, strict=True):
        if (at is None or at >= start - NEAR) and may_list(url, start.date(), (end - timedelta(microseconds=1)).date()):
            wanted.append((_far(at, end), not _DAY.search(url), url))
    return tuple(url for *_, url in sorted(wanted, key=lambda one: one[:2]))


def may_list(url: str, first: date, last: date) -> bool:
    """Whether a sitemap of that name may list a day from `first` to `last`: one whose name holds no date always may."""
    first, last = first - NEAR, last + NEAR
    path = url.partition("://")[2]
    if found := _DAY.search(path):
        try:
            return first <= date(int(found[1]), int(found[2]), int(found[3])) <= last
        except ValueError:
            return True
    if found := _MONTH.search(path):
        return (first.year, first.month) <= (int(found[1]), int(found[2])) <= (last.year, last.month)
    if found := _YEAR.search(path):
        return first.year <= int(found[1]) <= last.year
    return True


def _far(changed: datetime | None, end: datetime) -> float:
    return abs((changed - end).total_seconds()) if changed is not None else float("inf")
