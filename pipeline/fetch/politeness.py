"""How a host is treated: the spacing of requests, and pauses when it asks for one.

The budget is the host store's, so that every task and machine keeps to it together.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, ParamSpec, TypeVar

from pipeline.errors import HostBusyError
from pipeline.fetch.aside import Aside
from pipeline.fetch.lanes import Lane, PostponedError
from pipeline.ports import HostStore

P = ParamSpec("P")
T = TypeVar("T")

PAUSE: Final = timedelta(minutes=15)  # where a 429 or 503 does not say how long
MIN_PAUSE: Final = timedelta(seconds=60)
MAX_PAUSE: Final = timedelta(hours=24)
DOWN: Final = timedelta(minutes=10)  # after a connection could not be made
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
        self._refusals: dict[str, int] = {}  # 429s and 503s in a row, by domain

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

    async def note_refusal(self, domain: str, *, status: int, asked: str | None, url: str) -> HostBusyError:
        """Pause a host that answered 429 or 503 and return the error to raise."""
        repeats = self._refusals.get(domain, 0)
        self._refusals[domain] = repeats + 1
        until = pause_until(asked, self._clock(), repeats=repeats)
        reason = f"{status} from {url}" + (f", Retry-After: {asked[:60]}" if asked else "")
        await self._desk.pause(domain, until, reason)
        return HostBusyError(f"{domain}: {reason}; nothing is sent there until {until:%Y-%m-%d %H:%M:%S} UTC", until=until)

    async def note_down(self, domain: str, reason: str) -> None:
        """Leave a host alone for ten minutes after a connection could not be made."""
        await self._desk.pause(domain, self._clock() + DOWN, reason[:300])

    def note_answer(self, domain: str) -> None:
        """Forget a host's refusals: it answers again."""
        self._refusals.pop(domain, None)
