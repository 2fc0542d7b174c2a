"""Subscriptions and deliveries: what their contract leaves open."""

from __future__ import annotations

from dataclasses import replace

from pipeline.state.store import SqlState
from pipeline.subscriptions import CallbackId, DeliveryState, SubscriptionStatus
from pipeline.types import ArticleId, FeedId
from tests.state.samples import DAY, NOON, make_delivery, make_subscription


def test_every_field_comes_back(state: SqlState) -> None:
    """Those that are lists, too; the secret as it was drawn."""
    full = make_subscription(asked_at=NOON, lease_until=NOON + DAY, failures=3, last_error="no", pushed=(ArticleId("a"), ArticleId("b")))
    assert state.pushes.add(full) == full
    assert state.pushes.get(full.callback_id) == full


def test_one_subscription_for_each_feed_hub_and_topic(state: SqlState) -> None:
    """Who comes second gets what is there; a name that runs into its neighbour is another one."""
    first = state.pushes.add(make_subscription())
    assert state.pushes.add(make_subscription(callback_id=CallbackId("second"))) == first
    other = make_subscription(callback_id=CallbackId("third"), feed_id=FeedId("kba"), hub="yhttps://hub.example/")
    assert state.pushes.add(other) == other
    assert len(state.pushes.subscriptions()) == 2


def test_a_change_of_nothing_writes_nothing_and_of_nobody_gives_none(state: SqlState) -> None:
    """What a change returns is what is kept."""
    known = state.pushes.add(make_subscription())
    assert state.pushes.change(known.callback_id, lambda one: one) == known
    changed = state.pushes.change(known.callback_id, lambda one: replace(one, status=SubscriptionStatus.ACTIVE))
    assert state.pushes.get(known.callback_id) == changed
    assert state.pushes.change(CallbackId("nobody"), lambda one: one) is None


def test_a_delivery_is_kept_until_it_is_settled(state: SqlState) -> None:
    """Its body too, which a list of deliveries does not carry; the same one again is known."""
    delivery = make_delivery(body=bytes(range(256)))
    assert state.pushes.receive(delivery)
    assert not state.pushes.receive(delivery)
    assert state.pushes.waiting() == (delivery,)
    assert state.pushes.backlog(delivery.callback_id) == 1
    assert [one.body for one in state.pushes.deliveries()] == [b""]
    state.pushes.settle(delivery.delivery_id, entries=4, new=2)
    state.pushes.settle(delivery.delivery_id, entries=0, new=0, error="too late")
    (settled,) = state.pushes.deliveries()
    assert (settled.state, settled.entries, settled.new, settled.error) == (DeliveryState.DONE, 4, 2, None)
    assert state.pushes.waits() is None


def test_pruning_keeps_what_waits_and_what_is_in_force(state: SqlState) -> None:
    """Settled deliveries and ended subscriptions go once they are old."""
    state.pushes.add(make_subscription())
    state.pushes.add(make_subscription("old", status=SubscriptionStatus.ENDED, asked_at=NOON - DAY))
    for number in (1, 2):
        state.pushes.receive(make_delivery(number))
    state.pushes.settle(make_delivery(1).delivery_id, entries=1, new=1)
    state.prune(NOON + DAY)
    assert [one.feed_id for one in state.pushes.subscriptions()] == ["kbay"]
    assert [one.delivery_id for one in state.pushes.deliveries()] == [make_delivery(2).delivery_id]
