"""Forms posted through the fetcher: to hubs and their like, under the same guard as everything else."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs

import pytest

from pipeline.fetch.client import Answer, Wanted
from pipeline.fetch.fetcher import MAX_ANSWER_TO_FORM, PoliteFetcher
from pipeline.types import FetchedPage, Rejected
from tests.fakes_fetch import FakeHostStore, VirtualClock
from tests.fetch.servers import Asked, answer, settings, site_of

FORM = {"hub.mode": "subscribe", "hub.topic": "https://news.example/feed?a=1&b=ä"}


def posted(answers: dict[str, Any], url: str = "http://hub.example/") -> tuple[Any, list[Asked], FakeHostStore]:
    """Post the form to a local server that stands for every host; return the answer and what was asked."""

    async def whole() -> tuple[Any, list[Asked], FakeHostStore]:
        async with site_of(answers) as site:
            clock, store = VirtualClock(), FakeHostStore()
            fetcher = PoliteFetcher(settings(site), store, clock=clock, sleep=clock.sleep, own_thread=False)
            try:
                return await fetcher.post_form(url, FORM), site.asked, store
            finally:
                await fetcher.close()

    return asyncio.run(asyncio.wait_for(whole(), 20))


def test_a_form_arrives_as_it_was_given() -> None:
    """Urlencoded, in a POST that asks for nothing conditionally and takes the host's slot."""
    got, (asked,), store = posted({"/": answer(b"ok", 202)})
    assert isinstance(got, FetchedPage)
    assert (got.status, got.body) == (202, b"ok")
    assert asked.line.startswith("POST / ")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert {name: values[0] for name, values in parse_qs(asked.body.decode()).items()} == FORM
    assert "if-none-match" not in asked.headers
    assert [domain for domain, _, _ in store.slots] == ["hub.example"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_form_is_posted_again_where_a_redirect_says_so(status: int) -> None:
    """On another host too, with the same body."""
    answers = {"hub.example/": answer(b"", status, "Location: http://other.example/hub"), "other.example/hub": answer(b"", 204)}
    got, asked, _store = posted(answers)
    assert (got.status, got.final_url) == (204, "http://other.example/hub")
    assert [one.line.split()[0] for one in asked] == ["POST", "POST"]
    assert asked[0].body == asked[1].body != b""


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_lose_the_form_is_the_end(status: int) -> None:
    """It is the asker who has to make something of it."""
    got, asked, _store = posted({"hub.example/": answer(b"", status, "Location: http://other.example/hub")})
    assert (got.status, len(asked)) == (status, 1)


def test_an_answer_without_end_is_cut_off() -> None:
    """A hub has a few words to say, not megabytes."""
    got, _asked, _store = posted({"/": answer(b"x" * (MAX_ANSWER_TO_FORM + 1))})
    assert isinstance(got, Rejected)
    assert got.reason == "too-large"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "http://169.254.169.254/", "http://[::1]/hub", "http://localhost/hub"])
def test_no_form_goes_inside(url: str) -> None:
    """A feed may name any address as its hub: what is private is turned away, also behind a redirect."""
    asked: list[str] = []

    class Client:
        passes = None

        async def get(self, url: str, wanted: Wanted) -> Answer:
            asked.append(url)
            return Answer(url=url, status=307, headers=(("Location", target),), body=b"", seconds=0.0)

        async def close(self) -> None:
            pass

    async def post(address: str) -> Any:
        clock = VirtualClock()
        fetcher = PoliteFetcher(
            settings(), FakeHostStore(), clock=clock, sleep=clock.sleep, client=Client(), own_thread=False  # type: ignore[arg-type]
        )  # fmt: skip
        try:
            return await fetcher.post_form(address, FORM)
        finally:
            await fetcher.close()

    target = url
    direct, behind = asyncio.run(post(url)), asyncio.run(post("https://hub.example/"))
    assert (direct.reason, behind.reason) == ("private-address", "private-address")
    assert asked == ["https://hub.example/"]
