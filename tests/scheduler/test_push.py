"""From a publisher's ping to a searchable article, through a real hub, callback, triggerer and scheduler; no poll takes part."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.demo.content import DemoArticle
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.subscriptions import DeliveryState, SubscriptionStatus, Trust
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


def pause(running: Standalone, dag_id: str) -> None:
    """Have Airflow start no more runs of a DAG."""
    password = json.loads((running.rooms.settings.home / "airflow" / "passwords.json").read_text())["admin"]
    api = AirflowApi(running.airflow_port, user="admin", password=password)
    assert api._call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": True})["is_paused"]


def timeline(running: Standalone, url: str, begun: datetime, found: datetime) -> str:
    """When what happened, in seconds after the publisher's ping."""
    state = running.rooms.state
    delivery = max(state.pushes.deliveries(), key=lambda one: one.received_at)
    decisions = state.decisions.about(url_key(url))
    rows = [(delivery.received_at, "delivered to the callback")]
    rows += [(one.at, f"{one.stage}: {one.verdict}") for one in decisions] + [(found, "found by a search")]
    return "\n".join(f"{(at - begun).total_seconds():7.2f} s  {what}" for at, what in sorted(rows))


def test_a_ping_makes_an_article_searchable_without_a_poll(
    standalone: Standalone, newsroom: RunningNewsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    """Hub → callback → ledger → trigger → dispatch_pushes → partition → four stages → index."""
    standalone.wait_for(standalone.settled, seconds=300)
    rooms = standalone.rooms
    rooms.renew_pushes()  # those that no sweep has asked yet
    standalone.wait_for(lambda: [one.status for one in rooms.state.pushes.subscriptions()] == [SubscriptionStatus.ACTIVE] * 12)
    for dag_id in ("poll_feeds", "sweep"):
        pause(standalone, dag_id)  # they would take in what was delivered, too
    for number in (1, 2):  # the second finds Python's modules in the page cache
        article, begun = story(newsroom, number), datetime.now(UTC)
        url = newsroom.publish(article)
        standalone.wait_for(lambda title=article.title: searchable(standalone, title), seconds=120)  # type: ignore[misc]
        found = datetime.now(UTC)
        standalone.wait_for(lambda url=url: rooms.state.articles.resolve(url_key(url)) is not None)  # type: ignore[misc]
        with capsys.disabled():
            print(f"\nfrom ping to search: {(found - begun).total_seconds():.1f} s\n{timeline(standalone, url, begun, found)}")
        first = rooms.state.decisions.about(url_key(url))[0]
        assert (first.stage, first.verdict) == ("push", "new")
        assert rooms.state.feeds.polls(since=begun) == (), "no poll took part"
    settled = rooms.state.pushes.deliveries()
    assert all(one.state is DeliveryState.DONE for one in settled)
    assert sum(one.new for one in settled) == 2
    (kbay,) = [one for one in rooms.state.pushes.subscriptions() if one.feed_id == "demo-kbay6-rss"]
    assert kbay.trust is Trust.DELIVERED
