"""Push over fakes: what callbacks keep, what a dispatcher makes of it, what polls think of it, whom a subscriber asks."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline import pushing
from pipeline.coverage import Way
from pipeline.errors import ConfigurationError, HostBusyError, RetryableError
from pipeline.ledger import FeedState, FeedStatus, PollOutcome
from pipeline.polling import Poller
from pipeline.pushing import Dispatcher, PushCallback, Subscriber
from pipeline.subscriptions import CallbackId, DeliveryState, Subscription, SubscriptionStatus, Trust
from pipeline.types import ArticleId, Deferred, Feed, FeedHints, FeedId, FetchedPage, Rejected
from pipeline.urls import url_key
from tests.fakes_archive import MemoryArchive
from tests.fakes_fetch import FakeFetcher, Reply, Scripted
from tests.fakes_state import MemoryState
from tests.waiting import Loops

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HUB, FEED = "https://hub.example/", "https://news.example/feed"
BASE = "https://wireroom.example/push"
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Test</title><link>https://news.example/</link>{entries}</channel></rss>"""
ENTRY = (
    "<item><guid isPermaLink='false'>{name}</guid><title>Story {name}</title><link>https://news.example/{name}</link>"
    "<pubDate>Wed, 18 Nov 2026 11:{minute:02d}:00 GMT</pubDate></item>"
)
LINKS = (("Content-Type", "application/rss+xml"), ("Link", f'<{HUB}>; rel="hub"'), ("Link", f'<{FEED}>; rel="self"'))
S = SubscriptionStatus


def rss(*names: str, minute: int = 0) -> bytes:
    return RSS.format(entries="".join(ENTRY.format(name=name, minute=minute) for name in names)).encode()


class Office:
    """Everything push needs, in memory, with a clock that is moved by hand."""

    def __init__(self, script: Mapping[str, Scripted | Sequence[Scripted]] | None = None) -> None:
        self.now = NOON
        self.state, self.archive = MemoryState(), MemoryArchive()
        self.fetcher = FakeFetcher({HUB: Reply(status=202, body=b"")} | dict(script or {}))
        self.callback = PushCallback(state=self.state, clock=lambda: self.now)
        self.dispatcher = Dispatcher(state=self.state, archive=self.archive, clock=lambda: self.now)
        tokens = iter(f"token-{number}" for number in range(100))
        self.subscriber = Subscriber(
            state=self.state,
            fetcher=self.fetcher,
            clock=lambda: self.now,
            random=lambda: 0.5,
            token=lambda: next(tokens),
            callback_url=BASE,
        )
        self.state.feeds.sync([Feed(feed_id=FeedId("news"), url=FEED)], NOON)

    def poll(self) -> dict[PollOutcome, int]:
        """Poll what is due."""
        poller = Poller(state=self.state, fetcher=self.fetcher, archive=self.archive, clock=lambda: self.now, random=lambda: 0.5)
        return dict(asyncio.run(poller.poll(self.state.feeds.due(self.now))))

    def renew(self) -> dict[str, int]:
        return dict(asyncio.run(self.subscriber.renew()))

    def learn(self, **hints: Any) -> None:
        """Let the feed name a hub, as a poll would have seen."""
        self.put(hints=FeedHints(**({"hub": HUB, "self_url": FEED} | hints)))

    def put(self, **changes: Any) -> None:
        known = self.feed
        self.state.feeds.states[known.feed.feed_id] = replace(known, **changes)

    def subscribe(self) -> Subscription:
        """Learn of the hub, ask it, and be verified for ten days."""
        self.learn()
        self.renew()
        assert self.verify()[0] == 200
        return self.one

    def verify(self, mode: str = "subscribe", **more: str) -> tuple[int, str]:
        asked_with = {"hub.mode": mode, "hub.topic": FEED, "hub.challenge": "c", "hub.lease_seconds": "864000"} | more
        return self.callback.verify(self.one.callback_id, asked_with)

    def deliver(self, body: bytes, *, secret: str | None = None) -> int:
        """Deliver as the hub does, or with another secret."""
        digest = hmac.new((secret or self.one.secret).encode(), body, "sha256").hexdigest()
        return self.callback.deliver(self.one.callback_id, body, signature=f"sha256={digest}", content_type="application/rss+xml")

    @property
    def one(self) -> Subscription:
        (found,) = self.state.pushes.subscriptions()
        return found

    @property
    def feed(self) -> FeedState:
        found = self.state.feeds.get(FeedId("news"))
        assert found is not None
        return found

    def waiting(self) -> set[str]:
        """Titles of the entries that wait for a batch."""
        return {member.entry.title for member in self.state.ledger.entries.values() if member.due_at is not None}


# ── subscribing ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hub_that_a_poll_finds_is_subscribed_to() -> None:
    """From the Link headers of the feed to a lease; the second sweep asks nobody."""
    office = Office({FEED: Reply(body=rss("a"), headers=LINKS)})
    office.poll()
    assert office.renew() == {"asked": 1}
    ((hub, form),) = office.fetcher.posted
    assert (hub, form["hub.mode"], form["hub.topic"]) == (HUB, "subscribe", FEED)
    assert (form["hub.callback"], form["hub.secret"]) == (f"{BASE}/token-0", "token-1")
    assert form["hub.lease_seconds"] == str(20 * 86_400)
    assert office.one.status is S.ASKED
    assert office.renew() == {}
    assert office.verify() == (200, "c")
    assert (office.one.status, office.one.lease_until) == (S.ACTIVE, NOON + 10 * DAY)
    office.now += 9 * DAY - HOUR
    assert office.renew() == {}
    office.now += HOUR
    assert office.renew() == {"asked": 1}
    assert office.one.status is S.ACTIVE, "in force while it is renewed"


REFUSALS: dict[str, tuple[Scripted, str, str]] = {
    "an error": (Reply(status=500, body=b"broken"), "failed", "https://hub.example/ answered 500: broken"),
    "no": (Reply(status=400, body=b"unknown topic \xff"), "failed", "answered 400: unknown topic"),
    "a redirect that loses the form": (Reply(status=302, body=b""), "failed", "answered 302"),
    "nobody there": (RetryableError("connection refused"), "failed", "connection refused"),
    "an address inside": (Rejected(url=HUB, reason="private-address", detail="10.0.0.1"), "failed", "private-address: 10.0.0.1"),
    "a pause": (HostBusyError("asks for a pause", until=NOON + 5 * HOUR), "failed", "asks for a pause"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_hub_that_does_not_take_it_is_asked_again_later(case: str) -> None:
    """The reason is kept, and one hub never stops the sweep."""
    answer, word, reason = REFUSALS[case]
    office = Office({HUB: answer})
    office.learn()
    assert office.renew() == {word: 1}
    assert reason in (office.one.last_error or "")
    assert office.one.status is S.ASKED
    assert office.one.next_ask_at == NOON + (5 * HOUR if case == "a pause" else HOUR / 2)
    assert office.renew() == {}


def test_a_slow_ledger_holds_up_no_other_hub() -> None:
    """It is asked beside the event loop."""
    office = Office({HUB: Reply(status=500, body=b"broken")})
    office.learn()
    loops = Loops()
    loops.needed_by(office.state.pushes, "subscriptions", "add", "change")
    assert asyncio.run(loops.run(office.subscriber.renew)) == {"failed": 1}
    assert loops.waited.count("change") == 2  # that it is asked, and what came of it


def test_a_feed_whose_hub_refuses_is_pushed_by_its_other_one() -> None:
    """The next sweep but a day asks there."""
    second = "https://second.example/"
    links = (*LINKS, ("Link", f'<{second}>; rel="hub"'))
    office = Office({FEED: Reply(body=rss("a"), headers=links), HUB: Reply(status=202), second: Reply(status=202)})
    office.poll()
    assert office.renew() == {"asked": 1}
    assert office.verify("denied")[0] == 200
    office.now += DAY
    assert office.renew() == {"asked": 1}
    assert [hub for hub, _form in office.fetcher.posted] == [HUB, second]


def test_a_busy_host_is_no_failure_of_the_hub() -> None:
    """The request goes out when its slot comes."""
    office = Office({HUB: [Deferred(url=HUB, until=NOON + HOUR, reason="slot"), Reply(status=202)]})
    office.learn()
    assert office.renew() == {"postponed": 1}
    assert (office.one.failures, office.one.next_ask_at, office.one.last_error) == (0, NOON + HOUR, None)
    office.now += HOUR
    assert office.renew() == {"asked": 1}


def test_a_wrong_configuration_is_not_taken_for_a_fault_of_the_hub() -> None:
    """Somebody has to be told."""
    office = Office({HUB: ConfigurationError("no such proxy")})
    office.learn()
    with pytest.raises(ConfigurationError):
        office.renew()


def test_a_feed_that_is_taken_out_is_unsubscribed() -> None:
    """The hub is told, verifies, and what it delivers after that is answered with 410."""
    office = Office()
    office.subscribe()
    office.state.feeds.sync([], NOON)
    assert office.renew() == {"asked": 1}
    assert office.fetcher.posted[-1][1] == {
        "hub.mode": "unsubscribe", "hub.topic": FEED, "hub.callback": f"{BASE}/token-0", "hub.verify": "async",
    }  # fmt: skip
    assert office.deliver(rss("late")) == 410
    assert office.verify("unsubscribe") == (200, "c")
    assert office.one.status is S.ENDED
    assert office.renew() == {}
    assert office.state.pushes.waits() is None


def test_a_feed_that_comes_back_is_subscribed_to_again() -> None:
    """Under the same callback, with nothing trusted from before."""
    office = Office()
    office.subscribe()
    office.put(status=FeedStatus.GONE)
    office.renew()
    office.verify("unsubscribe")
    office.put(status=FeedStatus.ACTIVE)
    assert office.renew() == {"asked": 1}
    assert (office.one.status, office.one.callback_id, office.one.trust) == (S.ASKED, "token-0", Trust.UNPROVEN)


# ── callbacks ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nobody_is_verified_who_was_not_asked() -> None:
    """An unknown callback, another topic, and an unsubscription in our name."""
    office = Office()
    office.subscribe()
    before = office.one
    assert office.callback.verify("nobody", {"hub.mode": "subscribe"})[0] == 404
    assert not office.callback.knows("nobody")
    assert office.callback.knows(before.callback_id)
    assert office.verify(**{"hub.topic": "https://other.example/"})[0] == 404
    assert office.verify("unsubscribe")[0] == 404
    assert office.one == before


def test_a_denial_brings_the_next_poll_forward() -> None:
    """The feed may have been polled once a day, on the strength of push."""
    office = Office()
    office.subscribe()
    office.put(next_poll_at=NOON + DAY)
    assert office.verify("denied", **{"hub.reason": "too many"}) == (200, "")
    assert office.one.status is S.DENIED
    assert office.feed.next_poll_at == NOON


def test_a_wrong_signature_is_answered_kindly_and_dropped() -> None:
    """2xx, as the standard has it; counted, and nothing is kept. So is none at all."""
    office = Office()
    office.subscribe()
    assert office.deliver(rss("forged"), secret="guessed") == 202
    assert office.callback.deliver(office.one.callback_id, rss("forged"), signature=None, content_type="") == 202
    assert (office.one.refused, office.one.deliveries) == (2, 0)
    assert office.state.pushes.deliveries() == ()
    assert office.callback.deliver("nobody", b"", signature=None, content_type="") == 404


def test_a_delivery_is_in_the_ledger_before_it_is_answered() -> None:
    """And is there once, however often the hub sends it."""
    office = Office()
    office.subscribe()
    assert [office.deliver(rss("a")) for _ in range(3)] == [202, 202, 202]
    (kept,) = office.state.pushes.waiting()
    assert (kept.body, kept.feed_id, kept.received_at, kept.content_type) == (rss("a"), "news", NOON, "application/rss+xml")
    assert (office.one.deliveries, office.one.delivered_at) == (1, NOON)


def test_a_flood_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a hub with the right secret cannot fill the disk."""
    monkeypatch.setattr(pushing, "MOST_WAITING", 3)
    office = Office()
    office.subscribe()
    for number in range(3):
        assert office.deliver(rss(str(number))) == 202
    with pytest.raises(RetryableError, match="3 deliveries wait"):
        office.deliver(rss("more"))
    office.dispatcher.dispatch()
    assert office.deliver(rss("more")) == 202


# ── dispatching ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_deliveries_become_entries() -> None:
    """Archived as a feed, told by `explain`, noted at the subscription; a second run finds nothing to do."""
    office = Office()
    office.subscribe()
    office.deliver(rss("a", "b"))
    office.now += timedelta(seconds=1)
    office.deliver(rss("b", "c"))
    assert office.dispatcher.dispatch() == {"deliveries": 2, "new": 3}
    assert office.waiting() == {"Story a", "Story b", "Story c"}
    assert [(kind, page.url, page.body) for kind, page in office.archive.added] == [
        ("feed", FEED, rss("a", "b")),
        ("feed", FEED, rss("b", "c")),
    ]
    (told,) = office.state.decisions.about(url_key("https://news.example/c"))
    assert set(office.state.coverage.ways([told.article_id or ArticleId("")]).values()) == {frozenset({Way.PUSH})}
    assert (told.stage, told.verdict, told.reason) == ("push", "new", "pushed by the hub of feed news (news.example)")
    assert {(one.state, one.body) for one in office.state.pushes.deliveries()} == {(DeliveryState.DONE, b"")}
    assert sorted((one.entries, one.new) for one in office.state.pushes.deliveries()) == [(2, 1), (2, 2)]
    assert (office.one.trust, len(office.one.pushed)) == (Trust.DELIVERED, 3)
    assert office.dispatcher.dispatch() == {"deliveries": 0, "new": 0}


def test_a_dispatch_that_was_cut_short_ends_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before it could settle: the entries are there once, and the delivery is taken in again."""
    office = Office()
    office.subscribe()
    office.deliver(rss("a"))
    settle = office.state.pushes.settle
    monkeypatch.setattr(office.state.pushes, "settle", _killed)
    with pytest.raises(KeyboardInterrupt):
        office.dispatcher.dispatch()
    monkeypatch.setattr(office.state.pushes, "settle", settle)
    assert office.dispatcher.dispatch() == {"deliveries": 1, "new": 0}
    assert office.waiting() == {"Story a"}
    assert len(office.state.decisions.about(url_key("https://news.example/a"))) == 1


def _killed(*_any: object, **_more: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("body", [b"", b"hello", b"<html><body>There is news!</body></html>", rss()])
def test_what_holds_no_entries_is_a_ping(body: bytes) -> None:
    """The feed is polled next, and the deliveries behind it have their turn."""
    office = Office()
    office.subscribe()
    office.put(next_poll_at=NOON + DAY)
    office.deliver(body)
    office.deliver(rss("a"))
    assert office.dispatcher.dispatch() == {"deliveries": 2, "new": 1}
    assert office.feed.next_poll_at == NOON
    assert [one.error for one in office.state.pushes.deliveries() if one.error]


def test_a_fault_of_ours_does_not_stop_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is logged and noted at the delivery."""
    office = Office()
    office.subscribe()
    office.deliver(rss("a"))

    def stumble(*_any: object, **_more: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(pushing, "read_feed", stumble)
    assert office.dispatcher.dispatch() == {"deliveries": 1, "new": 0}
    assert office.state.pushes.deliveries()[0].error == "ZeroDivisionError: a fault of ours"


def test_a_disk_that_is_full_keeps_the_delivery() -> None:
    """A passing fault: it waits for the next run."""
    office = Office()
    office.subscribe()
    office.deliver(rss("a"))

    def full(page: FetchedPage, *, kind: str) -> None:
        raise RetryableError("disk full")

    office.archive.add = full  # type: ignore[assignment, method-assign]
    with pytest.raises(RetryableError):
        office.dispatcher.dispatch()
    assert office.state.pushes.waits() is not None


def test_deliveries_for_a_feed_that_is_followed_no_more_are_dropped() -> None:
    """They came before the hub had let go."""
    office = Office()
    office.subscribe()
    office.deliver(rss("a"))
    office.put(status=FeedStatus.REMOVED)
    assert office.dispatcher.dispatch() == {"deliveries": 1, "new": 0}
    assert (office.waiting(), office.archive.added) == (set(), [])


# ── polls and push ────────────────────────────────────────────────────────────────────────────────────────────────


def polled(*bodies: bytes) -> Office:
    """An office that follows a feed for a day: subscribed since, its document as given poll by poll, the last one now."""
    office = Office({FEED: [Reply(body=body, headers=LINKS) for body in bodies]})
    office.poll()
    office.subscribe()
    office.now += HOUR / 2
    return office


def due(office: Office) -> timedelta:
    """How long until the next poll."""
    return office.feed.next_poll_at - office.now


def test_a_poll_that_finds_what_push_brought_proves_it_and_polls_become_rare() -> None:
    """The interval grows twelvefold, and is never more than a day."""
    office = polled(rss("a"), rss("a", "b"), rss("a", "b", "c"))
    office.put(next_poll_at=office.now)
    alone = due_after_poll_without_push(office)
    office.deliver(rss("b"))
    office.dispatcher.dispatch()
    assert office.one.trust is Trust.DELIVERED
    office.poll()
    assert office.one.trust is Trust.PROVEN
    assert due(office) >= 5 * alone
    assert due(office) <= DAY


def due_after_poll_without_push(office: Office) -> timedelta:
    """What the same poll would give where nothing was pushed."""
    from pipeline.sources.schedule import interval_seconds

    return timedelta(seconds=interval_seconds(office.feed, office.now))


def test_a_poll_that_finds_what_push_missed_breaks_it() -> None:
    """The feed is polled as if there were no hub, until push delivers and a poll confirms it."""
    office = polled(rss("a"), rss("a", "b"), rss("a", "b", "missed", minute=59), rss("a", "b", "missed", "d", minute=59))
    office.deliver(rss("b"))
    office.dispatcher.dispatch()
    office.put(next_poll_at=office.now)
    office.poll()
    assert office.one.trust is Trust.PROVEN
    rare = due(office)
    office.now += 2 * HOUR
    office.put(next_poll_at=office.now)
    office.state.pushes.change(office.one.callback_id, lambda one: replace(one, verified_at=NOON - DAY))
    office.poll()
    assert (office.one.trust, office.one.missed) == (Trust.BROKEN, 1)
    assert due(office) < rare / 4
    office.deliver(rss("d"))
    office.dispatcher.dispatch()
    assert office.one.trust is Trust.DELIVERED
    office.now += HOUR
    office.put(next_poll_at=office.now)
    office.poll()
    assert office.one.trust is Trust.PROVEN


def test_what_is_pushed_counts_for_the_rate() -> None:
    """Or a feed whose push breaks would be taken for one that has fallen silent."""
    with_push, without = polled(rss("a"), rss("a")), polled(rss("a"), rss("a"))
    with_push.deliver(rss("b", "c", "d"))
    with_push.dispatcher.dispatch()
    for office in (with_push, without):
        office.now += HOUR
        office.put(next_poll_at=office.now)
        office.poll()
    assert (with_push.feed.rate_per_hour or 0) > (without.feed.rate_per_hour or 0)
    assert with_push.feed.last_new_at == with_push.now
    assert with_push.state.feeds.polls()[0].new == 0, "the poll itself found nothing new"


def test_an_error_tells_no_secret() -> None:
    """Status and list show it to whoever looks."""
    office = Office({HUB: Reply(status=500, body=b"")})
    office.learn()
    office.renew()
    assert office.one.callback_id != CallbackId(office.one.secret)
    assert office.one.secret not in (office.one.last_error or "")
