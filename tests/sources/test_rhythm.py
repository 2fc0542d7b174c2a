"""The rhythm of a feed, and the waits that follow from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger import Habits
from pipeline.sources.rhythm import DAYS, EVEN, HOURS, MEMORY, Week, by_day, by_hour, counted, wait_hours, week_of

NOW = datetime(2026, 5, 12, 10, 30, tzinfo=UTC)  # a Tuesday
COUNTS = st.lists(st.floats(0, 500), min_size=HOURS, max_size=HOURS)


def test_counts_fade() -> None:
    """What is counted stays within its memory, so that a new habit replaces the old one."""
    assert counted((), [1, 1, 6], DAYS) == (0, 2, 0, 0, 0, 0, 1)
    counts: tuple[float, ...] = counted((), [3] * 1000, HOURS)
    assert counts[3] == MEMORY
    for _ in range(2000):
        counts = counted(counts, [20], HOURS)
    assert sum(counts) == pytest.approx(MEMORY, rel=0.01)
    assert counts[20] > 0.97 * MEMORY
    assert counted((1.0,), [], DAYS) == (0.0,) * DAYS  # of another size: begun anew


@given(COUNTS, st.lists(st.floats(0, 500), min_size=DAYS, max_size=DAYS), st.integers(0, 60))
def test_the_mean_is_one(hours: list[float], days: list[float], watched: int) -> None:
    """A rhythm moves entries about; it adds none. And no hour is ever without hope."""
    for busy in (by_hour(tuple(hours)), by_day(days, NOW - timedelta(days=watched), NOW)):
        assert sum(busy) / len(busy) == pytest.approx(1)
        assert min(busy) > 0


def test_nothing_known_is_no_difference() -> None:
    """A feed without a past is as busy at any hour."""
    assert week_of(Habits(), NOW) is EVEN
    assert week_of(Habits(begun_at=NOW - timedelta(days=30)), NOW) is EVEN
    assert by_hour((0.0,) * HOURS) == pytest.approx((1.0,) * HOURS)


def test_few_entries_tell_day_from_night_and_many_an_hour() -> None:
    """Of a dozen entries in the daytime the other hours of the day are believed, too; of an edition only its hour."""
    dozen = by_hour(tuple(1.0 if 8 <= hour < 20 and hour != 13 else 0.0 for hour in range(HOURS)))
    assert dozen[13] > 1.2 > 0.8 > dozen[2]
    edition = by_hour(tuple(90.0 if hour == 6 else 0.0 for hour in range(HOURS)))
    assert edition[6] > 8
    assert edition[12] < 0.05


def test_a_day_that_hardly_came_shows_hardly_anything() -> None:
    """A feed counted from Monday to Friday says nothing of its Saturdays; after months without one it does."""
    monday = datetime(2026, 5, 11, tzinfo=UTC)
    counts = (30.0,) * 5 + (0.0, 0.0)
    week = by_day(counts, monday, monday + timedelta(days=5))
    assert week[5] / week[0] == pytest.approx(by_day((0.0,) * DAYS, monday, NOW)[5] / by_day((0.0,) * DAYS, monday, NOW)[0], rel=0.01)
    months = by_day((70.0,) * 5 + (0.0, 0.0), monday - timedelta(days=70), monday)
    assert months[5] / months[0] < 0.25


def test_busy_hours() -> None:
    """An hour counts by how busy it is; a whole week is a week."""
    week = Week(hours=(2.0,) * 12 + (0.0,) * 12, days=(1.0,) * 5 + (1.0, 1.0))
    assert week.busy_hours(NOW, NOW + timedelta(hours=1)) == pytest.approx(2.0)
    assert week.busy_hours(NOW, NOW + timedelta(hours=5)) == pytest.approx(3.0)
    assert week.busy_hours(NOW, NOW + timedelta(days=14, hours=1)) == pytest.approx(2 * 168 + 2)
    assert EVEN.busy_hours(NOW, NOW + timedelta(minutes=90)) == pytest.approx(1.5)


@pytest.mark.parametrize(("rate", "hours"), [(0.2, 1.0), (0.05, 2.0), (20.0, 0.1), (0.0, 24.0), (1e-9, 24.0)])
def test_a_steady_rate(rate: float, hours: float) -> None:
    """Four times the rate, half the wait; the walk from hour to hour finds what the formula says."""
    flat = Week((1.0,) * HOURS, (1.0,) * DAYS)  # not the one that is told from afar
    for week in (EVEN, flat):
        assert wait_hours(rate, week, NOW, patience=0.1, longest=24.0) == pytest.approx(hours)
        few = wait_hours(rate, week, NOW, patience=0.1, longest=24.0, most=0.04)
        assert few == pytest.approx(min(hours, 0.04 / rate) if rate else hours)


@given(COUNTS, st.floats(0.01, 30), st.floats(0.01, 1), st.floats(0.1, 5))
def test_the_wait_is_where_the_patience_ends(hours: list[float], rate: float, patience: float, most: float) -> None:
    """Summed up in small steps, what waits by then is what was allowed, by its time or by its number."""
    busy, steps = by_hour(tuple(hours)), 4_000
    wait = wait_hours(rate, Week(busy), NOW, patience=patience, longest=24.0, most=most)
    moments = [wait * (step + 0.5) / steps for step in range(steps)]
    intensities = [rate * busy[(NOW + timedelta(hours=at)).hour] for at in moments]
    waited = sum(rate * (wait - at) for rate, at in zip(intensities, moments, strict=True)) * wait / steps
    number = sum(intensities) * wait / steps
    by_wait, by_number = waited == pytest.approx(patience, rel=0.02), number == pytest.approx(most, rel=0.02)
    assert (by_wait and number <= most * 1.02) or (by_number and waited <= patience * 1.02) or (wait == 24.0 and waited < patience)


@pytest.mark.parametrize(("begun", "hours"), [(1, False), (2, True)])
def test_a_rhythm_needs_whole_cycles(begun: int, hours: bool) -> None:
    """Two days for the hours; the weekdays are weighed by how often they were seen."""
    habits = Habits(hours=(5.0,) + (1.0,) * 23, days=(1.0,) * DAYS, begun_at=NOW - timedelta(days=begun))
    assert (week_of(habits, NOW).hours != EVEN.hours) is hours


def test_no_patience_waits_for_nothing() -> None:
    """As often as anybody allows."""
    for week in (EVEN, Week(days=(1.0,) * DAYS)):
        assert wait_hours(0.5, week, NOW, patience=0.0, longest=24.0) == 0


def test_weekends_count() -> None:
    """A feed of weekdays is left alone from Friday night on."""
    friday, saturday = datetime(2026, 5, 15, 22, tzinfo=UTC), datetime(2026, 5, 16, 1, tzinfo=UTC)
    week = Week(days=by_day((300.0,) * 5 + (0.0, 0.0), friday - timedelta(days=70), friday))
    waits = [wait_hours(0.5, week, at, patience=0.1, longest=24.0) for at in (friday, saturday)]
    assert waits[0] < 1 < waits[1]
