"""A fetcher that answers from a script, a host store that notes what it was asked, and a clock that is moved by sleeping."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from pipeline.errors import HostBusyError, RetryableError, WireroomError
from pipeline.ledger import HostTemper, Priority, pace_by
from pipeline.ports import Before
from pipeline.types import Deferred, Digest, FetchedPage, NotModified, Rejected, Validators
from tests.fakes_state import MemoryHosts

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a scripted server answers."""

    status: int = 200
    body: bytes = b"<html><body><p>Hello.</p></body></html>"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)


Scripted = Reply | FetchedPage | NotModified | Rejected | Deferred | WireroomError


@dataclass(slots=True)
class FakeFetcher:
    """`ports.Fetcher` without a network.

    `script` gives for a URL one answer, or several for one call after the other (the last one stays). A `Reply` means for
    pages and feeds what the port says of its status; a reply whose ETag is among the validators becomes a 304; errors are
    raised; whatever else is returned as it is. URLs that are not in the script are 404s.
    """

    script: Mapping[str, Scripted | Sequence[Scripted]] = field(default_factory=dict)
    now: datetime = NOON
    calls: list[tuple[str, str, Validators]] = field(default_factory=list)  # feed or page, url, validators
    posted: list[tuple[str, dict[str, str]]] = field(default_factory=list)  # url, form
    closed: bool = False

    async def fetch_feed(
        self, url: str, validators: Validators, *, sitemap: bool = False, before: Before | None = None
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        if before is not None:
            await before()
        return self._answer("sitemap" if sitemap else "feed", url, validators)

    async def fetch_page(
        self, url: str, validators: Validators, *, priority: Priority, before: Before | None = None
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        if before is not None:
            await before()
        answer = self._answer("page", url, validators)
        if isinstance(answer, FetchedPage) and answer.status in {404, 410}:
            return Rejected(url=url, reason="gone", detail=f"the server answered {answer.status}")
        if isinstance(answer, FetchedPage) and answer.status >= 500:
            raise RetryableError(f"{url}: the server answered {answer.status}")
        if isinstance(answer, FetchedPage) and answer.status >= 400:
            return Rejected(url=url, reason="forbidden", detail=f"the server answered {answer.status}")
        return answer

    async def post_form(self, url: str, form: Mapping[str, str]) -> FetchedPage | Rejected | Deferred:
        self.posted.append((url, dict(form)))
        answer = self._answer("form", url, Validators())
        assert not isinstance(answer, NotModified)
        return answer

    async def fetch_listing(
        self, url: str, validators: Validators, *, priority: Priority
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        return self._answer("listing", url, validators)

    async def close(self) -> None:
        self.closed = True

    def _answer(self, kind: str, url: str, validators: Validators) -> FetchedPage | NotModified | Rejected | Deferred:
        before = sum(called == url for _, called, _ in self.calls)
        self.calls.append((kind, url, validators))
        scripted = self.script.get(url, Reply(status=404, body=b""))
        if isinstance(scripted, Sequence):
            scripted = scripted[min(before, len(scripted) - 1)]
        if isinstance(scripted, WireroomError):
            raise scripted
        return self._reply(url, scripted, validators) if isinstance(scripted, Reply) else scripted

    def _reply(self, url: str, reply: Reply, validators: Validators) -> FetchedPage | NotModified:
        if reply.status in {429, 503}:
            raise HostBusyError(f"{url}: the server answered {reply.status}", until=self.now + timedelta(minutes=15))
        etag = dict(reply.headers).get("ETag")
        if etag is not None and etag == validators.etag:
            return NotModified(url=url, validators=Validators(etag=etag), fetched_at=self.now)
        digest = Digest(hashlib.sha256(reply.body).hexdigest())
        return FetchedPage(
            url=url, final_url=url, status=reply.status, headers=reply.headers, body=reply.body, digest=digest, fetched_at=self.now
        )


class FakeHostStore(MemoryHosts):
    """`MemoryHosts` that begins with what is given (when hosts are free, robots.txt, tempers) and notes each slot it gives."""

    def __init__(
        self,
        *,
        free: Mapping[str, datetime] = MappingProxyType({}),
        pages: Mapping[str, tuple[datetime, int, bytes]] = MappingProxyType({}),
        known: Mapping[str, HostTemper] = MappingProxyType({}),
    ) -> None:
        super().__init__()
        self.taken |= {domain: (at - timedelta(days=1), at) for domain, at in free.items()}
        self.cached |= pages
        self.known |= known
        self.slots: list[tuple[str, datetime, float]] = []  # domain, slot, delay

    def reserve(self, domain: str, now: datetime, *, delay_seconds: float, patience_seconds: float) -> datetime:
        slot = super().reserve(domain, now, delay_seconds=delay_seconds, patience_seconds=patience_seconds)
        self.slots.append((domain, slot, max(delay_seconds, pace_by(self.temper(domain), now))))
        return slot


@dataclass(slots=True)
class VirtualClock:
    """A clock that only moves when somebody sleeps by it; sleepers wake in the order of their times."""

    now: datetime = NOON
    slept: list[float] = field(default_factory=list)
    _sleepers: list[tuple[datetime, asyncio.Event]] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep until the clock shows that time; when everybody sleeps, it moves to the first one's."""
        self.slept.append(seconds)
        wake = asyncio.Event()
        mine = (self.now + timedelta(seconds=seconds), wake)
        self._sleepers.append(mine)
        try:
            while not wake.is_set():
                for _ in range(20):  # whoever can still do something at the present time does it first
                    await asyncio.sleep(0)
                self._move()
        finally:
            if mine in self._sleepers:
                self._sleepers.remove(mine)

    def _move(self) -> None:
        if self._sleepers:
            first = min(time for time, _ in self._sleepers)
            self.now = max(self.now, first)
            for time, wake in list(self._sleepers):
                if time <= self.now:
                    wake.set()
                    self._sleepers.remove((time, wake))
