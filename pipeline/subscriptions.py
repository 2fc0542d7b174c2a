"""What the ledger remembers about push (WebSub): subscriptions, their standing, and deliveries. Pure values.

`sources/push.py` says how they change, `ports.PushStore` keeps them, `pushing.py` composes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from pipeline.types import ArticleId, FeedId

CallbackId = NewType("CallbackId", str)  # 43 characters of base64url, drawn at random: whoever knows it is the hub
DeliveryId = NewType("DeliveryId", str)  # 64 hex digits: sha256(callback id, body)


class SubscriptionStatus(StrEnum):
    """Where a subscription stands with its hub."""

    WANTED = "wanted"  # not asked for yet
    ASKED = "asked"  # the hub was asked and has not verified
    ACTIVE = "active"  # verified; in force until its lease ends
    DENIED = "denied"  # the hub refused; asked again after a long while
    LEAVING = "leaving"  # the feed is followed no more: the hub is to be told
    ENDED = "ended"  # over; deliveries are answered with 410


class Trust(StrEnum):
    """Whether push can be relied upon, as the polls find."""

    UNPROVEN = "unproven"
    DELIVERED = "delivered"  # it brought something new; no poll has seen that yet
    PROVEN = "proven"  # a poll found what it brought, and nothing that it missed
    BROKEN = "broken"  # a poll found what it missed; until it brings something new


class PushStanding(StrEnum):
    """Push of one feed at a glance, best first."""

    PROVEN = "proven"
    ACTIVE = "active"  # in force and not proven
    ASKED = "asked"
    BROKEN = "broken"
    LAPSED = "lapsed"  # the lease ended and was not renewed
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One feed's subscription at one hub. There is at most one for each feed, hub and topic."""

    callback_id: CallbackId
    feed_id: FeedId
    hub: str
    topic: str  # the feed's self address, which the hub knows it by
    secret: str  # signs deliveries; never shown
    status: SubscriptionStatus = SubscriptionStatus.WANTED
    trust: Trust = Trust.UNPROVEN
    callback: str = ""  # the whole address, as the hub was last told it
    next_ask_at: datetime | None = None  # when the hub is to be asked, again; None: never
    asked_at: datetime | None = None
    failures: int = 0  # askings in a row that led to no verification
    last_error: str | None = None
    verified_at: datetime | None = None  # the first verification since it was last out of force
    lease_until: datetime | None = None
    delivered_at: datetime | None = None
    deliveries: int = 0
    refused: int = 0  # deliveries without the right signature, which were dropped
    missed: int = 0  # entries that a poll found and push had not brought
    pushed: tuple[ArticleId, ...] = ()  # articles that push brought first, newest first: polls look for them


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a hub sent to a callback, its signature checked. `body` is empty once it is done: the archive has it."""

    delivery_id: DeliveryId
    callback_id: CallbackId
    feed_id: FeedId
    received_at: datetime
    content_type: str = ""
    body: bytes = b""
    state: DeliveryState = DeliveryState.WAITING
    entries: int = 0
    new: int = 0
    error: str | None = None


def in_force(subscription: Subscription, now: datetime) -> bool:
    """Whether the hub has promised to deliver at this moment."""
    active = subscription.status is SubscriptionStatus.ACTIVE
    return active and subscription.lease_until is not None and subscription.lease_until > now


def standing(subscription: Subscription, now: datetime) -> PushStanding | None:
    """Return how push stands for people; None for one that is over or on its way out."""
    match subscription.status:
        case SubscriptionStatus.LEAVING | SubscriptionStatus.ENDED:
            return None
        case SubscriptionStatus.WANTED | SubscriptionStatus.ASKED:
            return PushStanding.ASKED
        case SubscriptionStatus.DENIED:
            return PushStanding.DENIED
    if not in_force(subscription, now):
        return PushStanding.LAPSED
    words = {Trust.PROVEN: PushStanding.PROVEN, Trust.BROKEN: PushStanding.BROKEN}
    return words.get(subscription.trust, PushStanding.ACTIVE)
