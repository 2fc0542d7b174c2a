"""How much there was, and what went quiet: estimates out of counts. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

MIN_DAILY: Final = 3.0  # median entries a day below which silence says nothing
LONG: Final = 14  # days that a source is compared with
SHORT: Final = 3  # days that are compared with them
RARE: Final = 0.001  # how unlikely a drop has to be by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The true number by capture and recapture, with what 95 of 100 such samples lie between; and our share of it."""

    total: float
    low: float
    high: float
    recall: float  # of `known` among the total, at most 1


def chapman(first: int, second: int, both: int, *, known: int) -> Estimate | None:
    """Estimate how many there were of which one look saw `first`, another `second`, and both the same `both` of them.

    Chapman's estimator (Chapman 1951; variance after Seber 1970), which has little bias for small counts. It takes the looks
    for independent: where what one sees is likelier seen by the other too, the total is underestimated. None where a look saw
    nothing, which tells nothing. `known` is how many we hold.

    Raises:
        ValueError: more in both than in one of them.
    """
    if both > min(first, second):
        raise ValueError(f"{both} seen by both, but {first} and {second} by each")
    if not first or not second:
        return None
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    margin = 1.96 * math.sqrt(variance)
    floor = first + second - both
    total = max(total, floor)
    return Estimate(total=total, low=max(total - margin, floor), high=total + margin, recall=min(1.0, known / total))


def alarm(daily: Sequence[int]) -> str:
    """Return what is alarming about a source, by its entries a day, oldest first, the last complete day at the end; '' for
    nothing.

    `silent`: nothing on the last day, where half of the days before had at least three. `dropped`: the last three days
    together are fewer than chance allows one time in a thousand, by the median of the fortnight before (a Poisson count whose
    rate is taken a third lower, because news has weekends).
    """
    if len(daily) < LONG // 2 + 1:
        return ""
    *before, last = daily
    usual = median(before[-LONG:])
    if usual < MIN_DAILY:
        return ""
    if last == 0 and _at_most(0, usual * 2 / 3) < 0.2:
        return "silent"
    recent, earlier = daily[-SHORT:], daily[-SHORT - LONG : -SHORT]
    if len(earlier) >= LONG // 2 and _at_most(sum(recent), median(earlier) * len(recent) * 2 / 3) < RARE:
        return "dropped"
    return ""


def _at_most(count: int, mean: float) -> float:
    """Return how likely a Poisson variable of this mean is at most `count`."""
    if mean <= 0:
        return 1.0
    logs = (number * math.log(mean) - mean - math.lgamma(number + 1) for number in range(count + 1))
    return min(1.0, sum(math.exp(log) for log in logs))
