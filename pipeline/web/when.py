"""A time as the pages show it: for machines, exactly, and against the present. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.index.document import ArticleDocument
from pipeline.types import DatePrecision
from pipeline.web.moments import ago, exact, long_day, read_moment

FAR = timedelta(days=30)  # beyond it, how long ago says less than when


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """`machine` goes into `<time datetime>`; `exact` and `ago` are for people, the same where it is long ago; `day` is the UTC day."""

    machine: str
    exact: str
    ago: str
    day: date


def when(text: str | None, now: datetime, *, precision: str = DatePrecision.SECOND) -> When | None:
    """Return the shown forms of an ISO 8601 time, None where there is none. A time known by its day shows no hour."""
    moment = read_moment(text)
    if moment is None:
        return None
    if precision == DatePrecision.DAY:
        day = f"{moment.day} {moment:%B} {moment.year:04}"
        return When(machine=moment.date().isoformat(), exact=day, ago=_days_ago(moment.date(), now.date()) or day, day=moment.date())
    shown = exact(moment)
    near = abs(now - moment) <= FAR
    return When(machine=moment.isoformat(timespec="seconds"), exact=shown, ago=ago(moment, now) if near else shown, day=moment.date())


def published(document: ArticleDocument, now: datetime) -> When | None:
    """Return the article's effective time: its publication, else when it was first seen, to the exactness it is known with."""
    precision = document["published_precision"] if document["published"] == document["@timestamp"] else DatePrecision.SECOND
    return when(document["@timestamp"], now, precision=precision)


def day_heading(day: date, today: date) -> str:
    """`Today, Tuesday, 14 July 2026` for the first two days, then the day alone."""
    near = _days_ago(day, today)
    return f"{near.capitalize()}, {long_day(day)}" if near in {"today", "yesterday"} else long_day(day)


def _days_ago(day: date, today: date) -> str:
    days = (today - day).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago" if 1 < days <= 30 else "")
