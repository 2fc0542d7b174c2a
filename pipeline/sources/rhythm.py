"""When in the week a feed publishes, learned from its entries, and how long to wait by it. Pure.

The intensity of a feed at some hour is its rate, times how much busier than the mean that hour of the day was, times the
same for the day of the week. Both begin as what may be expected of anybody and are believed by and by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Final

from pipeline.ledger import Habits

HOURS: Final = 24
DAYS: Final = 7
MEMORY: Final = 500.0  # entries; the count is held there, so that what is older weighs ever less
HOURS_SHOW: Final = timedelta(days=2)  # after which the hours have been seen often enough, and about equally often
FLAT: Final = 1.0  # entries an hour of the day, by which "no difference" is weighed against the hours around it
BROAD: Final = 3.0  # and these, smoothed, against the hour itself: a few entries tell night from day, many a morning edition
AROUND: Final = 3  # hours to both sides
STRANGE: Final = 3.0  # χ² an hour of the counts against the smoothed ones, from which on those are believed less; 1 to 2 where they fit
HOUR: Final = timedelta(hours=1)
WEEKEND: Final = 0.65  # of a weekday's entries, where nothing is known: newsrooms bring about half, wires more
USUAL: Final = tuple(1.0 if day < 5 else WEEKEND for day in range(DAYS))
USUAL_WEIGHT: Final = 20.0  # entries a weekday by which that is weighed


@dataclass(frozen=True, slots=True)
class Week:
    """How busy each UTC hour and each weekday is, compared to their mean, which is 1."""

    hours: tuple[float, ...] = (1.0,) * HOURS
    days: tuple[float, ...] = (1.0,) * DAYS

    def busy_hours(self, since: datetime, until: datetime) -> float:
        """Return the time between in hours, each counted by how busy it is. Whole weeks are what they are."""
        left = (until - since) / timedelta(hours=1)
        weeks, left = divmod(left, HOURS * DAYS)
        busy, hour, day = weeks * HOURS * DAYS, since.hour, since.weekday()
        share = min(left, 1 - (since.minute * 60 + since.second) / 3_600)
        while left > 0:
            busy += share * self.hours[hour] * self.days[day]
            left -= share
            share = min(left, 1.0)
            hour = (hour + 1) % HOURS
            day = (day + 1) % DAYS if hour == 0 else day
        return busy


EVEN: Final = Week()


def week_of(habits: Habits, now: datetime) -> Week:
    """Return what a feed's entries show of its week; no difference between the hours until they were seen two days long."""
    if habits.begun_at is None or len(habits.hours) != HOURS or len(habits.days) != DAYS:
        return EVEN
    days = _by_day(habits.days, habits.begun_at, max((now - habits.begun_at) // HOUR, 0) + 1)
    return Week(_by_hour(habits.hours) if now - habits.begun_at >= HOURS_SHOW else EVEN.hours, days)


@lru_cache(maxsize=20_000)  # asked twice at every poll, and changed by few of them
def _by_hour(hours: tuple[float, ...]) -> tuple[float, ...]:
    return by_hour(hours)


@lru_cache(maxsize=20_000)
def _by_day(days: tuple[float, ...], begun_at: datetime, hours_watched: int) -> tuple[float, ...]:
    return by_day(days, begun_at, begun_at + hours_watched * HOUR)


def counted(counts: Sequence[float], places: Iterable[int], size: int) -> tuple[float, ...]:
    """Return the counts of entries by hour or by weekday with some more; of at most `MEMORY` in all."""
    found = list(counts) if len(counts) == size else [0.0] * size
    for place in places:
        found[place] += 1.0
    total = sum(found)
    return tuple([round(count * MEMORY / total, 3) for count in found]) if total > MEMORY else tuple(found)


def by_hour(hours: Sequence[float]) -> tuple[float, ...]:
    """Return how busy each UTC hour is; their mean is 1. What an hour shows is weighed against the hours around it."""
    each = sum(hours) / HOURS
    near = [(hours[h - 1] + 2 * hours[h] + hours[(h + 1) % HOURS]) / 4 for h in range(HOURS)]
    sums = [0.0, *accumulate(near[-AROUND:] + near + near[:AROUND])]
    span = 2 * AROUND + 1
    usual = [((sums[h + span] - sums[h]) / span + FLAT) / (each + FLAT) for h in range(HOURS)]
    fitted = [(found, each * around) for found, around in zip(hours, usual, strict=True)]
    strange = sum([(found - fit) ** 2 / (fit if fit > 0.5 else 0.5) for found, fit in fitted]) / HOURS
    weight = BROAD / max(strange / STRANGE, 1.0)
    return tuple([(found + weight * around) / (each + weight) for found, around in zip(near, usual, strict=True)])


def by_day(days: Sequence[float], since: datetime, now: datetime) -> tuple[float, ...]:
    """Return how busy each weekday is, Monday first; their mean is 1. A day that hardly came yet shows hardly anything."""
    total, watched = sum(days), _watched(since, now)
    found = [(days[d] + USUAL_WEIGHT * USUAL[d]) / (total * watched[d] + USUAL_WEIGHT) for d in range(DAYS)]
    mean = sum(found) / DAYS
    return tuple(day / mean for day in found)


def _watched(since: datetime, now: datetime) -> list[float]:
    """Return which share of the time between fell on each weekday."""
    passed = max((now - since).total_seconds() / 86_400, 1e-6)
    weeks, left = divmod(passed, DAYS)
    found = [weeks] * DAYS
    day, share = since.weekday(), min(left, 1 - (since.hour + since.minute / 60) / 24)
    while left > 0:
        found[day] += share
        left -= share
        day, share = (day + 1) % DAYS, min(left, 1.0)
    return [days / passed for days in found]


def wait_hours(rate: float, week: Week, now: datetime, *, patience: float, longest: float, most: float = math.inf) -> float:
    """Return after how many hours the entries expected since now have waited `patience` entry-hours in all, or are `most`.

    That is the t at which ∫ intensity(s)·(t − s) ds = patience, or ∫ intensity(s) ds = most; `longest` at most. With a steady
    rate √(2·patience/rate), or most/rate. Polls spaced like this let entries wait least on the whole for a number of
    requests: the marginal poll saves everywhere the same.
    """
    if patience <= 0:
        return 0.0
    if rate <= 0:
        return longest
    if week is EVEN:
        return min(math.sqrt(2 * patience / rate), most / rate, longest)
    hour, day, left = now.hour, now.weekday(), 1 - (now.minute * 60 + now.second) / 3_600
    waited, expected, passed = 0.0, 0.0, 0.0  # entry-hours, entries, hours
    while passed < longest:
        intensity = rate * week.hours[hour] * week.days[day]
        after = waited + expected * left + intensity * left * left / 2
        if after >= patience or expected + intensity * left >= most:
            short = patience - waited
            by_wait = 2 * short / (expected + math.sqrt(expected * expected + 2 * intensity * short))
            return min(passed + min(by_wait, (most - expected) / intensity), longest)
        waited, expected, passed, left = after, expected + intensity * left, passed + left, 1.0
        hour = (hour + 1) % HOURS
        day = (day + 1) % DAYS if hour == 0 else day
    return longest
