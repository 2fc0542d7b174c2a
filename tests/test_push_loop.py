"""Push over real sockets: a hub on HTTP, the search page's callback under uvicorn, the guarded fetcher, a ledger in SQLite."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn

from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.subscriptions import PushStanding, Subscription, SubscriptionStatus, Trust, standing
from pipeline.wiring import Rooms, open_web_app
from tests.websub_hub import RunningHub, feed_of

DAY = timedelta(days=1)
S = SubscriptionStatus


class Desk:
    """One Wireroom that follows the hub's feed and listens for it."""

    def __init__(self, home: Path, hub: RunningHub) -> None:
        self.now = datetime.now(UTC)
        self.hub = hub
        listening = socket.create_server(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}/push"
        write_feed_file(home / "feeds.toml", [{"id": "news", "url": hub.url("/feed"), "title": "News"}])
        self.settings = Settings(
            home=home, local_newsroom=hub.address, feed_host_delay=0, host_delay=0, callback_url=base, max_feed_bytes=100_000
        )
        self.rooms = Rooms(self.settings, clock=lambda: self.now)
        self._server = uvicorn.Server(uvicorn.Config(open_web_app(self.settings, clock=lambda: self.now), log_level="error"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()

    @property
    def one(self) -> Subscription:
        (found,) = self.rooms.state.pushes.subscriptions()
        return found

    def poll(self) -> dict[str, int]:
        """Poll the feed, due or not."""
        self.rooms.sync_feeds()
        return self.rooms.poll(every=True)

    def subscribe(self) -> None:
        """Find the hub by a poll, ask it, and let it verify."""
        self.poll()
        assert self.rooms.renew_pushes() == {"asked": 1}
        self.hub.settle()

    def titles(self) -> set[str]:
        """Of all entries that wait."""
        batches = self.rooms.state.ledger.make_batches(self.now, size=1000)
        return {member.entry.title for batch in batches for member in self.rooms.state.ledger.batch_entries(batch.batch_id)}

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self.rooms.close()


@pytest.fixture
def hub() -> Iterator[RunningHub]:
    """A hub that behaves until told otherwise."""
    with RunningHub() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, hub: RunningHub) -> Iterator[Desk]:
    """A Wireroom beside it."""
    opened = Desk(tmp_path, hub)
    yield opened
    opened.close()


def test_what_is_published_arrives_without_a_poll(desk: Desk, hub: RunningHub) -> None:
    """Found by its Link headers, asked, verified; then a publication is an entry before anybody polls."""
    hub.list("old")
    desk.subscribe()
    assert hub.seen.verified[0][0] == 200
    assert (desk.one.status, standing(desk.one, desk.now)) == (S.ACTIVE, PushStanding.ACTIVE)
    assert desk.titles() == {"Story old"}
    assert hub.publish("new") == 1
    assert hub.seen.delivered == [202]
    assert desk.rooms.dispatch() == {"deliveries": 1, "new": 1}
    assert desk.titles() == {"Story new"}
    assert len(desk.rooms.state.feeds.polls()) == 1
    desk.poll()
    assert desk.one.trust is Trust.PROVEN


def test_a_hub_may_verify_before_it_answers(desk: Desk, hub: RunningHub) -> None:
    """The verification is not overwritten by what we write after its answer."""
    hub.conduct.verifies_first = True
    desk.subscribe()
    assert (desk.one.status, desk.one.failures) == (S.ACTIVE, 0)


@pytest.mark.parametrize("signs", ["wrong", "not-at-all"])
def test_a_forged_delivery_has_no_effect(desk: Desk, hub: RunningHub, signs: str) -> None:
    """Answered like a right one, dropped and counted; the next right one is taken."""
    desk.subscribe()
    hub.conduct.signs = signs
    hub.publish("forged")
    assert hub.seen.delivered == [202]
    assert (desk.rooms.dispatch(), desk.one.refused) == ({"deliveries": 0, "new": 0}, 1)
    hub.conduct.signs = "right"
    hub.publish("true")
    assert desk.rooms.dispatch() == {"deliveries": 1, "new": 2}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_hubs_sign_as_they_like(desk: Desk, hub: RunningHub, algorithm: str) -> None:
    """With each algorithm of the standard."""
    desk.subscribe()
    hub.hub.algorithm = algorithm
    hub.publish("a")
    assert desk.rooms.dispatch()["new"] == 1


def test_a_hub_that_verifies_another_topic_gets_nowhere(desk: Desk, hub: RunningHub) -> None:
    """404, no subscription; it is asked again when its time comes."""
    hub.conduct.topic = "http://other.example/feed"
    desk.subscribe()
    assert hub.seen.verified == [(404, "not a topic of this callback")]
    assert (desk.one.status, desk.one.lease_until, hub.hub.grants) == (S.ASKED, None, {})
    hub.conduct.topic = None
    assert desk.rooms.renew_pushes() == {}
    desk.now += timedelta(minutes=31)
    assert desk.rooms.renew_pushes() == {"asked": 1}


def test_a_denial_is_believed_and_polls_go_on(desk: Desk, hub: RunningHub) -> None:
    """With its reason to be seen; after a week the hub is asked again."""
    hub.conduct.denies = "no readers like you"
    desk.subscribe()
    assert (desk.one.status, desk.one.last_error) == (S.DENIED, "denied by the hub: no readers like you")
    hub.list("a")
    assert desk.poll() == {"changed": 1}
    desk.now += 6 * DAY
    assert desk.rooms.renew_pushes() == {}
    desk.now += 2 * DAY
    hub.conduct.denies = None
    desk.subscribe()
    assert desk.one.status is S.ACTIVE


def test_a_hub_in_trouble_is_asked_again_with_growing_pauses(desk: Desk, hub: RunningHub) -> None:
    """500 now, later all is well."""
    hub.conduct.answers = 500
    desk.poll()
    assert desk.rooms.renew_pushes() == {"failed": 1}
    assert "answered 500: not today" in (desk.one.last_error or "")
    hub.conduct.answers = 202
    assert desk.rooms.renew_pushes() == {}
    desk.now += timedelta(minutes=31)
    assert desk.rooms.renew_pushes() == {"asked": 1}
    hub.settle()
    assert (desk.one.status, desk.one.last_error) == (S.ACTIVE, None)


def test_a_lease_that_is_not_renewed_lapses_and_is_renewed_when_it_can_be(desk: Desk, hub: RunningHub) -> None:
    """Meanwhile the feed is polled as if there were no hub."""
    hub.conduct.lease = 2 * 86_400
    desk.subscribe()
    hub.publish("a")
    desk.poll()
    assert standing(desk.one, desk.now) is PushStanding.PROVEN
    hub.conduct.silent = True
    desk.now += 3 * DAY
    assert desk.rooms.renew_pushes() == {"asked": 1}
    assert standing(desk.one, desk.now) is PushStanding.LAPSED
    hub.conduct.silent = False
    desk.now += timedelta(hours=1)
    desk.rooms.renew_pushes()
    hub.settle()
    assert standing(desk.one, desk.now) is PushStanding.PROVEN


def test_the_same_delivery_ten_times_over_is_one(desk: Desk, hub: RunningHub) -> None:
    """All at once, and again after it was taken in."""
    desk.subscribe()
    hub.conduct.times = 10
    hub.publish("a")
    assert hub.seen.delivered == [202] * 10
    assert desk.rooms.dispatch() == {"deliveries": 1, "new": 1}
    hub.publish()
    assert desk.rooms.dispatch() == {"deliveries": 0, "new": 0}
    assert (desk.one.deliveries, desk.titles()) == (1, {"Story a"})


def test_a_huge_delivery_is_refused_and_the_poll_has_it(desk: Desk, hub: RunningHub) -> None:
    """413 before more than the limit is read; the entry comes by the net below."""
    desk.subscribe()
    hub.publish("a", body=feed_of("a") + b" " * 200_000)
    assert hub.seen.delivered[0] in {413, 0}  # the connection may be gone before the hub has read the answer
    assert desk.rooms.dispatch() == {"deliveries": 0, "new": 0}
    desk.poll()
    assert desk.titles() == {"Story a"}


def test_lost_deliveries_are_found_by_the_poll_and_told(desk: Desk, hub: RunningHub) -> None:
    """Push is broken until it delivers again and a poll confirms that."""
    desk.subscribe()
    hub.publish("a")
    desk.now += timedelta(hours=1)
    desk.poll()
    assert desk.one.trust is Trust.PROVEN
    hub.conduct.loses = True
    hub.publish("b")
    desk.now += timedelta(hours=1)
    desk.poll()
    assert (desk.one.trust, desk.one.missed) == (Trust.BROKEN, 1)
    hub.conduct.loses = False
    hub.publish("c")
    desk.now += timedelta(hours=1)
    desk.poll()
    assert desk.one.trust is Trust.PROVEN
    assert desk.titles() == {"Story a", "Story b", "Story c"}


def test_a_late_delivery_brings_nothing_twice(desk: Desk, hub: RunningHub) -> None:
    """The poll had it first: no entry, no trust."""
    desk.subscribe()
    hub.list("a")
    desk.poll()
    hub.publish()
    assert desk.rooms.dispatch() == {"deliveries": 1, "new": 0}
    assert (desk.titles(), desk.one.trust) == ({"Story a"}, Trust.UNPROVEN)


def test_nobody_woke_the_dispatcher_and_yet_nothing_is_lost(desk: Desk, hub: RunningHub) -> None:
    """The sweep takes in what waits, and so does the next poll."""
    desk.subscribe()
    hub.publish("a")
    assert len(desk.rooms.sweep()) == 1
    hub.publish("b")
    desk.poll()
    assert {one.new for one in desk.rooms.state.pushes.deliveries()} == {1}
    assert desk.one.missed == 0, "what had been delivered is not missed"


def test_a_feed_that_is_taken_out_leaves_its_hub(desk: Desk, hub: RunningHub) -> None:
    """Unsubscribed, verified, over; late deliveries are answered with 410 and kept nowhere."""
    desk.subscribe()
    grants = dict(hub.hub.grants)
    write_feed_file(desk.settings.feed_file, [])
    desk.rooms.sync_feeds()
    assert desk.rooms.renew_pushes() == {"asked": 1}
    hub.settle()
    assert (desk.one.status, hub.hub.grants) == (S.ENDED, {})
    hub.hub.grants |= grants
    hub.publish("late")
    assert hub.seen.delivered == [410]
    assert desk.rooms.dispatch() == {"deliveries": 0, "new": 0}


def test_without_a_public_address_nobody_is_asked(tmp_path: Path, hub: RunningHub) -> None:
    """Push is off until its operator says where hubs can call."""
    write_feed_file(tmp_path / "feeds.toml", [{"id": "news", "url": hub.url("/feed")}])
    with Rooms(Settings(home=tmp_path, local_newsroom=hub.address, feed_host_delay=0)) as rooms:
        rooms.sync_feeds()
        rooms.poll()
        assert rooms.renew_pushes() == {}
        assert (rooms.state.pushes.subscriptions(), hub.hub.requests) == ((), [])
