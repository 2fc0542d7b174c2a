"""Push (WebSub): hubs are asked, their deliveries kept, and kept deliveries become entries.

    feeds that name a hub ──▶ Subscriber ──ask──▶ hub ──verify, deliver──▶ PushCallback ──▶ ledger: a delivery that waits
                                                                                                   │
                      batches ◀── EntryLedger ◀── entries ◀── Dispatcher ◀── trigger, poll, sweep ─┘

A delivery is in the ledger before the hub gets its answer, so whoever wakes the dispatcher may fail to: the next poll or
sweep does its work. Whatever is done twice ends the same.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from pipeline.aside import Aside
from pipeline.coverage import Way
from pipeline.errors import ConfigurationError, HostBusyError, QuarantineError, RetryableError, WireroomError
from pipeline.ledger import Decision, FeedState, FeedStatus
from pipeline.ports import Archive, Fetcher, StateStore
from pipeline.remembering import remember
from pipeline.sources import push, read_feed
from pipeline.sources.doubts import without_made_up_dates
from pipeline.sources.observation import Observation
from pipeline.subscriptions import CallbackId, Delivery, DeliveryId, Subscription, SubscriptionStatus
from pipeline.tally import Clock
from pipeline.types import Deferred, Digest, FeedEntry, FetchedPage, Rejected

log = logging.getLogger(__name__)

MOST_WAITING = 256  # deliveries of one callback; a hub that sends more is asked to come back
AT_ONCE = 20  # deliveries held in memory
UNFOLLOWED = {FeedStatus.GONE, FeedStatus.REMOVED}
OVER = {SubscriptionStatus.LEAVING, SubscriptionStatus.ENDED}


# ── what hubs call ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class PushCallback:
    """Answers hubs. Its own verification stands in for a login: the unguessable id, the topic, and the signature."""

    state: StateStore
    clock: Clock

    def knows(self, callback_id: str) -> bool:
        """Whether there is such a callback."""
        return self.state.pushes.get(CallbackId(callback_id)) is not None

    def verify(self, callback_id: str, asked_with: Mapping[str, str]) -> tuple[int, str]:
        """Answer a hub that verifies an intent or denies one: status and plain text."""
        now, replies = self.clock(), list[push.Reply]()

        def answer(known: Subscription) -> Subscription:
            replies.append(push.answer_to(known, asked_with, now))
            return replies[-1].subscription

        changed = self.state.pushes.change(CallbackId(callback_id), answer)
        if changed is None:
            return 404, "no such callback"
        if changed.status is SubscriptionStatus.DENIED:
            self.state.feeds.hasten(changed.feed_id, now)  # it may have been polled ever so seldom
        log.info("hub %s of feed %s: %s, answered %d", changed.hub, changed.feed_id, asked_with.get("hub.mode"), replies[-1].status)
        return replies[-1].status, replies[-1].body

    def deliver(self, callback_id: str, body: bytes, *, signature: str | None, content_type: str) -> int:
        """Keep what a hub delivers and return the status to answer with.

        A body with a wrong signature or none is answered like a right one and dropped, as the standard has it. Raises
        `RetryableError` where too many wait: hubs try again.
        """
        known, now = self.state.pushes.get(CallbackId(callback_id)), self.clock()
        if known is None:
            return 404
        if known.status in OVER:
            return 410
        if not push.is_signed(body, signature, known.secret):
            log.warning("dropped a delivery for feed %s: %s", known.feed_id, "wrong signature" if signature else "no signature")
            self.state.pushes.change(known.callback_id, push.refused)
            return 202
        if self.state.pushes.backlog(known.callback_id) >= MOST_WAITING:
            raise RetryableError(f"feed {known.feed_id}: {MOST_WAITING} deliveries wait already")
        if self.state.pushes.receive(_delivery(known, body, content_type, now)):
            self.state.pushes.change(known.callback_id, partial(push.delivered, now=now))
        return 202


def _delivery(known: Subscription, body: bytes, content_type: str, now: datetime) -> Delivery:
    return Delivery(
        delivery_id=DeliveryId(hashlib.sha256(known.callback_id.encode() + b"\n" + body).hexdigest()),
        callback_id=known.callback_id,
        feed_id=known.feed_id,
        received_at=now,
        content_type=content_type[:200],
        body=body,
    )


# ── from deliveries to entries ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatcher:
    """Turns deliveries that wait into entries of the ledger."""

    state: StateStore
    archive: Archive
    clock: Clock

    def dispatch(self) -> Mapping[str, int]:
        """Settle every delivery that waits; return how many there were and how many new entries they brought."""
        counts: Counter[str] = Counter(deliveries=0, new=0)
        while waiting := self.state.pushes.waiting(limit=AT_ONCE):
            for delivery in waiting:
                counts.update(deliveries=1, new=self._settle(delivery))
        return dict(counts)

    def _settle(self, delivery: Delivery) -> int:
        now, feed = self.clock(), self.state.feeds.get(delivery.feed_id)
        if feed is None or feed.status in UNFOLLOWED:
            self.state.pushes.settle(delivery.delivery_id, entries=0, new=0, error="the feed is followed no more")
            return 0
        known = self.state.pushes.get(delivery.callback_id)
        topic = known.topic if known else feed.feed.url
        self.archive.add(_as_page(delivery, topic), kind="feed")
        try:
            document = read_feed(feed.feed, delivery.body, base_url=topic, at_least=feed.course.rung)
        except RetryableError:
            raise
        except Exception as error:  # whatever a hub sends, the deliveries behind it have their turn
            if not isinstance(error, QuarantineError):
                log.exception("delivery for feed %s", delivery.feed_id)
            return self._take_as_ping(delivery, f"{type(error).__name__}: {error}", now)
        if not document.entries:
            return self._take_as_ping(delivery, "no entries", now)
        document, new = remember(self.state.ledger, without_made_up_dates(document, delivery.received_at), now, way=Way.PUSH)
        self.state.decisions.add([_pushed(entry, topic, now) for entry in new])
        self.state.pushes.change(delivery.callback_id, partial(push.brought, new=new))
        self.state.pushes.settle(delivery.delivery_id, entries=len(document.entries), new=len(new))
        log.info("delivery for feed %s: %d entries, %d new", delivery.feed_id, len(document.entries), len(new))
        return len(new)

    def _take_as_ping(self, delivery: Delivery, error: str, now: datetime) -> int:
        """Some hubs only say that there is something: the next poll looks what."""
        self.state.feeds.hasten(delivery.feed_id, now)
        self.state.pushes.settle(delivery.delivery_id, entries=0, new=0, error=error[:500])
        return 0


def _as_page(delivery: Delivery, topic: str) -> FetchedPage:
    return FetchedPage(
        url=topic,
        final_url=topic,
        status=200,
        headers=(("Content-Type", delivery.content_type or "application/octet-stream"),),
        body=delivery.body,
        digest=Digest(hashlib.sha256(delivery.body).hexdigest()),
        fetched_at=delivery.received_at,
    )


def _pushed(entry: FeedEntry, topic: str, at: datetime) -> Decision:
    """The first thing that can be told about an address that nobody polled for."""
    return Decision(
        at=at,
        stage="push",
        url_key=entry.url_key,
        verdict="new",
        reason=f"pushed by the hub of feed {entry.feed_id} ({urlsplit(topic).hostname})",
        entry_id=entry.entry_id,
        article_id=entry.article_id,
    )


# ── what polls find out about push ────────────────────────────────────────────────────────────────────────────────


def judge(state: StateStore, pushed: Subscription, known: FeedState, seen: Observation, now: datetime) -> Subscription:
    """Compare what a poll of the feed found with what push brought, and return the subscription as it stands now."""
    if seen.document is None:
        return pushed
    listed, before = seen.document.entries, known.last_success_at

    def compare(one: Subscription) -> Subscription:
        return push.judged(one, listed, seen.arrived, now, polled_before=before)

    return state.pushes.change(pushed.callback_id, compare) or pushed


def brought_since(state: StateStore, known: FeedState) -> int:
    """Return how many entries push brought since the last successful poll: the feed's rate is made of them, too."""
    since = known.last_success_at
    return sum(one.new for one in state.pushes.deliveries(known.feed.feed_id) if since is None or one.received_at > since)


# ── subscribing ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Asks hubs: to begin, to go on before a lease ends, to stop for feeds that are followed no more."""

    state: StateStore
    fetcher: Fetcher
    clock: Clock
    random: Callable[[], float]  # uniform in [0, 1)
    token: Callable[[], str]  # unguessable, safe in an address
    callback_url: str
    disk: Aside = field(default_factory=lambda: Aside("disk"))  # the ledger is asked aside: it may take its time

    async def renew(self) -> Mapping[str, int]:
        """Bring subscriptions in line with what feeds offer and ask where it is time; return counts of what came of it."""
        try:
            due = await self.disk.ask(self._due, self.clock())
            return dict(Counter(await asyncio.gather(*map(self._ask, due))))
        finally:
            self.disk.close(wait=True)

    def _due(self, now: datetime) -> list[Subscription]:
        self._follow(now)
        due = [one for one in self.state.pushes.subscriptions() if push.is_due(one, self._callback(one), now)]
        return sorted(due, key=lambda one: (one.next_ask_at or now, one.callback_id))

    def _follow(self, now: datetime) -> None:
        pushes = self.state.pushes
        plan = push.plan(self.state.feeds.all(), pushes.subscriptions(), now)
        for leaving in plan.leaving:
            pushes.change(leaving.callback_id, partial(push.left, now=now))
        for offer in plan.fresh:
            begun = push.begun(offer, callback_id=CallbackId(self.token()), secret=self.token(), now=now)
            known = pushes.add(begun)
            if known != begun:
                pushes.change(known.callback_id, partial(push.begun_again, now=now))

    def _callback(self, one: Subscription) -> str:
        return f"{self.callback_url}/{one.callback_id}"

    async def _ask(self, known: Subscription) -> str:
        asked = partial(push.asked, callback=self._callback(known), now=self.clock())
        asking = await self.disk.ask(self.state.pushes.change, known.callback_id, asked)
        if asking is None:
            return "gone"
        try:
            answer = await self.fetcher.post_form(asking.hub, push.request_form(asking, random_unit=self.random()))
        except HostBusyError as busy:
            return await self._failed(asking, str(busy), not_before=busy.until)
        except ConfigurationError:
            raise
        except WireroomError as error:
            return await self._failed(asking, str(error))
        match answer:
            case Deferred():
                await self.disk.ask(self.state.pushes.change, asking.callback_id, partial(push.postponed, until=answer.until))
                return "postponed"
            case Rejected():
                return await self._failed(asking, f"{answer.reason}: {answer.detail}")
        if not 200 <= answer.status < 300:
            return await self._failed(asking, f"{asking.hub} answered {answer.status}: {_words(answer.body)}")
        return "asked"

    async def _failed(self, asking: Subscription, error: str, *, not_before: datetime | None = None) -> str:
        log.warning("hub %s of feed %s: %s", asking.hub, asking.feed_id, error)
        failed = partial(push.ask_failed, error=error, now=self.clock(), not_before=not_before)
        await self.disk.ask(self.state.pushes.change, asking.callback_id, failed)
        return "failed"


def _words(body: bytes) -> str:
    """Return the beginning of what a hub says, on one line."""
    return " ".join(body[:200].decode("utf-8", "replace").split())
