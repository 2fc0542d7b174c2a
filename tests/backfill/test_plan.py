"""What a backfill would cost."""

from __future__ import annotations

from datetime import date

from pipeline.backfill.plan import ARCHIVE, Cost, DayPlan, cost_of

DAY = date(2024, 5, 3)


def row(domain: str, missing: int, *, source: str = "sitemap", to_fetch: int | None = None) -> DayPlan:
    fetched = missing if to_fetch is None else to_fetch
    return DayPlan(day=DAY, domain=domain, source=source, offered=9000, held=0, to_fetch=fetched, to_process=missing)


def test_hosts_work_side_by_side() -> None:
    """The sum is what publishers bear; the slowest host says when it is done."""
    days = [row("a", 720), row("b", 360), row("a", 720)]
    assert cost_of(days, delay_seconds=5.0, page_bytes=1000.0) == Cost(
        pages=1800, processed=1800, host_hours=2.5, hours=2.0, slowest="a", disk_bytes=1_800_000
    )


def test_what_is_here_is_not_fetched() -> None:
    """Pages of files cost disk and work; those of the archive work alone."""
    cost = cost_of(
        [row("a", 10, source="a.warc", to_fetch=0), row("a", 5, source=ARCHIVE, to_fetch=0)], delay_seconds=5.0, page_bytes=100.0
    )
    assert cost == Cost(pages=0, processed=15, host_hours=0.0, hours=0.0, slowest="", disk_bytes=1000)


def test_nothing_costs_nothing() -> None:
    """And no host is the slowest."""
    nothing = Cost(pages=0, processed=0, host_hours=0.0, hours=0.0, slowest="", disk_bytes=0)
    assert cost_of([], delay_seconds=5.0, page_bytes=1.0) == nothing
    assert cost_of([row("a", 0)], delay_seconds=5.0, page_bytes=1.0) == nothing
