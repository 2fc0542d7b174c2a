"""Dates as feeds write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.dates import EARLIEST, LATEST, parse_date

BERLIN = [
    # RFC 822 and its relatives
    ("Tue, 12 May 2026 10:00:00 +0200", "2026-05-12T08:00"),
    ("Tue, 12 May 2026 10:00:00 GMT", "2026-05-12T10:00"),
    ("Tue, 12 May 2026 10:00:00", "2026-05-12T08:00"),
    ("Tue, 12 May 2026 10:00", "2026-05-12T08:00"),
    ("Tue,12 May 2026 10:00:00 +0200", "2026-05-12T08:00"),
    ("Fri, 12 May 2026 10:00:00 +0200", "2026-05-12T08:00"),
    ("12 May 26 10:00:00 EST", "2026-05-12T15:00"),
    ("12-May-2026 10:00:00", "2026-05-12T08:00"),
    ("12 May 2026", "2026-05-11T22:00"),
    ("Tue, 12 May 2026 24:00:00 GMT", "2026-05-13T00:00"),
    ("Tue, 12 May 2026 10:00:60 GMT", "2026-05-12T10:00"),
    ("Tue, 12 May 2026 10:00:00 UTC+02:00", "2026-05-12T08:00"),
    ("Tue, 12 May 2026 10:00:00 +2500", "2026-05-12T08:00"),
    ("Tue, 12 May 2026 10:00:00 +2000", "2026-05-12T08:00"),
    ("Tue, 12 May 2026 10:00:00 XYZ", "2026-05-12T08:00"),
    ("Tue, 12 May 2026 10:00:00 Z", "2026-05-12T10:00"),
    ("12 Sept 2026 8:05 am", "2026-09-12T06:05"),
    ("12 May 2026 12:30 AM", "2026-05-11T22:30"),
    # ISO 8601 and its relatives
    ("2026-05-12T10:00:00Z", "2026-05-12T10:00"),
    ("2026-05-12T10:00:00.123456789+02:00", "2026-05-12T08:00"),
    ("2026-05-12T10:00:00+0200", "2026-05-12T08:00"),
    ("2026-05-12T10:00:00+02", "2026-05-12T08:00"),
    ("2026-05-12T10:00:00-04:00[America/New_York]", "2026-05-12T14:00"),
    ("2026-05-12T10:00Z", "2026-05-12T10:00"),
    ("2026-05-12 10:00:00 +0000 UTC", "2026-05-12T10:00"),
    ("2026-5-2T1:02:03Z", "2026-05-02T01:02"),
    ("2026-05-12", "2026-05-11T22:00"),
    ("2026/05/12 10:00:00", "2026-05-12T08:00"),
    ("20260512T100000Z", "2026-05-12T10:00"),
    ("20260512", "2026-05-11T22:00"),
    # others
    ("May 12, 2026 10:00 AM", "2026-05-12T08:00"),
    ("May 12th, 2026 at 10:00 pm EDT", "2026-05-13T02:00"),
    ("Tuesday, May 12, 2026 - 10:00", "2026-05-12T08:00"),
    ("Tue May 12 10:00:00 2026", "2026-05-12T08:00"),
    ("Tue May 12 10:00:00 +0200 2026", "2026-05-12T08:00"),
    ("12.05.2026 10:00", "2026-05-12T08:00"),
    ("12.5.2026, 10.00", "2026-05-12T08:00"),
    ("13/4/2026 10:00", "2026-04-13T08:00"),
    ("4/13/2026 1:00 PM", "2026-04-13T11:00"),
    ("5/5/2026", "2026-05-04T22:00"),
    ("1778580000", "2026-05-12T10:00"),
    ("1778580000000", "2026-05-12T10:00"),
    # other tongues
    ("Di, 12 März 2026 10:00:00 +0100", "2026-03-12T09:00"),
    ("mar. 12 mai 2026 à 10:00", "2026-05-12T08:00"),
    ("martes, 12 de mayo de 2026 10:00", "2026-05-12T08:00"),
    ("пн, 12 мая 2026 10:00:00 +0300", "2026-05-12T07:00"),
    ("12 października 2026 10:00", "2026-10-12T08:00"),
    ("2026年5月12日 10:00", "2026-05-12T08:00"),
    ("١٢ مايو ٢٠٢٦", "2026-05-11T22:00"),
]


@pytest.mark.parametrize(("text", "expected"), BERLIN)
def test_dates_read_in_berlin(text: str, expected: str) -> None:
    """Each text names this minute in UTC, where no zone means Berlin's."""
    moment = parse_date(text, "Europe/Berlin")
    assert moment is not None
    assert moment.tzinfo is UTC
    assert moment.strftime("%Y-%m-%dT%H:%M") == expected


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", " ", "now", "12:30", "yesterday", "Tue, 32 May 2026 10:00:00 GMT", "Tue, 12 May 2026 25:00:00 GMT", "3/4/2026"),
        *("0000-00-00T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT", "0", "9999-12-31", "1994-12-31T00:00:00Z", "31 Foo 2026"),
        "2026-05-12" + " " * 200,
        "x" * 5000,
    ],
)
def test_no_date(text: str | None) -> None:
    """What names no moment, several, or one that no news has, is none."""
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Asia/Kolkata", 4.5), ("Asia/Jerusalem", 8), ("Europe/Dublin", 9), ("Etc/Nowhere", 4.5), ("UTC", 4.5)],
)
def test_zone_names_mean_what_they_mean_at_home(zone: str, expected: float) -> None:
    """IST is India's, Israel's or Ireland's time, as the feed's own zone has it."""
    moment = parse_date("Tue, 14 Jul 2026 10:00:00 IST", zone)
    assert moment is not None
    assert moment.hour + moment.minute / 60 == expected


@given(st.integers(int(EARLIEST.timestamp()), int(LATEST.timestamp()) - 1), st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"]))
def test_iso_is_exact(seconds: int, zone: str) -> None:
    """An ISO date with an offset is read to the second, whatever the feed's zone."""
    aware = datetime.fromtimestamp(seconds, UTC)
    assert parse_date(aware.isoformat(), zone) == aware


@given(st.text(max_size=120), st.text(max_size=20))
def test_any_text(text: str, zone: str) -> None:
    """Nothing raises, and what comes out is within bounds."""
    moment = parse_date(text, zone)
    assert moment is None or (EARLIEST <= moment < LATEST and moment.tzinfo is UTC)
