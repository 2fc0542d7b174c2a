"""From a publisher's ping to a searchable article, through a real hub, callback, triggerer and scheduler; no poll takes part."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.demo.content import DemoArticle
from pipeline.ledger import Poll, PollOutcome
from pipeline.subscriptions import DeliveryState, SubscriptionStatus, Trust
from pipeline.types import ArticleId
from pipeline.urls import url_key
from tests.newsroom import RunningNewsroom, newsroom
from tests.scheduler.test_real_scheduler import Standalone

__all__ = ["newsroom"]

pytestmark = [pytest.mark.scheduler, pytest.mark.airflow, pytest.mark.timeout(600), pytest.mark.xdist_group("scheduler")]


@pytest.fixture
def standalone(tmp_path: Path, newsroom: RunningNewsroom) -> Iterator[Standalone]:
    """Everything on this machine, at the demo's pace."""
    running = Standalone(tmp_path, newsroom, host_delay="0.2")
    yield running
    running.close()


def story(newsroom: RunningNewsroom, number: int) -> DemoArticle:
    return DemoArticle(
        publisher=newsroom.newsroom.publisher("kbay6"),
        slug=f"heron-{number}",
        title=f"Heron number {number} lands on the quay",
        published=newsroom.now,
        body=f"A heron landed on the quay of Port Calder on Monday, the {number}th this year.\n\nAnglers were not amused, and left.",
        authors=("Ada Brook",),
        section="Local",
    )


def searchable(running: Standalone, title: str) -> bool:
    """Whether the search page finds it."""
    address = f"{running.web}/api/search?" + urllib.parse.urlencode({"q": f'"{title}"'})
    with urllib.request.urlopen(address, timeout=30) as answer:
        return bool(json.loads(answer.read())["total"])


def nobody_is_due(running: Standalone) -> None:
    """From now on no poll finds anything to do: what arrives was pushed."""
    feeds, now = running.rooms.state.feeds, datetime.now(UTC)
    for state in feeds.all():
        poll = Poll(feed_id=state.feed.feed_id, at=now, outcome=PollOutcome.UNCHANGED)
        feeds.save(replace(state, next_poll_at=now + timedelta(days=1)), poll)


def timeline(running: Standalone, article_id: ArticleId, begun: datetime, found: datetime) -> str:
    """When what happened, in seconds after the publisher's ping."""
    state = running.rooms.state
    delivery = max(state.pushes.deliveries(), key=lambda one: one.received_at)
    decisions = state.decisions.about(url_key_of(running, article_id))
    rows = [(delivery.received_at, "delivered to the callback")]
    rows += [(one.at, f"{one.stage}: {one.verdict}") for one in decisions] + [(found, "found by a search")]
    return "\n".join(f"{(at - begun).total_seconds():7.2f} s  {what}" for at, what in sorted(rows))


def url_key_of(running: Standalone, article_id: ArticleId) -> str:
    known = running.rooms.state.articles.get(article_id)
    assert known is not None
    return known.url_key


def test_a_ping_makes_an_article_searchable_without_a_poll(
    standalone: Standalone, newsroom: RunningNewsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hub → callback → ledger → trigger → dispatch_pushes → partition → four stages → index."""
    standalone.wait_for(standalone.settled, seconds=300)
    rooms = standalone.rooms
    rooms.renew_pushes()  # those that no sweep has asked yet
    standalone.wait_for(lambda: [one.status for one in rooms.state.pushes.subscriptions()] == [SubscriptionStatus.ACTIVE] * 12)
    nobody_is_due(standalone)
    seconds = []
    for number in range(1, 4):
        article, begun = story(newsroom, number), datetime.now(UTC)
        url = newsroom.publish(article)
        standalone.wait_for(lambda title=article.title: searchable(standalone, title), seconds=120)  # type: ignore[misc]
        found = datetime.now(UTC)
        seconds.append((found - begun).total_seconds())
        article_id = rooms.state.articles.resolve(url_key(url))
        assert article_id is not None
        with capsys.disabled():
            print(f"\nfrom ping to search: {seconds[-1]:.1f} s\n{timeline(standalone, article_id, begun, found)}")
        first = rooms.state.decisions.about(url_key(url))[0]
        assert (first.stage, first.verdict) == ("push", "new")
        assert rooms.state.feeds.polls(since=begun) == (), "no poll took part"
        time.sleep(5)
    settled = rooms.state.pushes.deliveries()
    assert all(one.state is DeliveryState.DONE for one in settled)
    assert sum(one.new for one in settled) == 3
    (kbay,) = [one for one in rooms.state.pushes.subscriptions() if one.feed_id == "demo-kbay6-rss"]
    assert kbay.trust is Trust.DELIVERED
