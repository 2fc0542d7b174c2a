"""The robots.txt of every origin: fetched when needed, kept in the host store, parsed once.

What an answer means, and for how long:

    readable (2xx)                     its rules, for 6 hours
    404, 410                           everything is allowed, for 6 hours
    other 4xx, too many redirects      everything is allowed, for 1 hour
    5xx, unreachable                   a copy up to 24 hours old, else nothing is allowed; asked again after 1 hour, or 10 minutes
    429, 503                           the host is paused: `HostBusyError` goes through
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin

from pipeline.errors import HostBusyError, RetryableError
from pipeline.fetch.client import REDIRECTS, Answer
from pipeline.fetch.politeness import HostDesk
from pipeline.fetch.robots import RobotsRules, RobotsVerdict
from pipeline.types import Rejected
from pipeline.urls import fetchable, origin

Ask = Callable[[str], Awaitable[Answer | Rejected]]  # a polite request for one URL, redirects not followed

FRESH: Final = timedelta(hours=6)
FRESH_ERROR: Final = timedelta(hours=1)
UNREACHABLE: Final = timedelta(minutes=10)
STALE: Final = timedelta(hours=24)
MAX_HOPS: Final = 5
KEPT: Final = 512  # parsed files in memory
_UNAVAILABLE: Final = 400  # stands for whatever makes a robots.txt count as missing


@dataclass(frozen=True, slots=True)
class _Page:
    """A robots.txt as cached."""

    fetched_at: datetime
    status: int
    rules: RobotsRules

    def fresh(self, now: datetime) -> bool:
        settled = self.status < 300 or self.status in {404, 410}
        return now - self.fetched_at < (FRESH if settled else FRESH_ERROR)

    def usable(self, now: datetime) -> bool:
        """Whether it may stand in while the file cannot be read."""
        return self.status < 500 and now - self.fetched_at < STALE


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a robots.txt could not be read, and until when it is not asked for again."""

    until: datetime
    reason: str
    status: int = 0  # 0: no answer at all


class RobotsBook:
    """Verdicts for URLs. Callers for one origin come one after another (they share a lane), so no file is fetched twice."""

    def __init__(self, desk: HostDesk, *, token: str, clock: Callable[[], datetime], closed_forbid: bool = False) -> None:
        """`closed_forbid` takes a file that is not shown to us (401, 403) for a no; the standard takes it for a yes."""
        self._desk = desk
        self._token = token
        self._clock = clock
        self._closed_forbid = closed_forbid
        self._pages: OrderedDict[str, _Page] = OrderedDict()
        self._troubles: dict[str, _Trouble] = {}

    async def verdict(self, url: str, ask: Ask) -> RobotsVerdict:
        """Return what the origin's robots.txt says, fetching it through `ask` where it is not known.

        Raises `RetryableError` where it cannot be read, and whatever `ask` raises to postpone.
        """
        site = origin(url)
        page = await self._known(site)
        if page is None or not page.fresh(self._clock()):
            page = await self._renewed(site, page, ask)
        if page.status >= 500:
            raise _closed(site, f"status {page.status}")
        return self._said(page, url)

    async def known_verdict(self, url: str) -> RobotsVerdict | None:
        """Return what a cached robots.txt says, without asking for one."""
        page = await self._known(origin(url))
        return self._said(page, url) if page is not None and page.status < 500 else None

    def _said(self, page: _Page, url: str) -> RobotsVerdict:
        if self._closed_forbid and page.status in {401, 403}:
            return RobotsVerdict(allowed=False)
        return page.rules.verdict(url)

    async def _known(self, site: str) -> _Page | None:
        page = self._pages.get(site)
        if page is None or not page.fresh(self._clock()):
            kept = await self._desk.robots(site)  # another task may have renewed it
            if kept is not None and (page is None or kept[0] > page.fetched_at):
                page = self._remember(site, *kept)
        return page

    async def _renewed(self, site: str, old: _Page | None, ask: Ask) -> _Page:
        """Return a new copy, or the old one where there is none to be had and the old may stand in."""
        now = self._clock()
        trouble = self._troubles.get(site)
        if trouble is None or trouble.until <= now:
            read = await self._read(site, ask)
            if isinstance(read, _Page):
                return read
            trouble = self._troubles[site] = read
            if trouble.status and (old is None or not old.usable(now)):
                await self._desk.save_robots(site, now, trouble.status, b"")  # spare it the other tasks' asking
        if old is not None and old.usable(now):
            return old
        raise _closed(site, trouble.reason)

    async def _read(self, site: str, ask: Ask) -> _Page | _Trouble:
        try:
            status, body = await self._fetched(f"{site}/robots.txt", ask)
        except HostBusyError:
            raise
        except RetryableError as error:
            return _Trouble(self._clock() + UNREACHABLE, str(error))
        now = self._clock()
        if status >= 500:
            return _Trouble(now + FRESH_ERROR, f"status {status}", status)
        self._troubles.pop(site, None)
        await self._desk.save_robots(site, now, status, body)
        return self._remember(site, now, status, body)

    async def _fetched(self, url: str, ask: Ask) -> tuple[int, bytes]:
        """Follow up to MAX_HOPS redirects, to other hosts too; what ends nowhere counts as missing."""
        for _ in range(MAX_HOPS + 1):
            answer = await ask(url)
            if isinstance(answer, Rejected):
                return _UNAVAILABLE, b""
            if answer.status not in REDIRECTS:
                return answer.status, answer.body if answer.status < 300 else b""
            target = fetchable(urljoin(url, answer.header("location") or ""))
            if target is None:
                break
            url = target
        return _UNAVAILABLE, b""

    def _remember(self, site: str, fetched_at: datetime, status: int, body: bytes) -> _Page:
        page = _Page(fetched_at, status, RobotsRules(body if status < 300 else b"", self._token))
        self._pages[site] = page
        self._pages.move_to_end(site)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        return page


def _closed(site: str, reason: str) -> RetryableError:
    return RetryableError(f"{site}/robots.txt cannot be read ({reason}); the site counts as closed until it can, and is tried again later")
