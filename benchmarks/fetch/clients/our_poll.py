"""Ours, polling many feeds that are due at once: the real poller, ledger and archive, with the politeness of production.

Argument: JSON with `port`, `feeds` (how many) and `per_host`. Every feed is polled twice: new, then again (a 304).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.fetch.meter import LOOPBACK, answer_names_here, memory_bytes
from pipeline.archive.archive import WarcArchive
from pipeline.fetch.client import HttpClient
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.ledger import PollOutcome
from pipeline.polling import Poller
from pipeline.settings import Settings
from pipeline.state.store import SqlState, open_state
from pipeline.types import Feed, FeedId


def now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


async def poll(settings: Settings, port: int, state: SqlState, archive: WarcArchive, at: datetime) -> Mapping[PollOutcome, int]:
    """Poll what is due at that time."""
    client = HttpClient(settings, passes=(LOOPBACK, port))
    fetcher = PoliteFetcher(settings, state.hosts, clock=now, client=client)
    try:
        poller = Poller(state=state, fetcher=fetcher, archive=archive, clock=now, random=random.random)
        return await poller.poll(state.feeds.due(at, limit=100_000))
    finally:
        await fetcher.close()


def feeds(port: int, count: int, per_host: int) -> list[Feed]:
    """Return the feeds, so many on each host."""
    return [
        Feed(feed_id=FeedId(f"feed-{number:05}"), url=f"http://feed-{number // per_host:05}.example:{port}/feed/{number}")
        for number in range(count)
    ]


def main() -> None:
    """Poll twice and print outcomes, seconds and memory as JSON."""
    asked = json.loads(sys.argv[1])
    answer_names_here()
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        state = open_state(f"sqlite:///{Path(folder) / 'ledger.sqlite'}")
        archive = WarcArchive(Path(folder) / "archive", clock=now)
        state.feeds.sync(feeds(asked["port"], asked["feeds"], asked["per_host"]), now())
        said: dict[str, object] = {"feeds": asked["feeds"], "idle_bytes": memory_bytes("VmRSS")}
        for name, later in (("new", timedelta()), ("again", timedelta(days=30))):
            began = time.perf_counter()
            outcomes = asyncio.run(poll(settings, asked["port"], state, archive, now() + later))
            seconds = time.perf_counter() - began
            said[name] = {
                "seconds": seconds,
                "peak_bytes": memory_bytes("VmHWM"),
                "outcomes": {str(outcome): count for outcome, count in outcomes.items()},
            }
        archive.close()
        state.close()
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
