"""When newsrooms publish: the shape of a day and of a week. Pure."""

from __future__ import annotations

import math
from enum import StrEnum
from random import Random

HOUR = 3_600.0
DAY = 86_400.0

# Weight of each local hour. A newsroom's day has a morning peak, a plateau and a late edition; a wire never sleeps.
_NEWSROOM = (2, 1, 1, 1, 2, 5, 8, 10, 10, 10, 10, 10, 9, 9, 10, 10, 10, 10, 9, 8, 6, 5, 4, 3)
_WIRE = (5, 4, 4, 4, 5, 7, 9, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 9, 9, 8, 7, 6, 5)
_OFFICE = (0, 0, 0, 0, 0, 0, 0, 1, 4, 10, 10, 10, 7, 7, 10, 10, 10, 5, 1, 0, 0, 0, 0, 0)


class Rhythm(StrEnum):
    """The shape of a feed's week."""

    WIRE = "wire"
    NEWSROOM = "newsroom"
    OFFICE = "office"  # institutions and companies: weekdays from nine to five
    EDITION = "edition"  # all entries of a day within some minutes of one hour


_SHAPES = {Rhythm.WIRE: _WIRE, Rhythm.NEWSROOM: _NEWSROOM, Rhythm.OFFICE: _OFFICE}
_WEEKEND = {Rhythm.WIRE: 0.7, Rhythm.NEWSROOM: 0.5, Rhythm.OFFICE: 0.05, Rhythm.EDITION: 0.6}


def weights(rhythm: Rhythm) -> tuple[float, ...]:
    """Return the 168 hourly weights of a local week that begins on Monday; their mean is 1."""
    shape = _SHAPES[rhythm]
    week = [hour * (_WEEKEND[rhythm] if day >= 5 else 1.0) for day in range(7) for hour in shape]
    mean = sum(week) / len(week)
    return tuple(hour / mean for hour in week)


def times(
    rhythm: Rhythm,
    per_day: float,
    *,
    start: float,
    end: float,
    zone_hours: int,
    bursts: tuple[tuple[float, float, float], ...],
    edition_hour: float,
    random: Random,
) -> list[float]:
    """Return the sorted times of publication in [start, end), in seconds since a Monday, 00:00 UTC.

    `bursts` are (start, end, factor). One time in six is the first of a batch that the editors release together.
    """
    if per_day <= 0:
        return []
    if rhythm is Rhythm.EDITION:
        return _editions(per_day, start, end, zone_hours, edition_hour, random)
    week = weights(rhythm)
    found: list[float] = []
    hour = math.floor(start / HOUR)
    while hour * HOUR < end:
        begin = hour * HOUR
        rate = per_day / 24 * week[(hour + zone_hours) % 168] * 0.75  # the rest comes with the batches
        for burst_start, burst_end, factor in bursts:
            if burst_start <= begin < burst_end:
                rate *= factor
        for _ in range(poisson(rate, random)):
            at = begin + random.random() * HOUR
            found.append(at)
            if random.random() < 1 / 6:
                found.extend(at + random.random() * 120 for _ in range(random.choice((1, 2, 3))))
        hour += 1
    return sorted(at for at in found if start <= at < end)


def _editions(per_day: float, start: float, end: float, zone_hours: int, edition_hour: float, random: Random) -> list[float]:
    found: list[float] = []
    day = math.floor(start / DAY) - 1
    while day * DAY < end + DAY:
        weekend = _WEEKEND[Rhythm.EDITION] if day % 7 >= 5 else 1.0
        opening = day * DAY + (edition_hour - zone_hours) * HOUR + random.gauss(0, 600)
        found.extend(opening + random.expovariate(1 / 600) for _ in range(poisson(per_day * 1.13 * weekend, random)))
        day += 1
    return sorted(at for at in found if start <= at < end)


def poisson(mean: float, random: Random) -> int:
    """Return a draw from a Poisson distribution; for means that an hour of news can have."""
    if mean > 50:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        product *= random.random()
        count += 1
    return count
