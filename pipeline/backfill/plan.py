"""What a backfill would cost, before anything of it is fetched. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """One domain's day: what its sitemaps and older feed pages list, what we hold of that, what is to be fetched."""

    day: date
    domain: str
    listed: int
    held: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What fetching all of it takes. Hosts are asked side by side, each at its own pace, so the slowest one decides how long."""

    pages: int
    host_hours: float  # summed over all hosts
    hours: float  # until the last host is done
    slowest: str  # its domain; '' for no pages
    disk_bytes: int


def cost_of(days: Iterable[DayPlan], *, delay_seconds: float, page_bytes: float) -> Cost:
    """Return the cost of a plan: one request a page, `delay_seconds` apart on each domain, `page_bytes` of archive each."""
    pages: Counter[str] = Counter()
    for one in days:
        pages[one.domain] += one.missing
    slowest, most = max(pages.items(), key=lambda one: (one[1], one[0]), default=("", 0))
    return Cost(
        pages=pages.total(),
        host_hours=pages.total() * delay_seconds / 3600,
        hours=most * delay_seconds / 3600,
        slowest=slowest if most else "",
        disk_bytes=round(pages.total() * page_bytes),
    )
