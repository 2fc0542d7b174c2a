from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipeline.index.dates import iso, moment_of, span_of

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


def at(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    """A time of 2026."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "text", "span"),
    [
        ("date", "2026-11-20", (at(11, 20), at(11, 21))),
        ("date", "2026-1-2", (at(1, 2), at(1, 3))),
        ("date", "2026-12-31", (at(12, 31), at(1, 1, year=2027))),
        ("date", "2026-11", (at(11, 1), at(12, 1))),
        ("date", "2026-12", (at(12, 1), at(1, 1, year=2027))),
        ("date", "2026", (at(1, 1), at(1, 1, year=2027))),
        ("date", "2026-11-20T14:05", (at(11, 20, 14, 5), at(11, 20, 14, 6))),
        ("date", "today", (at(11, 23), at(11, 24))),
        ("date", "Yesterday", (at(11, 22), at(11, 23))),
        ("date", "2026-11-01..2026-11-20", (at(11, 1), at(11, 21))),
        ("date", "2026-10..2026-11", (at(10, 1), at(12, 1))),
        ("date", "2026-11-20...", (at(11, 20), None)),
        ("date", "..2026-11-20", (None, at(11, 21))),
        ("date", "2026-11-20T10:00..2026-11-20T12:00", (at(11, 20, 10), at(11, 20, 12))),
        ("date", "2026-11-20T10:00+02:00..", (at(11, 20, 8), None)),
        ("after", "2026-11-20", (at(11, 20), None)),
        ("after", "yesterday", (at(11, 22), None)),
        ("before", "2026-11-20", (None, at(11, 20))),
        ("before", "7d", (None, at(11, 16, 15, 30))),
        ("since", "7d", (at(11, 16, 15, 30), None)),
        ("since", "90min", (at(11, 23, 14, 0), None)),
        ("since", "12H", (at(11, 23, 3, 30), None)),
        ("since", "2w", (at(11, 9, 15, 30), None)),
        ("since", "2026-11", (at(11, 1), None)),
    ],
)
def test_spans(name: str, text: str, span: tuple[datetime | None, datetime | None]) -> None:
    """A period means all of it; the end of a range given as a time is exact."""
    assert span_of(name, text, now=NOW, zone=UTC) == span


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "2026-00",
        "2026-11-31",
        "26-11-20",
        "x..2026",
        "9999-12-31",
        "9999",
        "2026-11-20T25:00",
        "2026-11-20T10:00+99:00",
        "2026..2025",
    ],
)
def test_no_date(text: str) -> None:
    """What is no date, ends before it starts, or reaches past the calendar, is a ValueError."""
    with pytest.raises(ValueError):
        span_of("date", text, now=NOW, zone=UTC)


def test_a_month_or_a_year_ago_is_about_that() -> None:
    """Months and years are the calendar's mean ones."""
    for text, days in (("1mo", 30.4), ("1m", 30.4), ("1y", 365.2)):
        start, _ = span_of("since", text, now=NOW, zone=UTC)
        assert start is not None
        assert abs((NOW - start) - timedelta(days=days)) < timedelta(days=0.1)


def test_iso_is_utc_and_short() -> None:
    """Whole seconds have no fraction; any zone becomes Z."""
    assert iso(datetime(2026, 11, 20, 14, tzinfo=timezone(timedelta(hours=2)))) == "2026-11-20T12:00:00Z"
    assert iso(datetime(2026, 11, 20, 14, 0, 0, 1500, tzinfo=UTC)) == "2026-11-20T14:00:00.001500Z"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T14:00Z", at(11, 20, 14)),
        ("2026-11-20T14:00+02:00", at(11, 20, 12)),
        ("2026-11-20", at(11, 21) - timedelta(microseconds=1)),
        ("2026-10", at(11, 1) - timedelta(microseconds=1)),
        ("yesterday", at(11, 23) - timedelta(microseconds=1)),
        ("12h", at(11, 23, 3, 30)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    """A time means itself, a day what was known at its end."""
    assert moment_of(text, now=NOW, zone=UTC) == moment


@pytest.mark.parametrize("text", ["soon", "2026-13", "99999d99"])
def test_what_is_no_moment(text: str) -> None:
    """What cannot be understood raises."""
    with pytest.raises(ValueError, match=r"."):
        moment_of(text, now=NOW, zone=UTC)
