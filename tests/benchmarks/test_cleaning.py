"""The soak in small: what it measures, and what it fails on."""

from __future__ import annotations

import json
import random

import pytest

from benchmarks.cleaning import soak as bench
from benchmarks.cleaning.soak import MOST_MB, MOST_SECONDS, Soak, main, pages, slope

FINE = Soak(
    pages=1, outcomes={}, pages_per_second=1.0, slowest_seconds=MOST_SECONDS, slowest_url="", first_mb=1, last_mb=1, mb_per_10000=MOST_MB
)


def test_a_slope_is_that_of_the_line() -> None:
    """Of all points, not of the first and the last."""
    assert slope([(0, 1), (1, 3), (2, 5)]) == pytest.approx(2.0)
    assert slope([(0, 1), (1, 9), (2, 1)]) == pytest.approx(0.0)
    assert slope([(3, 1)]) == 0.0


@pytest.mark.parametrize(
    ("change", "passed"), [({}, True), ({"mb_per_10000": MOST_MB + 0.1}, False), ({"slowest_seconds": MOST_SECONDS + 0.1}, False)]
)
def test_limits_are_limits(change: dict[str, float], passed: bool) -> None:
    """Memory and the slowest page, each by itself."""
    assert bench.replace(FINE, **change).passed is passed


def test_every_page_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the same seed gives the same pages."""
    monkeypatch.setattr(bench, "data_folder", lambda: None)
    made = [page.body for page in pages(60, random.Random(3))]
    assert len(set(made)) == 60
    assert made == [page.body for page in pages(60, random.Random(3))]


def test_it_measures(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every page has an outcome; the exit code says whether the limits held."""
    monkeypatch.setattr(bench, "data_folder", lambda: None)
    monkeypatch.setattr(bench, "MOST_MB", 1e9)  # a hundred pages are no measure of memory
    assert main(["--pages", "100", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(told["outcomes"].values()) == 100
    assert told["outcomes"]["articles"] > 80
    monkeypatch.setattr(bench, "MOST_SECONDS", 0.0)
    assert main(["--pages", "100"]) == 1
