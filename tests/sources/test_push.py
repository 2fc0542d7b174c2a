"""WebSub's rules as values: hubs found, asked, verified, renewed, left; signatures; whether push is to be trusted."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.ledger import FeedState, FeedStatus
from pipeline.sources import push
from pipeline.sources.push import Offer, Plan
from pipeline.subscriptions import CallbackId, Subscription, SubscriptionStatus, Trust
from pipeline.types import ArticleId, EntryId, Feed, FeedEntry, FeedHints, FeedId, UrlKey

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HUB, TOPIC, CALLBACK = "https://hub.example/", "https://news.example/feed", "https://wireroom.example/push/c"
OFFER = Offer(feed_id=FeedId("news"), hub=HUB, topic=TOPIC)
FRESH = push.begun(OFFER, callback_id=CallbackId("c" * 43), secret="s3cret", now=NOW)
S = SubscriptionStatus


def active(**changes: object) -> Subscription:
    """A subscription verified a day ago for ten days."""
    usual: dict[str, object] = {
        "status": S.ACTIVE, "callback": CALLBACK, "asked_at": NOW - DAY, "verified_at": NOW - DAY, "lease_until": NOW + 9 * DAY,
        "next_ask_at": NOW + 8 * DAY,
    }  # fmt: skip
    return replace(FRESH, **(usual | changes))  # type: ignore[arg-type]


def feed(name: str = "news", *, hub: str | None = HUB, self_url: str | None = TOPIC, status: FeedStatus = FeedStatus.ACTIVE) -> FeedState:
    """A feed whose document names a hub and itself."""
    return FeedState(
        feed=Feed(feed_id=FeedId(name), url=f"https://{name}.example/rss"),
        next_poll_at=NOW,
        status=status,
        hints=FeedHints(hub=hub, self_url=self_url),
    )


def entry(name: str, *, published: datetime | None = NOW - HOUR) -> FeedEntry:
    """An entry of that feed, published an hour ago."""
    return FeedEntry(
        entry_id=EntryId(name), feed_id=FeedId("news"), url=f"https://news.example/{name}", url_key=UrlKey(name),
        article_id=ArticleId(name), published=published,
    )  # fmt: skip


# ── finding hubs ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_both_hub_and_own_address_are_needed() -> None:
    """A hub knows a topic by the feed's own address; feeds that are followed no more offer nothing."""
    assert push.offers_of(feed()) == (OFFER,)
    assert push.offers_of(feed(hub=None)) == ()
    assert push.offers_of(feed(self_url=None)) == ()
    assert push.offers_of(feed(status=FeedStatus.GONE)) == ()
    assert push.offers_of(feed(status=FeedStatus.REMOVED)) == ()
    assert push.offers_of(feed(status=FeedStatus.DORMANT)) == (OFFER,)


# ── planning ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_offered_and_not_subscribed_is_fresh() -> None:
    """Once it is subscribed to in whatever way, nothing is left to do."""
    assert push.plan([feed(), feed("quiet", hub=None)], [], NOW) == Plan(fresh=(OFFER,), leaving=())
    for status in (S.WANTED, S.ASKED, S.ACTIVE, S.DENIED):
        assert push.plan([feed()], [replace(FRESH, status=status)], NOW) == Plan(fresh=(), leaving=())
    for status in (S.LEAVING, S.ENDED):
        assert push.plan([feed()], [replace(FRESH, status=status)], NOW) == Plan(fresh=(OFFER,), leaving=())


def test_what_is_offered_no_more_is_left() -> None:
    """The feed was taken out, answered 410, or names no hub any longer."""
    for states in ([], [feed(status=FeedStatus.GONE)], [feed(status=FeedStatus.REMOVED)], [feed(hub=None)]):
        assert push.plan(states, [active()], NOW) == Plan(fresh=(), leaving=(active(),))
    assert push.plan([], [active(status=S.LEAVING), active(status=S.ENDED)], NOW) == Plan(fresh=(), leaving=())


def test_a_feed_that_moves_to_another_hub_is_followed_there() -> None:
    """But a feed with another address at each poll gets a new subscription a day at most."""
    moved = feed(hub="https://new.example/")
    there = replace(OFFER, hub="https://new.example/")
    old = active()
    assert push.plan([moved], [old], NOW) == Plan(fresh=(there,), leaving=(old,))
    assert push.plan([moved], [active(asked_at=NOW - HOUR)], NOW) == Plan(fresh=(), leaving=())


def test_where_one_hub_refuses_another_is_asked() -> None:
    """Denied, or silent four times: the next that the feed names is asked; where all refuse, the last one again after its week."""
    second = replace(OFFER, hub="https://second.example/")
    known = feed()
    several = replace(known, hints=replace(known.hints, hubs=(HUB, second.hub)))
    assert push.plan([several], [], NOW) == Plan(fresh=(OFFER,), leaving=())
    denied = active(status=S.DENIED, lease_until=None, last_error="denied by the hub", asked_at=NOW - 2 * DAY)
    silent = active(status=S.ASKED, lease_until=None, failures=4, asked_at=NOW - 2 * DAY)
    for refusing in (denied, silent):
        assert push.plan([several], [refusing], NOW) == Plan(fresh=(second,), leaving=(refusing,))
        assert push.plan([known], [refusing], NOW) == Plan(fresh=(), leaving=())
    assert push.plan([several], [replace(silent, failures=3)], NOW) == Plan(fresh=(), leaving=())
    over, other = push.left(denied, NOW), replace(active(), hub=second.hub)
    assert push.plan([several], [over, other], NOW) == Plan(fresh=(), leaving=())
    both = replace(denied, hub=second.hub)
    assert push.plan([several], [over, both], NOW) == Plan(fresh=(), leaving=())
    assert push.plan([several], [over, replace(both, asked_at=NOW + 4 * DAY)], NOW + 6 * DAY) == Plan(
        fresh=(OFFER,), leaving=(replace(both, asked_at=NOW + 4 * DAY),)
    )


def test_leaving_tells_a_hub_that_was_asked_and_no_other() -> None:
    """Who never granted anything has nothing to take back."""
    assert push.left(FRESH, NOW).status is push.left(active(status=S.DENIED), NOW).status is S.ENDED
    gone = push.left(active(failures=3), NOW)
    assert (gone.status, gone.next_ask_at, gone.failures) == (S.LEAVING, NOW, 0)
    assert push.left(gone, NOW + DAY) == gone


def test_what_is_begun_again_is_as_at_first() -> None:
    """No lease, no trust; and a subscription in force is left alone."""
    again = push.begun_again(active(status=S.ENDED, trust=Trust.PROVEN, pushed=(ArticleId("a"),)), now=NOW)
    assert (again.status, again.trust, again.next_ask_at, again.lease_until, again.pushed) == (S.WANTED, Trust.UNPROVEN, NOW, None, ())
    assert push.begun_again(active(), now=NOW) == active()


# ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_form_asks_for_ten_to_thirty_days() -> None:
    """With topic, callback and secret; renewals are spread by chance."""
    asking = push.asked(FRESH, CALLBACK, NOW)
    form = push.request_form(asking, random_unit=0.0)
    assert form == {
        "hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK, "hub.verify": "async", "hub.secret": "s3cret",
        "hub.lease_seconds": "864000",
    }  # fmt: skip
    assert push.request_form(asking, random_unit=1.0)["hub.lease_seconds"] == "2592000"


def test_unsubscribing_gives_no_secret_and_no_lease() -> None:
    """And names the callback as the hub knows it, wherever ours is by now."""
    leaving = push.asked(push.left(active(), NOW), "https://moved.example/push/c", NOW)
    assert push.request_form(leaving, random_unit=0.5) == {
        "hub.mode": "unsubscribe", "hub.topic": TOPIC, "hub.callback": CALLBACK, "hub.verify": "async",
    }  # fmt: skip


def test_a_hub_that_does_not_verify_is_asked_ever_more_seldom() -> None:
    """Half an hour, doubling, a day at most; an answer in between starts it anew."""
    waits, known, at = [], FRESH, NOW
    for _ in range(9):
        known = push.ask_failed(push.asked(known, CALLBACK, at), "503", at)
        assert known.next_ask_at is not None
        waits.append((known.next_ask_at - at) / HOUR)
        at = known.next_ask_at
        assert (known.status, known.last_error) == (S.ASKED, "503")
        assert push.is_due(known, CALLBACK, at)
        assert not push.is_due(known, CALLBACK, at - MINUTE)
    assert waits == [0.5, 1, 2, 4, 8, 16, 24, 24, 24]
    verified = push.answer_to(known, {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "x"}, at).subscription
    assert (verified.failures, verified.last_error) == (0, None)


def test_a_hub_that_asks_for_a_pause_gets_it() -> None:
    """429 and 503 with Retry-After."""
    known = push.ask_failed(push.asked(FRESH, CALLBACK, NOW), "429", NOW, not_before=NOW + 5 * HOUR)
    assert known.next_ask_at == NOW + 5 * HOUR


def test_a_hub_may_verify_before_it_answers() -> None:
    """Then a broken answer means nothing."""
    asking = push.asked(FRESH, CALLBACK, NOW)
    verified = push.answer_to(asking, {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "x"}, NOW).subscription
    assert push.ask_failed(verified, "connection reset", NOW) == verified


def test_a_subscription_is_renewed_on_its_last_day_and_once_a_day() -> None:
    """Short leases leave gaps, which polls fill: nobody is asked every hour."""
    for lease, due in ((10 * DAY, 9 * DAY), (2 * DAY, DAY), (30 * HOUR, DAY), (HOUR, DAY)):
        params = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "x", "hub.lease_seconds": str(int(lease.total_seconds()))}
        known = push.answer_to(push.asked(FRESH, CALLBACK, NOW), params, NOW).subscription
        assert (known.lease_until, known.next_ask_at) == (NOW + lease, NOW + due)
        assert not push.is_due(known, CALLBACK, NOW + due - MINUTE)
        assert push.is_due(known, CALLBACK, NOW + due)
        assert push.asked(known, CALLBACK, NOW + due).status is S.ACTIVE, "it stays in force meanwhile"


def test_a_callback_that_moved_is_told_at_once() -> None:
    """Or deliveries would go where nobody listens."""
    assert not push.is_due(active(), CALLBACK, NOW)
    assert push.is_due(active(), "https://moved.example/push/c", NOW)
    assert push.asked(active(), "https://moved.example/push/c", NOW).callback == "https://moved.example/push/c"
    assert not push.is_due(active(status=S.ENDED, next_ask_at=None), "https://moved.example/push/c", NOW)


def test_a_hub_that_cannot_be_told_is_left_in_silence() -> None:
    """After five tries, or when the lease is over anyway."""
    leaving = push.left(active(), NOW)
    for tries in range(1, 6):
        leaving = push.ask_failed(push.asked(leaving, CALLBACK, NOW), "down", NOW)
        assert leaving.status is (S.ENDED if tries == 5 else S.LEAVING)
    over = push.ask_failed(push.asked(push.left(active(lease_until=NOW), NOW), CALLBACK, NOW), "down", NOW)
    assert (over.status, over.next_ask_at) == (S.ENDED, None)


# ── verification ──────────────────────────────────────────────────────────────────────────────────────────────────


def params(mode: str = "subscribe", **more: str) -> dict[str, str]:
    """What a hub sends to a callback."""
    return {"hub.mode": mode, "hub.topic": TOPIC, "hub.challenge": "echo me", "hub.lease_seconds": "864000"} | {
        f"hub.{name}": value for name, value in more.items()
    }


def test_the_challenge_is_echoed_for_what_we_asked() -> None:
    """And the lease runs from now, as the hub grants it."""
    reply = push.answer_to(push.asked(FRESH, CALLBACK, NOW), params(lease_seconds="3600"), NOW)
    assert (reply.status, reply.body) == (200, "echo me")
    known = reply.subscription
    assert (known.status, known.verified_at, known.lease_until) == (S.ACTIVE, NOW, NOW + HOUR)


REFUSED = {
    "never asked for": (FRESH, params(), 404),
    "another topic": (active(), params(topic="https://other.example/feed"), 404),
    "no topic": (active(), {"hub.mode": "subscribe", "hub.challenge": "x"}, 404),
    "unsubscribed by somebody else": (active(), params("unsubscribe"), 404),
    "subscribed again after we left": (push.left(active(), NOW), params(), 404),
    "no mode": (active(), params(""), 404),
    "publish": (active(), params("publish"), 404),
    "denied in another's name": (FRESH, params("denied"), 404),
    "no challenge": (active(), params(challenge=""), 400),
    "a challenge without end": (active(), params(challenge="x" * 2049), 400),
    "no time at all": (active(), params(lease_seconds="0"), 404),
    "less than no time": (active(), params(lease_seconds="-5"), 404),
    "a lease of letters": (active(), params(lease_seconds="long"), 404),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_we_did_not_ask_for_is_not_confirmed(case: str) -> None:
    """Nothing changes and no challenge is echoed."""
    known, asked_with, status = REFUSED[case]
    reply = push.answer_to(known, asked_with, NOW)
    assert (reply.status, reply.subscription) == (status, known)
    assert "echo me" not in reply.body
    assert "x" * 100 not in reply.body


def test_leases_are_believed_within_reason() -> None:
    """None named is the shortest we ask for; none reaches further than a year."""
    asking = push.asked(FRESH, CALLBACK, NOW)
    without = {name: value for name, value in params().items() if name != "hub.lease_seconds"}
    assert push.answer_to(asking, without, NOW).subscription.lease_until == NOW + 10 * DAY
    assert push.answer_to(asking, params(lease_seconds="999999999999"), NOW).subscription.lease_until == NOW + 366 * DAY


def test_renewal_keeps_the_time_in_force() -> None:
    """What is missed is counted from the first verification, or from the one after a gap."""
    assert push.answer_to(active(), params(), NOW).subscription.verified_at == NOW - DAY
    assert push.answer_to(active(lease_until=NOW - HOUR), params(), NOW).subscription.verified_at == NOW


def test_a_denial_ends_push_for_a_week() -> None:
    """At any time, with the reason; then the hub is asked again, and may change its mind earlier."""
    reply = push.answer_to(active(trust=Trust.PROVEN), params("denied", reason="too many"), NOW)
    known = reply.subscription
    assert (reply.status, known.status, known.trust, known.lease_until) == (200, S.DENIED, Trust.UNPROVEN, None)
    assert known.last_error == "denied by the hub: too many"
    assert known.next_ask_at == NOW + 7 * DAY
    assert push.relied_on_until(known, NOW) is None
    assert push.answer_to(known, params(), NOW + DAY).subscription.status is S.ACTIVE
    assert push.asked(known, CALLBACK, NOW + 7 * DAY).status is S.ASKED
    assert len(push.answer_to(active(), params("denied", reason="x" * 9999), NOW).subscription.last_error or "") <= 300


def test_unsubscribing_is_confirmed_where_we_left() -> None:
    """And it is over; once more is the same."""
    reply = push.answer_to(push.left(active(), NOW), params("unsubscribe"), NOW)
    assert (reply.status, reply.body, reply.subscription.status, reply.subscription.next_ask_at) == (200, "echo me", S.ENDED, None)
    assert push.answer_to(reply.subscription, params("unsubscribe"), NOW) == reply


# ── signatures ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_every_algorithm_of_the_standard_is_checked(algorithm: str) -> None:
    """The right signature passes, in any case of letters; one of another secret, body or algorithm does not."""
    right = hmac.new(b"s3cret", b"<feed/>", algorithm).hexdigest()
    assert push.is_signed(b"<feed/>", f"{algorithm}={right}", "s3cret")
    assert push.is_signed(b"<feed/>", f" {algorithm.upper()}={right.upper()} ", "s3cret")
    assert not push.is_signed(b"<feed/>", f"{algorithm}={right}", "other")
    assert not push.is_signed(b"<feed />", f"{algorithm}={right}", "s3cret")
    assert not push.is_signed(b"<feed/>", f"{algorithm}={right[:-2]}", "s3cret")
    other = "sha256" if algorithm != "sha256" else "sha512"
    assert not push.is_signed(b"<feed/>", f"{other}={right}", "s3cret")


@pytest.mark.parametrize(
    "header", [None, "", "sha256", "sha256=", "md5=" + hashlib.md5(b"").hexdigest(), "sha256=zz", "sha256=" + "0" * 64]
)
def test_no_signature_is_no_signature(header: str | None) -> None:
    """Also of an algorithm that is not the standard's."""
    assert not push.is_signed(b"", header, "s3cret")


# ── trust ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_push_is_proven_by_a_poll_that_finds_what_it_brought() -> None:
    """Delivering is not enough, and an entry that a poll had found before proves nothing."""
    known = push.brought(active(), [])
    assert (known.trust, push.relied_on_until(known, NOW)) == (Trust.UNPROVEN, None)
    known = push.brought(known, [entry("a")])
    assert (known.trust, known.pushed, push.relied_on_until(known, NOW)) == (Trust.DELIVERED, ("a",), None)
    assert push.judged(known, [entry("other")], [], NOW, polled_before=NOW - HOUR) == known
    proven = push.judged(known, [entry("a")], [], NOW, polled_before=NOW - HOUR)
    assert (proven.trust, push.relied_on_until(proven, NOW)) == (Trust.PROVEN, NOW + 9 * DAY)
    assert push.relied_on_until(proven, NOW + 9 * DAY) is None, "the lease is over"


def test_an_entry_that_push_missed_breaks_it_until_it_delivers_again() -> None:
    """And then a poll has to confirm it once more."""
    proven = active(trust=Trust.PROVEN, pushed=(ArticleId("a"),))
    broken = push.judged(proven, [entry("a"), entry("b")], [entry("b")], NOW, polled_before=NOW - DAY)
    assert (broken.trust, broken.missed, push.relied_on_until(broken, NOW)) == (Trust.BROKEN, 1, None)
    assert push.judged(broken, [entry("a")], [], NOW, polled_before=NOW - HOUR).trust is Trust.BROKEN
    again = push.brought(broken, [entry("c")])
    assert again.trust is Trust.DELIVERED
    assert push.judged(again, [entry("c")], [], NOW, polled_before=NOW - HOUR).trust is Trust.PROVEN


NOT_MISSED = {
    "a hub may take ten minutes": ([entry("b", published=NOW - 9 * MINUTE)], NOW - DAY),
    "published before the subscription": ([entry("b", published=NOW - 2 * DAY)], NOW - HOUR),
    "no date, and the poll before was before the subscription": ([entry("b", published=None)], NOW - 2 * DAY),
    "no date, and the first poll of all": ([entry("b", published=None)], None),
    "brought by push under another id": ([entry("a")], NOW - HOUR),
}


@pytest.mark.parametrize("case", NOT_MISSED)
def test_what_push_could_not_have_brought_is_no_miss(case: str) -> None:
    """Trust is lost only for what a working hub would have delivered."""
    new, before = NOT_MISSED[case]
    proven = active(trust=Trust.PROVEN, pushed=(ArticleId("a"),))
    assert push.judged(proven, new, new, NOW, polled_before=before) == proven


def test_an_undated_entry_is_missed_where_push_was_in_force_all_along() -> None:
    """The poll before had not found it, and was in the time of the subscription."""
    broken = push.judged(active(), [], [entry("b", published=None)], NOW, polled_before=NOW - HOUR)
    assert broken.trust is Trust.BROKEN


def test_nothing_is_judged_out_of_force() -> None:
    """Who promised nothing has missed nothing."""
    for known in (active(lease_until=NOW), active(status=S.ASKED), active(status=S.DENIED)):
        assert push.judged(known, [], [entry("b")], NOW, polled_before=NOW - HOUR) == known


def test_only_the_latest_are_remembered() -> None:
    """A row stays small, and an entry delivered twice is one."""
    known = active()
    for number in range(150):
        known = push.brought(known, [entry(str(number)), entry(str(number))])
    assert known.pushed == tuple(str(number) for number in range(149, 49, -1))


def test_deliveries_are_counted() -> None:
    """Those kept and those dropped."""
    known = push.refused(push.delivered(push.delivered(active(), NOW), NOW + HOUR))
    assert (known.deliveries, known.refused, known.delivered_at) == (2, 1, NOW + HOUR)
