"""Thirty days of the demo newsroom; then the ledger is gone, and comes back out of the archive."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.backfilling import ingest, rebuild_state
from pipeline.errors import ConfigurationError
from pipeline.ledger import ArticleState, Outcome
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.standing import Change
from pipeline.types import ArticleId
from pipeline.wiring import Rooms
from tests.newsroom import RunningNewsroom, demo_content, open_newsroom

pytestmark = [pytest.mark.xdist_group("recovering"), pytest.mark.timeout(300)]

DAYS, ROUND = 30, 15  # two polls: publishers want seconds between two pages, and a test has few


@pytest.fixture(scope="module")
def news() -> Iterator[RunningNewsroom]:
    """The newsroom, open for the whole module."""
    with closing(open_newsroom()) as running:
        yield running


@pytest.fixture(scope="module")
def crawled(news: RunningNewsroom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo was followed for thirty simulated days: corrections and pages that are gone included."""
    home = tmp_path_factory.mktemp("crawled") / "home"
    home.mkdir()
    write_feed_file(home / "feeds.toml", news.feeds())
    with opened(home, news) as rooms:
        rooms.sync_feeds()
        for _ in range(0, DAYS, ROUND):
            rooms.poll(every=True)
            for batch_id in (*rooms.sweep(), *rooms.announce()):
                ingest(rooms, batch_id)
            news.advance(ROUND * 24 * 60)
    return home


def opened(home: Path, news: RunningNewsroom) -> Rooms:
    """Rooms on the newsroom's clock, which goes on while they are open: publishers want time between two pages."""
    ticks = time.monotonic()
    settings = Settings(_env_file=None, home=home, local_newsroom=f"127.0.0.1:{news.port}", host_delay=0, feed_host_delay=0, batch_size=40)
    return Rooms(settings, clock=lambda: news.now + timedelta(seconds=time.monotonic() - ticks))


def copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to / "home"))


def articles(rooms: Rooms) -> dict[ArticleId, ArticleState]:
    """Every article of the demo, by its id."""
    found = {}
    for batch in rooms.state.ledger.batches(limit=10_000):
        for member in rooms.state.ledger.batch_entries(batch.batch_id):
            name = rooms.state.articles.resolve(member.entry.url_key)
            state = rooms.state.articles.get(name) if name else None
            if state is not None:
                found[state.article_id] = state
    return found


def shown(rooms: Rooms, names: Iterable[ArticleId]) -> dict[str, dict[str, Any]]:
    """Their documents, but for when they were indexed and, to the second, first seen."""
    documents: dict[str, dict[str, Any]] = {name: dict(rooms.index.get(name) or {}) for name in names}
    for document in documents.values():
        document.pop("indexed_at", None)
        document.pop("first_seen_at", None)
    return documents


def test_the_ledger_comes_back(crawled: Path, news: RunningNewsroom, tmp_path: Path) -> None:
    """Articles with their revisions, captures and aliases as they were, feeds as the feed file has them, and not one request."""
    home = copied(crawled, tmp_path)
    with opened(home, news) as rooms:
        before = articles(rooms)
        revisions = {name: [(one.number, one.text_digest) for one in rooms.state.revisions.of(name)] for name in before}
        gone = {name for name in before if (latest := rooms.state.revisions.latest(name)) and Change.TAKEN_DOWN in latest.changes}
        assert len(gone) <= 3
        documents = shown(rooms, [name for name in before if name not in gone])
        feeds = {state.feed.feed_id for state in rooms.state.feeds.all()}
    assert len(before) == len(demo_content().articles)
    assert any(state.revision > 1 for state in before.values()), "thirty days without a correction show nothing"
    shutil.rmtree(home / "state")
    shutil.rmtree(home / "index")
    news.clear()
    with opened(home, news) as rooms:
        rebuilt = rebuild_state(rooms)
        after = articles(rooms)
        assert after.keys() == before.keys()
        for name in before.keys() - gone:
            assert _kept(after[name]) == _kept(before[name])
            assert [(one.number, one.text_digest) for one in rooms.state.revisions.of(name)] == revisions[name]
            assert abs(after[name].first_seen_at - before[name].first_seen_at) < timedelta(minutes=1)
        assert {state.feed.feed_id for state in rooms.state.feeds.all()} == feeds
        assert set(rooms.state.ledger.counts()) == {Outcome.INDEXED, Outcome.DUPLICATE}, "nothing is left to be fetched"
        assert rebuilt["later captures"] > 0
        assert shown(rooms, [name for name in before if name not in gone]) == documents
    assert news.requests == ()


def test_a_ledger_that_is_not_empty_is_left_alone(crawled: Path, news: RunningNewsroom, tmp_path: Path) -> None:
    """A rebuild beside what is there would double it."""
    with opened(copied(crawled, tmp_path), news) as rooms, pytest.raises(ConfigurationError, match="not empty"):
        rebuild_state(rooms)


def _kept(state: ArticleState) -> tuple[object, ...]:
    """What of an article's state must be the same again. Of several captures of the same bytes either may be the one it names."""
    return state.url_key, state.title, state.publisher, state.revision, state.text_digest, state.pointer.digest


def test_days_are_those_of_the_archive(crawled: Path, news: RunningNewsroom) -> None:
    """A rebuild goes through all of them."""
    from pipeline.backfilling import archived_days

    with opened(crawled, news) as rooms:
        days = archived_days(rooms)
    assert days == sorted(set(days))
    assert len(days) >= 2
    assert days[-1] - days[0] < timedelta(days=DAYS + 1)
