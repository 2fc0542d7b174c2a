"""What every store of subscriptions and deliveries promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.ledger import FeedState
from pipeline.ports import StateStore
from pipeline.subscriptions import CallbackId, DeliveryState, Subscription, SubscriptionStatus, Trust
from pipeline.types import ArticleId, FeedId
from tests.state.samples import DAY, HOUR, NOON, SECOND, make_delivery, make_feed, make_poll, make_subscription

FULL = make_subscription(
    status=SubscriptionStatus.ACTIVE,
    trust=Trust.PROVEN,
    callback="https://wireroom.example/push/ccc",
    next_ask_at=NOON + DAY,
    asked_at=NOON,
    failures=2,
    last_error="503 from the hub",
    verified_at=NOON + SECOND,
    lease_until=NOON + 10 * DAY,
    delivered_at=NOON + HOUR,
    deliveries=7,
    refused=1,
    missed=3,
    pushed=(ArticleId("ab" * 16), ArticleId("cd" * 16)),
)


def test_all_fields_of_a_subscription_are_kept(state: StateStore) -> None:
    """What is added is what is got, by its callback and among all."""
    assert state.pushes.subscriptions() == ()
    assert state.pushes.add(FULL) == FULL
    assert state.pushes.get(FULL.callback_id) == FULL
    assert state.pushes.get(CallbackId("nobody")) is None
    other = replace(FULL, callback_id=CallbackId("d" * 43), feed_id=FeedId("aurora"))
    state.pushes.add(other)
    assert state.pushes.subscriptions() == (other, FULL), "by feed"


def test_feed_hub_and_topic_have_one_subscription(state: StateStore) -> None:
    """Two sweeps that find the same hub at once make one; another topic is another subscription."""
    state.pushes.add(FULL)
    assert state.pushes.add(replace(FULL, callback_id=CallbackId("x" * 43), secret="other")) == FULL
    assert len(state.pushes.subscriptions()) == 1
    state.pushes.add(replace(FULL, callback_id=CallbackId("x" * 43), topic="https://kbay.example/other"))
    assert len(state.pushes.subscriptions()) == 2


def test_a_change_is_made_of_what_is_there(state: StateStore) -> None:
    """Changes one after the other both count; a change of nothing is nothing."""
    state.pushes.add(FULL)
    for _ in range(3):
        changed = state.pushes.change(FULL.callback_id, lambda one: replace(one, refused=one.refused + 1, lease_until=None))
    assert changed == state.pushes.get(FULL.callback_id) == replace(FULL, refused=4, lease_until=None)
    assert state.pushes.change(CallbackId("nobody"), lambda one: one) is None


def test_a_change_that_fails_leaves_what_was(state: StateStore) -> None:
    """The transaction is all or nothing."""
    state.pushes.add(FULL)

    def fail(_one: Subscription) -> Subscription:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        state.pushes.change(FULL.callback_id, fail)
    assert state.pushes.get(FULL.callback_id) == FULL


def test_a_delivery_waits_until_it_is_settled(state: StateStore) -> None:
    """Oldest first, with its body; once settled the body is gone and the counts are there."""
    assert (state.pushes.waiting(), state.pushes.waits()) == ((), None)
    assert [state.pushes.receive(make_delivery(number)) for number in (3, 1, 2)] == [True, True, True]
    assert state.pushes.waiting(limit=2) == (make_delivery(1), make_delivery(2))
    assert state.pushes.waits() == make_delivery(3).delivery_id
    assert (state.pushes.backlog(FULL.callback_id), state.pushes.backlog(CallbackId("other"))) == (3, 0)
    state.pushes.settle(make_delivery(3).delivery_id, entries=5, new=2)
    state.pushes.settle(make_delivery(1).delivery_id, entries=0, new=0, error="no feed")
    assert state.pushes.waiting() == (make_delivery(2),)
    assert state.pushes.waits() == make_delivery(2).delivery_id
    done = {"state": DeliveryState.DONE, "body": b""}
    assert state.pushes.deliveries() == (
        make_delivery(3, entries=5, new=2, **done),
        make_delivery(2, body=b""),
        make_delivery(1, error="no feed", **done),
    )
    assert [one.delivery_id for one in state.pushes.deliveries(FULL.feed_id, limit=1)] == [make_delivery(3).delivery_id]
    assert state.pushes.deliveries(FeedId("other")) == ()


def test_the_same_delivery_twice_is_one(state: StateStore) -> None:
    """Also after it was settled: it does not wait again, and what it held stays noted."""
    assert state.pushes.receive(make_delivery(1))
    assert not state.pushes.receive(make_delivery(1, received_at=NOON + HOUR))
    state.pushes.settle(make_delivery(1).delivery_id, entries=1, new=1)
    assert not state.pushes.receive(make_delivery(1))
    state.pushes.settle(make_delivery(1).delivery_id, entries=1, new=0)
    assert [one.new for one in state.pushes.deliveries()] == [1]
    assert state.pushes.waits() is None


def test_old_deliveries_and_ended_subscriptions_are_forgotten(state: StateStore) -> None:
    """What waits and what is in force stays, however old."""
    state.pushes.add(FULL)
    ended = replace(FULL, callback_id=CallbackId("e" * 43), feed_id=FeedId("gone"), status=SubscriptionStatus.ENDED)
    state.pushes.add(ended)
    state.pushes.receive(make_delivery(1))
    state.pushes.receive(make_delivery(2))
    state.pushes.settle(make_delivery(2).delivery_id, entries=1, new=1)
    state.prune(NOON)
    assert len(state.pushes.deliveries()) == len(state.pushes.subscriptions()) == 2
    state.prune(NOON + DAY)
    assert [one.delivery_id for one in state.pushes.deliveries()] == [make_delivery(1).delivery_id]
    assert state.pushes.subscriptions() == (FULL,)


def test_a_feed_can_be_hastened(state: StateStore) -> None:
    """Its next poll comes earlier, never later; nobody else's does."""
    state.feeds.sync([make_feed("kbay"), make_feed("meridian")], NOON)
    for name in ("kbay", "meridian"):
        state.feeds.save(FeedState(feed=make_feed(name), next_poll_at=NOON + DAY), make_poll(name))
    state.feeds.hasten(FeedId("kbay"), NOON + HOUR)
    state.feeds.hasten(FeedId("kbay"), NOON + 2 * HOUR)
    state.feeds.hasten(FeedId("nobody"), NOON)
    assert {one.feed.feed_id: one.next_poll_at for one in state.feeds.all()} == {"kbay": NOON + HOUR, "meridian": NOON + DAY}
