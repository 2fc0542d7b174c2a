"""Polling over fakes: every due feed ends in one counted outcome, and its state says when to come again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import ConfigurationError, HostBusyError, RetryableError
from pipeline.intake import Intake
from pipeline.ledger import FeedStatus, PollOutcome, Stage
from pipeline.polling import Poller
from pipeline.ports import Archive, Before
from pipeline.types import ArchivePointer, Deferred, Feed, FeedId, FeedKind, FetchedPage, NotModified, Rejected, Validators
from pipeline.urls import url_key
from tests.fakes_archive import MemoryArchive
from tests.fakes_fetch import FakeFetcher, Reply, Scripted
from tests.fakes_state import MemoryState
from tests.waiting import Loops

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Test</title><link>https://news.example.org/</link>
<lastBuildDate>{built}</lastBuildDate>{entries}</channel></rss>"""
KINDS = {"map": FeedKind.SITEMAP, "good": FeedKind.AUTO}
ENTRY = "<item><guid isPermaLink='false'>{name}</guid><title>Story {name}</title><link>https://news.example.org/{name}</link></item>"


def rss(*names: str, built: str = "Wed, 18 Nov 2026 11:00:00 GMT") -> Reply:
    body = FEED.format(built=built, entries="".join(ENTRY.format(name=name) for name in names))
    return Reply(body=body.encode(), headers=(("Content-Type", "application/rss+xml"), ("ETag", f'"{"-".join(names)}"')))


class Office:
    """A poller with its rooms, and a clock that is moved by hand."""

    def __init__(self, script: Mapping[str, Scripted | Sequence[Scripted]], *, random_unit: float = 0.5) -> None:
        self.now = NOON
        self.state, self.archive = MemoryState(), MemoryArchive()
        self.fetcher = FakeFetcher(script)
        self.poller = Poller(
            state=self.state, fetcher=self.fetcher, archive=self.archive, clock=lambda: self.now, random=lambda: random_unit
        )
        self.state.feeds.sync([Feed(feed_id=FeedId(url.rpartition("/")[2]), url=url) for url in script], NOON)

    def poll(self) -> dict[PollOutcome, int]:
        return dict(asyncio.run(self.poller.poll(self.state.feeds.due(self.now))))


def _url(name: str) -> str:
    return f"https://news.example.org/feeds/{name}"


def test_each_feed_ends_in_one_outcome() -> None:
    """Whatever a server does, one feed never stops the others."""
    office = Office(
        {
            _url("good"): rss("a", "b"),
            _url("gone"): Reply(status=410),
            _url("missing"): Reply(status=404),
            _url("down"): RetryableError("connection refused"),
            _url("busy"): HostBusyError("asks for a pause", until=NOON + timedelta(minutes=15)),
            _url("private"): Rejected(url=_url("private"), reason="private-address", detail="10.0.0.1"),
            _url("page"): Reply(body=b"<!doctype html><html><body><p>Subscribe to our feeds!</p></body></html>"),
        }
    )
    assert office.poll() == {PollOutcome.CHANGED: 1, PollOutcome.GONE: 1, PollOutcome.FAILED: 4, PollOutcome.DEFERRED: 1}
    by_name = {state.feed.feed_id: state for state in office.state.feeds.all()}
    assert by_name[FeedId("gone")].status is FeedStatus.GONE
    assert by_name[FeedId("private")].last_error == "private-address: 10.0.0.1"
    assert by_name[FeedId("busy")].next_poll_at >= NOON + timedelta(minutes=15)
    assert (by_name[FeedId("page")].failures, by_name[FeedId("down")].failures) == (1.0, 0.5), "a web page weighs more than a dead line"
    assert all(state.next_poll_at > NOON for state in by_name.values())
    assert {name: poll.outcome for name, poll in ((poll.feed_id, poll) for poll in office.state.feeds.polls())}[
        FeedId("good")
    ] is PollOutcome.CHANGED


@pytest.mark.parametrize(("status", "seconds"), [(429, 30 * 60), (503, 0)])
def test_only_a_429_is_about_our_pace(status: int, seconds: float) -> None:
    """Refused after twenty minutes: too often, by a 429; by a 503 the server has troubles of its own."""
    busy = HostBusyError("asks for a pause", until=NOON + timedelta(hours=2), status=status)
    office = Office({_url("busy"): [rss("a"), busy]})
    office.poll()
    office.now += timedelta(minutes=20)
    office.state.feeds.hasten(FeedId("busy"), office.now)
    assert office.poll() == {PollOutcome.DEFERRED: 1}
    assert office.state.feeds.all()[0].habits.refused_seconds == seconds
    assert office.state.feeds.polls()[0].http_status == status


def test_the_end_of_a_feed_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """A 410 in the log and in what is told about its address, once; a 404 is nothing to talk about yet."""
    office = Office({_url("gone"): Reply(status=410), _url("missing"): Reply(status=404)})
    office.poll()
    (told,) = office.state.decisions.about(url_key(_url("gone")))
    assert (told.verdict, told.at) == ("gone", NOON)
    assert "answered 410" in told.reason
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [told.reason]
    assert office.state.decisions.about(url_key(_url("missing"))) == ()
    office.state.feeds.states[FeedId("missing")] = replace(office.state.feeds.states[FeedId("missing")], failures=29.5, next_poll_at=NOON)
    for _ in range(2):
        office.now += timedelta(days=40)
        office.poll()
    assert [one.verdict for one in office.state.decisions.about(url_key(_url("missing")))] == ["dormant"]


def test_new_entries_reach_the_ledger_once() -> None:
    """And the second poll asks conditionally, gets a 304 and adds nothing."""
    office = Office({_url("good"): [rss("a", "b")]})
    office.poll()
    assert {entry.entry.title for entry in _waiting(office)} == {"Story a", "Story b"}
    office.now += timedelta(days=1)
    assert office.poll() == {PollOutcome.NOT_MODIFIED: 1}
    assert office.fetcher.calls[-1][2] == Validators(etag='"a-b"')
    assert office.state.ledger.make_batches(office.now, size=10) == ()


def test_each_new_entry_is_the_beginning_of_a_story() -> None:
    """`explain` can say which feed listed an address, and when; once, however often it is listed."""
    office = Office({_url("good"): [rss("a"), rss("a", "b")]})
    office.poll()
    office.now += timedelta(days=1)
    office.poll()
    told = [(one.at, one.stage, one.verdict, one.reason) for one in office.state.decisions.about(url_key("https://news.example.org/a"))]
    assert told == [(NOON, Stage.POLL, "new", "listed by feed good")]
    assert [one.at for one in office.state.decisions.about(url_key("https://news.example.org/b"))] == [office.now]


def _waiting(office: Office) -> list:
    return [
        entry
        for batch in office.state.ledger.make_batches(office.now, size=10)
        for entry in office.state.ledger.batch_entries(batch.batch_id)
    ]


def test_a_feed_that_was_only_built_anew_is_unchanged() -> None:
    """Servers that write the time of each request into the feed; the archive keeps what was new, not each request."""
    later = Reply(body=rss("a", built="Wed, 18 Nov 2026 13:00:00 GMT").body, headers=())
    office = Office({_url("good"): [rss("a"), later]})
    assert office.poll() == {PollOutcome.CHANGED: 1}
    office.now += timedelta(days=1)
    assert office.poll() == {PollOutcome.UNCHANGED: 1}
    assert len(list(office.archive.pages(NOON - timedelta(days=1), NOON + timedelta(days=9), kind="feed"))) == 1


def test_feeds_under_way_are_bounded() -> None:
    """However many are due: the rest are begun as others end, and all are polled."""
    office = Office({_url(f"feed-{number}"): rss("a") for number in range(50)})
    fetcher = Slow(office.fetcher.script)
    office.poller = replace(office.poller, fetcher=fetcher, at_once=7)
    assert office.poll() == {PollOutcome.CHANGED: 50}
    assert fetcher.most == 7


class Slow(FakeFetcher):
    """Answers a round of the loop later, and counts how many wait at once."""

    under_way = most = 0

    async def fetch_feed(
        self, url: str, validators: Validators, *, sitemap: bool = False, before: Before | None = None
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0)
        self.under_way -= 1
        return await FakeFetcher.fetch_feed(self, url, validators, sitemap=sitemap, before=before)


def test_answers_unread_are_bounded() -> None:
    """A disk that is slower than the network holds up the next requests, instead of letting bodies lie in heaps; all are polled."""
    office = Office({_url(f"feed-{number}"): rss("a") for number in range(60)})
    archive = Heap(office.archive, office.fetcher)
    office.poller = replace(office.poller, archive=archive, intake=Intake(3))
    assert office.poll() == {PollOutcome.CHANGED: 60}
    assert 3 <= archive.most <= 4  # one more had been let in before


class Heap:
    """An archive that counts how many feeds had been asked for, and not yet been written, whenever one is."""

    def __init__(self, archive: Archive, fetcher: FakeFetcher) -> None:
        self.archive, self.fetcher, self.written, self.most = archive, fetcher, 0, 0

    def add(self, page: FetchedPage, *, kind: str = "page") -> ArchivePointer:
        self.most = max(self.most, len(self.fetcher.calls) - self.written)
        self.written += 1
        return self.archive.add(page, kind=kind)

    def __getattr__(self, name: str) -> object:
        return getattr(self.archive, name)


def test_new_entries_beside_known_ones() -> None:
    """Only what was not seen before is new."""
    office = Office({_url("good"): [rss("a"), rss("b", "a")]})
    office.poll()
    _waiting(office)
    office.now += timedelta(days=1)
    office.poll()
    assert [entry.entry.title for entry in _waiting(office)] == ["Story b"]
    assert [poll.new for poll in office.state.feeds.polls(FeedId("good"))] in ([1, 1],)


def test_a_sitemap_is_asked_for_as_one() -> None:
    """It may be larger than a feed."""
    office = Office({_url("map"): rss("a"), _url("good"): rss("b")})
    office.state.feeds.sync([Feed(feed_id=FeedId(name), url=_url(name), kind=kind) for name, kind in KINDS.items()], NOON)
    office.poll()
    assert {(kind, url) for kind, url, _ in office.fetcher.calls} == {("sitemap", _url("map")), ("feed", _url("good"))}


def test_a_server_that_lies_is_found_out_and_told_of(caplog: pytest.LogCaptureFixture) -> None:
    """New entries under the ETag of the ones before, at one of the polls that ask for everything: it is said once."""
    answers = [replace(rss(*names), headers=(("ETag", '"always"'),)) for names in (("a",), ("b", "a"), ("c", "b", "a"))]
    office = Office({_url("liar"): answers}, random_unit=0.001)
    for _ in answers:
        office.poll()
        office.now += timedelta(days=1)
    assert office.state.feeds.all()[0].ignore_validators
    assert caplog.text.count("would have brought a 304") == 1
    told = [made.verdict for made in office.state.decisions.about(url_key(_url("liar")))]
    assert told.count("distrusted") == 1


def test_one_poll_in_a_hundred_asks_for_everything() -> None:
    """To find out servers whose 304s lie."""
    office = Office({_url("good"): [rss("a")]}, random_unit=0.001)
    office.poll()
    office.now += timedelta(days=1)
    office.poll()
    assert office.fetcher.calls[-1][2] == Validators()


def test_a_wrong_configuration_stops_the_poll() -> None:
    """Every feed would meet it."""
    office = Office({_url("good"): ConfigurationError("WIREROOM_HOST_DELAY: got -1; allowed: 0 or more")})
    with pytest.raises(ConfigurationError):
        office.poll()


def test_a_fault_of_ours_is_a_failed_poll() -> None:
    """And it says which."""
    office = Office({_url("good"): rss("a")})
    office.archive.add = lambda *_args, **_kwargs: 1 / 0  # type: ignore[method-assign, assignment]
    assert office.poll() == {PollOutcome.FAILED: 1}
    assert "ZeroDivisionError" in (office.state.feeds.all()[0].last_error or "")


def test_a_slow_disk_holds_up_no_other_feed() -> None:
    """Archive and ledger are asked beside the event loop, each feed's writes in their order: pages, entries, then its state."""
    office = Office({_url("one"): rss("a", "b"), _url("two"): rss("c")})
    loops = Loops()
    loops.needed_by(office.archive, "add")
    loops.needed_by(office.state.ledger, "add_entries", "listed")
    loops.needed_by(office.state.decisions, "add")
    loops.needed_by(office.state.feeds, "get", "save")
    due = office.state.feeds.due(office.now)
    assert asyncio.run(loops.run(lambda: office.poller.poll(due))) == {PollOutcome.CHANGED: 2}
    assert sorted(loops.waited) == sorted(2 * ["get", "add", "listed", "add_entries", "add", "save"])
    assert loops.waited[:3] == ["get", "get", "add"]
    assert loops.waited[-1] == "save"
    assert {poll.new for poll in office.state.feeds.polls()} == {2, 1}


def test_patience_is_the_poller_s() -> None:
    """Who wants entries earlier pays with more requests."""
    due = {}
    for patience in (0.02, 0.5):
        office = Office({_url("good"): rss("a", "b")})
        office.poller = replace(office.poller, patience=patience)
        office.poll()
        due[patience] = office.state.feeds.states[FeedId("good")].next_poll_at
    assert due[0.02] < due[0.5]
