"""What every `ports.Fetcher` promises: once on the polite fetcher and a real server, once on the fake that other tests use."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

import pytest

from pipeline.errors import HostBusyError, QuarantineError, RetryableError
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.ledger import Priority
from pipeline.ports import Fetcher
from pipeline.types import FetchedPage, NotModified, Rejected, Validators
from tests.fakes_fetch import NOON, FakeFetcher, FakeHostStore, Reply, VirtualClock
from tests.fetch.servers import Asked, answer, settings, site_of

HOST = "http://news.example"
HTML = b"<html><body><p>Hello.</p></body></html>"
REPLIES = {
    "/page": Reply(body=HTML, headers=(("Content-Type", "text/html"), ("ETag", '"1"'), ("X-Odd-Case", "a"))),
    "/feed": Reply(body=b"<rss/>", headers=(("Content-Type", "application/rss+xml"), ("ETag", '"2"'))),
    "/forbidden": Reply(status=403, body=b"no"),
    "/gone": Reply(status=410, body=b"no"),
    "/broken": Reply(status=500, body=b"no"),
    "/busy": Reply(status=503, body=b"no"),
    "/too-many": Reply(status=429, body=b"no"),
}

Opened = Callable[[], AbstractAsyncContextManager[Fetcher]]


def _sent(reply: Reply) -> Callable[[Asked], bytes]:
    headers = dict(reply.headers)

    def send(asked: Asked) -> bytes:
        if "ETag" in headers and asked.headers.get("if-none-match") == headers["ETag"]:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {headers['ETag']}\r\n\r\n".encode()
        others = [f"{name}: {value}" for name, value in reply.headers if name != "Content-Type"]
        return answer(reply.body, reply.status, *others, content_type=headers["Content-Type"])

    return send


@asynccontextmanager
async def _polite() -> AsyncIterator[Fetcher]:
    async with site_of({path: _sent(reply) for path, reply in REPLIES.items()}) as site:
        clock = VirtualClock()
        fetcher = PoliteFetcher(settings(site), FakeHostStore(), clock=clock, sleep=clock.sleep)
        try:
            yield fetcher
        finally:
            await fetcher.close()


@asynccontextmanager
async def _fake() -> AsyncIterator[Fetcher]:
    yield FakeFetcher({HOST + path: reply for path, reply in REPLIES.items()})


@pytest.mark.parametrize("opened", [_polite, _fake])
class TestFetcherContract:
    """Shapes, errors and values; what only HTTP can show is in tests/fetch."""

    def run(self, opened: Opened, scenario: Callable[[Fetcher], Coroutine[Any, Any, Any]]) -> Any:
        async def whole() -> Any:
            async with opened() as fetcher:
                return await scenario(fetcher)

        return asyncio.run(asyncio.wait_for(whole(), 20))

    def page(self, opened: Opened, path: str, etag: str | None = None) -> Any:
        return self.run(opened, lambda fetcher: fetcher.fetch_page(HOST + path, Validators(etag=etag), priority=Priority.LIVE))

    def feed(self, opened: Opened, path: str, etag: str | None = None) -> Any:
        return self.run(opened, lambda fetcher: fetcher.fetch_feed(HOST + path, Validators(etag=etag)))

    def test_a_page_carries_its_bytes_and_their_digest(self, opened: Opened) -> None:
        """URL as asked, headers in their spelling, the digest of the body, an aware time."""
        page = self.page(opened, "/page")
        assert isinstance(page, FetchedPage)
        assert (page.url, page.final_url, page.status, page.body) == (HOST + "/page", HOST + "/page", 200, HTML)
        assert page.digest == hashlib.sha256(HTML).hexdigest()
        assert ("X-Odd-Case", "a") in page.headers
        assert page.header("etag") == '"1"'
        assert page.fetched_at == NOON
        assert page.hops == ()

    def test_a_feed_carries_the_same(self, opened: Opened) -> None:
        """Whatever its content type."""
        feed = self.feed(opened, "/feed")
        assert isinstance(feed, FetchedPage)
        assert (feed.status, feed.body) == (200, b"<rss/>")

    def test_matching_validators_bring_not_modified(self, opened: Opened) -> None:
        """With the validators to keep; others bring the page."""
        for fetched, etag in ((self.page(opened, "/page", '"1"'), '"1"'), (self.feed(opened, "/feed", '"2"'), '"2"')):
            assert isinstance(fetched, NotModified)
            assert fetched.validators.etag == etag
            assert fetched.fetched_at.utcoffset() is not None
        assert isinstance(self.page(opened, "/page", '"old"'), FetchedPage)

    @pytest.mark.parametrize(("path", "reason"), [("/missing", "gone"), ("/gone", "gone"), ("/forbidden", "forbidden")])
    def test_final_statuses_of_pages_are_values(self, opened: Opened, path: str, reason: str) -> None:
        """Rejected, with the URL that was asked for."""
        rejected = self.page(opened, path)
        assert isinstance(rejected, Rejected)
        assert (rejected.url, rejected.reason) == (HOST + path, reason)

    @pytest.mark.parametrize(("path", "status"), [("/missing", 404), ("/gone", 410), ("/forbidden", 403), ("/broken", 500)])
    def test_final_statuses_of_feeds_come_back(self, opened: Opened, path: str, status: int) -> None:
        """The schedule decides what they mean."""
        feed = self.feed(opened, path)
        assert isinstance(feed, FetchedPage)
        assert feed.status == status

    def test_a_broken_server_is_a_passing_fault(self, opened: Opened) -> None:
        """Retryable, and the host is not busy."""
        with pytest.raises(RetryableError, match=HOST) as caught:
            self.page(opened, "/broken")
        assert not isinstance(caught.value, HostBusyError)

    @pytest.mark.parametrize("path", ["/busy", "/too-many"])
    def test_a_busy_host_says_until_when(self, opened: Opened, path: str) -> None:
        """For pages and feeds, with an aware time that is still to come."""
        for fetch in (self.page, self.feed):
            with pytest.raises(HostBusyError) as caught:
                fetch(opened, path)
            assert caught.value.until > NOON

    @pytest.mark.parametrize(("path", "status"), [("/page", 200), ("/missing", 404), ("/forbidden", 403), ("/broken", 500)])
    def test_a_form_is_posted_and_any_final_status_comes_back(self, opened: Opened, path: str, status: int) -> None:
        """Whoever posted it decides what the status means."""

        async def post(fetcher: Fetcher) -> None:
            answer = await fetcher.post_form(HOST + path, {"hub.mode": "subscribe"})
            assert isinstance(answer, FetchedPage)
            assert (answer.url, answer.status) == (HOST + path, status)

        self.run(opened, post)

    def test_a_form_for_a_busy_host_waits(self, opened: Opened) -> None:
        """As with pages and feeds."""

        async def post(fetcher: Fetcher) -> None:
            with pytest.raises(HostBusyError):
                await fetcher.post_form(HOST + "/busy", {})

        self.run(opened, post)

    def test_many_may_be_under_way_and_closing_may_be_repeated(self, opened: Opened) -> None:
        """Each of many has its own answer."""

        async def scenario(fetcher: Fetcher) -> None:
            paths = ["/page", "/missing"] * 50
            fetched = await asyncio.gather(*(fetcher.fetch_page(HOST + path, Validators(), priority=Priority.BACKFILL) for path in paths))
            assert [type(one) for one in fetched] == [FetchedPage, Rejected] * 50
            await fetcher.close()
            await fetcher.close()

        self.run(opened, scenario)

    @pytest.mark.parametrize("path", ["/page", "/broken"])
    def test_before_is_awaited_once(self, opened: Opened, path: str) -> None:
        """However often a page is asked for in the end."""
        told: list[str] = []

        async def before() -> None:
            told.append(path)

        async def ask(fetcher: Fetcher) -> None:
            with suppress(RetryableError):
                await fetcher.fetch_page(HOST + path, Validators(), priority=Priority.LIVE, before=before)

        self.run(opened, ask)
        assert told == [path]
        self.run(opened, lambda fetcher: fetcher.fetch_feed(HOST + path, Validators(), before=before))
        assert told == [path, path]

    def test_what_before_raises_is_raised(self, opened: Opened) -> None:
        """It is how a caller says no at the last moment."""

        async def before() -> None:
            raise QuarantineError("no")

        with pytest.raises(QuarantineError, match="no"):
            self.run(opened, lambda fetcher: fetcher.fetch_page(HOST + "/page", Validators(), priority=Priority.LIVE, before=before))
