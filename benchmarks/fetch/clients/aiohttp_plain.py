"""Plain aiohttp, which ours is built on: what limits, guards and decoding cost shows beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import aiohttp

from benchmarks.fetch.meter import USER_AGENT, Meter, open_meter


async def fetch(meter: Meter) -> None:
    """Fetch the plan."""
    connector = aiohttp.TCPConnector(limit=meter.plan.at_once)
    async with aiohttp.ClientSession(connector=connector, headers={"User-Agent": USER_AGENT}) as session:

        async def walk(urls: Iterator[str]) -> None:
            for url in urls:
                async with session.get(url) as response:
                    meter.page(url, response.status, await response.read())

        await asyncio.gather(*map(walk, meter.walks()))


if __name__ == "__main__":
    meter = open_meter()
    asyncio.run(fetch(meter))
    meter.report()
