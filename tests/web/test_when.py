"""Times as the pages show them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.web.when import day_heading, published, when
from tests.web.front_desk import document

NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)


def test_a_known_second() -> None:
    """For machines in UTC, for people exactly and against the present."""
    shown = when("2026-07-14T11:00:00+02:00", NOW)
    assert shown is not None
    assert (shown.machine, shown.exact, shown.ago, shown.day) == (
        "2026-07-14T09:00:00+00:00",
        "14 July 2026, 09:00 UTC",
        "3 hours ago",
        date(2026, 7, 14),
    )


def test_a_known_day_has_no_hour() -> None:
    """A publication known by its day alone does not pretend to more."""
    shown = [when(f"2026-{day}T00:00:00Z", NOW, precision="day") for day in ("07-14", "07-13", "07-04", "01-02")]
    assert [(one.exact, one.ago, one.machine) for one in shown if one] == [
        ("14 July 2026", "today", "2026-07-14"),
        ("13 July 2026", "yesterday", "2026-07-13"),
        ("4 July 2026", "10 days ago", "2026-07-04"),
        ("2 January 2026", "2 January 2026", "2026-01-02"),
    ]


def test_long_ago_is_said_once() -> None:
    """Beyond thirty days both forms are the same, so that a template can leave one out."""
    shown = when("2026-01-02T03:04:05Z", NOW)
    assert shown is not None
    assert shown.ago == shown.exact == "2 January 2026, 03:04 UTC"


def test_no_time() -> None:
    """None and nonsense are no time."""
    assert when(None, NOW) is None
    assert when("soon", NOW) is None


def test_the_effective_time_of_an_article() -> None:
    """A day's precision belongs to the published time, not to the time it was first seen."""
    known = document(**{"@timestamp": "2026-07-13T00:00:00Z"}, published="2026-07-13T00:00:00Z", published_precision="day")
    future = document(**{"@timestamp": "2026-07-14T08:00:00Z"}, published="2027-01-01T00:00:00Z", published_precision="day")
    assert [one.exact for one in (published(known, NOW), published(future, NOW)) if one] == ["13 July 2026", "14 July 2026, 08:00 UTC"]


def test_headings_of_days() -> None:
    """The first two days are called by name."""
    headings = [day_heading(date(2026, 7, day), NOW.date()) for day in (14, 13, 12)]
    assert headings == ["Today, Tuesday, 14 July 2026", "Yesterday, Monday, 13 July 2026", "Sunday, 12 July 2026"]
