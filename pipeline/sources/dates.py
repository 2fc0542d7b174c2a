"""Dates as feeds write them → aware UTC datetimes: RFC 822 and ISO 8601, their broken forms, and other tongues."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.sources.date_words import MONTHS, ZONES

EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)  # no news feed is older: epoch 0 and year 1 are mistakes
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
MAX_DATE_TEXT: Final = 100
_WIDEST_OFFSET: Final = timedelta(hours=14)

_CLOCK: Final = r"(?:,?\s*(?:T|at|um|à|-|,|\s)\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:[.,]\d+)?)?"
_HALF: Final = r"\s*(?P<half>[ap]\.?m\b\.?)?"
_ZONE: Final = r"\s*(?P<zone>\(?[A-Za-z]{1,5}\)?(?![A-Za-z])(?:\s*[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{1,2}(?::?\d{2})?(?!\d))?"
_WORD: Final = r"(?P<month>[^\W\d_]{3,12})"
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)" + _CLOCK + _HALF + _ZONE,
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?(?!\d)" + _ZONE,
        r"(?P<year>\d{4})年\s*(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日" + _CLOCK.replace(r"(?:T|", r"(?:|T|") + _ZONE,
        r"(?<![\d:])(?P<day>\d{1,2})(?:st|nd|rd|th|\.|º)?[\s-]*(?:de\s+)?" + _WORD + r"\.?,?[\s-]*(?:de\s+)?(?P<year>\d{4}|\d{2})(?![\d:])"
        + _CLOCK + _HALF + _ZONE,
        _WORD + r"\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)" + _CLOCK + _HALF + _ZONE,
        _WORD + r"\s+(?P<day>\d{1,2})\s+(?P<hour>\d{1,2}):(?P<minute>\d{2}):(?P<second>\d{2})" + _ZONE + r"\s+(?P<year>\d{4})(?!\d)",
        r"(?<!\d)(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)" + _CLOCK + _ZONE,
        r"(?<!\d)(?P<first>\d{1,2})[/-](?P<other>\d{1,2})[/-](?P<year>\d{4})(?!\d)" + _CLOCK + _HALF + _ZONE,
    )
)  # fmt: skip
_EPOCH: Final = re.compile(r"\d{9,10}(?:\d{3})?(?:\.\d+)?")
_OFFSET: Final = re.compile(r"(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?$")


def parse_date(text: str | None, zone: str = "UTC") -> datetime | None:
    """Return the moment that a feed's text names, in UTC, or None where it names none between 1995 and 2100.

    A text without a zone is read in `zone` (IANA name), one without a time of day as midnight there. Of a date like
    3/4/2026, which is two dates, none is taken.
    """
    if not text or len(text) > MAX_DATE_TEXT:
        return None
    text = " ".join(text.split())
    moment = _from_epoch(text) if _EPOCH.fullmatch(text) else _from_words(text, zone)
    return moment if moment is not None and EARLIEST <= moment < LATEST else None


def _from_epoch(text: str) -> datetime:
    seconds = float(text)
    return datetime.fromtimestamp(seconds / 1000 if seconds >= 1e11 else seconds, UTC)


def _from_words(text: str, zone: str) -> datetime | None:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            try:
                local = _local(match.groupdict())
                if local is not None:
                    return _in_utc(local, match["zone"], zone)
            except (ValueError, OverflowError):  # 31 February, hour 25
                continue
    return None


def _local(found: dict[str, str | None]) -> datetime | None:
    month, day = _month_and_day(found)
    if month is None:
        return None
    year = int(found["year"] or 0)
    if year < 100:
        year += 1900 if year >= 70 else 2000  # RFC 822 had two digits
    hour = int(found.get("hour") or 0)
    if half := found.get("half"):
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    midnight = datetime(year, month, day)  # noqa: DTZ001 - a wall clock; its zone comes next
    if hour > 24 or (hour == 24 and int(found.get("minute") or 0)):
        raise ValueError(f"hour {hour}")
    minute, second = int(found.get("minute") or 0), min(int(found.get("second") or 0), 59)  # 60 is a leap second
    return (midnight + timedelta(days=hour // 24)).replace(hour=hour % 24, minute=minute, second=second)


def _month_and_day(found: dict[str, str | None]) -> tuple[int | None, int]:
    if "first" in found:
        first, other = int(found["first"] or 0), int(found["other"] or 0)
        if first == other or other > 12:
            return first, other
        return (other, first) if first > 12 else (None, 0)
    word = (found["month"] or "").lower()
    return int(word) if word.isdigit() else _months().get(word), int(found["day"] or 0)


def _in_utc(local: datetime, written: str | None, zone: str) -> datetime:
    home = _zone(zone)
    return local.replace(tzinfo=_written_zone(written, local, home) or home).astimezone(UTC)


def _written_zone(written: str | None, local: datetime, home: tzinfo) -> tzinfo | None:
    """Return the zone that was written, None where nothing or nonsense was."""
    text = (written or "").strip("() ").lower()
    if match := _OFFSET.search(text):
        offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        return timezone(offset if match["sign"] == "+" else -offset) if offset <= _WIDEST_OFFSET else None
    for moment in (local, datetime(local.year, 1, 15), datetime(local.year, 7, 15)):  # noqa: DTZ001 - asked in the feed's zone
        there = moment.replace(tzinfo=home)
        if text and (there.tzname() or "").lower() == text:
            return timezone(there.utcoffset() or timedelta())
    return timezone(timedelta(hours=ZONES[text])) if text in ZONES else None


@cache
def _months() -> dict[str, int]:
    return {word: number for number, words in enumerate(MONTHS, 1) for word in words}


@cache
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
