"""The only constructor: what the settings ask for, opened when first used, closed together."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pipeline import wiring
from pipeline.archive.archive import WarcArchive
from pipeline.errors import ConfigurationError, QuarantineError
from pipeline.eventing import Event
from pipeline.index.query import Everything, SearchRequest
from pipeline.ledger import BatchState, Decision, FeedStatus, Gap, Outcome, Stage
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.stages import STAGES
from pipeline.types import Feed, FeedEntry, FeedId
from pipeline.urls import article_id, entry_id, url_key
from pipeline.wiring import Rooms, check_home, open_rooms, utc_now
from tests.archive.pages import make_page
from tests.newsroom import RunningNewsroom, newsroom

__all__ = ["newsroom"]  # a fixture is used by being known

ROOT = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """It is noon."""
    return Clock()


@pytest.fixture
def rooms(tmp_path: Path, clock: Clock) -> Iterator[Rooms]:
    """Rooms below a temporary home."""
    with Rooms(Settings(home=tmp_path, batch_size=2, stale_after=60), clock=clock) as opened:
        yield opened


def add_entries(rooms: Rooms, *names: str) -> None:
    """Write entries to the ledger, as a poll would."""
    feed = FeedId("test")
    urls = [f"https://news.example/{name}" for name in names]
    rooms.state.ledger.add_entries(
        [
            FeedEntry(
                entry_id=entry_id(feed, url), feed_id=feed, url=url, url_key=url_key(url), article_id=article_id(url_key(url))
            )
            for url in urls
        ],
        rooms.clock(),
    )  # fmt: skip


# ── opening and closing ───────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    """Reading the settings costs nothing; each part comes with its first use, and stays."""
    rooms = open_rooms(Settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()
    assert rooms.state is rooms.state
    assert (tmp_path / "home" / "state").is_dir()
    assert not (tmp_path / "home" / "index").exists()
    assert rooms.index.count() == 0
    assert rooms.archive is rooms.archive
    assert rooms.batches is rooms.batches
    rooms.close()


def test_what_was_opened_is_closed_and_opens_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the reverse of the data's way; closing twice is closing once."""
    closed: list[str] = []

    class Part:
        def __init__(self, name: str) -> None:
            self.name = name

        def close(self) -> None:
            closed.append(self.name)

    with open_rooms(Settings(home=tmp_path)) as rooms:
        for name in ("state", "index"):
            rooms.__dict__[name] = Part(name)
    assert closed == ["index", "state"]
    rooms.close()
    assert closed == ["index", "state"]
    assert rooms.state.ledger.counts() == {}
    rooms.close()


def test_an_index_that_cannot_be_prepared_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And tried again at the next use."""
    from pipeline.index.embedded import EmbeddedIndex

    closed: list[str] = []

    def prepare(_index: EmbeddedIndex) -> None:
        raise ConfigurationError("index: foreign")

    monkeypatch.setattr(EmbeddedIndex, "prepare", prepare)
    monkeypatch.setattr(EmbeddedIndex, "close", lambda _index: closed.append("closed"))
    rooms = open_rooms(Settings(home=tmp_path))
    for _ in range(2):
        with pytest.raises(ConfigurationError, match="index: foreign"):
            rooms.index  # noqa: B018 - opening is what is tried
    assert closed == ["closed"] * 2


def test_each_part_lies_where_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not all below home: the archive on a large disk, the index on a fast one; the home is not even made."""
    places = {"STATE_URL": f"sqlite:///{tmp_path}/a/l.sqlite", "ARCHIVE_URL": f"{tmp_path}/b", "INDEX_URL": f"embedded://{tmp_path}/c"}
    for name, value in places.items():
        monkeypatch.setenv(f"WIREROOM_{name}", value)
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    with open_rooms() as rooms:
        assert rooms.state.ledger.counts() == {}
        assert rooms.index.count() == 0
        assert isinstance(rooms.archive, WarcArchive)
        assert rooms.archive.root == tmp_path / "b"
    assert {path.name for path in tmp_path.iterdir()} == {"a", "c"}


def test_a_home_with_spaces_and_signs(tmp_path: Path) -> None:
    """Paths are no URLs: nothing in them is lost on the way through one."""
    with open_rooms(Settings(home=tmp_path / "mein Büro 100% #1")) as rooms:
        assert rooms.state.ledger.counts() == {}
        assert rooms.index.search(SearchRequest(query=Everything())).total == 0
    assert {path.name for path in tmp_path.iterdir()} == {"mein Büro 100% #1"}
    assert {"state", "index"} <= {path.name for path in (tmp_path / "mein Büro 100% #1").iterdir()}


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the way; a folder of somebody else's (as root no folder is, so that is played)."""
    (tmp_path / "file").write_text("")
    for home, reason in ((tmp_path / "file", "File exists"), (tmp_path / "file" / "below", "Not a directory")):
        with pytest.raises(ConfigurationError, match=f"WIREROOM_HOME: got '{home}'; allowed: a folder that can be written to .{reason}"):
            open_rooms(Settings(home=home)).state  # noqa: B018
    monkeypatch.setattr(wiring.os, "access", lambda _path, _mode: False)
    with pytest.raises(ConfigurationError, match=r"\(Permission denied\)"):
        check_home(Settings(home=tmp_path))


def test_rooms_of_wrong_settings_are_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is that of the settings."""
    monkeypatch.setenv("WIREROOM_SHARDS", "0")
    with pytest.raises(ConfigurationError, match="WIREROOM_SHARDS"):
        open_rooms()


def test_the_clock_of_production_is_aware() -> None:
    """In UTC."""
    assert utc_now().utcoffset() == timedelta(0)


def test_importing_opens_and_loads_nothing_heavy() -> None:
    """DAGs and the command line import it often: libraries come with the rooms that need them."""
    code = "import sys, pipeline.wiring; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"airflow", "spacy", "tantivy", "trafilatura", "aiohttp", "feedparser", "fastapi", "sqlalchemy", "elasticsearch"}


# ── what is to be done ────────────────────────────────────────────────────────────────────────────────────────────


def test_entries_become_announced_batches(rooms: Rooms) -> None:
    """Of the size of the settings; announced once, so that nothing is announced twice without need."""
    add_entries(rooms, "a", "b", "c")
    announced = rooms.announce()
    assert [rooms.state.ledger.batch(one).size for one in announced] == [2, 1]
    assert all(rooms.state.ledger.batch(one).announcements == 1 for one in announced)
    assert rooms.announce() == []


def test_the_sweep_announces_what_was_forgotten_and_what_is_due(rooms: Rooms, clock: Clock) -> None:
    """Only after the time that a living batch may be silent."""
    add_entries(rooms, "a")
    (forgotten,) = rooms.announce()
    clock.now += timedelta(seconds=59)
    assert rooms.sweep() == []
    assert rooms.unfinished() == [forgotten]
    clock.now += timedelta(seconds=1)
    add_entries(rooms, "b")
    left, fresh = rooms.sweep()
    assert left == forgotten
    assert rooms.state.ledger.batch(left).announcements == 2
    assert rooms.state.ledger.batch(fresh).announcements == 1
    assert rooms.sweep() == []


def test_a_sign_of_life_keeps_the_sweep_away(rooms: Rooms, clock: Clock) -> None:
    """However long ago the batch was announced."""
    add_entries(rooms, "a")
    (working,) = rooms.announce()
    clock.now += timedelta(hours=1)
    rooms.state.ledger.touch(working, clock())
    assert rooms.sweep() == []


def test_the_sweep_grows_patient_with_a_batch_that_only_waits(rooms: Rooms, clock: Clock) -> None:
    """Each time twice as long, or a long queue would be made longer by announcements of its own."""
    add_entries(rooms, "a")
    (batch_id,) = rooms.announce()
    announced_after = []
    for minute in (1, 2, 3, 5, 6, 7, 14, 15, 30, 31, 62, 63, 126, 127, 190, 191, 254, 255):
        clock.now = NOON + timedelta(minutes=minute)
        announced_after += [minute] * len(rooms.sweep())
    assert announced_after == [1, 3, 7, 15, 31, 63, 127, 191, 255]
    assert rooms.state.ledger.batch(batch_id).announcements == 10


def test_the_sweep_forgets_pages_that_are_not_to_be_kept(rooms: Rooms, clock: Clock) -> None:
    """After the days in which an entry may still be tried again; other pages stay."""
    passing, kept = (rooms.archive.add(make_page(at=clock.now), kind=kind) for kind in ("passing", "page"))
    clock.now += timedelta(days=3)
    rooms.sweep()
    assert rooms.archive.get(passing).body
    clock.now += timedelta(days=1)
    rooms.sweep()
    assert rooms.archive.get(kept).body
    with pytest.raises(QuarantineError):
        rooms.archive.get(passing)


def test_the_sweep_forgets_old_decisions(rooms: Rooms, clock: Clock) -> None:
    """As many days as the settings keep them."""
    key = url_key("https://news.example/a")
    rooms.state.decisions.add([Decision(at=NOON, stage=Stage.POLL, url_key=key, verdict="new")])
    clock.now += timedelta(days=rooms.settings.keep_decisions_days)
    rooms.sweep()
    assert rooms.state.decisions.about(key)
    clock.now += timedelta(seconds=1)
    rooms.sweep()
    assert not rooms.state.decisions.about(key)


def test_feeds_follow_the_feed_file(rooms: Rooms) -> None:
    """Counts of what changed."""
    write_feed_file(rooms.settings.feed_file, [{"id": "a", "url": "https://a.example/"}, {"id": "b", "url": "https://b.example/"}])
    assert rooms.sync_feeds()["added"] == 2
    write_feed_file(rooms.settings.feed_file, [{"id": "a", "url": "https://a.example/"}])
    assert (rooms.sync_feeds()["removed"], rooms.sync_feeds()["unchanged"]) == (1, 1)


def test_feeds_that_are_due(rooms: Rooms, clock: Clock) -> None:
    """All, those of one shard, or every one that is polled at all."""
    feeds = [Feed(feed_id=FeedId(f"f{number}"), url=f"https://f{number}.example/feed") for number in range(20)]
    rooms.state.feeds.sync(feeds, clock())
    by_shard = [set(rooms.due_feeds(shard=shard)) for shard in range(rooms.settings.shards)]
    assert sum(map(len, by_shard)) == len(set().union(*by_shard)) == len(rooms.due_feeds()) == 20
    assert sum(bool(shard) for shard in by_shard) > 1
    rooms.state.feeds.sync(feeds[:5], clock())
    assert len(rooms.due_feeds()) == len(rooms.due_feeds(every=True)) == 5
    removed = {one.feed.feed_id for one in rooms.state.feeds.all() if one.status is FeedStatus.REMOVED}
    assert removed and removed.isdisjoint(rooms.due_feeds(every=True))
    clock.now -= timedelta(hours=1)
    assert (len(rooms.due_feeds()), len(rooms.due_feeds(every=True))) == (0, 5)


def test_polling_goes_through_the_real_rooms(tmp_path: Path, newsroom: RunningNewsroom) -> None:
    """Over the demo newsroom: counts by outcome, progress for each feed, entries in the ledger, bytes in the archive."""
    settings = Settings(home=tmp_path, local_newsroom=f"127.0.0.1:{newsroom.port}", host_delay=0, feed_host_delay=0, shards=2)
    write_feed_file(settings.feed_file, newsroom.feeds())
    ticks: list[int] = []
    with open_rooms(settings) as rooms:
        rooms.sync_feeds()
        counts = [rooms.poll(shard=shard, progress=ticks.append) for shard in range(2)]
        assert {name: sum(one.get(name, 0) for one in counts) for name in ("changed", "gone")} == {"changed": 12, "gone": 1}
        assert len(ticks) == 13
        assert rooms.state.ledger.counts()[None] == 111
        assert len(list(rooms.archive.pages(utc_now() - timedelta(days=1), utc_now() + timedelta(days=1), kind="feed"))) == 12
        assert rooms.poll() == {}


def test_every_stage_runs_with_the_real_rooms(tmp_path: Path, newsroom: RunningNewsroom) -> None:
    """Two stories of the demo, from ledger to index; run twice, nothing changes."""
    settings = Settings(home=tmp_path, local_newsroom=f"127.0.0.1:{newsroom.port}", host_delay=0, feed_host_delay=0, batch_size=2)
    write_feed_file(settings.feed_file, [one for one in newsroom.feeds() if one["id"] == "demo-kurier-portowy-rss"])
    with open_rooms(settings) as rooms:
        rooms.__dict__["enrichers"] = ()  # they have their own tests, and take seconds to load
        rooms.sync_feeds()
        rooms.poll()
        batch_id = rooms.announce()[0]
        for _ in range(2):
            reports = [rooms.run(stage, batch_id) for stage in STAGES]
            assert reports[-1].counts == {Outcome.INDEXED: 2}
            assert rooms.index.count() == 2
        assert rooms.state.ledger.batch(batch_id).state is BatchState.FINISHED


def test_the_search_page_is_served_from_the_same_rooms(tmp_path: Path) -> None:
    """Built without opening anything; its first page asks index and ledger."""
    app = wiring.open_web_app(Settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()

    async def ask(path: str) -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://127.0.0.1:8810") as client:
            return (await client.get(path)).status_code

    assert [asyncio.run(ask(path)) for path in ("/healthz", "/status", "/")] == [200, 200, 200]
    assert {path.name for path in (tmp_path / "home").iterdir()} >= {"state", "index"}


def test_the_sweep_tells_the_dashboard_how_things_stand(rooms: Rooms, clock: Clock) -> None:
    """The gaps of a week, where somebody looks; events that go nowhere are not counted together."""
    told: list[Event] = []

    class Noted:
        def note(self, events: Sequence[Event]) -> None:
            told.extend(events)

        def close(self) -> None: ...

    for days in (1, 8):
        found_at = clock.now - timedelta(days=days)
        rooms.state.gaps.save(Gap(feed_id=FeedId("voa"), found_at=found_at, since=found_at, until=found_at, missed=days))
    rooms.sweep()
    assert told == []
    rooms.__dict__["events"] = Noted()
    rooms.sweep()
    assert [(event["kind"], event["missed"]) for event in told] == [("gap", 1)]
