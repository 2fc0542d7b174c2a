"""Times and amounts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.web.moments import ago, counted, exact, lasted, long_day, read_day, read_moment, short_day, sized

NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (119, "1 minute ago"),
        (3600 * 5, "5 hours ago"),
        (86_400, "1 day ago"),
        (86_400 * 30, "30 days ago"),
        (86_400 * 31, "13 Jun 2026"),
        (-600, "in 10 minutes"),
        (-86_400 * 2, "in 2 days"),
    ],
)
def test_ago(seconds: int, words: str) -> None:
    """Time passed or to come in its largest unit, and the day itself when it is long ago."""
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_no_time_is_a_dash() -> None:
    """What never happened is shown as such."""
    assert ago(None, NOW) == exact(None) == lasted(None) == "–"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-14T12:00:00Z", NOW),
        ("2026-07-14T14:00:00+02:00", NOW),
        ("2026-07-14T12:00:00", NOW),
        ("yesterday", None),
        ("", None),
        (None, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_read_moment(text: str | None, moment: datetime | None) -> None:
    """ISO texts become UTC; whatever cannot, nothing."""
    assert read_moment(text) == moment


def test_days() -> None:
    """Days are read from the head of a text and shown long and short."""
    assert read_day("2026-07-14T23:59:59Z") == date(2026, 7, 14)
    assert read_day("soon") is None
    assert long_day(date(2026, 7, 4)) == "Saturday, 4 July 2026"
    assert short_day(date(2026, 7, 4)) == "4 Jul"
    assert exact(NOW) == "14 July 2026, 12:00 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (12.4, "12 s"),
        (59.6, "1 min"),
        (245, "4 min 5 s"),
        (3600, "1 h"),
        (11_520, "3 h 12 min"),
        (190_800, "2 d 5 h"),
    ],
)
def test_lasted(seconds: float, words: str) -> None:
    """Lengths of time in two units at most."""
    assert lasted(seconds) == words


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 B"), (812, "812 B"), (4200, "4.2 kB"), (420_000, "420 kB"), (1_500_000_000, "1.5 GB"), (5e12, "5000.0 GB")]
)
def test_sized(size: float, words: str) -> None:
    """Bytes in decimal units."""
    assert sized(size) == words


def test_counted() -> None:
    """One is one, and thousands are parted."""
    assert [counted(1, "article"), counted(1204, "article"), counted(2, "entry", "entries")] == ["1 article", "1,204 articles", "2 entries"]
