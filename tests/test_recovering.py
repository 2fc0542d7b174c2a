"""Thirty days of the demo newsroom; then the index is gone, or the ledger, and comes back out of the archive."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from pipeline.backfilling import ingest, rebuild_index, rebuild_state
from pipeline.errors import ConfigurationError
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.ledger import ArticleState, Outcome
from pipeline.ports import Fetcher
from pipeline.rebuilding import RebuildableIndex
from pipeline.recovering import LOST
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.standing import Change
from pipeline.types import ArticleId
from pipeline.wiring import Rooms
from tests.newsroom import RunningNewsroom, demo_content, open_newsroom

pytestmark = [pytest.mark.xdist_group("recovering"), pytest.mark.timeout(300)]

DAYS = 30
BY_FEED = {"feed_id", "candidates"}  # of feeds that list an article in one poll, which is asked first is lost (LOST)
BEFORE = 20  # of these, days on which articles appear; what is said of corrections and take-downs comes after them


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
    began = news.now = news.now - timedelta(days=BEFORE)
    with opened(home, news) as rooms:
        rooms.sync_feeds()
        for day in range(DAYS):
            rooms.poll(every=True)
            for batch_id in (*rooms.sweep(), *rooms.announce()):
                ingest(rooms, batch_id)
            news.now = max(news.now, began + timedelta(days=day + 1))
    return home


class Hurried(Rooms):
    """Rooms on the newsroom's clock, whose fetcher never waits: where a host wants time between two pages, that time passes."""

    def __init__(self, home: Path, news: RunningNewsroom) -> None:
        address = f"127.0.0.1:{news.port}"
        super().__init__(
            Settings(_env_file=None, home=home, local_newsroom=address, host_delay=1, feed_host_delay=0, batch_size=40), clock=self.now
        )
        self.news = news

    def now(self) -> datetime:
        """The newsroom's time, never the same twice: of two answers one is the first."""
        self.news.now += timedelta(milliseconds=1)
        return self.news.now

    def open_fetcher(self) -> Fetcher:
        """A polite fetcher in a hurry."""

        async def sleep(seconds: float) -> None:
            until = self.news.now + timedelta(seconds=seconds)
            await asyncio.sleep(0)
            self.news.now = max(self.news.now, until)

        return PoliteFetcher(self.settings, self.state.hosts, clock=self.now, sleep=sleep)


def opened(home: Path, news: RunningNewsroom) -> Rooms:
    return Hurried(home, news)


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


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields in which two documents differ, with what both say."""
    return {field: (one.get(field), other.get(field)) for field in {*one, *other} if one.get(field) != other.get(field)}


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
        found = shown(rooms, [name for name in before if name not in gone])
        differing = {name: differences(documents[name], found[name]) for name in documents}
        assert {name: fields for name, fields in differing.items() if fields.keys() - BY_FEED} == {}
        assert all("feed_id" in fields for fields in differing.values() if fields), "only another feed of the publisher may say otherwise"
    assert news.requests == ()


def test_the_index_comes_back(crawled: Path, news: RunningNewsroom, tmp_path: Path) -> None:
    """Document for document and field for field, earlier revisions and what was taken down too, and not one request."""
    home = copied(crawled, tmp_path)
    with opened(home, news) as rooms:
        before = documents(rooms)
        revisions = {name: rooms.state.revisions.of(name) for name in rooms.state.revisions.revised()}
    assert revisions
    assert len(before) > len(demo_content().articles)
    assert any(document["revision_of"] for document in before.values()), "thirty days without a correction show nothing"
    assert any(document["taken_down_at"] for document in before.values())
    shutil.rmtree(home / "index")
    news.clear()
    with opened(home, news) as rooms:
        rebuild_index(rooms, promoting=True)
    with opened(home, news) as rooms:
        after = documents(rooms)
        assert after.keys() == before.keys()
        for name, document in before.items():
            assert after[name] == document
        assert {name: rooms.state.revisions.of(name) for name in rooms.state.revisions.revised()} == revisions
    assert news.requests == ()


def documents(rooms: Rooms) -> dict[str, dict[str, Any]]:
    """Every document there is, searchable or not, but for when it was made."""
    index = cast("RebuildableIndex", rooms.index)
    return {one["article_id"]: {name: value for name, value in one.items() if name != "indexed_at"} for one in index.documents()}


def test_a_ledger_that_is_not_empty_is_left_alone(crawled: Path, news: RunningNewsroom, tmp_path: Path) -> None:
    """A rebuild beside what is there would double it."""
    with opened(copied(crawled, tmp_path), news) as rooms, pytest.raises(ConfigurationError, match="not empty"):
        rebuild_state(rooms)


def _kept(state: ArticleState) -> tuple[object, ...]:
    """What of an article's state must be the same again. Of several captures of the same bytes either may be the one it names."""
    return state.url_key, state.title, state.publisher, state.revision, state.text_digest, state.pointer.digest


def test_what_is_lost_is_told_to_operators() -> None:
    """Whoever plans a backup reads what a rebuild cannot do."""
    page = (Path(__file__).resolve().parents[1] / "docs" / "operations.md").read_text()
    assert [one for one in LOST if f"\n- {one}\n" not in page] == []


def test_days_are_those_of_the_archive(crawled: Path, news: RunningNewsroom) -> None:
    """A rebuild goes through all of them."""
    from pipeline.backfilling import archived_days

    with opened(crawled, news) as rooms:
        days = archived_days(rooms)
    assert days == sorted(set(days))
    assert len(days) >= 2
    assert days[-1] - days[0] < timedelta(days=DAYS + 1)
