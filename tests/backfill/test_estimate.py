"""How much there was, and what went quiet."""

from __future__ import annotations

import random

import pytest

from pipeline.backfill.estimate import alarm, chapman


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
