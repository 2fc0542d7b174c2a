"""What sitemaps list of a day and we lack, over a scripted network."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.coverage import Looks, Survey, Way
from pipeline.errors import RetryableError
from pipeline.ledger import FeedState, FeedStatus, Outcome, Priority
from pipeline.surveying import MAX_DOCUMENTS, Surveyed, Surveyor, domains_of
from pipeline.types import Feed, FeedHints, FeedId, FeedKind
from tests.fakes_archive import MemoryArchive
from tests.fakes_fetch import FakeFetcher, Reply
from tests.fakes_state import MemoryState
from tests.state.samples import make_entry

DAY = date(2024, 5, 3)
NOON = datetime(2024, 5, 10, 12, tzinfo=UTC)
SITE = "https://paper.example"
FEED = Feed(feed_id=FeedId("paper"), url=f"{SITE}/rss", site=f"{SITE}/", publisher="The Paper", language="en", country="GB")


def urlset(*pages: tuple[str, str], news: bool = False) -> Reply:
    mark = "<news:news><news:publication_date>%s</news:publication_date><news:title>T</news:title></news:news>"
    rows = "".join(f"<url><loc>{SITE}/{name}</loc>{mark % at if news else f'<lastmod>{at}</lastmod>'}</url>" for name, at in pages)
    namespaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return Reply(body=f"<?xml version='1.0'?><urlset {namespaces}>{rows}</urlset>".encode())


def index(*parts: tuple[str, str | None]) -> Reply:
    rows = "".join(f"<sitemap><loc>{SITE}/{name}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>" for name, at in parts)
    return Reply(body=f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</sitemapindex>".encode())


def rss(*pages: tuple[str, str], older: str = "") -> Reply:
    link = f"<atom:link rel='prev-archive' href='{SITE}/{older}'/>" if older else ""
    rows = "".join(f"<item><title>T</title><link>{SITE}/{name}</link><pubDate>{at}</pubDate></item>" for name, at in pages)
    return Reply(
        body=f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>P</title>{link}{rows}</channel></rss>".encode()
    )


def robots(*sitemaps: str) -> Reply:
    return Reply(body="\n".join(["User-agent: *", *(f"Sitemap: {SITE}/{name}" for name in sitemaps)]).encode())


class Bench:
    """A ledger, an archive and a scripted network."""

    def __init__(self, script: dict[str, Reply | RetryableError], *states: FeedState) -> None:
        self.state, self.archive = MemoryState(), MemoryArchive()
        self.fetcher = FakeFetcher(script={f"{SITE}/{name}": reply for name, reply in script.items()})
        self.states = states or (FeedState(feed=FEED, next_poll_at=NOON),)

    def survey(self, day: date = DAY, *, keep: bool = True) -> Surveyed:
        surveyor = Surveyor(state=self.state, fetcher=self.fetcher, archive=self.archive, clock=lambda: NOON, keep=keep)
        (one,) = asyncio.run(surveyor.survey(day, domains_of(self.states)))
        return one

    def asked(self) -> list[str]:
        return [url.removeprefix(f"{SITE}/") for _, url, _ in self.fetcher.calls]


PAGES = (("a", "2024-05-03T08:00:00Z"), ("b", "2024-05-03"), ("c", "2024-05-04T00:00:00Z"), ("d", "2024-05-02T23:59:59Z"))


def test_what_a_plain_sitemap_lists_of_the_day() -> None:
    """By its last change, to the ledger as backfill, with what is known of the publisher; the next survey finds nothing new."""
    bench = Bench({"robots.txt": robots("map.xml"), "map.xml": urlset(*PAGES)})
    surveyed = bench.survey()
    assert [entry.url for entry in surveyed.missing] == [f"{SITE}/a", f"{SITE}/b"]
    assert surveyed.survey == Survey(
        domain="paper.example", day=DAY, listed=2, seen=0, both=0, held=0, documents=1, at=NOON, looks=Looks(sitemap=2)
    )
    (batch,) = bench.state.ledger.make_batches(NOON, size=10)
    assert batch.priority is Priority.BACKFILL
    entry = bench.state.ledger.batch_entries(batch.batch_id)[0].entry
    assert (entry.publisher, entry.country, entry.language, entry.feed_id) == ("The Paper", "GB", "en", "sitemap:paper.example")
    assert [one.reason for one in bench.state.decisions.about(entry.url_key)] == ["listed for 2024-05-03 by sitemap:paper.example"]
    again = bench.survey()
    assert again.missing == ()
    assert (again.survey.held, again.survey.both) == (2, 0)
    assert bench.state.coverage.surveys(DAY, DAY) == (again.survey,)


def test_a_plan_writes_nothing() -> None:
    """It only tells."""
    bench = Bench({"robots.txt": robots("map.xml"), "map.xml": urlset(*PAGES)})
    assert len(bench.survey(keep=False).missing) == 2
    assert bench.state.ledger.counts() == {}
    assert bench.state.coverage.surveys(DAY, DAY) == ()
    assert list(bench.archive.pages(NOON - timedelta(days=1000), NOON + timedelta(days=1), kind="feed")) == []


def test_what_feeds_had_brought() -> None:
    """Is listed and held, and counts as seen by both."""
    bench = Bench({"robots.txt": robots("map.xml"), "map.xml": urlset(*PAGES)})
    known = replace(make_entry(1, url=f"{SITE}/a"), feed_id=FEED.feed_id)
    other = make_entry(2, url=f"{SITE}/only-in-the-feed")
    bench.state.ledger.add_entries([known, other], datetime(2024, 5, 3, 9, tzinfo=UTC))
    surveyed = bench.survey()
    assert [entry.url for entry in surveyed.missing] == [f"{SITE}/b"]
    found = surveyed.survey
    assert (found.listed, found.seen, found.both, found.held) == (2, 2, 1, 1)
    assert found.looks == Looks(feed=1, sitemap=1, feed_sitemap=1)


def test_who_saw_what() -> None:
    """Listed or not, by poll, hub or both; an import is no look of ours."""
    bench = Bench({"robots.txt": robots("map.xml"), "map.xml": urlset(*((name, "2024-05-03") for name in "abcdef"))})
    at = datetime(2024, 5, 3, 9, tzinfo=UTC)
    made = {name: replace(make_entry(number, url=f"{SITE}/{name}"), feed_id=FEED.feed_id) for number, name in enumerate("abcdefghij")}
    bench.state.ledger.add_entries([made[name] for name in "abchi"], at)
    bench.state.ledger.add_entries([made[name] for name in "bcdij"], at, way=Way.PUSH)
    bench.state.ledger.add_entries([replace(made["e"], feed_id=FeedId("import-warc"))], at)
    found = bench.survey().survey
    assert found.looks == Looks(feed=1, push=1, sitemap=2, feed_push=1, feed_sitemap=1, push_sitemap=1, all=2)
    assert (found.listed, found.seen, found.both, found.held) == (6, 7, 4, 5)


def test_an_index_is_read_where_the_day_may_be() -> None:
    """Not the parts that changed last before it, nor those named for other days; and no deeper than three."""
    script = {
        "robots.txt": robots("index.xml"),
        "index.xml": index(("old.xml", "2024-05-01"), ("2024-06.xml", None), ("news.xml", "2024-05-09"), ("deep.xml", None)),
        "news.xml": urlset(("n", "2024-05-03T10:00:00+02:00"), news=True),
        "deep.xml": index(("deeper.xml", None)),
        "deeper.xml": index(("deepest.xml", None)),
        "deepest.xml": index(("bottom.xml", None)),
        "bottom.xml": urlset(("too-deep", "2024-05-03")),
    }
    bench = Bench(script)
    assert [entry.url for entry in bench.survey().missing] == [f"{SITE}/n"]
    assert bench.asked() == ["robots.txt", "index.xml", "news.xml", "deep.xml", "deeper.xml", "deepest.xml"]


def test_a_huge_sitemap_is_read_for_the_day_alone() -> None:
    """However many newer pages it lists before."""
    newer = [(f"new-{n}", "2024-05-09") for n in range(3000)]
    bench = Bench({"robots.txt": robots("map.xml"), "map.xml": urlset(*newer, *PAGES)})
    assert len(bench.survey().missing) == 2


def test_older_pages_of_a_feed() -> None:
    """By the links of RFC 5005, back to the day and no further; they are entries of the feed itself."""
    state = FeedState(feed=FEED, next_poll_at=NOON, hints=FeedHints(next_url=f"{SITE}/rss/3"))
    script = {
        "rss/3": rss(("n3", "Sat, 04 May 2024 09:00:00 GMT"), older="rss/2"),
        "rss/2": rss(("n2", "Fri, 03 May 2024 09:00:00 GMT"), ("n1", "Thu, 02 May 2024 09:00:00 GMT"), older="rss/1"),
        "rss/1": rss(("n0", "Wed, 01 May 2024 09:00:00 GMT")),
    }
    bench = Bench(script, state)
    (entry,) = bench.survey().missing
    assert (entry.url, entry.feed_id) == (f"{SITE}/n2", "paper")
    assert "rss/1" not in bench.asked()


def test_numbered_pages_where_nothing_else_lists_anything() -> None:
    """Until the day is reached, or the same page comes again because the site knows no numbers."""
    script = {
        "rss?paged=2": rss(("p2", "Sat, 04 May 2024 09:00:00 GMT")),
        "rss?paged=3": rss(("p3", "Fri, 03 May 2024 09:00:00 GMT")),
        "rss?paged=4": rss(("p4", "Thu, 02 May 2024 09:00:00 GMT")),
    }
    bench = Bench(script)
    assert [entry.url for entry in bench.survey().missing] == [f"{SITE}/p3"]
    assert bench.asked()[-1] == "rss?paged=4"
    same = rss(("now", "Thu, 09 May 2024 09:00:00 GMT"))
    deaf = Bench({f"rss?paged={number}": same for number in range(2, 30)})
    assert deaf.survey().missing == ()
    assert deaf.asked()[-1] == "rss?paged=3"


def test_an_older_page_has_nothing_of_today() -> None:
    """What a server dates by the request would pass for news of a day that is not over; of days before, their end is the bound."""
    young, old = (
        rss((name, f"{day} May 2024 {hour}:00:00 GMT"), (f"{name}2", "Wed, 01 May 2024 09:00:00 GMT"))
        for name, day, hour in (("young", "Fri, 10", "11"), ("old", "Thu, 09", "23"))
    )
    assert Bench({"rss?paged=2": young}).survey(date(2024, 5, 10)).missing == ()
    assert [entry.url for entry in Bench({"rss?paged=2": old}).survey(date(2024, 5, 9)).missing] == [f"{SITE}/old"]


@pytest.mark.parametrize("broken", [Reply(status=503), Reply(body=b"<html>no sitemap"), RetryableError("timeout")])
def test_what_cannot_be_read_is_passed_over(broken: Reply | RetryableError) -> None:
    """And the rest is read all the same."""
    bench = Bench({"robots.txt": robots("broken.xml", "map.xml"), "broken.xml": broken, "map.xml": urlset(*PAGES)})
    assert len(bench.survey().missing) == 2


def test_there_is_an_end_to_it() -> None:
    """An index that leads round and round, or on for ever."""
    parts = {f"m{n}.xml": urlset((f"x{n}", "2024-05-03")) for n in range(100)}
    bench = Bench({"robots.txt": robots("index.xml"), "index.xml": index(("index.xml", None), *((name, None) for name in parts)), **parts})
    assert bench.survey().survey.documents == MAX_DOCUMENTS


def test_domains() -> None:
    """Feeds of one site together; those that are gone, or not asked for, left out."""
    other = replace(FEED, feed_id=FeedId("sport"), url="https://feeds.paper.example/sport")
    far = replace(FEED, feed_id=FeedId("far"), url="https://far.example/rss", site="")
    states = [FeedState(feed=feed, next_poll_at=NOON) for feed in (FEED, other, far)]
    gone = FeedState(feed=replace(FEED, feed_id=FeedId("gone")), next_poll_at=NOON, status=FeedStatus.GONE)
    assert {name: len(feeds) for name, feeds in domains_of([*states, gone]).items()} == {"paper.example": 2, "far.example": 1}
    assert list(domains_of(states, ["far"])) == ["far.example"]
    assert list(domains_of(states, [], ["paper.example"])) == ["paper.example"]


def test_a_followed_sitemap_is_a_root() -> None:
    """Its entries count as the sitemap's here, and what it brought when it was polled is held."""
    feed = replace(FEED, kind=FeedKind.SITEMAP, url=f"{SITE}/map.xml")
    bench = Bench({"map.xml": urlset(*PAGES)}, FeedState(feed=feed, next_poll_at=NOON))
    assert len(bench.survey().missing) == 2
    assert bench.state.ledger.counts() == {None: 2}
    assert Outcome.DUPLICATE not in bench.state.ledger.counts()
