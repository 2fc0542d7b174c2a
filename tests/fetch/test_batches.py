"""A batch over many hosts takes as long as its slowest host, and none that asks for much time holds it up. By a virtual clock."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pipeline.fetch.client import Answer, Wanted
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.ledger import Priority
from pipeline.types import Deferred, FetchedPage, Validators
from tests.fakes_fetch import NOON, FakeHostStore
from tests.fetch.servers import settings

HOSTS = 200
DELAY = 5.0
PATIENCE = 120.0


class SteadyClock:
    """A clock that one driver moves, and only when nobody has anything to do: for hundreds of sleepers."""

    def __init__(self) -> None:
        self.now = NOON
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []
        self._numbers = itertools.count()

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wake = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + timedelta(seconds=seconds), next(self._numbers), wake))
        await wake.wait()

    async def drive(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run the work to its end, moving on to the next sleeper's time whenever all is quiet."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(60):  # rounds of the loop: more than any step of a request takes
                await asyncio.sleep(0)
            if self._sleepers:
                at, _, wake = heapq.heappop(self._sleepers)
                self.now = max(self.now, at)
                wake.set()
        return task.result()


@dataclass(slots=True)
class SlowWeb:
    """Two hundred hosts that answer after some time by the clock; `robots` by host, else there is none."""

    clock: SteadyClock
    seconds: Mapping[str, float] = field(default_factory=dict)
    robots: Mapping[str, bytes] = field(default_factory=dict)
    passes: None = None
    under_way: int = 0
    most: int = 0
    starts: dict[str, list[datetime]] = field(default_factory=dict)

    async def get(self, url: str, wanted: Wanted) -> Answer:
        host = url.split("/")[2]
        self.starts.setdefault(host, []).append(self.clock.now)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.clock.sleep(self.seconds.get(host, 0.3))
        self.under_way -= 1
        if url.endswith("/robots.txt"):
            status, body = (200, self.robots[host]) if host in self.robots else (404, b"")
        else:
            status, body = 200, b"<html><p>A story.</p></html>"
        return Answer(url=url, status=status, headers=(("Content-Type", "text/html"),), body=body, seconds=self.seconds.get(host, 0.3))

    async def close(self) -> None:
        return


def fetched(pages: Mapping[str, int], web: SlowWeb, clock: SteadyClock) -> tuple[Counter[type], float, list[Deferred]]:
    """Fetch so many pages of each host as one batch; return the kinds of answers, the seconds it took, what was put off."""
    fetcher = PoliteFetcher(
        settings(host_delay=DELAY, patience=PATIENCE), FakeHostStore(), clock=clock, sleep=clock.sleep, client=web, own_thread=False  # type: ignore[arg-type]
    )  # fmt: skip

    async def batch() -> list[object]:
        urls = [f"https://{host}/{number}" for host, count in pages.items() for number in range(count)]
        return list(await asyncio.gather(*(fetcher.fetch_page(url, Validators(), priority=Priority.LIVE) for url in urls)))

    found = asyncio.run(clock.drive(batch()))
    return Counter(map(type, found)), (clock.now - NOON).total_seconds(), [one for one in found if isinstance(one, Deferred)]


def names(count: int = HOSTS) -> list[str]:
    return [f"paper{number}.example" for number in range(count)]


def test_a_batch_takes_as_long_as_its_slowest_host() -> None:
    """A page each of 199 hosts, twelve of one: the twelve and their robots.txt, five seconds apart, and not a second more."""
    clock = SteadyClock()
    web = SlowWeb(clock)
    kinds, seconds, _ = fetched(dict.fromkeys(names(), 1) | {"paper0.example": 12}, web, clock)
    assert kinds == {FetchedPage: HOSTS + 11}
    assert 12 * DELAY <= seconds <= 12 * DELAY + 1
    assert web.most > 50, "the others were asked side by side meanwhile"


def test_a_host_with_a_long_delay_does_not_hold_a_batch() -> None:
    """Its crawl-delay is a minute: what fits into the patience is fetched, the rest goes back with the time to come again."""
    clock = SteadyClock()
    web = SlowWeb(clock, robots={"paper0.example": b"User-agent: *\nCrawl-delay: 60"})
    kinds, seconds, later = fetched(dict.fromkeys(names(), 1) | {"paper0.example": 30}, web, clock)
    assert kinds[FetchedPage] == HOSTS - 1 + len(web.starts["paper0.example"]) - 1
    assert kinds[Deferred] == 30 - (len(web.starts["paper0.example"]) - 1)
    assert seconds <= PATIENCE + 1
    assert all(one.until > NOON and one.url.startswith("https://paper0.example/") for one in later)


def test_a_host_that_answers_slowly_delays_nobody_else() -> None:
    """Twenty seconds for each answer, and its page twice that after its robots.txt: the others are long done."""
    clock = SteadyClock()
    web = SlowWeb(clock, seconds={"paper0.example": 20.0})
    kinds, seconds, _ = fetched(dict.fromkeys(names(), 1), web, clock)
    last = max(starts[-1] for host, starts in web.starts.items() if host != "paper0.example")
    assert kinds == {FetchedPage: HOSTS}
    assert last - NOON <= timedelta(seconds=DELAY + 3)
    assert seconds <= 2 * 20 + 20 + 1
