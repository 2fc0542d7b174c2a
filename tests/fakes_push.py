"""`ports.PushStore` in memory: subscriptions and deliveries in dicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from pipeline.subscriptions import CallbackId, Delivery, DeliveryId, DeliveryState, Subscription, SubscriptionStatus
from pipeline.types import FeedId


class MemoryPushes:
    """What hubs promised and what they sent."""

    def __init__(self) -> None:
        self.made: dict[CallbackId, Subscription] = {}
        self.sent: dict[DeliveryId, Delivery] = {}

    def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(sorted(self.made.values(), key=lambda one: (one.feed_id, one.callback_id)))

    def get(self, callback_id: CallbackId) -> Subscription | None:
        return self.made.get(callback_id)

    def add(self, subscription: Subscription) -> Subscription:
        names = ("feed_id", "hub", "topic")
        alike = [one for one in self.made.values() if all(getattr(one, name) == getattr(subscription, name) for name in names)]
        if alike:
            return alike[0]
        self.made[subscription.callback_id] = subscription
        return subscription

    def change(self, callback_id: CallbackId, change: Callable[[Subscription], Subscription]) -> Subscription | None:
        if callback_id not in self.made:
            return None
        self.made[callback_id] = change(self.made[callback_id])
        return self.made[callback_id]

    def receive(self, delivery: Delivery) -> bool:
        if delivery.delivery_id in self.sent:
            return False
        self.sent[delivery.delivery_id] = delivery
        return True

    def waiting(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        return tuple(self._waiting()[:limit])

    def waits(self) -> DeliveryId | None:
        found = self._waiting()
        return found[-1].delivery_id if found else None

    def backlog(self, callback_id: CallbackId) -> int:
        return sum(one.callback_id == callback_id for one in self._waiting())

    def settle(self, delivery_id: DeliveryId, *, entries: int, new: int, error: str | None = None) -> None:
        known = self.sent.get(delivery_id)
        if known is not None and known.state is DeliveryState.WAITING:
            self.sent[delivery_id] = replace(known, state=DeliveryState.DONE, body=b"", entries=entries, new=new, error=error)

    def deliveries(self, feed_id: FeedId | None = None, *, limit: int = 50) -> tuple[Delivery, ...]:
        found = [replace(one, body=b"") for one in self.sent.values() if feed_id in {None, one.feed_id}]
        return tuple(sorted(found, key=lambda one: (one.received_at, one.delivery_id), reverse=True)[:limit])

    def forget(self, before: datetime) -> None:
        """What `prune` means for pushes."""
        self.sent = {key: one for key, one in self.sent.items() if one.state is DeliveryState.WAITING or one.received_at >= before}
        self.made = {key: one for key, one in self.made.items() if one.status is not SubscriptionStatus.ENDED or _since(one, before)}

    def _waiting(self) -> list[Delivery]:
        waiting = [one for one in self.sent.values() if one.state is DeliveryState.WAITING]
        return sorted(waiting, key=lambda one: (one.received_at, one.delivery_id))


def _since(one: Subscription, before: datetime) -> bool:
    return one.asked_at is not None and one.asked_at >= before
