"""Plain httpx: one client, one task for each request under way."""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.fetch.meter import USER_AGENT, Meter, open_meter


async def fetch(meter: Meter, library: Any) -> None:
    """Fetch the plan with httpx, or with its continuation, which has the same interface."""
    many = meter.plan.at_once
    limits = library.Limits(max_connections=many, max_keepalive_connections=many)
    async with library.AsyncClient(limits=limits, timeout=60, headers={"User-Agent": USER_AGENT}, trust_env=False) as client:

        async def walk(urls: Iterator[str]) -> None:
            for url in urls:
                response = await client.get(url)
                meter.page(url, response.status_code, response.content)

        await asyncio.gather(*map(walk, meter.walks()))


if __name__ == "__main__":
    meter = open_meter()
    asyncio.run(fetch(meter, importlib.import_module(sys.argv[2] if len(sys.argv) > 2 else "httpx")))
    meter.report()
