"""Dates as people write them in a query → spans of time. Pure: the present and the zone are arguments."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

ALLOWED = "2026-11-20, 2026-11, 2026, 2026-11-20T14:00, today, yesterday, A..B (A first); after since: also 12h, 7d, 2w, 3mo, 1y"
MOMENT_ALLOWED = "2026-11-20T14:00Z; 2026-11-20 or 2026-11 (its end); yesterday; 12h, 7d, 2w ago"

_AGO = re.compile(r"(\d{1,5})(min|h|d|w|mo|m|y)", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)([Zz]|[+-]\d{2}:?\d{2})?")
_UNIT_SECONDS = {"min": 60, "h": 3600, "d": 86_400, "w": 604_800, "m": 2_629_746, "mo": 2_629_746, "y": 31_556_952}  # Gregorian means

Span = tuple[datetime | None, datetime | None]


def span_of(name: str, text: str, *, now: datetime, zone: tzinfo) -> Span:
    """Return the UTC times [start, end) that `name:text` means; None is an open end.

    Args:
        name: date, after, before or since.
        text: what stands behind the colon.
        now: the present, for `today`, `yesterday` and `7d`.
        zone: where days begin, unless the text says a zone.

    Raises:
        ValueError: the text is no date, or its end comes before its start.
    """
    try:
        if name == "date":
            return _range(text, now, zone)
        start, _ = _ago(text, now) or _period(text, now, zone)
    except OverflowError as error:
        raise ValueError(text) from error
    return (None, start) if name == "before" else (start, None)


def moment_of(text: str, *, now: datetime, zone: tzinfo) -> datetime:
    """Return the UTC time that `as_of:text` means: a time to the minute itself, the end of a day, month or year, or so long ago.

    Raises:
        ValueError: the text is no date.
    """
    try:
        if ago := _ago(text, now):
            return ago[0]
        return _moment(text, zone) or _period(text, now, zone)[1] - timedelta(microseconds=1)
    except OverflowError as error:
        raise ValueError(text) from error


def _range(text: str, now: datetime, zone: tzinfo) -> Span:
    first, dots, last = text.partition("..")
    if not dots:
        return _period(text, now, zone)
    last = last.lstrip(".")
    start = _period(first, now, zone)[0] if first else None
    end = (_moment(last, zone) or _period(last, now, zone)[1]) if last else None
    if (start is None and end is None) or (start is not None and end is not None and end <= start):
        raise ValueError(text)
    return start, end


def _period(text: str, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    if moment := _moment(text, zone):
        return moment, moment + timedelta(minutes=1)
    if text.lower() in {"today", "yesterday"}:
        today = now.astimezone(zone).date()
        first = today if text.lower() == "today" else today - timedelta(days=1)
        return _midnight(first, zone), _midnight(first + timedelta(days=1), zone)
    if not (match := _DAY.fullmatch(text)):
        raise ValueError(text)
    year, month, day = (int(group) if group else None for group in match.groups())
    assert year is not None
    first = date(year, 1 if month is None else month, 1 if day is None else day)
    return _midnight(first, zone), _midnight(_following(first, month is not None, day is not None), zone)


def _following(first: date, has_month: bool, has_day: bool) -> date:
    if has_day:
        return first + timedelta(days=1)
    if has_month and first.month < 12:
        return first.replace(month=first.month + 1)
    if first.year == date.max.year:
        raise OverflowError(first)
    return date(first.year + 1, 1, 1)


def _moment(text: str, zone: tzinfo) -> datetime | None:
    match = _MOMENT.fullmatch(text)
    if match is None:
        return None
    day, clock, offset = match.groups()
    moment = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _ago(text: str, now: datetime) -> tuple[datetime, datetime] | None:
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    number, unit = match.groups()
    moment = now.astimezone(UTC) - timedelta(seconds=int(number) * _UNIT_SECONDS[unit.lower()])
    return moment, now.astimezone(UTC)


def iso(moment: datetime) -> str:
    """Return a time as ISO 8601 in UTC ending in Z: to the second, or to the microsecond where it has any."""
    utc = moment.astimezone(UTC)
    return utc.isoformat(timespec="microseconds" if utc.microsecond else "seconds").replace("+00:00", "Z")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Return a time as whole microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
