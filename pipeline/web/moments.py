"""Times and amounts in words. Pure: the present is an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime

MINUTE, HOUR, DAY = 60, 3600, 86_400
_STEPS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"))


def read_moment(text: str | None) -> datetime | None:
    """Return the aware UTC time of an ISO 8601 text (one without a zone is UTC), None for what is none."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def read_day(text: str) -> date | None:
    """Return the day that an ISO 8601 date or time begins with, None where it begins with none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def exact(moment: datetime | None) -> str:
    """`14 July 2026, 09:05 UTC`; a dash for no time."""
    return f"{moment.day} {moment:%B} {moment.year:04}, {moment:%H:%M} UTC" if moment else "–"


def long_day(day: date) -> str:
    """`Tuesday, 14 July 2026`."""
    return f"{day:%A}, {day.day} {day:%B} {day.year:04}"


def short_day(day: date) -> str:
    """`14 Jul`, for where the year is plain from what stands around it."""
    return f"{day.day} {day:%b}"


def ago(moment: datetime | None, now: datetime) -> str:
    """`3 hours ago`, `in 5 minutes`, `just now`; after 30 days the day itself; a dash for no time."""
    if moment is None:
        return "–"
    seconds = (now - moment).total_seconds()
    if abs(seconds) < MINUTE:
        return "just now"
    if abs(seconds) > 30 * DAY:
        return f"{moment.day} {moment:%b} {moment.year:04}"
    size, word = next(step for step in _STEPS if abs(seconds) >= step[0])
    number = int(abs(seconds) // size)
    amount = counted(number, word)
    return f"{amount} ago" if seconds > 0 else f"in {amount}"


def counted(number: int, word: str, plural: str = "") -> str:
    """`1 article`, `1,204 articles`."""
    return f"{number:,} {word if number == 1 else plural or word + 's'}"


def lasted(seconds: float | None) -> str:
    """A length of time, short: `0.4 s`, `12 s`, `4 min 5 s`, `3 h 12 min`, `2 d 5 h`; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _pair(whole, MINUTE, "min", 1, "s")
    return _pair(whole, HOUR, "h", MINUTE, "min") if whole < DAY else _pair(whole, DAY, "d", HOUR, "h")


def _pair(whole: int, large: int, large_word: str, small: int, small_word: str) -> str:
    rest = whole % large // small
    return f"{whole // large} {large_word}" + (f" {rest} {small_word}" if rest else "")


def sized(number: float) -> str:
    """Bytes in decimal units: `812 B`, `4.2 MB`."""
    for unit in ("B", "kB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" or number >= 100 else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} GB"
