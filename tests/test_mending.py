"""Gaps are found, filled and closed: over the demo newsroom with a window that rolls over, and over scripts for the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import HostBusyError, RetryableError
from pipeline.ledger import Gap, GapState, PollOutcome, Priority, Visit, VisitKind
from pipeline.mending import MAX_PAGES, Mender
from pipeline.settings import Settings
from pipeline.sources.gaps import APART
from pipeline.sources.registry import write_feed_file
from pipeline.types import Deferred, Feed, FeedId
from pipeline.urls import url_key
from pipeline.wiring import Rooms
from tests.fakes_archive import MemoryArchive
from tests.fakes_fetch import NOON, FakeFetcher, Reply, Scripted
from tests.fakes_state import MemoryState
from tests.newsroom import RunningNewsroom, demo_content, newsroom
from tests.waiting import Loops

__all__ = ["newsroom"]  # a fixture is used by being known

# ── the newsroom ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rooms(newsroom: RunningNewsroom, tmp_path: Path) -> Iterator[Rooms]:
    """A ledger that follows the wire's feed of the latest five stories, and nothing else."""
    (feed,) = [one for one in newsroom.feeds() if str(one["url"]).endswith("/latest.rss")]
    write_feed_file(tmp_path / "feeds.toml", [feed])
    settings = Settings(_env_file=None, home=tmp_path, local_newsroom=f"127.0.0.1:{newsroom.port}", host_delay=0, feed_host_delay=0)
    with Rooms(settings, clock=lambda: newsroom.now) as opened:
        opened.sync_feeds()
        yield opened


def publish(newsroom: RunningNewsroom, count: int, *, minutes: float) -> list[str]:
    """Publish so many stories of the wire, so far apart, while time passes; return their addresses, oldest first."""
    story = next(one for one in demo_content().articles if one.publisher.publisher_id == "northern-wire" and not one.revisions)
    urls = []
    for number in range(count):
        newsroom.advance(minutes)
        urls.append(
            newsroom.add(
                replace(story, slug=f"bulletin-{number}", title=f"Bulletin {number} of the day", published=newsroom.now, modified=None)
            )
        )
    return urls


def test_a_window_that_rolled_over_is_filled_from_the_news_sitemap(rooms: Rooms, newsroom: RunningNewsroom) -> None:
    """Twelve stories while nobody looked, five of them in the feed: the other seven are in the ledger when the poll ends."""
    rooms.poll(every=True)
    since = newsroom.now
    urls = publish(newsroom, 12, minutes=20)
    newsroom.advance(10)
    assert rooms.poll(every=True) == {str(PollOutcome.CHANGED): 1}
    (gap,) = rooms.state.gaps.gaps()
    assert (gap.since, gap.state, gap.filled) == (since, GapState.FILLED, 7)
    assert gap.source.endswith("/sitemap-news.xml")
    assert gap.missed == pytest.approx(7, abs=3)
    known = {decision.url_key for url in urls for decision in rooms.state.decisions.about(url_key(url)) if decision.verdict == "new"}
    assert known == {url_key(url) for url in urls}
    told = [one.verdict for one in rooms.state.decisions.about(url_key(newsroom.url("northern-wire", "/latest.rss")))]
    assert told == ["gap"], "explain tells of it"


def test_the_interval_becomes_shorter_after_a_gap(rooms: Rooms, newsroom: RunningNewsroom) -> None:
    """So short that the window holds until the next poll."""
    rooms.poll(every=True)
    publish(newsroom, 12, minutes=20)
    rooms.poll(every=True)
    (state,) = rooms.state.feeds.all()
    assert state.next_poll_at - newsroom.now < timedelta(minutes=4 * 20)  # of five entries one is still the same
    publish(newsroom, 1, minutes=20)
    rooms.poll(every=True)
    assert len(rooms.state.gaps.gaps()) == 1


def test_without_a_gap_nothing_beside_the_feed_is_asked_for(rooms: Rooms, newsroom: RunningNewsroom) -> None:
    """Neither robots.txt nor sitemap."""
    rooms.poll(every=True)
    publish(newsroom, 4, minutes=20)
    rooms.poll(every=True)
    assert rooms.state.gaps.gaps() == ()
    assert {request.path for request in newsroom.requests} == {"/latest.rss", "/feeds/latest.xml"}


# ── scripts ───────────────────────────────────────────────────────────────────────────────────────────────────────

SITE = "https://news.example.org"
PAPER = FeedId("paper")
GAP = Gap(feed_id=PAPER, found_at=NOON, since=NOON - timedelta(hours=10), until=NOON - timedelta(hours=2), missed=8)


def older(number: int, *ages: float | None, following: str | None = None) -> Reply:
    """A page of a feed's archive with entries of these ages in hours, and the page before it."""
    entries = "".join(
        f"<entry><id>{number}-{place}-{age}</id><title>Story {age}</title><link href='{SITE}/{place}/{age}'/>"
        + ("" if age is None else f"<updated>{(NOON - timedelta(hours=age)).isoformat()}</updated>")
        + "</entry>"
        for place, age in enumerate(ages)
    )
    link = f"<link rel='prev-archive' href='{following}'/>" if following else ""
    return Reply(body=f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Paper</title>{link}{entries}</feed>".encode())


def sitemap(*ages: float) -> Reply:
    urls = "".join(
        f"<url><loc>{SITE}/{age}</loc><n:news><n:publication_date>{(NOON - timedelta(hours=age)).isoformat()}</n:publication_date>"
        f"<n:title>Story {age}</n:title></n:news></url>"
        for age in ages
    )
    return Reply(
        body=f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{urls}</urlset>".encode()
    )


def index(**changed: float) -> Reply:
    """A sitemap index; its parts changed so many hours ago."""
    parts = "".join(
        f"<sitemap><loc>{SITE}/{name}.xml</loc><lastmod>{(NOON - timedelta(hours=age)).isoformat()}</lastmod></sitemap>"
        for name, age in changed.items()
    )
    return Reply(body=f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{parts}</sitemapindex>".encode())


class Workshop:
    """A mender over fakes, one gap with one visit planned, and a clock that is moved by hand."""

    def __init__(self, script: Mapping[str, Scripted | Sequence[Scripted]], *, url: str, kind: VisitKind, gap: Gap = GAP) -> None:
        self.now = NOON
        self.state, self.fetcher = MemoryState(), FakeFetcher({f"{SITE}/{path}": reply for path, reply in script.items()})
        self.mender = Mender(state=self.state, fetcher=self.fetcher, archive=MemoryArchive(), clock=lambda: self.now)
        self.state.feeds.sync([Feed(feed_id=PAPER, url=f"{SITE}/rss")], NOON)
        visit = Visit(feed_id=PAPER, url=f"{SITE}/{url}", kind=kind, due_at=NOON, since=gap.since, until=gap.until, gap_at=NOON)
        self.state.gaps.save(gap, [visit])

    def mend(self, *, after: timedelta = timedelta()) -> int:
        self.now += after
        return asyncio.run(self.mender.mend())

    @property
    def asked(self) -> list[str]:
        return [url.removeprefix(f"{SITE}/") for _, url, _ in self.fetcher.calls]

    @property
    def gap(self) -> Gap:
        (found,) = self.state.gaps.gaps()
        return found


def test_older_pages_are_read_until_they_reach_back() -> None:
    """Entries of the gap's time only; as backfill, so that live news goes first."""
    pages = {"2": older(2, 1, 3, following=f"{SITE}/3"), "3": older(3, 6, 12, following=f"{SITE}/4"), "4": older(4, 20)}
    work = Workshop(pages, url="2", kind=VisitKind.ARCHIVE)
    assert work.mend() == 2
    assert work.asked == ["2", "3"]
    assert (work.gap.filled, work.gap.state, work.gap.source) == (2, GapState.FILLED, "older pages of the feed")
    assert {one.priority for one in work.state.ledger.entries.values()} == {Priority.BACKFILL}
    assert {one.entry.title for one in work.state.ledger.entries.values()} == {"Story 3", "Story 6"}


def test_an_older_page_brings_nothing_that_seems_to_be_of_today() -> None:
    """Of a feed without dates only what is a day old, and nothing of a page that was dated for us or not at all."""
    gap = replace(GAP, since=NOON - timedelta(hours=60), until=NOON)
    for page, found in ((older(2, 1, 23, 26, 50), 2), (older(2, 0, 0.001, 0.002, 0.003), 0), (older(2, *[None] * 3), 0)):
        work = Workshop({"2": page}, url="2", kind=VisitKind.ARCHIVE, gap=gap)
        assert work.mend() == found


def test_a_page_dated_at_the_request_is_undated() -> None:
    """Also where entries of that time are wanted."""
    gap = replace(GAP, until=NOON - timedelta(seconds=1))
    ages = [age / 3_600 for age in (2, 5, 9)]
    assert Workshop({"2": older(2, *ages)}, url="2", kind=VisitKind.ARCHIVE, gap=gap).mend() == 0
    assert Workshop({"2": older(2, *ages, 3)}, url="2", kind=VisitKind.ARCHIVE, gap=gap).mend() == 4


def test_a_slow_disk_holds_up_no_answer() -> None:
    """Archive and ledger are asked beside the event loop."""
    work = Workshop({"robots.txt": Reply(body=b"Sitemap: https://paper.example/news-sitemap.xml")}, url="2", kind=VisitKind.ARCHIVE)
    loops = Loops()
    loops.needed_by(work.mender.archive, "add")
    loops.needed_by(work.state.gaps, "due_visits", "save_visits", "visits", "gaps", "save")
    loops.needed_by(work.state.feeds, "get")
    assert asyncio.run(loops.run(work.mender.mend)) == 0
    assert loops.waited[:2] == ["due_visits", "get"]
    assert loops.waited[-1] == "due_visits"
    assert "save" in loops.waited


def test_pages_without_end_are_left() -> None:
    """A calendar that goes back to the year 1 is a trap."""
    pages = {str(number): older(number, 3, following=f"{SITE}/{number + 1}") for number in range(2, 50)}
    work = Workshop(pages, url="2", kind=VisitKind.ARCHIVE)
    work.mend()
    assert len(work.asked) == MAX_PAGES


def test_robots_txt_leads_to_the_news_sitemap() -> None:
    """As cached, where it is."""
    script = {"robots.txt": Reply(body=f"Sitemap: {SITE}/pages.xml\nSitemap: {SITE}/news.xml\n".encode()), "news.xml": sitemap(1, 3, 12)}
    work = Workshop(script, url="robots.txt", kind=VisitKind.ROBOTS)
    assert work.mend() == 1
    assert work.asked == ["robots.txt", "news.xml"]
    cached = Workshop(script, url="robots.txt", kind=VisitKind.ROBOTS)
    cached.state.hosts.save_robots(SITE, NOON, 200, b"Sitemap: /news.xml")
    assert cached.mend() == 1
    assert cached.asked == ["news.xml"]


def test_parts_of_an_index_are_read_a_quarter_of_an_hour_apart() -> None:
    """Only those that changed since; the gap stays open until the last of them."""
    script = {"i.xml": index(a=1, b=5, old=11), "a.xml": sitemap(3), "b.xml": index(c=2), "c.xml": sitemap(4)}
    work = Workshop(script, url="i.xml", kind=VisitKind.SITEMAP)
    assert work.mend() == 1
    assert (work.asked, work.gap.state) == (["i.xml", "a.xml"], GapState.OPEN)
    assert work.mend(after=APART) == 1
    assert work.asked[2:] == ["b.xml", "c.xml"]
    assert (work.gap.filled, work.gap.state) == (2, GapState.FILLED)


@pytest.mark.parametrize("answer", [Reply(status=404), Reply(body=b"<html><body>Not here</body></html>"), sitemap(1), sitemap()])
def test_what_cannot_be_filled_is_lost(answer: Reply) -> None:
    """And counted so."""
    work = Workshop({"news.xml": answer}, url="news.xml", kind=VisitKind.SITEMAP)
    assert work.mend() == 0
    assert (work.gap.filled, work.gap.state) == (0, GapState.LOST)


@pytest.mark.parametrize(
    "trouble",
    [
        RetryableError("connection refused"),
        HostBusyError("asks for a pause", until=NOON + timedelta(minutes=30)),
        Deferred(url=SITE, until=NOON + timedelta(minutes=30), reason="host-busy"),
    ],
)
def test_a_passing_fault_is_waited_for(trouble: Scripted) -> None:
    """For two days; then the gap is given up."""
    work = Workshop({"news.xml": [trouble, sitemap(3)]}, url="news.xml", kind=VisitKind.SITEMAP)
    assert work.mend() == 0
    assert (work.mend(after=timedelta(hours=1)), work.gap.state) == (1, GapState.FILLED)
    work = Workshop({"news.xml": trouble}, url="news.xml", kind=VisitKind.SITEMAP)
    for _ in range(60):
        work.mend(after=timedelta(hours=1))
    assert work.gap.state is GapState.LOST
    assert len(work.asked) < 60


def test_a_feed_that_left_takes_its_visits_along() -> None:
    """Nothing is asked for it."""
    work = Workshop({"news.xml": sitemap(3)}, url="news.xml", kind=VisitKind.SITEMAP)
    work.state.feeds.states.clear()
    assert work.mend() == 0
    assert work.asked == []
