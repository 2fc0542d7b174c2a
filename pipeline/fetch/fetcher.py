"""The polite fetcher: every request through the same gates, redirects and robots.txt included.

    url ─▶ admission ─▶ lane of its domain ─▶ robots.txt ─▶ slot ─▶ one of `concurrency` requests ─▶ answer ─┐
             ▲          (one at a time)       (pages)      (host store)                                       │
             └──────────────────────────────── redirect: the whole way again ────────────────────────────────┘

Waiting costs a future and nothing else: the global limit counts requests under way, not those who wait for a slot.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.errors import RetryableError
from pipeline.fetch import robots
from pipeline.fetch.admission import address, turned_away
from pipeline.fetch.asking import Asker
from pipeline.fetch.client import REDIRECTS, REPEATED, Answer, HttpClient, Wanted
from pipeline.fetch.errand import FEED_ACCEPT, LISTING_ACCEPT, MAX_LISTING, PAGE_ACCEPT, Errand, Journey
from pipeline.fetch.lanes import Lane, Lanes, PostponedError, Rank
from pipeline.fetch.politeness import HostDesk, Manners
from pipeline.fetch.robots_book import RobotsBook
from pipeline.fetch.statuses import page_end, refuse_other_types
from pipeline.fetch.tdm import TdmBook
from pipeline.ledger import Priority
from pipeline.ports import Before, HostStore
from pipeline.settings import Settings
from pipeline.types import Deferred, FetchedPage, NotModified, Rejected, Validators
from pipeline.urls import registered_domain

MAX_ANSWER_TO_FORM: Final = 65_536  # bytes; a hub says a few words
MAX_CRAWL_DELAY: Final = 120.0  # seconds; a host that asks for more is not crawled, or at this pace where the operator says so
PAGE_RETRIES: Final = 2
FEED_RETRIES: Final = 1  # the schedule comes back soon enough

log = logging.getLogger(__name__)

Fetched = FetchedPage | NotModified | Rejected | Deferred


class PoliteFetcher:
    """`ports.Fetcher` on HTTP, polite by what the host store knows of every task. Belongs to one event loop until closed."""

    def __init__(
        self,
        settings: Settings,
        hosts: HostStore,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        client: HttpClient | None = None,
        own_thread: bool = True,
        random: Callable[[], float] = random.random,
    ) -> None:
        """`own_thread=False` asks the host store in the event loop itself: for simulations whose time is not the clock's."""
        self._settings = settings
        self._clock = clock
        self._client = client or HttpClient(settings)
        self._desk = HostDesk(hosts, own_thread=own_thread)
        self._asker = Asker(
            self._client,
            Manners(self._desk, clock=clock, sleep=sleep),
            clock=clock,
            random=random,
            at_once=settings.concurrency,
            notes_down=settings.local_newsroom is None,  # there, one server stands for every host
        )
        token = settings.user_agent.partition("/")[0]
        self._book = RobotsBook(self._desk, token=token, clock=clock, closed_forbid=settings.closed_robots_forbid)
        self._tdm = TdmBook(self._desk, clock=clock)
        self._lanes = Lanes()

    async def fetch_feed(self, url: str, validators: Validators, *, sitemap: bool = False, before: Before | None = None) -> Fetched:
        errand = Errand(
            url=url,
            validators=validators,
            rank=Rank.LIVE,
            deadline=self._deadline(),
            delay=self._settings.feed_host_delay,
            obeys_robots=self._settings.obey_robots_for_feeds,
            seconds=self._settings.total_timeout,
            max_bytes=MAX_LISTING if sitemap else self._settings.max_feed_bytes,
            accept=LISTING_ACCEPT if sitemap else FEED_ACCEPT,
            retries=FEED_RETRIES,
            keeps_connection=False,  # nothing else is asked of that host for a long while
            before=before,
        )
        return await self._fetched(errand)

    async def fetch_page(self, url: str, validators: Validators, *, priority: Priority, before: Before | None = None) -> Fetched:
        errand = replace(
            self._crawling(url, validators, priority),
            max_bytes=self._settings.max_page_bytes,
            accept=PAGE_ACCEPT,
            refuse=refuse_other_types,
            asks_rights=self._settings.ask_tdm_reservation,
            before=before,
        )
        fetched = await self._fetched(errand)
        if not isinstance(fetched, FetchedPage):
            return fetched
        end = page_end(fetched)
        if isinstance(end, RetryableError):
            raise end
        return end or fetched

    async def post_form(self, url: str, form: Mapping[str, str]) -> FetchedPage | Rejected | Deferred:
        errand = Errand(
            url=url,
            validators=Validators(),
            rank=Rank.LIVE,
            deadline=self._deadline(),
            delay=self._settings.feed_host_delay,
            obeys_robots=False,  # an interface for programs, announced as such
            seconds=self._settings.total_timeout,
            max_bytes=MAX_ANSWER_TO_FORM,
            accept="*/*",
            retries=0,
            form=form,
            keeps_connection=False,
        )
        answer = await self._fetched(errand)
        assert not isinstance(answer, NotModified)  # nothing was asked conditionally
        return answer

    async def fetch_listing(self, url: str, validators: Validators, *, priority: Priority) -> Fetched:
        return await self._fetched(self._crawling(url, validators, priority))

    def _crawling(self, url: str, validators: Validators, priority: Priority) -> Errand:
        """Return the errand of a crawler, by its strictest manners; for a listing unless told otherwise."""
        return Errand(
            url=url,
            validators=validators,
            rank=Rank.LIVE if priority is Priority.LIVE else Rank.BACKFILL,
            deadline=self._deadline(),
            delay=self._settings.host_delay,
            obeys_robots=True,
            seconds=self._settings.total_timeout,
            max_bytes=MAX_LISTING,
            accept=LISTING_ACCEPT,
            retries=PAGE_RETRIES,
        )

    async def close(self) -> None:
        await self._client.close()
        self._desk.close()

    # ── the way of one errand ─────────────────────────────────────────────────────────────────────────────────────

    async def _fetched(self, errand: Errand) -> Fetched:
        start = address(errand.url)
        if start is None:
            return Rejected(url=errand.url, reason="bad-url", detail="not an http or https address that can be asked for")
        journey = Journey(errand=errand, url=start)
        try:
            answer = await self._travel(journey)
        except PostponedError as later:
            return Deferred(url=errand.url, until=later.until, reason=f"host-busy: {later.reason}")
        if isinstance(answer, Rejected):
            return replace(answer, url=errand.url, detail=answer.detail + (f" (at {answer.url})" if journey.hops else ""))
        if answer.status == 304:
            if errand.validators == Validators():
                raise RetryableError(f"{journey.url}: answered 304 to a request without validators; it is tried again later")
            return journey.not_modified(answer, self._clock())
        return journey.page(answer, self._clock())

    async def _travel(self, journey: Journey) -> Answer | Rejected:
        """Follow redirects from lane to lane until an answer is none."""
        errand = journey.errand
        while True:
            if refusal := self._admission(journey.url):
                return refusal
            domain = registered_domain(journey.url)
            rank = Rank.REDIRECT if journey.hops else errand.rank
            now = self._clock()
            if (wait := self._lanes.wait(domain, rank, errand.delay)) > (errand.deadline - now).total_seconds():
                raise PostponedError(now + timedelta(seconds=wait), f"{domain} has a queue of {wait:.0f} seconds")
            async with self._lanes.turn(domain, rank, errand.delay) as lane:
                answer = await self._stay(journey, lane)
            if answer is not None:
                return answer

    async def _stay(self, journey: Journey, lane: Lane) -> Answer | Rejected | None:
        """Follow redirects so long as they stay in this lane; None where one leads to another."""
        while True:
            answer = await self._visit(journey, lane)
            if isinstance(answer, Rejected):
                return answer
            journey.seconds += answer.seconds
            target = self._redirect(journey, answer)
            if target is None or isinstance(target, Rejected):
                return target or answer
            journey.moved(target, answer.status)
            if registered_domain(target) != lane.domain:
                return None
            if refusal := self._admission(target):
                return refusal

    def _redirect(self, journey: Journey, answer: Answer) -> str | Rejected | None:
        """Return where an answer sends us, None where it is the end."""
        location = answer.header("location")
        followed = REDIRECTS if journey.errand.form is None else REPEATED
        if answer.status not in followed or not location:
            return None
        target = address(location, journey.url)
        if target is None:
            return Rejected(url=journey.url, reason="bad-redirect", detail=f"{answer.status} to {location[:200]}")
        if journey.has_seen(target) or len(journey.hops) >= self._settings.max_redirects:
            return Rejected(url=journey.url, reason="redirect-loop", detail=f"{len(journey.hops) + 1} redirects, the last to {target}")
        return target

    async def _visit(self, journey: Journey, lane: Lane) -> Answer | Rejected:
        """Ask for the journey's present URL."""
        errand = journey.errand
        verdict = await self._robots(journey, lane)
        if isinstance(verdict, Rejected):
            return verdict
        journey.ai_allowed = verdict.ai_allowed
        if errand.asks_rights:
            journey.tdm_reserved = await self._tdm.reserved(journey.url, lambda target: self._ask_robots(target, lane, errand))
        delay = max(errand.delay, min(verdict.crawl_delay, MAX_CRAWL_DELAY))
        wanted = errand.wanted(journey.seconds)
        return await self._asker.ask(
            lane, journey.url, wanted, delay=delay, deadline=errand.deadline, retries=errand.retries, before=journey.begin
        )

    async def _robots(self, journey: Journey, lane: Lane) -> robots.RobotsVerdict | Rejected:
        errand, url = journey.errand, journey.url
        if not errand.obeys_robots:
            known = await self._book.known_verdict(url) or robots.RobotsVerdict()
            if not known.allowed:
                log.info("%s: robots.txt disallows it; fetched all the same, as a feed that was subscribed to", url)
            return known
        verdict = await self._book.verdict(url, lambda target: self._ask_robots(target, lane, errand))
        if not verdict.allowed:
            return Rejected(url=url, reason="robots", detail="robots.txt disallows it")
        if verdict.crawl_delay > MAX_CRAWL_DELAY and not self._settings.cut_crawl_delay:
            seconds = f"{verdict.crawl_delay:.0f} seconds between requests; allowed: at most {MAX_CRAWL_DELAY:.0f}"
            return Rejected(url=url, reason="crawl-delay", detail=f"robots.txt asks for {seconds}")
        return verdict

    async def _ask_robots(self, url: str, lane: Lane, errand: Errand) -> Answer | Rejected:
        """Ask for a robots.txt within the turn of the page it is for; on another domain, after a redirect, by its slots only."""
        if refusal := self._admission(url):
            return refusal
        domain = registered_domain(url)
        wanted = Wanted(seconds=errand.seconds, max_bytes=robots.MAX_BYTES, cut=True, headers={"Accept": "text/plain, */*;q=0.1"})
        own = lane if domain == lane.domain else Lane(domain, errand.delay)
        return await self._asker.ask(own, url, wanted, delay=errand.delay, deadline=errand.deadline)

    def _admission(self, url: str) -> Rejected | None:
        return turned_away(url, local=self._settings.local_newsroom is not None, passes=self._client.passes)

    def _deadline(self) -> datetime:
        return self._clock() + timedelta(seconds=self._settings.patience)
