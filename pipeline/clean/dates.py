"""Times as pages write them → aware UTC times with their precision, and the one that is right among several. Pure.

A day without a clock stays a day: midnight UTC of that date, precision `day`. A clock without a zone is read in the
source's zone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil import parser as lenient
from dateutil import tz

from pipeline.types import DatePrecision

EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD: Final = timedelta(hours=24)  # a publication time further ahead of the fetch is no time at all
CONFLICT: Final = timedelta(hours=48)
AGREEMENT: Final = timedelta(hours=26)  # a day in another zone is the same day
OLD: Final = timedelta(days=30)
MAX_TEXT: Final = 64

_ISO: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
    r"(?:\[[\w/+-]+\])?",
    re.IGNORECASE,
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})?)?")
_WEEKDAY: Final = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d")
_EPOCH: Final = re.compile(r"\d{10}|\d{13}")
_URL_DATE: Final = re.compile(r"[/_.-]((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_ZONES: Final = {
    "CET": 3600, "CEST": 7200, "MEZ": 3600, "MESZ": 7200, "EET": 7200, "EEST": 10800, "WET": 0, "WEST": 3600, "BST": 3600, "IST": 19800,
    "MSK": 10800, "EST": -18000, "EDT": -14400, "ET": -18000, "CST": -21600, "CDT": -18000, "CT": -21600, "MST": -25200, "MDT": -21600,
    "PST": -28800, "PDT": -25200, "PT": -28800, "JST": 32400, "KST": 32400, "SAST": 7200, "AEST": 36000, "AEDT": 39600, "NZST": 43200,
    "NZDT": 46800, "HKT": 28800, "SGT": 28800, "WIB": 25200,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time as read: UTC, how exactly, how far from UTC the clock was that told it, and whether that was assumed."""

    at: datetime
    precision: DatePrecision = DatePrecision.SECOND
    offset: timedelta = timedelta(0)
    zone_assumed: bool = False

    @property
    def zone(self) -> str | None:
        """The zone as `+05:30`, None for a day, which is told in no zone."""
        return None if self.precision is DatePrecision.DAY else self.at.astimezone(timezone(self.offset)).isoformat()[-6:]

    def __str__(self) -> str:
        """Return the time as its place told it: the day, or day and clock of its own zone."""
        return self.at.date().isoformat() if self.precision is DatePrecision.DAY else self.at.astimezone(timezone(self.offset)).isoformat()


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """One place's word about a time. `source` is as in `types.Candidate`."""

    source: str
    raw: str
    moment: Moment


def zone_of(name: str) -> ZoneInfo:
    """Return the zone of that IANA name, UTC for a name there is none of."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def read_moment(text: str, zone: ZoneInfo) -> Moment | None:
    """Return the time a text states, None where it states none. ISO 8601, RFC 5322, epoch seconds and what is written out."""
    plain = text.strip()
    if not 6 <= len(plain) <= MAX_TEXT or not any(letter.isdigit() for letter in plain):
        return None
    try:
        return _iso(plain, zone) or _epoch(plain) or _mail(plain, zone) or _lenient(plain, zone)
    except (ValueError, OverflowError, TypeError, RecursionError):
        return None


def url_moment(url: str) -> Moment | None:
    """Return the day in an address such as `/2026/11/18/`, None where there is none."""
    for found in _URL_DATE.finditer(url.partition("?")[0]):
        try:
            year, month, day = map(int, found.groups())
            return Moment(at=datetime(year, month, day, tzinfo=UTC), precision=DatePrecision.DAY)
        except ValueError:
            continue
    return None


def told_by_feed(published: datetime, raw: str, zone: ZoneInfo) -> DateReading:
    """Return a feed's word, read before as `published`, as it was sent: a day stays a day, and a clock may name no zone."""
    sent = read_moment(raw, zone)
    if sent is not None and sent.precision is DatePrecision.DAY and abs(sent.at - published) < timedelta(days=1):
        return DateReading(source="feed", raw=raw, moment=sent)
    assumed = sent is not None and sent.zone_assumed
    return DateReading(source="feed", raw=published.isoformat(), moment=Moment(at=published, zone_assumed=assumed))


def plausible(moment: Moment, fetched_at: datetime) -> bool:
    """Whether something may have been published then: since 1995 and no more than a day after it was fetched."""
    return EARLIEST <= moment.at <= fetched_at + AHEAD


def choose_date(readings: Sequence[DateReading], fetched_at: datetime) -> DateReading | None:
    """Return the reading to believe, in the order given; None where none is plausible.

    The first plausible reading is believed unless two later ones from different places agree with each other and
    contradict it by more than CONFLICT: then the first of those is. A day yields to a later reading that adds the clock.
    """
    sound = [reading for reading in readings if plausible(reading.moment, fetched_at)]
    if not sound:
        return None
    best = sound[0]
    against = [reading for reading in sound[1:] if abs(reading.moment.at - best.moment.at) > CONFLICT and reading.source != best.source]
    for first in against:
        if any(other.source != first.source and abs(other.moment.at - first.moment.at) <= AGREEMENT for other in against):
            best = first
            break
    return _with_clock(_with_zone(best, sound), sound)


def _with_zone(best: DateReading, sound: Sequence[DateReading]) -> DateReading:
    """A clock whose zone was assumed yields to a reading of the same clock that knows its zone."""
    if not best.moment.zone_assumed:
        return best
    for other in sound:
        apart = other.moment.at - best.moment.at
        whole = apart.total_seconds() % 900 < 60  # zones differ by quarters of an hour
        if not other.moment.zone_assumed and other.moment.precision is DatePrecision.SECOND and abs(apart) <= timedelta(hours=14) and whole:
            return other
    return best


def _with_clock(best: DateReading, sound: Sequence[DateReading]) -> DateReading:
    if best.moment.precision is not DatePrecision.DAY:
        return best
    begin, end = best.moment.at - timedelta(hours=14), best.moment.at + timedelta(hours=36)
    exact = (other for other in sound if other.moment.precision is DatePrecision.SECOND and begin <= other.moment.at < end)
    return next(exact, best)


def _iso(text: str, zone: ZoneInfo) -> Moment | None:
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second, offset = found.groups()
    if hour is None or (hour.strip("0") == minute.strip("0") == (second or "").strip("0") == "" and not offset):
        return Moment(at=datetime(int(year), int(month), int(day), tzinfo=UTC), precision=DatePrecision.DAY)
    at = datetime(int(year), int(month), int(day), int(hour) % 24, int(minute), int(second or 0))  # noqa: DTZ001 - the zone follows
    return _zoned(at.replace(tzinfo=_offset(offset) if offset else None), zone)


def _offset(text: str) -> tz.tzoffset:
    if text[0] not in "+-":
        return tz.tzoffset(None, 0)
    digits = text[1:].replace(":", "").ljust(4, "0")
    seconds = int(digits[:2]) * 3600 + int(digits[2:4]) * 60
    return tz.tzoffset(None, seconds if text[0] == "+" else -seconds)


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.fullmatch(text):
        return None
    return Moment(at=datetime.fromtimestamp(int(text[:10]), UTC))


def _mail(text: str, zone: ZoneInfo) -> Moment | None:
    if not _WEEKDAY.match(text):
        return None
    try:
        return _zoned(at, zone) if (at := parsedate_to_datetime(text)).tzinfo else None  # `-0000`, and zones only `_ZONES` knows
    except (ValueError, TypeError):
        return None


def _lenient(text: str, zone: ZoneInfo) -> Moment | None:
    """Read what is written out (`May 19, 2021 4:05 PM EDT`), only where year, month and day are all told."""
    first, second = (lenient.parse(text, tzinfos=_ZONES.get, default=datetime(year, year - 2000, year - 2000)) for year in (2004, 2008))  # noqa: DTZ001
    if first != second or not re.search(r"[^\W\d_]{3,}|\d{4}-\d", text):
        return None
    if not re.search(r"\d:\d\d", text):
        return Moment(at=first.replace(tzinfo=UTC), precision=DatePrecision.DAY)
    return _zoned(first, zone)


def _zoned(at: datetime, zone: ZoneInfo) -> Moment:
    if at.year < 2:
        raise ValueError(f"{at}: no clock can show it in every zone")
    assumed = at.tzinfo is None
    told = (at.replace(tzinfo=zone) if assumed else at).replace(microsecond=0)
    offset = told.utcoffset() or timedelta(0)
    return Moment(at=told.astimezone(UTC), offset=offset - timedelta(seconds=offset.seconds % 60), zone_assumed=assumed)
