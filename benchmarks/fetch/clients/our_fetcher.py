"""Ours as the stages use it: `PoliteFetcher` with robots.txt, lanes and slots, but no delay between slots.

The second argument says who gives the slots out: "memory", which costs nothing, or "sqlite", the ledger's budget that every task
shares, asked for each page as in production.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.fetch.meter import LOOPBACK, Meter, open_meter
from pipeline.fetch.client import HttpClient
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.ledger import HostTemper, Priority
from pipeline.ports import HostStore
from pipeline.settings import Settings
from pipeline.types import FetchedPage, Validators


class MemoryHosts:
    """`ports.HostStore` that knows nothing of other processes."""

    def __init__(self) -> None:
        self._robots: dict[str, tuple[datetime, int, bytes]] = {}
        self._tempers: dict[str, HostTemper] = {}

    def reserve(self, _domain: str, now: datetime, *, delay_seconds: float, patience_seconds: float) -> datetime:
        return now

    def pause(self, domain: str, until: datetime, reason: str) -> None:
        raise AssertionError(f"{domain} is to be paused until {until}: {reason}")

    def temper(self, domain: str) -> HostTemper:
        return self._tempers.get(domain, HostTemper())

    def save_temper(self, domain: str, temper: HostTemper) -> None:
        self._tempers[domain] = temper

    def robots(self, origin: str) -> tuple[datetime, int, bytes] | None:
        return self._robots.get(origin)

    def save_robots(self, origin: str, now: datetime, status: int, body: bytes) -> None:
        self._robots[origin] = (now, status, body)


async def fetch(meter: Meter, hosts: HostStore) -> None:
    """Fetch the plan."""
    plan = meter.plan
    settings = Settings(host_delay=0, patience=600, concurrency=min(plan.at_once, 1024))
    client = HttpClient(settings, passes=(LOOPBACK, plan.port))
    fetcher = PoliteFetcher(settings, hosts, clock=lambda: datetime.now(UTC), client=client)

    async def walk(urls: Iterator[str]) -> None:
        for url in urls:
            page = await fetcher.fetch_page(url, Validators(), priority=Priority.LIVE)
            assert isinstance(page, FetchedPage), page
            meter.page(url, page.status, page.body)

    await asyncio.gather(*map(walk, meter.walks()))
    await fetcher.close()


def main() -> None:
    """Fetch the plan with the store that was asked for."""
    meter = open_meter()
    if sys.argv[2:] == ["memory"]:
        asyncio.run(fetch(meter, MemoryHosts()))
    else:
        from pipeline.state.store import open_state

        with tempfile.TemporaryDirectory() as folder:
            state = open_state(f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
            asyncio.run(fetch(meter, state.hosts))
            state.close()
    meter.report()


if __name__ == "__main__":
    main()
