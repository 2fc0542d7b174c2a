"""How much there was, and what went quiet."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from pipeline.backfill.estimate import alarm, by_three, chapman
from pipeline.coverage import Looks


def test_by_hand() -> None:
    """(40 + 1)(50 + 1) / (35 + 1) - 1 = 57.08; never fewer than were seen."""
    found = chapman(40, 50, 35, known=55)
    assert found is not None
    assert found.total == pytest.approx(57.0833, abs=1e-3)
    assert found.recall == pytest.approx(55 / 57.0833, abs=1e-3)
    assert found.low <= found.total <= found.high
    same = chapman(10, 10, 10, known=10)
    assert same is not None
    assert (same.total, same.recall, same.high) == (10, 1.0, 10)
    assert chapman(0, 7, 0, known=7) is None
    with pytest.raises(ValueError, match="5 seen by both"):
        chapman(3, 9, 5, known=9)


def day_of(dice: random.Random, *, articles: int, feed: float, push: float, sitemap: float, told: float = 0.0) -> Looks:
    """A day on which each look saw its share; with `told`, the hub besides tells that share of what the feed has."""
    cells: Counter[str] = Counter()
    for _ in range(articles):
        fed = dice.random() < feed
        seen = {"feed": fed, "push": dice.random() < push or (fed and dice.random() < told), "sitemap": dice.random() < sitemap}
        names = [name for name, saw in seen.items() if saw]
        cells["all" if len(names) == 3 else "_".join(names)] += bool(names)
    return Looks(**{name: count for name, count in cells.items() if name})


def total_of(looks: Looks) -> int:
    return sum(getattr(looks, name) for name in looks.__dataclass_fields__)


def test_three_independent_looks_find_the_truth() -> None:
    """The mean of 200 days is right within 2 of 100, and 88 of 100 bounds hold it."""
    dice, inside, totals = random.Random(11), 0, []
    for _ in range(200):
        looks = day_of(dice, articles=300, feed=0.6, push=0.5, sitemap=0.7)
        found = by_three(looks, known=total_of(looks))
        assert found is not None
        inside += found.low <= 300 <= found.high
        totals.append(found.total)
    assert sum(totals) / 200 == pytest.approx(300, rel=0.02)
    assert inside >= 176


def test_a_hub_that_repeats_its_feed_is_seen_through() -> None:
    """Taken for independent, the two would make the day look smaller than it was."""
    dice, totals, chosen = random.Random(12), [], Counter[str]()
    for _ in range(200):
        looks = day_of(dice, articles=300, feed=0.6, push=0.05, sitemap=0.6, told=0.9)
        found = by_three(looks, known=total_of(looks))
        assert found is not None
        chosen[found.looks] += 1
        totals.append(found.total)
    assert chosen.most_common(1)[0][0] == "feed+push × sitemap"
    assert sum(totals) / 200 == pytest.approx(300, rel=0.02)


def test_with_two_looks_it_is_chapman_s() -> None:
    """No hub, or no feed but a hub; with one look alone there is nothing to tell."""
    found = by_three(Looks(feed=5, sitemap=15, feed_sitemap=35), known=55)
    by_two = chapman(40, 50, 35, known=55)
    assert found is not None
    assert by_two is not None
    assert (found.total, found.low, found.high, found.looks) == (by_two.total, by_two.low, by_two.high, "feed × sitemap")
    assert by_three(Looks(sitemap=15), known=5) is None
    assert by_three(Looks(feed=15), known=5) is None
    assert by_three(Looks(), known=0) is None


def test_the_truth_lies_between_the_bounds() -> None:
    """Of 300 simulated days with two independent looks at least 90 of 100; and the mean is right within 3 of 100."""
    dice, inside, totals = random.Random(7), 0, []
    for _ in range(300):
        first = {n for n in range(200) if dice.random() < 0.7}
        second = {n for n in range(200) if dice.random() < 0.6}
        found = chapman(len(first), len(second), len(first & second), known=len(first | second))
        assert found is not None
        inside += found.low <= 200 <= found.high
        totals.append(found.total)
    assert inside >= 270
    assert sum(totals) / 300 == pytest.approx(200, rel=0.03)


STEADY = [10, 12, 9, 11, 10, 3, 2] * 3  # news has weekends


@pytest.mark.parametrize(
    ("daily", "word"),
    [
        (STEADY, ""),
        ([*STEADY, 0], "silent"),
        ([*STEADY, 2, 1, 2], "dropped"),
        ([*STEADY, 10, 12, 9], ""),
        ([1, 0, 2] * 6 + [0], ""),  # a source that is often silent
        ([10, 10, 0], ""),  # known too shortly
        ([], ""),
        ([*STEADY, 30], ""),
        ([0] * 20, ""),
    ],
)
def test_alarms(daily: list[int], word: str) -> None:
    """Silence where there never was any, a drop that chance does not explain; nothing on weekends and for small sources."""
    assert alarm(daily) == word


@pytest.mark.parametrize("rate", [5, 20, 80])
def test_chance_alone_seldom_alarms(rate: int) -> None:
    """Of 400 steady sources at most four."""
    dice = random.Random(rate)
    daily = ([sum(dice.random() < rate / 200 for _ in range(200)) for _ in range(25)] for _ in range(400))
    assert sum(bool(alarm(counts)) for counts in daily) <= 4
