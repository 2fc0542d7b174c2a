"""Subscriptions at hubs, and deliveries."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, or_, select, update

from pipeline.state.engine import Database, overwrite, upsert
from pipeline.state.push_schema import deliveries, subscriptions
from pipeline.subscriptions import CallbackId, Delivery, DeliveryId, DeliveryState, Subscription, SubscriptionStatus
from pipeline.types import FeedId

_SUBSCRIPTION: Final = tuple(field.name for field in fields(Subscription))
_DELIVERY: Final = tuple(field.name for field in fields(Delivery))
_WITHOUT_BODY: Final = tuple(deliveries.c[name] for name in _DELIVERY if name != "body")


class SqlPushes:
    """`ports.PushStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscriptions(self) -> tuple[Subscription, ...]:
        with self._database.reading() as connection:
            ordered = select(subscriptions).order_by(subscriptions.c.feed_id, subscriptions.c.callback_id)
            return tuple(map(_subscription, connection.execute(ordered)))

    def get(self, callback_id: CallbackId) -> Subscription | None:
        with self._database.reading() as connection:
            row = connection.execute(_one(callback_id)).one_or_none()
        return None if row is None else _subscription(row)

    def add(self, subscription: Subscription) -> Subscription:
        with self._database.writing() as connection:
            connection.execute(upsert(connection, subscriptions).values(**_row(subscription)).on_conflict_do_nothing())
            return _subscription(connection.execute(select(subscriptions).where(subscriptions.c.mark == _mark(subscription))).one())

    def change(self, callback_id: CallbackId, change: Callable[[Subscription], Subscription]) -> Subscription | None:
        with self._database.writing() as connection:
            row = connection.execute(_one(callback_id).with_for_update()).one_or_none()
            if row is None:
                return None
            known = _subscription(row)
            changed = change(known)
            if changed != known:
                overwrite(connection, subscriptions, _row(changed))
            return changed

    def receive(self, delivery: Delivery) -> bool:
        row = {name: getattr(delivery, name) for name in _DELIVERY}
        with self._database.writing() as connection:
            statement = upsert(connection, deliveries).values(**row).on_conflict_do_nothing()
            return bool(connection.execute(statement.returning(deliveries.c.delivery_id)).all())

    def waiting(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        statement = select(deliveries).where(deliveries.c.state == DeliveryState.WAITING)
        ordered = statement.order_by(deliveries.c.received_at, deliveries.c.delivery_id).limit(limit)
        with self._database.reading() as connection:
            return tuple(Delivery(**row._mapping) for row in connection.execute(ordered))

    def waits(self) -> DeliveryId | None:
        statement = select(deliveries.c.delivery_id).where(deliveries.c.state == DeliveryState.WAITING)
        latest = statement.order_by(deliveries.c.received_at.desc(), deliveries.c.delivery_id.desc()).limit(1)
        with self._database.reading() as connection:
            found = connection.execute(latest).scalar()
        return None if found is None else DeliveryId(found)

    def backlog(self, callback_id: CallbackId) -> int:
        waiting = deliveries.c.state == DeliveryState.WAITING
        statement = select(func.count()).select_from(deliveries).where(waiting, deliveries.c.callback_id == callback_id)
        with self._database.reading() as connection:
            return int(connection.execute(statement).scalar_one())

    def settle(self, delivery_id: DeliveryId, *, entries: int, new: int, error: str | None = None) -> None:
        waiting = (deliveries.c.delivery_id == delivery_id) & (deliveries.c.state == DeliveryState.WAITING)
        values = {"state": DeliveryState.DONE, "body": b"", "entries": entries, "new": new, "error": error}
        with self._database.writing() as connection:
            connection.execute(update(deliveries).where(waiting).values(values))

    def deliveries(self, feed_id: FeedId | None = None, *, limit: int = 50) -> tuple[Delivery, ...]:
        statement = select(*_WITHOUT_BODY).order_by(deliveries.c.received_at.desc(), deliveries.c.delivery_id.desc()).limit(limit)
        if feed_id is not None:
            statement = statement.where(deliveries.c.feed_id == feed_id)
        with self._database.reading() as connection:
            return tuple(Delivery(**row._mapping) for row in connection.execute(statement))


def forget_pushes(connection: Connection, before: datetime) -> None:
    """Drop deliveries settled and subscriptions ended that are older than that."""
    connection.execute(delete(deliveries).where(deliveries.c.received_at < before, deliveries.c.state == DeliveryState.DONE))
    ended = subscriptions.c.status == SubscriptionStatus.ENDED
    old = or_(subscriptions.c.asked_at.is_(None), subscriptions.c.asked_at < before)
    connection.execute(delete(subscriptions).where(ended, old))


def _one(callback_id: CallbackId) -> Any:
    return select(subscriptions).where(subscriptions.c.callback_id == callback_id)


def _mark(subscription: Subscription) -> str:
    return hashlib.sha256("\n".join((subscription.feed_id, subscription.hub, subscription.topic)).encode()).hexdigest()


def _row(subscription: Subscription) -> dict[str, Any]:
    return {name: getattr(subscription, name) for name in _SUBSCRIPTION} | {"mark": _mark(subscription)}


def _subscription(row: Any) -> Subscription:
    return Subscription(**{name: getattr(row, name) for name in _SUBSCRIPTION})
