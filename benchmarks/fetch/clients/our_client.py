"""Ours without its manners: `HttpClient` alone, with the address guard and every limit."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from benchmarks.fetch.meter import LOOPBACK, Meter, open_meter
from pipeline.fetch.client import Answer, HttpClient, Wanted
from pipeline.settings import Settings


async def fetch(meter: Meter) -> None:
    """Fetch the plan."""
    settings = Settings()
    client = HttpClient(settings, passes=(LOOPBACK, meter.plan.port))
    wanted = Wanted(seconds=settings.total_timeout, max_bytes=settings.max_page_bytes)

    async def walk(urls: Iterator[str]) -> None:
        for url in urls:
            answer = await client.get(url, wanted)
            assert isinstance(answer, Answer), answer
            meter.page(url, answer.status, answer.body)

    await asyncio.gather(*map(walk, meter.walks()))
    await client.close()


if __name__ == "__main__":
    meter = open_meter()
    asyncio.run(fetch(meter))
    meter.report()
