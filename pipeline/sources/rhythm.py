"""When in the week a feed publishes, learned from its entries, and how long to wait by it. Pure.

The intensity of a feed at some hour is its rate, times how much busier than the mean that hour of the day was, times the
same for the day of the week. Both begin as "no difference" and are believed by and by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import Habits

HOURS: Final = 24
DAYS: Final = 7
PRIOR: Final = 24.0  # entries by which "no difference" is weighed
MEMORY: Final = 500.0  # entries; the count is held there, so that what is older weighs ever less
HOURS_SHOW: Final = timedelta(days=2)  # after which the hours have been seen often enough, and about equally often
DAYS_SHOW: Final = timedelta(days=14)  # and the weekdays


def shown(habits: Habits, now: datetime) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the counts by hour and by weekday that mean something by now; empty ones for those that do not yet.

    On a Wednesday, a feed counted since Monday seems to publish nothing on Saturdays.
    """
    age = now - (habits.begun_at or now)
    return (habits.hours if age >= HOURS_SHOW else ()), (habits.days if age >= DAYS_SHOW else ())


def counted(counts: Sequence[float], places: Iterable[int], size: int) -> tuple[float, ...]:
    """Return the counts of entries by hour or by weekday with some more; of at most `MEMORY` in all."""
    found = list(counts) if len(counts) == size else [0.0] * size
    for place in places:
        found[place] += 1.0
    total = sum(found)
    scale = min(1.0, MEMORY / total) if total else 1.0
    return tuple(round(count * scale, 3) for count in found)


def by_hour(hours: Sequence[float]) -> list[float]:
    """Return how busy each UTC hour is; their mean is 1. Neighbours are smoothed into each other."""
    if len(hours) != HOURS:
        return [1.0] * HOURS
    total = sum(hours) + PRIOR
    return [((hours[h - 1] + 2 * hours[h] + hours[(h + 1) % HOURS]) / 4 + PRIOR / HOURS) * HOURS / total for h in range(HOURS)]


def by_day(days: Sequence[float]) -> list[float]:
    """Return how busy each weekday is, Monday first; their mean is 1."""
    if len(days) != DAYS:
        return [1.0] * DAYS
    total = sum(days) + PRIOR
    return [(count + PRIOR / DAYS) * DAYS / total for count in days]


def wait_hours(rate: float, hours: Sequence[float], days: Sequence[float], now: datetime, *, patience: float, longest: float) -> float:
    """Return after how many hours the entries expected since now have waited `patience` entry-hours in all; `longest` at most.

    That is the t at which ∫ intensity(s)·(t − s) ds = patience; with a steady rate √(2·patience/rate). Polls spaced like
    this let entries wait least on the whole for a number of requests: the marginal poll saves everywhere the same.
    """
    if patience <= 0:
        return 0.0
    if rate <= 0:
        return longest
    if not hours and not days:
        return min(math.sqrt(2 * patience / rate), longest)
    hourly, daily = by_hour(hours), by_day(days)
    hour, day, left = now.hour, now.weekday(), 1 - (now.minute * 60 + now.second) / 3_600
    waited, expected, passed = 0.0, 0.0, 0.0  # entry-hours, entries, hours
    while passed < longest:
        intensity = rate * hourly[hour] * daily[day]
        after = waited + expected * left + intensity * left * left / 2
        if after >= patience:
            short = patience - waited
            return min(passed + 2 * short / (expected + math.sqrt(expected * expected + 2 * intensity * short)), longest)
        waited, expected, passed, left = after, expected + intensity * left, passed + left, 1.0
        hour = (hour + 1) % HOURS
        day = (day + 1) % DAYS if hour == 0 else day
    return longest
