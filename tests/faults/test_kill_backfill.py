"""A small version of the great killing; the great one is `python -m tests.faults.kill_backfill`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.kill_backfill import torment


@pytest.mark.timeout(180)
def test_a_backfill_that_is_killed_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Sixty pages, killed three times at random moments; then one run to the end."""
    verdict = torment(tmp_path / "home", 60, 3, seed=7, batch=20, longest=1.5)
    assert verdict.holds, verdict
    assert verdict.most_fetches >= 1
