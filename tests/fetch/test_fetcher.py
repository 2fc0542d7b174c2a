"""pipeline/fetch/fetcher.py: the whole way of a page and a feed, with a real server, a virtual clock and a store that notes."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from pipeline.errors import HostBusyError, RetryableError
from pipeline.fetch.client import Answer, HttpClient, Wanted
from pipeline.fetch.errand import MAX_LISTING
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.ledger import Priority
from pipeline.types import Deferred, FetchedPage, Hop, NotModified, Rejected, Validators
from tests.fakes_fetch import NOON, FakeHostStore, VirtualClock
from tests.fetch.servers import Asked, Site, answer, serving, settings, site_of

NONE = Validators()
STORY = answer(b"<html><p>A story.</p></html>")


@dataclass(slots=True)
class Desk:
    """A fetcher with all that surrounds it."""

    fetcher: PoliteFetcher
    site: Site
    store: FakeHostStore
    clock: VirtualClock

    async def page(self, url: str, validators: Validators = NONE, priority: Priority = Priority.LIVE) -> Any:
        """Fetch a page."""
        return await self.fetcher.fetch_page(url, validators, priority=priority)

    async def feed(self, url: str, validators: Validators = NONE) -> Any:
        """Fetch a feed."""
        return await self.fetcher.fetch_feed(url, validators)


Answers = dict[str, bytes | Callable[[Asked], bytes]]


@asynccontextmanager
async def desk(answers: Answers, store: FakeHostStore | None = None, **changes: object) -> AsyncIterator[Desk]:
    """Open a fetcher whose every host is one site."""
    async with site_of(answers) as site:
        clock, store = VirtualClock(), store or FakeHostStore()
        fetcher = PoliteFetcher(settings(site, **changes), store, clock=clock, sleep=clock.sleep, own_thread=False)
        try:
            yield Desk(fetcher, site, store, clock)
        finally:
            await fetcher.close()


def with_desk(
    answers: Answers, scenario: Callable[[Desk], Coroutine[Any, Any, Any]], store: FakeHostStore | None = None, **changes: object
) -> Any:
    """Run a scenario at a desk, and return what it returns."""

    async def whole() -> Any:
        async with desk(answers, store, **changes) as ours:
            return await scenario(ours)

    return asyncio.run(asyncio.wait_for(whole(), 20))


def page_of(answers: Answers, url: str = "http://a.example/x", validators: Validators = NONE, **changes: object) -> Any:
    """Fetch one page."""
    return with_desk(answers, lambda ours: ours.page(url, validators), **changes)


def feed_of(answers: Answers, url: str = "http://a.example/x", validators: Validators = NONE, **changes: object) -> Any:
    """Fetch one feed."""
    return with_desk(answers, lambda ours: ours.feed(url, validators), **changes)


# ── pages and feeds ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_comes_back_whole() -> None:
    """As asked for and as answered, with its digest and the time of the clock."""
    page = page_of({"/x": answer(b"<html>hello", 200, 'ETag: "1"', "X-A: b")})
    assert isinstance(page, FetchedPage)
    assert (page.url, page.final_url, page.status, page.body) == ("http://a.example/x", "http://a.example/x", 200, b"<html>hello")
    assert page.digest == hashlib.sha256(b"<html>hello").hexdigest()
    assert page.fetched_at == NOON
    assert page.header("etag") == '"1"'
    assert page.hops == ()


def test_validators_are_sent_as_they_came_and_a_304_brings_new_ones() -> None:
    """Both headers, opaque; what the 304 carries replaces ours."""
    seen: list[dict[str, str]] = []

    def unchanged(asked: Asked) -> bytes:
        seen.append(asked.headers)
        return b'HTTP/1.1 304 Not Modified\r\nETag: W/"2"\r\n\r\n'

    validators = Validators(etag='W/"odd,"stuff"', last_modified="yesterday, about noon")
    for fetched in (page_of({"/x": unchanged}, validators=validators), feed_of({"/x": unchanged}, validators=validators)):
        assert isinstance(fetched, NotModified)
        assert fetched.validators == Validators(etag='W/"2"')
        assert fetched.url == "http://a.example/x"
    for headers in seen:
        assert headers["if-none-match"] == 'W/"odd,"stuff"'
        assert headers["if-modified-since"] == "yesterday, about noon"


def test_validators_that_cannot_stand_in_a_header_are_not_sent() -> None:
    """Nothing can be smuggled into a request through the ledger."""
    seen: list[dict[str, str]] = []

    def note(asked: Asked) -> bytes:
        seen.append(asked.headers)
        return STORY

    page_of({"/x": note}, validators=Validators(etag="a\r\nX-Evil: 1", last_modified=""))
    assert not {"if-none-match", "if-modified-since", "x-evil"} & set(seen[0])


def test_a_304_that_nobody_asked_for_is_a_fault() -> None:
    """Without validators there is no copy of ours that could be good."""
    for fetch in (page_of, feed_of):
        with pytest.raises(RetryableError, match="without validators"):
            fetch({"/x": b"HTTP/1.1 304 Not Modified\r\n\r\n"})


@pytest.mark.parametrize("status", [200, 404, 410, 403, 500, 502])
def test_feeds_come_back_with_any_status(status: int) -> None:
    """The schedule decides what it means."""
    page = feed_of({"/x": answer(b"<rss/>", status, content_type="application/rss+xml")})
    assert isinstance(page, FetchedPage)
    assert page.status == status


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (answer(b"no", 404), "gone"),
        (answer(b"no", 410), "gone"),
        (answer(b"no", 403), "forbidden"),
        (answer(b"no", 403, "cf-mitigated: challenge"), "bot-wall"),
        (answer(b"no", 503, "CF-Mitigated: challenge"), "bot-wall"),
        (answer(b"x", content_type="application/pdf"), "not-html"),
        (answer(b"<html>" + b"x" * 10_001), "too-large"),
        (answer(b"", 200), "empty"),
        (answer(b"", 302), "bad-redirect"),
        (answer(b"", 302, "Location: mailto:us@a.example"), "bad-redirect"),
        (answer(b"", 302, "Location: http://["), "bad-redirect"),
        (answer(b"x", 200, "Content-Encoding: exi"), "unknown-encoding"),
    ],
)
def test_pages_that_are_not_to_be_had_are_values(sent: bytes, reason: str) -> None:
    """Expected ends, with the entry's own URL."""
    fetched = page_of({"/x": sent}, max_page_bytes=10_000)
    assert isinstance(fetched, Rejected)
    assert (fetched.url, fetched.reason) == ("http://a.example/x", reason)
    assert fetched.detail


def test_a_video_is_turned_away_unread() -> None:
    """Its type is enough, whatever its size."""
    sent = answer(b"x" * 10_001, content_type="video/mp4")
    assert page_of({"/x": sent}, max_page_bytes=10_000).reason == "not-html"
    assert feed_of({"/x": sent}, max_feed_bytes=10_000).reason == "too-large"


def test_connections_are_kept_for_pages_only() -> None:
    """A host's pages follow each other in seconds, its feed's next poll comes in minutes."""

    async def scenario(ours: Desk) -> list[str | None]:
        await ours.feed("http://a.example/x")
        await ours.page("http://a.example/x")
        return [asked.headers.get("connection") for asked in ours.site.asked]

    assert with_desk({"/x": STORY}, scenario) == ["close", None, None]


def test_walls_and_sizes_are_values_for_feeds_too() -> None:
    """A feed behind a challenge is told apart from a forbidden one."""
    assert feed_of({"/x": answer(b"", 403, "cf-mitigated: challenge")}).reason == "bot-wall"
    assert feed_of({"/x": answer(b"x" * 10_001)}, max_feed_bytes=10_000).reason == "too-large"


def test_a_sitemap_may_be_larger_than_a_feed() -> None:
    """Fifty megabytes, by its protocol."""

    async def scenario(ours: Desk) -> Any:
        return await ours.fetcher.fetch_feed("http://a.example/x", NONE, sitemap=True)

    fetched = with_desk({"/x": answer(b"x" * 10_001)}, scenario, max_feed_bytes=10_000)
    assert isinstance(fetched, FetchedPage)
    assert MAX_LISTING == 50_000_000


@pytest.mark.parametrize("status", [408, 500, 502, 522, 524])
def test_passing_statuses_are_retryable(status: int) -> None:
    """Nothing is wrong with the entry, and the host is not paused."""

    async def scenario(ours: Desk) -> None:
        with pytest.raises(RetryableError, match=f"answered {status}") as caught:
            await ours.page("http://a.example/x")
        assert not isinstance(caught.value, HostBusyError)
        assert ours.store.pauses == {}

    with_desk({"/x": answer(b"", status)}, scenario)


@pytest.mark.parametrize(
    "url", ["mailto:a@b.example", "javascript:alert(1)", "ftp://a.example/", "", "/x", "http://", "http://a.example:99999/"]
)
def test_what_cannot_be_asked_for_is_rejected(url: str) -> None:
    """No scheme but http and https."""
    assert page_of({}, url).reason == "bad-url"
    assert feed_of({}, url).reason == "bad-url"


def test_the_local_newsroom_speaks_http_only() -> None:
    """An https URL says what to do about it."""
    rejected = page_of({}, "https://a.example/x")
    assert rejected.reason == "https-in-local-newsroom"
    assert "WIREROOM_LOCAL_NEWSROOM" in rejected.detail


def test_nobody_s_password_is_sent_or_kept() -> None:
    """Neither from the URL nor from a redirect."""

    async def scenario(ours: Desk) -> None:
        page = await ours.page("http://user:secret@a.example/r")
        assert (page.url, page.final_url) == ("http://user:secret@a.example/r", "http://a.example/x")
        assert all("authorization" not in asked.headers for asked in ours.site.asked)
        assert "secret" not in str(ours.site.asked)

    with_desk({"/x": STORY, "/r": answer(b"", 301, "Location: http://u:secret@a.example/x#part")}, scenario)


# ── redirects ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_redirects_are_followed_and_written_down() -> None:
    """Relative, to another host, permanent and not; each with the address that answered so."""
    answers: Answers = {
        "a.example/x": answer(b"", 301, "Location: /y"),
        "a.example/y": answer(b"", 302, "Location: //b.example/z?q=1#part"),
        "b.example/z?q=1": STORY,
    }
    page = page_of(answers)
    assert page.final_url == "http://b.example/z?q=1"
    assert page.url == "http://a.example/x"
    assert page.hops == (Hop(url="http://a.example/x", status=301), Hop(url="http://a.example/y", status=302))


def test_each_hop_is_charged_to_its_own_domain() -> None:
    """Slots are taken, and pauses written, where the request goes."""

    async def scenario(ours: Desk) -> None:
        with pytest.raises(HostBusyError):
            await ours.page("http://www.a.example/x")
        assert [domain for domain, _, _ in ours.store.slots] == ["a.example"] * 4 + ["b.example"] * 2
        assert list(ours.store.pauses) == ["b.example"]

    answers: Answers = {
        "www.a.example/x": answer(b"", 301, "Location: http://a.example/y"),
        "a.example/y": answer(b"", 302, "Location: http://b.example/z"),
        "b.example/z": answer(b"", 503),
    }
    with_desk(answers, scenario)


@pytest.mark.parametrize("host", ["a.example", "b.example"])
def test_every_hop_passes_the_same_door(host: str) -> None:
    """A redirect to what is not asked for ends there, within the host and to another."""
    rejected = page_of({"/x": answer(b"", 301, f"Location: https://{host}/y")})
    assert (rejected.url, rejected.reason) == ("http://a.example/x", "https-in-local-newsroom")
    assert f"(at https://{host}/y)" in rejected.detail


def test_loops_end() -> None:
    """To itself, in a circle, and ever on."""
    circle: Answers = {"/x": answer(b"", 302, "Location: /y"), "/y": answer(b"", 302, "Location: /x")}
    self_loop: Answers = {"/x": answer(b"", 302, "Location: /x")}

    def on(asked: Asked) -> bytes:
        return answer(b"", 302, f"Location: {asked.path}x")

    endless: Answers = {"/" + "x" * length: on for length in range(1, 30)}
    for answers, most in ((circle, 2), (self_loop, 1), (endless, 11)):

        async def scenario(ours: Desk) -> tuple[Any, int]:
            return await ours.page("http://a.example/x"), len(ours.site.paths) - 1

        rejected, asked = with_desk(answers, scenario)
        assert rejected.reason == "redirect-loop"
        assert asked == most


def test_as_many_redirects_as_allowed_are_followed() -> None:
    """Ten are fine."""
    answers: Answers = {f"/{number}": answer(b"", 302, f"Location: /{number + 1}") for number in range(10)}
    assert page_of({**answers, "/10": STORY}, "http://a.example/0").status == 200
    assert page_of({**answers, "/10": STORY}, "http://a.example/0", max_redirects=9).reason == "redirect-loop"


@dataclass(slots=True)
class ScriptedClient:
    """A client that answers by URL, for what no local server can stand for."""

    answers: dict[str, Any]
    passes: None = None
    asked: list[str] = field(default_factory=list)

    async def get(self, url: str, wanted: Wanted) -> Answer | Rejected:
        self.asked.append(url)
        await asyncio.sleep(0)
        found = self.answers.get(url, (404, ()))
        if isinstance(found, Exception):
            raise found
        status, headers = found
        return Answer(url=url, status=status, headers=(("Content-Type", "text/html"), *headers), body=b"<html>x", seconds=1.0)

    async def close(self) -> None:
        return


def scripted(
    answers: dict[str, Any], scenario: Callable[[PoliteFetcher, ScriptedClient, FakeHostStore], Coroutine[Any, Any, Any]], **changes: object
) -> Any:
    """Run a scenario on a scripted client; the settings are those of the open web."""
    clock, store, client = VirtualClock(), FakeHostStore(), ScriptedClient(answers)
    fetcher = PoliteFetcher(settings(**changes), store, clock=clock, sleep=clock.sleep, client=client, own_thread=False)  # type: ignore[arg-type]
    return asyncio.run(asyncio.wait_for(scenario(fetcher, client, store), 20))


INSIDE = (
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://localhost/", "http://a.localhost:8080/", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/",
    "http://192.168.1.1/", "http://100.64.0.1/", "http://0/", "http://[64:ff9b::a00:1]/", "http://[fd00::1]/", "http://224.0.0.1/",
    "http://8.8.8.8:22/", "http://１２７.0.0.1/", "http://127.0.0.1./",
)  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_addresses_inside_are_turned_away_at_the_door(url: str) -> None:
    """Directly and by a redirect: nothing is asked there, no slot is taken for it, and no robots.txt."""

    async def scenario(fetcher: PoliteFetcher, client: ScriptedClient, store: FakeHostStore) -> None:
        direct = await fetcher.fetch_page(url, NONE, priority=Priority.LIVE)
        assert isinstance(direct, Rejected)
        assert direct.reason == "private-address"
        assert (client.asked, store.slots) == ([], [])
        redirected = await fetcher.fetch_page("https://a.example/", NONE, priority=Priority.LIVE)
        assert isinstance(redirected, Rejected)
        assert (redirected.url, redirected.reason) == ("https://a.example/", "private-address")
        assert client.asked == ["https://a.example/robots.txt", "https://a.example/"]
        fed = await fetcher.fetch_feed(url, NONE)
        assert isinstance(fed, Rejected)

    scripted({"https://a.example/": (302, (("Location", url),))}, scenario)


def test_a_robots_txt_that_leads_inside_is_not_followed() -> None:
    """The same door for every request."""

    async def scenario(fetcher: PoliteFetcher, client: ScriptedClient, store: FakeHostStore) -> None:
        page = await fetcher.fetch_page("https://a.example/", NONE, priority=Priority.LIVE)
        assert isinstance(page, FetchedPage)
        assert client.asked == ["https://a.example/robots.txt", "https://a.example/"]

    moved = (301, (("Location", "http://169.254.169.254/robots.txt"),))
    scripted({"https://a.example/": (200, ()), "https://a.example/robots.txt": moved}, scenario)


def test_the_time_is_for_all_hops_together() -> None:
    """Each hop gets what the ones before have left."""
    seconds: list[float] = []

    class Timed(ScriptedClient):
        async def get(self, url: str, wanted: Wanted) -> Answer | Rejected:
            if not url.endswith("robots.txt"):
                seconds.append(wanted.seconds)
            return await ScriptedClient.get(self, url, wanted)

    answers = {
        "https://a.example/": (302, (("Location", "/b"),)),
        "https://a.example/b": (302, (("Location", "/c"),)),
        "https://a.example/c": (200, ()),
    }
    clock = VirtualClock()
    fetcher = PoliteFetcher(settings(total_timeout=10), FakeHostStore(), clock=clock, client=Timed(answers), own_thread=False)  # type: ignore[arg-type]
    page = asyncio.run(fetcher.fetch_page("https://a.example/", NONE, priority=Priority.LIVE))
    assert isinstance(page, FetchedPage)
    assert seconds == [10, 9, 8]
    assert page.seconds == 3


# ── robots.txt ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pages_obey_robots_txt() -> None:
    """What is disallowed is not asked for; the file is asked for once."""

    async def scenario(ours: Desk) -> None:
        assert (await ours.page("http://a.example/secret/1")).reason == "robots"
        assert (await ours.page("http://a.example/secret/2")).reason == "robots"
        assert isinstance(await ours.page("http://a.example/x"), FetchedPage)
        assert ours.site.paths == ["a.example/robots.txt", "a.example/x"]

    with_desk({"/robots.txt": answer(b"User-agent: *\nDisallow: /secret"), "/x": STORY}, scenario)


def test_a_redirect_obeys_the_robots_txt_of_where_it_leads() -> None:
    """Each hop is judged by its own host."""
    answers: Answers = {
        "a.example/x": answer(b"", 302, "Location: http://b.example/x"),
        "b.example/robots.txt": answer(b"User-agent: wireroom\nDisallow: /"),
        "b.example/x": STORY,
    }
    rejected = page_of(answers)
    assert (rejected.url, rejected.reason) == ("http://a.example/x", "robots")
    assert "http://b.example/x" in rejected.detail


def test_what_robots_txt_says_to_ai_crawlers_is_kept_with_the_page() -> None:
    """For the article's rights, as of the time it was fetched."""
    robots = answer(b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nAllow: /")
    assert page_of({"/robots.txt": robots, "/x": STORY}).ai_allowed is False
    assert page_of({"/x": STORY}).ai_allowed is None


def test_feeds_are_fetched_like_a_reader_does(caplog: pytest.LogCaptureFixture) -> None:
    """A subscribed feed needs no robots.txt; where one is known to disallow it, that is logged."""
    store = FakeHostStore(pages={"http://b.example": (NOON, 200, b"User-agent: *\nDisallow: /")})

    async def scenario(ours: Desk) -> None:
        assert (await ours.feed("http://a.example/x")).status == 200
        assert (await ours.feed("http://b.example/x")).status == 200
        assert ours.site.paths == ["a.example/x", "b.example/x"]

    with caplog.at_level(logging.INFO, "pipeline.fetch.fetcher"):
        with_desk({"/x": STORY}, scenario, store)
    assert [message for message in caplog.messages if "robots.txt disallows" in message] == [
        "http://b.example/x: robots.txt disallows it; fetched all the same, as a feed that was subscribed to"
    ]


def test_feeds_obey_robots_txt_where_the_setting_says_so() -> None:
    """The switch makes it binding."""
    answers: Answers = {"/robots.txt": answer(b"User-agent: *\nDisallow: /"), "/x": STORY}
    assert feed_of(answers, obey_robots_for_feeds=True).reason == "robots"


@pytest.mark.parametrize("status", [500, 502])
def test_an_unreadable_robots_txt_closes_the_site(status: int) -> None:
    """Nothing is fetched, nothing is lost."""

    async def scenario(ours: Desk) -> None:
        for _ in range(2):
            with pytest.raises(RetryableError, match=r"robots\.txt cannot be read"):
                await ours.page("http://a.example/x")
        assert ours.site.paths == ["a.example/robots.txt"]

    with_desk({"/robots.txt": answer(b"", status), "/x": STORY}, scenario)


# ── spacing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_starts_are_apart_by_the_delay() -> None:
    """robots.txt, pages and redirects alike, per registered domain; two domains at the same time."""
    starts: dict[str, list[datetime]] = {}

    async def scenario(ours: Desk) -> None:
        def note(asked: Asked) -> bytes:
            domain = asked.headers["host"].removeprefix("www.")
            starts.setdefault(domain, []).append(ours.clock.now)
            return (
                answer(b"", 302, "Location: /moved") if asked.path == "/2" else STORY if asked.path != "/robots.txt" else answer(b"", 404)
            )

        ours_answers.update(dict.fromkeys(("/robots.txt", "/1", "/2", "/3", "/moved"), note))
        urls = [f"http://{host}/{number}" for host in ("a.example", "www.a.example", "b.example") for number in (1, 2, 3)]
        pages = await asyncio.gather(*(ours.page(url) for url in urls))
        assert all(isinstance(page, FetchedPage) for page in pages)

    ours_answers: Answers = {}
    with_desk(ours_answers, scenario, host_delay=5)
    assert len(starts["a.example"]) == 10  # two robots.txt, six pages, two redirects
    assert len(starts["b.example"]) == 5
    for moments in starts.values():
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        assert min(gaps) >= timedelta(seconds=5)
        assert max(gaps) < timedelta(seconds=5.1)


def test_crawl_delay_is_kept_where_it_is_longer() -> None:
    """The longer of ours and theirs."""

    async def scenario(ours: Desk) -> list[float]:
        await asyncio.gather(*(ours.page(f"http://a.example/{path}") for path in ("x", "y")))
        return [delay for _, _, delay in ours.store.slots]

    answers: Answers = {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 20"), "/x": STORY, "/y": STORY}
    assert with_desk(answers, scenario, host_delay=5) == [5, 20, 20]


def test_a_crawl_delay_beyond_reason_skips_the_host() -> None:
    """More than two minutes between requests is a no."""
    rejected = page_of({"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 121"), "/x": STORY})
    assert rejected.reason == "crawl-delay"
    assert "121 seconds" in rejected.detail


def test_a_crawl_delay_beyond_reason_may_be_cut() -> None:
    """Where the operator says so: two minutes, not what was asked for."""

    async def scenario(ours: Desk) -> list[float]:
        fetched = await ours.page("http://a.example/x")
        assert isinstance(fetched, FetchedPage)
        return [delay for _, _, delay in ours.store.slots]

    answers: Answers = {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 900"), "/x": STORY}
    assert with_desk(answers, scenario, host_delay=5, cut_crawl_delay=True) == [5, 120]


def test_what_is_not_due_within_patience_goes_back() -> None:
    """Deferred at once, not after the patience is over, and with the time to come again."""

    async def scenario(ours: Desk) -> None:
        ended: list[datetime] = []

        async def go(number: int) -> Any:
            page = await ours.page(f"http://a.example/{number}")
            ended.append(ours.clock.now)
            return page

        fetched = await asyncio.gather(*(go(number) for number in range(40)))
        assert ended.count(NOON) == 27  # thirteen stay: one asks, twelve fit into the minute behind it
        pages = [page for page in fetched if isinstance(page, FetchedPage)]
        later = [page for page in fetched if isinstance(page, Deferred)]
        assert len(pages) + len(later) == 40
        assert 10 <= len(pages) <= 12  # one slot went to robots.txt
        assert all(deferred.until >= NOON + timedelta(seconds=55) for deferred in later)
        assert all(deferred.reason.startswith("host-busy: a.example") for deferred in later)
        assert (ours.clock.now - NOON).total_seconds() <= 61

    with_desk({f"/{number}": STORY for number in range(40)}, scenario, host_delay=5, patience=60)


def test_another_task_s_reservations_count() -> None:
    """The budget is the store's: a host that others use is busy for us too."""
    store = FakeHostStore(free={"a.example": NOON + timedelta(minutes=5)})

    async def scenario(ours: Desk) -> Any:
        return await ours.page("http://www.a.example/x"), ours.site.paths

    deferred, paths = with_desk({"/x": STORY}, scenario, store)
    assert isinstance(deferred, Deferred)
    assert deferred.until == NOON + timedelta(minutes=5)
    assert paths == []


def test_live_goes_before_backfill() -> None:
    """Within a host, whatever came first."""

    async def scenario(ours: Desk) -> list[str]:
        past = [ours.page(f"http://a.example/old{number}", priority=Priority.BACKFILL) for number in range(3)]
        live = [ours.page(f"http://a.example/new{number}") for number in range(2)]
        await asyncio.gather(*past, *live)
        return [path.rpartition("/")[2] for path in ours.site.paths]

    answers: Answers = {f"/{name}": STORY for name in ("old0", "old1", "old2", "new0", "new1")}
    assert with_desk(answers, scenario, host_delay=1) == ["robots.txt", "old0", "new0", "new1", "old1", "old2"]


def test_a_redirect_within_a_host_is_followed_first() -> None:
    """What has begun is finished before the next page of that host begins."""

    async def scenario(ours: Desk) -> list[str]:
        await asyncio.gather(*(ours.page(f"http://a.example/{path}") for path in ("x", "y", "z")))
        return [path.rpartition("/")[2] for path in ours.site.paths]

    answers: Answers = {"/x": answer(b"", 302, "Location: /moved"), "/moved": STORY, "/y": STORY, "/z": STORY}
    assert with_desk(answers, scenario, host_delay=1) == ["robots.txt", "x", "moved", "y", "z"]


def test_one_request_at_a_time_per_domain_and_few_in_all() -> None:
    """At most one under way on a domain, at most `concurrency` altogether; those who wait for slots do not count."""
    under_way: dict[str, int] = {}
    most = {"domain": 0, "all": 0}

    async def slow(_site: Site, asked: Asked, writer: asyncio.StreamWriter) -> None:
        host = asked.headers["host"]
        under_way[host] = under_way.get(host, 0) + 1
        most["domain"] = max(most["domain"], under_way[host])
        most["all"] = max(most["all"], sum(under_way.values()))
        await asyncio.sleep(0.005)
        under_way[host] -= 1
        writer.write(STORY)

    async def scenario() -> None:
        async with serving(slow) as site:
            clock = VirtualClock()
            fetcher = PoliteFetcher(settings(site, concurrency=4), FakeHostStore(), clock=clock, own_thread=False)
            urls = [f"http://{host}.example/{number}" for host in "abcdefgh" for number in range(3)]
            await asyncio.gather(*(fetcher.fetch_page(url, NONE, priority=Priority.LIVE) for url in urls))
            await fetcher.close()

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert most == {"domain": 1, "all": 4}


def test_thousands_may_wait() -> None:
    """Three thousand pages of three hundred hosts at once: each has its end, each host its spacing."""

    async def scenario(fetcher: PoliteFetcher, client: ScriptedClient, store: FakeHostStore) -> None:
        urls = [f"https://{host}.example/{number}" for number in range(10) for host in range(300)]
        pages = await asyncio.gather(*(fetcher.fetch_page(url, NONE, priority=Priority.LIVE) for url in urls))
        assert sum(isinstance(page, FetchedPage) for page in pages) == 3000
        slots: dict[str, list[Any]] = {}
        for domain, slot, _ in store.slots:
            slots.setdefault(domain, []).append(slot)
        assert len(slots) == 300
        assert all(later - earlier >= timedelta(seconds=5) for each in slots.values() for earlier, later in pairwise(each))

    answers = {f"https://{host}.example/{number}": (200, ()) for number in range(10) for host in range(300)}
    scripted(answers, scenario, host_delay=5, concurrency=1000)


# ── hosts that ask for a pause ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("kind", ["page", "feed"])
def test_a_busy_host_is_paused_whole(status: int, kind: str) -> None:
    """The pause is written first, then told; every other URL of the domain is deferred without being asked for."""

    async def scenario(ours: Desk) -> None:
        fetch = ours.page if kind == "page" else ours.feed
        with pytest.raises(HostBusyError, match=f"{status} from http://www.a.example/x, Retry-After: 600") as caught:
            await fetch("http://www.a.example/x")
        assert caught.value.until == NOON + timedelta(minutes=10)
        assert ours.store.pauses["a.example"][0] == caught.value.until
        before = len(ours.site.asked)
        later = await fetch("http://other.a.example/y")
        assert isinstance(later, Deferred)
        assert later.until == caught.value.until
        assert len(ours.site.asked) == before

    with_desk({"/x": answer(b"slow down", status, "Retry-After: 600")}, scenario)


def test_the_first_pause_is_short_again_after_an_answer() -> None:
    """Refusals in a row double; one answer in between ends the row."""

    async def scenario(ours: Desk) -> list[float]:
        minutes = []
        for url in ("/busy", "/busy", "/x", "/busy"):
            try:
                await ours.feed(f"http://a.example{url}")
            except HostBusyError as error:
                minutes.append((error.until - ours.clock.now).total_seconds() / 60)
                ours.clock.now = error.until
        return minutes

    assert with_desk({"/busy": answer(b"", 429), "/x": STORY}, scenario) == [15, 30, 15]


def test_a_busy_robots_txt_pauses_too() -> None:
    """429 for robots.txt is 429 for the host."""

    async def scenario(ours: Desk) -> None:
        with pytest.raises(HostBusyError):
            await ours.page("http://a.example/x")
        assert ours.store.pauses["a.example"][0] == NOON + timedelta(minutes=15)
        assert ours.store.cached == {}

    with_desk({"/robots.txt": answer(b"", 429)}, scenario)


def test_a_host_that_is_down_is_left_alone_for_ten_minutes() -> None:
    """On the open web; in the local newsroom one server stands for all, and comes back at once."""
    from pipeline.fetch.faults import HostDownError

    async def scenario(fetcher: PoliteFetcher, client: ScriptedClient, store: FakeHostStore) -> None:
        with pytest.raises(RetryableError, match="nothing answers"):
            await fetcher.fetch_feed("https://a.example/", NONE)
        assert store.pauses["a.example"][0] == NOON + timedelta(minutes=10)
        assert isinstance(await fetcher.fetch_feed("https://a.example/", NONE), Deferred)
        assert client.asked == ["https://a.example/"] * 2, "once more within the errand"

    scripted({"https://a.example/": HostDownError("https://a.example/: nothing answers there")}, scenario)

    async def locally() -> FakeHostStore:
        store, clock = FakeHostStore(), VirtualClock()
        fetcher = PoliteFetcher(settings(local_newsroom="127.0.0.1:1"), store, clock=clock, sleep=clock.sleep, own_thread=False)
        with pytest.raises(RetryableError):
            await fetcher.fetch_feed("http://a.example/", NONE)
        await fetcher.close()
        return store

    assert asyncio.run(locally()).pauses == {}


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cancelling_leaves_nothing_behind() -> None:
    """A cancelled fetch frees its lane and its place; the next one goes on."""

    async def scenario(ours: Desk) -> None:
        waiting = [asyncio.create_task(ours.page(f"http://a.example/{number}")) for number in range(3)]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        assert isinstance(await ours.page("http://a.example/x"), FetchedPage)

    with_desk({"/x": STORY}, scenario, host_delay=5)


def test_a_fetcher_may_be_closed_twice_and_used_again() -> None:
    """Closing is for ever so long as nobody asks."""

    async def scenario(ours: Desk) -> None:
        await ours.page("http://a.example/x")
        await ours.fetcher.close()
        await ours.fetcher.close()
        assert isinstance(await ours.page("http://a.example/x"), FetchedPage)

    with_desk({"/x": STORY}, scenario)


def test_the_real_client_is_the_default() -> None:
    """Without a client of the test's own, the fetcher makes one from the settings."""
    fetcher = PoliteFetcher(settings(), FakeHostStore(), clock=VirtualClock())
    assert isinstance(fetcher._client, HttpClient)
    asyncio.run(fetcher.close())
