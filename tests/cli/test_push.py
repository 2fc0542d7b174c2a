"""`wireroom push …` and what other commands tell of push."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.subscriptions import SubscriptionStatus, Trust
from pipeline.wiring import open_rooms
from tests.cli.conftest import Wireroom
from tests.demo.samples import article
from tests.newsroom import RunningNewsroom, newsroom
from tests.state.samples import DAY, NOON, make_delivery, make_subscription

__all__ = ["newsroom"]

CALLBACK = "http://127.0.0.1:1/push"


def test_an_empty_list_says_so(wireroom: Wireroom, home: Path) -> None:
    """Nothing is subscribed to before anybody asked for it."""
    assert "0 subscriptions" in wireroom("push", "list").out
    assert wireroom("push", "list", "--json").json == []


def test_the_list_shows_what_hubs_promise_and_no_secret(wireroom: Wireroom, home: Path) -> None:
    """Standing, lease, counts; neither callback nor secret."""
    with open_rooms() as rooms:
        lease = rooms.clock() + 9 * DAY
        one = make_subscription(status=SubscriptionStatus.ACTIVE, trust=Trust.BROKEN, lease_until=lease, deliveries=7, missed=2)
        rooms.state.pushes.add(one)
    shown, told = wireroom("push", "list"), wireroom("push", "list", "--json")
    assert shown.column("push") == ["broken"]
    assert "  7  " in shown.out
    assert (told.json[0]["standing"], told.json[0]["missed"], told.json[0]["hub"]) == ("broken", 2, one.hub)
    for output in (shown.out, told.out):
        assert one.secret not in output
        assert one.callback_id not in output


def test_renewing_needs_a_public_address(wireroom: Wireroom, home: Path) -> None:
    """Exit code 2, with the setting."""
    ran = wireroom("push", "renew")
    assert (ran.code, "WIREROOM_CALLBACK_URL: got None; allowed: the public address" in ran.err) == (2, True)


def test_hubs_of_the_demo_are_asked(wireroom: Wireroom, demo: RunningNewsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every feed that names one; where nobody answers the hub, the subscription stays asked. All of it is to be seen."""
    monkeypatch.setenv("WIREROOM_CALLBACK_URL", CALLBACK)
    wireroom("poll")
    ran = wireroom("push", "renew", "--json")
    assert (ran.code, ran.json) == (0, {"asked": 12})
    assert "no hub is to be asked" in wireroom("push", "renew").err
    assert wireroom("status", "--json").json["pushes"] == {"asked": 12}
    assert "push: 12 asked" in wireroom("status").out
    assert {feed["push"] for feed in wireroom("feeds", "list", "--json").json} == {"asked", None}


def test_a_hub_that_refuses_is_told(wireroom: Wireroom, demo: RunningNewsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1, and the list has the reason."""
    monkeypatch.setenv("WIREROOM_CALLBACK_URL", "https://wireroom.example/push")
    wireroom("poll")
    ran = wireroom("push", "renew")
    assert (ran.code, "12 failed" in ran.err) == (1, True)
    assert "delivers to this machine only" in wireroom("push", "list", "--json").json[0]["last_error"]


def test_a_delivery_becomes_entries_and_explain_tells_of_it(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Without Airflow, by hand."""
    wireroom("poll")
    url = demo.add(article(slug="fresh", title="Fresh", published=demo.now))
    link = f"<item><title>Fresh</title><link>{url}</link></item>"
    body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>K</title>{link}</channel></rss>".encode()
    with open_rooms() as rooms:
        rooms.state.pushes.receive(make_delivery(feed_id="demo-kbay6-rss", body=body, received_at=NOON))
    assert wireroom("push", "dispatch", "--json").json == {"deliveries": 1, "new": 1}
    assert "0 deliveries: 0 new entries" in wireroom("push", "dispatch").err
    told = wireroom("explain", url)
    assert "pushed by the hub of feed demo-kbay6-rss" in told.out
    assert told.column("stage")[0] == "push"


def test_the_demo_publishes_on_demand(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """The address of the article is printed for scripts; a wrong publisher is named with those there are."""
    ran = wireroom("demo", "publish", "Ferries sail", "They left.", "--port", demo.port)
    assert (ran.code, ran.out.startswith(f"http://kbay6.localhost:{demo.port}/")) == (0, True)
    wrong = wireroom("demo", "publish", "Ferries sail", "They left.", "--port", demo.port, "--publisher", "nobody")
    assert (wrong.code, "one of northern-wire, kbay6" in wrong.err) == (2, True)
    assert wireroom("demo", "publish", "a", "b", "--port", 1).code == 1
