"""How a host is treated: the spacing of requests, and pauses when it asks for one.

The budget is the host store's, so that every task and machine keeps to it together.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, ParamSpec, TypeVar

from pipeline.aside import Aside
from pipeline.errors import HostBusyError
from pipeline.fetch.lanes import Lane, PostponedError
from pipeline.ledger import HostTemper, pace_by
from pipeline.ports import HostStore

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

PAUSE: Final = timedelta(minutes=15)  # where a 429 or 503 does not say how long
MIN_PAUSE: Final = timedelta(seconds=60)
MAX_PAUSE: Final = timedelta(hours=24)
DOWN: Final = timedelta(minutes=10)  # after a connection could not be made
PACE: Final = 30.0  # seconds between two starts after a 429, doubled by each; halves with every hour (`ledger.pace_by`)
MAX_PACE: Final = 1_800.0
SLOWNESS: Final = 2.0  # a host is to be busy with us half of the time at most
MAX_SLOWNESS: Final = 60.0
SUSPECTED: Final = timedelta(days=30)  # how long after a 429 a 403 is taken for one
FEW_REFUSALS: Final = 3  # after which a 403 is what it says
_MARGIN: Final = 0.001  # seconds; a timer may ring a moment early


def retry_after(value: str | None, now: datetime) -> datetime | None:
    """Read a Retry-After header, seconds or an HTTP date; None where it is missing or means nothing."""
    text = (value or "").strip()
    try:
        if text.isascii() and text.replace(".", "", 1).isdigit():
            return now + timedelta(seconds=min(float(text), MAX_PAUSE.total_seconds() * 365))
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def pause_until(value: str | None, now: datetime, *, repeats: int = 0) -> datetime:
    """Return when a host that answered 429 or 503 may be asked again: what it says, or 15 minutes, doubled for each repeat;
    at least a minute and at most a day from now.
    """
    asked = retry_after(value, now) or now + PAUSE * 2 ** min(repeats, 10)
    return min(max(asked, now + MIN_PAUSE), now + MAX_PAUSE)


class HostDesk:
    """The host store, asked from a thread of its own, because a database may keep its callers waiting."""

    def __init__(self, store: HostStore, *, own_thread: bool = True) -> None:
        self._store = store
        self._own_thread = own_thread
        self._aside = Aside("hosts")

    async def reserve(self, domain: str, now: datetime, *, delay: float, patience: float) -> datetime:
        """Take the next slot. Raises `PostponedError` where it is further away than the patience, in seconds."""
        try:
            return await self._ask(self._store.reserve, domain, now, delay_seconds=delay, patience_seconds=max(patience, 0.0))
        except HostBusyError as error:
            raise PostponedError(error.until, str(error)) from error

    async def pause(self, domain: str, until: datetime, reason: str) -> None:
        """Keep everybody from the host until then."""
        await self._ask(self._store.pause, domain, until, reason)

    async def temper(self, domain: str) -> HostTemper:
        """Return how the host took our requests."""
        return await self._ask(self._store.temper, domain)

    async def save_temper(self, domain: str, temper: HostTemper) -> None:
        """Write it for everybody."""
        await self._ask(self._store.save_temper, domain, temper)

    async def robots(self, origin: str) -> tuple[datetime, int, bytes] | None:
        """Return the cached robots.txt."""
        return await self._ask(self._store.robots, origin)

    async def save_robots(self, origin: str, now: datetime, status: int, body: bytes) -> None:
        """Cache a robots.txt."""
        await self._ask(self._store.save_robots, origin, now, status, body)

    def close(self) -> None:
        """End the thread."""
        self._aside.close()

    async def _ask(self, question: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        if not self._own_thread:
            return question(*arguments, **keywords)
        return await self._aside.ask(question, *arguments, **keywords)


class Manners:
    """Waits for slots, notes how hosts answer and writes their pauses."""

    def __init__(self, desk: HostDesk, *, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._desk = desk
        self._clock = clock
        self._sleep = sleep
        self._calm: set[str] = set()  # domains that are known to have no refusals to forget
        self._seconds: dict[str, float] = {}  # how long answers take, by domain, smoothed

    async def wait_for_slot(self, lane: Lane, *, delay: float, deadline: datetime) -> None:
        """Sleep until the host's next free slot. Raises `PostponedError` where that is after the deadline."""
        lane.delay = delay
        now = self._clock()
        slot = await self._desk.reserve(lane.domain, now, delay=delay, patience=(deadline - now).total_seconds())
        if lane.late and lane.last_start is not None:  # others were under way when its slot came
            slot = max(slot, lane.last_start + timedelta(seconds=delay))
        lane.slot = slot
        if (seconds := (slot - self._clock()).total_seconds()) > 0:
            await self._sleep(seconds + _MARGIN)

    async def back_off(self, seconds: float) -> None:
        """Sleep before a second try."""
        if seconds > 0:
            await self._sleep(seconds)

    async def note_refusal(self, domain: str, *, status: int, asked: str | None, url: str) -> HostBusyError:
        """Pause a host that answered 429 or 503 (or 403 where that means the same) and return the error to raise.

        Refusals in a row are counted by all tasks together; after one for too many requests the host is also asked at a
        slower pace, half as fast with each.
        """
        now, temper = self._clock(), await self._desk.temper(domain)
        self._calm.discard(domain)
        until = pause_until(asked, now, repeats=temper.refusals)
        noted = replace(temper, refusals=temper.refusals + 1, refused_at=now)
        if status != 503:
            pace = min(max(PACE, 2 * pace_by(temper, now)), MAX_PACE)
            noted = replace(noted, limited_at=now if status == 429 else temper.limited_at, pace_seconds=pace, paced_at=now)
        await self._desk.save_temper(domain, noted)
        reason = f"{status} from {url}" + (f", Retry-After: {asked[:60]}" if asked else "")
        if (retry_after(asked, now) or now) > now + MAX_PAUSE:
            reason += " (a day at most)"
            log.warning("%s: %s", domain, reason)
        await self._desk.pause(domain, until, reason)
        return HostBusyError(f"{domain}: {reason}; nothing is sent there until {until:%Y-%m-%d %H:%M:%S} UTC", until=until, status=status)

    async def takes_forbidden_for_busy(self, domain: str) -> bool:
        """Whether a 403 of this host means too many requests: it sent a 429 within a month, and no three refusals in a row."""
        temper = await self._desk.temper(domain)
        return temper.limited_at is not None and self._clock() - temper.limited_at < SUSPECTED and temper.refusals < FEW_REFUSALS

    async def note_down(self, domain: str, reason: str) -> None:
        """Leave a host alone for ten minutes after a connection could not be made."""
        await self._desk.pause(domain, self._clock() + DOWN, reason[:300])

    async def note_answer(self, domain: str, *, seconds: float, delay: float) -> None:
        """Forget a host's refusals: it answers again. Slow it down where its answers take long compared to our spacing."""
        if domain not in self._calm:
            temper = await self._desk.temper(domain)
            if temper.refusals:
                await self._desk.save_temper(domain, replace(temper, refusals=0))
            self._calm.add(domain)
        slow = self._seconds[domain] = (self._seconds.get(domain, seconds) + seconds) / 2
        if delay and SLOWNESS * slow > delay:
            await self._slow_down(domain, min(SLOWNESS * slow, MAX_SLOWNESS))

    async def _slow_down(self, domain: str, pace: float) -> None:
        temper = await self._desk.temper(domain)
        if pace > pace_by(temper, self._clock()) * 1.25:  # else it is slow enough already
            await self._desk.save_temper(domain, replace(temper, pace_seconds=pace, paced_at=self._clock()))
