"""The rhythm of a feed, and the waits that follow from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger import Habits
from pipeline.sources.rhythm import DAYS, HOURS, MEMORY, by_day, by_hour, counted, shown, wait_hours

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


@given(COUNTS, st.lists(st.floats(0, 500), min_size=DAYS, max_size=DAYS))
def test_the_mean_is_one(hours: list[float], days: list[float]) -> None:
    """A rhythm moves entries about; it adds none. And no hour is ever without hope."""
    for busy in (by_hour(hours), by_day(days)):
        assert sum(busy) / len(busy) == pytest.approx(1)
        assert min(busy) > 0


def test_nothing_known_is_no_difference() -> None:
    """A feed without a past is as busy at any hour."""
    assert by_hour(()) == [1.0] * HOURS
    assert by_day(()) == [1.0] * DAYS


@pytest.mark.parametrize(("rate", "hours"), [(0.2, 1.0), (0.05, 2.0), (20.0, 0.1), (0.0, 24.0), (1e-9, 24.0)])
def test_a_steady_rate(rate: float, hours: float) -> None:
    """Four times the rate, half the wait; the walk from hour to hour finds what the formula says."""
    assert wait_hours(rate, (), (), NOW, patience=0.1, longest=24.0) == pytest.approx(hours)
    assert wait_hours(rate, (0.0,) * HOURS, (0.0,) * DAYS, NOW, patience=0.1, longest=24.0) == pytest.approx(hours)


@given(COUNTS, st.floats(0.01, 30), st.floats(0.01, 1))
def test_the_wait_is_where_the_patience_ends(hours: list[float], rate: float, patience: float) -> None:
    """Summed up in small steps, what waits by then is what was allowed."""
    wait = wait_hours(rate, hours, (), NOW, patience=patience, longest=24.0)
    busy, steps = by_hour(hours), 4_000
    moments = [wait * (step + 0.5) / steps for step in range(steps)]
    waited = sum(rate * busy[(NOW + timedelta(hours=at)).hour] * (wait - at) for at in moments) * wait / steps
    assert waited == pytest.approx(patience, rel=0.02) or (wait == 24.0 and waited < patience)


@pytest.mark.parametrize(("begun", "hours", "days"), [(None, False, False), (1, False, False), (2, True, False), (14, True, True)])
def test_a_rhythm_needs_whole_cycles(begun: int | None, hours: bool, days: bool) -> None:
    """Two days for the hours, two weeks for the weekdays."""
    habits = Habits(hours=(1.0,) * HOURS, days=(1.0,) * DAYS, begun_at=None if begun is None else NOW - timedelta(days=begun))
    assert tuple(map(bool, shown(habits, NOW))) == (hours, days)


def test_no_patience_waits_for_nothing() -> None:
    """As often as anybody allows."""
    for hours in ((), (0.0,) * HOURS):
        assert wait_hours(0.5, hours, (), NOW, patience=0.0, longest=24.0) == 0


def test_weekends_count() -> None:
    """A feed of weekdays is left alone from Friday night on."""
    days = (30.0, 30.0, 30.0, 30.0, 30.0, 0.0, 0.0)
    friday, saturday = datetime(2026, 5, 15, 22, tzinfo=UTC), datetime(2026, 5, 16, 1, tzinfo=UTC)
    waits = [wait_hours(0.5, (), days, at, patience=0.1, longest=24.0) for at in (friday, saturday)]
    assert waits[0] < 1 < waits[1]
