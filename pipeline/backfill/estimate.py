"""How much there was, and what went quiet: estimates out of counts. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Final

from pipeline.coverage import Looks

MIN_DAILY: Final = 3.0  # median entries a day below which silence says nothing
_LOOKS: Final = ("feed", "push", "sitemap")
_PAIRS: Final = ((("feed", "push"), ("sitemap",)), (("feed", "sitemap"), ("push",)), (("push", "sitemap"), ("feed",)))
_CELLS: Final = {
    "feed": frozenset({"feed"}),
    "push": frozenset({"push"}),
    "sitemap": frozenset({"sitemap"}),
    "feed_push": frozenset({"feed", "push"}),
    "feed_sitemap": frozenset({"feed", "sitemap"}),
    "push_sitemap": frozenset({"push", "sitemap"}),
    "all": frozenset(_LOOKS),
}  # of `Looks`: who saw those
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
    looks: str = ""  # which looks were taken for independent of which


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


def by_three(looks: Looks, *, known: int) -> Estimate | None:
    """Estimate how many articles there were that feeds, hubs and sitemaps looked at, from how many each saw with which others.

    A hub tells what a feed has just been given, so two looks may see the same things for the same reason. Four log-linear models
    without or with one such pair are fitted (Fienberg 1972): all three independent (maximum likelihood after Darroch 1958), or two
    together against the third (Chapman's estimator on both as one look). That of the least AIC speaks; of equal ones the pair of
    feed and hub. Where one look saw nothing the other two are left, where two did, None.
    """
    models = [model for pair in _PAIRS if (model := _paired(looks, *pair, known=known)) is not None]
    if _together(looks, "feed") and _together(looks, "push") and _together(looks, "sitemap"):
        independent = _independent(looks, known=known)
        models += [independent] if independent is not None else []
    return min(models, key=lambda model: model[0])[1] if models else None


def _together(looks: Looks, *names: str) -> int:
    """Return how many were seen by any of these looks."""
    return sum(getattr(looks, cell) for cell, by in _CELLS.items() if by & set(names))


def _by_all(looks: Looks, *sides: tuple[str, ...]) -> int:
    """Return how many were seen by each of these sides, a side being one look or several taken as one."""
    return sum(getattr(looks, cell) for cell, by in _CELLS.items() if all(by & set(side) for side in sides))


def _paired(looks: Looks, pair: tuple[str, ...], third: tuple[str, ...], *, known: int) -> tuple[float, Estimate] | None:
    """Return AIC and estimate of the model in which the pair hangs together and the third look is independent of it."""
    alone, both = _together(looks, *third), _by_all(looks, pair, third)
    found = chapman(_together(looks, *pair), alone, both, known=known)
    if found is None:
        return None
    patterns: dict[frozenset[str], list[float]] = {}
    for cell, by in _CELLS.items():
        if seen := by & set(pair):
            patterns.setdefault(seen, [0, 0])[bool(by & set(third))] += getattr(looks, cell)
    total = sum(map(sum, patterns.values()))
    columns = [sum(row[place] for row in patterns.values()) for place in (0, 1)]
    cells = [(row[place], sum(row) * columns[place] / total) for row in patterns.values() for place in (0, 1)]
    rest = float(alone - both)  # seen by the third alone: the model has a number of its own for these
    named = f"{'+'.join(name for name in pair if _together(looks, name))} × {third[0]}"
    return 10 - 2 * _log_likelihood([*cells, (rest, rest)]), replace(found, looks=named)


def _independent(looks: Looks, *, known: int) -> tuple[float, Estimate] | None:
    """Return AIC and estimate of the model in which no look tells anything of another; None where nothing was seen twice."""
    each, seen = [_together(looks, name) for name in _LOOKS], _together(looks, *_LOOKS)
    if sum(each) == seen:
        return None
    low, high = float(seen), 1e9
    for _ in range(100):  # by halves: the share nobody saw is the product of the shares each did not see
        total = (low + high) / 2
        low, high = (total, high) if 1 - seen / total < math.prod(1 - one / total for one in each) else (low, total)
    total = max(high, seen)
    missed = [1 - one / total for one in each]
    cells = []
    for cell, by in _CELLS.items():
        share = math.prod(1 - gone if name in by else gone for name, gone in zip(_LOOKS, missed, strict=True))
        cells.append((float(getattr(looks, cell)), total * share))
    nobody = math.prod(missed)
    spread = 1 / nobody + 2 - sum(1 / one for one in missed) if nobody else math.inf
    margin = 1.96 * math.sqrt(total / spread) if spread > 0 else 0.0
    found = Estimate(
        total=total, low=max(total - margin, seen), high=total + margin, recall=min(1.0, known / total), looks=" × ".join(_LOOKS)
    )
    return 8 - 2 * _log_likelihood(cells), found


def _log_likelihood(cells: Sequence[tuple[float, float]]) -> float:
    """Return the log-likelihood of Poisson counts beside what a model expects, but for what all models share."""
    return sum((count * math.log(mean) if count else 0.0) - mean for count, mean in cells)


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
