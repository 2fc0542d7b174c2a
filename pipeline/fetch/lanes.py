"""One lane a registered domain: who asks next. At most one request of this process is under way in a lane.

A slot is only reserved by whoever is at the head of a lane, so a store full of reservations never delays live news behind
the past, a slow answer wastes no slots, and thousands may wait at no cost but a future each.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

_PUNCTUAL: Final = timedelta(milliseconds=50)
_MANY: Final = 4096


class Rank(IntEnum):
    """The order within a lane."""

    REDIRECT = 0  # an errand that has begun is finished first
    LIVE = 1
    BACKFILL = 2


class PostponedError(Exception):
    """The lane is longer than the caller's patience, or the host is paused: not before `until`."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(reason)
        self.until = until
        self.reason = reason


@dataclass(slots=True, eq=False)
class Lane:
    """The requests to one domain. `delay` is the spacing last used there, in seconds."""

    domain: str
    delay: float
    slot: datetime | None = None  # reserved for whoever is at the head
    last_start: datetime | None = None  # when the last request really began
    busy: bool = False
    queue: list[tuple[Rank, int, asyncio.Future[None]]] = field(default_factory=list)

    def begin(self, now: datetime) -> None:
        """Note that the request at the head begins now, at its slot or later."""
        self.last_start = now

    @property
    def late(self) -> bool:
        """Whether the last request began after its slot, so that the store's spacing alone would bring the next too early."""
        return self.slot is not None and self.last_start is not None and self.last_start - self.slot > _PUNCTUAL

    def ahead(self, rank: Rank) -> int:
        """Return how many come before a newcomer of this rank."""
        return sum(other <= rank for other, _, _ in self.queue) + self.busy


class Lanes:
    """The lanes in use. Those nobody waits in are forgotten, at once or, where a late start must be remembered, by and by."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._lanes)

    def wait(self, domain: str, rank: Rank, delay: float) -> float:
        """Return the least number of seconds a newcomer will wait, as far as this process can tell."""
        lane = self._lanes.get(domain)
        spacing = max(lane.delay, delay) if lane is not None else 0.0
        return lane.ahead(rank) * spacing if lane is not None and spacing else 0.0

    @asynccontextmanager
    async def turn(self, domain: str, rank: Rank, delay: float) -> AsyncIterator[Lane]:
        """Wait for the head of the lane and keep it until the block ends."""
        lane = self._lanes.get(domain)
        if lane is None:
            self._forget()
            lane = self._lanes[domain] = Lane(domain, delay)
        await self._enter(lane, rank)
        try:
            yield lane
        finally:
            self._leave(lane)

    async def _enter(self, lane: Lane, rank: Rank) -> None:
        if not lane.busy:
            lane.busy = True
            return
        ticket: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(lane.queue, (rank, next(self._numbers), ticket))
        try:
            await ticket
        except asyncio.CancelledError:
            if ticket.done() and not ticket.cancelled():  # called to the head and cancelled in the same moment
                self._leave(lane)
            raise

    def _leave(self, lane: Lane) -> None:
        while lane.queue:
            _, _, ticket = heapq.heappop(lane.queue)
            if not ticket.done():
                ticket.set_result(None)
                return
        lane.busy = False
        if not lane.late and self._lanes.get(lane.domain) is lane:
            del self._lanes[lane.domain]

    def _forget(self) -> None:
        """Drop the idle lanes when there are many. What their late starts cost is one request a little early."""
        if len(self._lanes) >= _MANY:
            self._lanes = {domain: lane for domain, lane in self._lanes.items() if lane.busy}
