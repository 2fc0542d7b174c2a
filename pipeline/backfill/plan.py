"""What a backfill would cost, before anything of it is fetched. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

ARCHIVE: Final = "archive"  # the source that is ours already


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """What one source offers of one domain's day, and what is to be done about it."""

    day: date | None  # None: the source does not say
    domain: str
    source: str  # archive, sitemap, …, or the name of a file
    offered: int
    held: int  # of these, what we have, and have as the present code makes it
    to_fetch: int  # pages nobody has brought yet
    to_process: int  # pages that go through the stages: those, and what is here already without being up to date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What all of it takes. Hosts are asked side by side, each at its own pace, so the slowest one decides how long."""

    pages: int  # to fetch
    processed: int  # pages that go through the stages, fetched or not
    host_hours: float  # summed over all hosts
    hours: float  # until the last host is done
    slowest: str  # its domain; '' for no pages
    disk_bytes: int  # of archive


def cost_of(days: Iterable[DayPlan], *, delay_seconds: float, page_bytes: float) -> Cost:
    """Return the cost of a plan: one request a page, `delay_seconds` apart on each domain, and `page_bytes` of archive for each
    page that is not in it. An address that two sources offer counts twice: the plan is what it takes at most.
    """
    pages: Counter[str] = Counter()
    kept = processed = 0
    for one in days:
        pages[one.domain] += one.to_fetch
        processed += one.to_process
        kept += 0 if one.source == ARCHIVE else one.to_process
    slowest, most = max(pages.items(), key=lambda one: (one[1], one[0]), default=("", 0))
    return Cost(
        pages=pages.total(),
        processed=processed,
        host_hours=pages.total() * delay_seconds / 3600,
        hours=most * delay_seconds / 3600,
        slowest=slowest if most else "",
        disk_bytes=round(kept * page_bytes),
    )
