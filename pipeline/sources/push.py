"""WebSub as a subscriber sees it: finding hubs, asking them, verifying, checking signatures, and whether push can be trusted. Pure.

    feed names hub and self ─▶ WANTED ─ask─▶ ASKED ─verified─▶ ACTIVE ─▶ renewed when its last day begins
                                  ▲             │ denied             │ feed followed no more
                                  └── a week ── DENIED            LEAVING ─verified, or lease over─▶ ENDED

Values go in and come out: `ports.PushStore.change` applies them to rows that callbacks, polls and the sweep share. The terms
are those of https://www.w3.org/TR/websub/; the times are ours.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from pipeline.ledger import FeedState, FeedStatus
from pipeline.subscriptions import CallbackId, Subscription, SubscriptionStatus, Trust, in_force
from pipeline.types import ArticleId, FeedEntry, FeedId

LEASE_LEAST: Final = timedelta(days=10)
LEASE_MOST: Final = timedelta(days=30)
LEASE_BELIEVED: Final = timedelta(days=366)  # no hub's word reaches further
RENEW_BEFORE: Final = timedelta(hours=24)
RENEW_APART: Final = timedelta(hours=24)  # also between two subscriptions of a feed whose self address keeps changing
BACKOFF: Final = timedelta(minutes=30)  # after the first asking without a verification; doubles
BACKOFF_MOST: Final = timedelta(hours=24)
DENIED_FOR: Final = timedelta(days=7)
LEAVE_TRIES: Final = 5
SILENT_TRIES: Final = 4  # askings without a verification after which another hub of the feed is asked, where it names one
GRACE: Final = timedelta(minutes=10)  # a hub may be this late before its silence counts as a miss
PUSHED_KEPT: Final = 100
MAX_CHALLENGE: Final = 2_048  # characters echoed
MAX_REASON: Final = 300

_SIGNATURE: Final = re.compile(r"\s*(sha1|sha256|sha384|sha512)=([0-9a-f]{40,128})\s*", re.IGNORECASE)
_UNFOLLOWED: Final = {FeedStatus.GONE, FeedStatus.REMOVED}
_OVER: Final = {SubscriptionStatus.LEAVING, SubscriptionStatus.ENDED}
_AWAITED: Final = {SubscriptionStatus.ASKED, SubscriptionStatus.ACTIVE, SubscriptionStatus.DENIED}


# ── finding hubs ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hub that delivers a feed's topic."""

    feed_id: FeedId
    hub: str
    topic: str


def offers_of(state: FeedState) -> tuple[Offer, ...]:
    """Return what the feed offers, the hub it names first in front: nothing where it names none or not its own address, or is
    followed no more.
    """
    hints = state.hints
    if state.status in _UNFOLLOWED or not hints.hub or not hints.self_url:
        return ()
    return tuple(Offer(feed_id=state.feed.feed_id, hub=hub, topic=hints.self_url) for hub in hints.hubs or (hints.hub,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to change for subscriptions to match what feeds offer."""

    fresh: tuple[Offer, ...]  # to be subscribed to, for the first time or again
    leaving: tuple[Subscription, ...]


def plan(states: Sequence[FeedState], subscriptions: Sequence[Subscription], now: datetime) -> Plan:
    """Return which offers have no subscription, and which subscriptions are to be left. A feed whose address of itself keeps
    changing is given a new subscription once a day at most. Where a feed names several hubs it is one that is asked: the first
    that has not refused within the week, or else the one that was asked last.
    """
    live = {one.feed_id: one for one in subscriptions if one.status not in _OVER}
    refusing = {(one.feed_id, one.hub, one.topic) for one in subscriptions if _refuses(one, now)}
    offers = {found[0].feed_id: _choice(found, live.get(found[0].feed_id), refusing) for state in states if (found := offers_of(state))}
    fresh, leaving = [], []
    for feed_id, offer in offers.items():
        known = live.get(feed_id)
        if known is not None and (known.hub, known.topic) == (offer.hub, offer.topic):
            continue
        if known is not None and known.asked_at is not None and now - known.asked_at < RENEW_APART:
            continue
        fresh.append(offer)
        leaving += [known] if known else []
    leaving += [one for feed_id, one in live.items() if feed_id not in offers]
    return Plan(fresh=tuple(fresh), leaving=tuple(leaving))


def _refuses(one: Subscription, now: datetime) -> bool:
    """Whether a hub said no, or nothing at all to several questions, and not long ago."""
    if one.status not in {SubscriptionStatus.DENIED, SubscriptionStatus.ASKED, SubscriptionStatus.ENDED} or one.asked_at is None:
        return False
    silent = one.failures >= SILENT_TRIES
    return (silent or (one.status is not SubscriptionStatus.ASKED and one.last_error is not None)) and now - one.asked_at < DENIED_FOR


def _choice(offers: Sequence[Offer], known: Subscription | None, refusing: Collection[tuple[FeedId, str, str]]) -> Offer:
    """Return the offer that counts: a subscription that stands stays where it is, so long as the feed names its hub."""
    willing = [one for one in offers if (one.feed_id, one.hub, one.topic) not in refusing]
    held = [one for one in offers if known is not None and (one.hub, one.topic) == (known.hub, known.topic)]
    return next((one for one in held if one in willing), (willing or held or offers)[0])


# ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def begun(offer: Offer, *, callback_id: CallbackId, secret: str, now: datetime) -> Subscription:
    """Return a subscription that is yet to be asked for. Id and secret are random, from whoever has randomness."""
    return Subscription(
        callback_id=callback_id, feed_id=offer.feed_id, hub=offer.hub, topic=offer.topic, secret=secret, next_ask_at=now
    )  # fmt: skip


def begun_again(known: Subscription, *, now: datetime) -> Subscription:
    """Return a subscription that was over as one that is wanted, and untrusted as at first; others stay as they are."""
    if known.status not in _OVER:
        return known
    fresh = replace(known, status=SubscriptionStatus.WANTED, trust=Trust.UNPROVEN, next_ask_at=now, failures=0, last_error=None)
    return replace(fresh, verified_at=None, lease_until=None, pushed=())


def left(known: Subscription, now: datetime) -> Subscription:
    """Return the subscription on its way out; one the hub never granted is over at once."""
    if known.status in _OVER:
        return known
    told = known.status in {SubscriptionStatus.ASKED, SubscriptionStatus.ACTIVE}
    if not told:
        return replace(known, status=SubscriptionStatus.ENDED, next_ask_at=None)
    return replace(known, status=SubscriptionStatus.LEAVING, next_ask_at=now, failures=0)


def is_due(known: Subscription, callback: str, now: datetime) -> bool:
    """Whether the hub is to be asked now: its time has come, or the callback has moved since."""
    if known.status is SubscriptionStatus.ENDED:
        return False
    moved = known.status is SubscriptionStatus.ACTIVE and known.callback != callback
    return moved or (known.next_ask_at is not None and known.next_ask_at <= now)


def asked(known: Subscription, callback: str, now: datetime) -> Subscription:
    """Return the subscription as it stands while the hub is being asked; some hubs verify before they answer."""
    wanted = known.status in {SubscriptionStatus.WANTED, SubscriptionStatus.DENIED}
    wait = min(BACKOFF * 2 ** min(known.failures, 10), BACKOFF_MOST)
    return replace(
        known,
        status=SubscriptionStatus.ASKED if wanted else known.status,
        callback=known.callback if known.status is SubscriptionStatus.LEAVING else callback,
        asked_at=now,
        failures=known.failures + 1,
        next_ask_at=now + wait,
    )


def request_form(known: Subscription, *, random_unit: float) -> dict[str, str]:
    """Return what is posted to the hub: for a lease of 10 to 30 days, spread so that renewals do not all fall due together."""
    leaving = known.status is SubscriptionStatus.LEAVING
    form = {
        "hub.mode": "unsubscribe" if leaving else "subscribe",
        "hub.topic": known.topic,
        "hub.callback": known.callback,
        "hub.verify": "async",  # what WebSub's forerunner asks for; others pass over it
    }
    if leaving:
        return form
    lease = LEASE_LEAST + (LEASE_MOST - LEASE_LEAST) * random_unit
    return form | {"hub.lease_seconds": str(int(lease.total_seconds())), "hub.secret": known.secret}


def ask_failed(known: Subscription, error: str, now: datetime, *, not_before: datetime | None = None) -> Subscription:
    """Note why the hub did not take what was asked; nothing where it has verified all the same. Whom we cannot tell that we
    leave we leave in silence after some tries, or when the lease is over.
    """
    if not known.failures:
        return known
    over = known.lease_until is None or known.lease_until <= now
    if known.status is SubscriptionStatus.LEAVING and (known.failures >= LEAVE_TRIES or over):
        return replace(known, status=SubscriptionStatus.ENDED, next_ask_at=None, last_error=error[:MAX_REASON])
    later = max(known.next_ask_at or now, not_before or now)
    return replace(known, last_error=error[:MAX_REASON], next_ask_at=later)


def postponed(known: Subscription, until: datetime) -> Subscription:
    """Note that the hub was not asked after all, because its host is busy: that is no failure of its."""
    return replace(known, failures=max(known.failures - 1, 0), next_ask_at=until) if known.failures else known


# ── what a hub says to a callback ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a hub is answered, and the subscription from then on."""

    status: int
    body: str
    subscription: Subscription


def answer_to(known: Subscription, asked_with: Mapping[str, str], now: datetime) -> Reply:
    """Answer a hub that verifies or denies: 200 with its challenge where we want what it says we asked for, else 404."""
    mode, topic = asked_with.get("hub.mode", ""), asked_with.get("hub.topic", "")
    challenge = asked_with.get("hub.challenge", "")
    if topic != known.topic:
        return Reply(status=404, body="not a topic of this callback", subscription=known)
    if mode == "denied" and known.status in _AWAITED:
        return Reply(status=200, body="", subscription=_denied(known, asked_with.get("hub.reason", ""), now))
    if not 0 < len(challenge) <= MAX_CHALLENGE:
        return Reply(status=400, body="no challenge that can be echoed", subscription=known)
    if mode == "unsubscribe" and known.status in _OVER:
        return Reply(status=200, body=challenge, subscription=replace(known, status=SubscriptionStatus.ENDED, next_ask_at=None, failures=0))
    lease = _lease(asked_with.get("hub.lease_seconds"))
    if mode == "subscribe" and known.status in _AWAITED and lease is not None:
        return Reply(status=200, body=challenge, subscription=_verified(known, lease, now))
    return Reply(status=404, body="not what was asked for", subscription=known)


def _verified(known: Subscription, lease: timedelta, now: datetime) -> Subscription:
    until = now + lease
    return replace(
        known,
        status=SubscriptionStatus.ACTIVE,
        verified_at=known.verified_at if in_force(known, now) else now,
        lease_until=until,
        next_ask_at=max(until - RENEW_BEFORE, now + RENEW_APART),
        failures=0,
        last_error=None,
    )


def _denied(known: Subscription, reason: str, now: datetime) -> Subscription:
    told = f"denied by the hub: {reason}"[:MAX_REASON] if reason else "denied by the hub"
    return replace(
        known, status=SubscriptionStatus.DENIED, trust=Trust.UNPROVEN, lease_until=None, next_ask_at=now + DENIED_FOR, last_error=told
    )


def _lease(text: str | None) -> timedelta | None:
    """Return the lease a hub grants: the shortest we ask for where it names none, None where that is no time at all."""
    if text is None:
        return LEASE_LEAST
    seconds = int(text) if re.fullmatch("[0-9]{1,12}", text) else 0
    return min(timedelta(seconds=seconds), LEASE_BELIEVED) if seconds else None


def is_signed(body: bytes, header: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature` is that of the body under our secret, compared in constant time."""
    told = _SIGNATURE.fullmatch(header or "")
    if told is None:
        return False
    digest = hmac.new(secret.encode(), body, getattr(hashlib, told[1].lower())).hexdigest()
    return hmac.compare_digest(digest, told[2].lower())


def delivered(known: Subscription, now: datetime) -> Subscription:
    """Count a delivery that was kept."""
    return replace(known, deliveries=known.deliveries + 1, delivered_at=now)


def refused(known: Subscription) -> Subscription:
    """Count a delivery that was dropped."""
    return replace(known, refused=known.refused + 1)


# ── trust ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def brought(known: Subscription, new: Sequence[FeedEntry]) -> Subscription:
    """Note the entries that a delivery brought before any poll did. With none it is no proof of anything."""
    if not new:
        return known
    ids: dict[ArticleId, None] = dict.fromkeys([*(entry.article_id for entry in new), *known.pushed])
    trust = known.trust if known.trust is Trust.PROVEN else Trust.DELIVERED
    return replace(known, trust=trust, pushed=tuple(ids)[:PUSHED_KEPT])


def judged(
    known: Subscription, listed: Iterable[FeedEntry], new: Iterable[FeedEntry], now: datetime, *, polled_before: datetime | None
) -> Subscription:
    """Compare what a poll found with what push brought: `listed` is the document, `new` what nobody had brought before.

    An entry counts as missed where it was published in the time of the subscription and not just now; one without a date
    where the poll before was in that time.
    """
    since = known.verified_at
    if not in_force(known, now) or since is None:
        return known
    missed = sum(since < (entry.published or polled_before or since) < now - GRACE for entry in new if entry.article_id not in known.pushed)
    if missed:
        return replace(known, trust=Trust.BROKEN, missed=known.missed + missed)
    confirmed = known.trust is Trust.DELIVERED and any(entry.article_id in known.pushed for entry in listed)
    return replace(known, trust=Trust.PROVEN) if confirmed else known


def relied_on_until(known: Subscription | None, now: datetime) -> datetime | None:
    """Return until when push is promised and proven; None where a feed is to be polled as if there were none."""
    if known is None or known.trust is not Trust.PROVEN or not in_force(known, now):
        return None
    return known.lease_until
