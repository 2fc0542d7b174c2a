"""What a backfill would cost."""

from __future__ import annotations

from datetime import date

from pipeline.backfill.plan import Cost, DayPlan, cost_of

DAY = date(2024, 5, 3)


def test_hosts_work_side_by_side() -> None:
    """The sum is what publishers bear; the slowest host says when it is done."""
    days = [
        DayPlan(day=DAY, domain=domain, listed=9000, held=0, missing=missing) for domain, missing in (("a", 720), ("b", 360), ("a", 720))
    ]
    assert cost_of(days, delay_seconds=5.0, page_bytes=1000.0) == Cost(
        pages=1800, host_hours=2.5, hours=2.0, slowest="a", disk_bytes=1_800_000
    )


def test_nothing_costs_nothing() -> None:
    """And no host is the slowest."""
    assert cost_of([], delay_seconds=5.0, page_bytes=1.0) == Cost(pages=0, host_hours=0.0, hours=0.0, slowest="", disk_bytes=0)
    assert cost_of([DayPlan(day=DAY, domain="a", listed=1, held=1, missing=0)], delay_seconds=5.0, page_bytes=1.0).slowest == ""
