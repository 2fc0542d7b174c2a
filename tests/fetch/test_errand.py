"""pipeline/fetch/errand.py: what is asked for, and what an errand brings home."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.fetch.client import Answer
from pipeline.fetch.errand import FEED_ACCEPT, PAGE_ACCEPT, Errand, Journey
from pipeline.fetch.lanes import Rank
from pipeline.types import Hop, Validators

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
ERRAND = Errand(
    url="https://a.example/old",
    validators=Validators(),
    rank=Rank.LIVE,
    deadline=NOON,
    delay=1.0,
    obeys_robots=True,
    seconds=30.0,
    max_bytes=1000,
    accept=PAGE_ACCEPT,
)


def answer(status: int = 200, *headers: tuple[str, str], body: bytes = b"page") -> Answer:
    """An answer of the server."""
    return Answer(url="https://a.example/new", status=status, headers=headers, body=body, seconds=0.5)


def test_a_hop_gets_what_is_left_of_the_time() -> None:
    """And never none at all: a request without a limit would be one that never ends."""
    assert ERRAND.wanted(0.0).seconds == 30.0
    assert ERRAND.wanted(29.5).seconds == 0.5
    assert ERRAND.wanted(31.0).seconds == 0.001


def test_what_is_asked_for_is_the_errands() -> None:
    """Limits and the judge of the head go to the client as they are."""

    def refuse(_status: int, _headers: object) -> str:
        return "paywall"

    wanted = replace(ERRAND, refuse=refuse).wanted(0)
    assert (wanted.max_bytes, wanted.refuse(200, ()), wanted.cut) == (1000, "paywall", False)
    assert ERRAND.wanted(0).refuse(200, ()) == ""


@pytest.mark.parametrize(
    ("validators", "sent"),
    [
        (Validators(), {}),
        (Validators(etag='W/"x"'), {"If-None-Match": 'W/"x"'}),
        (Validators(last_modified="yesterday"), {"If-Modified-Since": "yesterday"}),
        (Validators(etag='"x"', last_modified="Wed"), {"If-None-Match": '"x"', "If-Modified-Since": "Wed"}),
        (Validators(etag='"x"\r\nCookie: a', last_modified="Wed\n"), {}),
        (Validators(etag="", last_modified=""), {}),
    ],
)
def test_validators_go_back_as_they_came(validators: Validators, sent: dict[str, str]) -> None:
    """Whatever their form; but nothing that would begin a header of its own."""
    assert replace(ERRAND, validators=validators).wanted(0).headers == {"Accept": PAGE_ACCEPT} | sent


def test_a_connection_is_closed_where_nobody_comes_back() -> None:
    """A host that is asked once an hour keeps none open for us."""
    assert replace(ERRAND, keeps_connection=False, accept=FEED_ACCEPT).wanted(0).headers == {"Accept": FEED_ACCEPT, "Connection": "close"}


def test_a_page_remembers_the_way() -> None:
    """Under the address that was asked for, with each hop and its status, and the digest of its bytes."""
    journey = Journey(errand=ERRAND, url=ERRAND.url, seconds=1.5, ai_allowed=False)
    journey.moved("https://a.example/new", 301)
    journey.moved("https://b.example/new", 302)
    page = journey.page(answer(200, ("Content-Type", "text/html")), NOON)
    assert (page.url, page.final_url, page.status) == ("https://a.example/old", "https://b.example/new", 200)
    assert page.hops == (Hop(url="https://a.example/old", status=301), Hop(url="https://a.example/new", status=302))
    assert (page.body, page.digest) == (b"page", hashlib.sha256(b"page").hexdigest())
    assert (page.headers, page.fetched_at, page.seconds, page.ai_allowed) == ((("Content-Type", "text/html"),), NOON, 1.5, False)


def test_a_redirect_back_is_noticed() -> None:
    """To any place of the way, the last one too."""
    journey = Journey(errand=ERRAND, url=ERRAND.url)
    assert journey.has_seen("https://a.example/old")
    assert not journey.has_seen("https://a.example/new")
    journey.moved("https://a.example/new", 301)
    assert journey.has_seen("https://a.example/old")
    assert journey.has_seen("https://a.example/new")
    assert not journey.has_seen("https://a.example/other")


def test_journeys_do_not_share_their_way() -> None:
    """Each begins with no hop."""
    Journey(errand=ERRAND, url=ERRAND.url).moved("https://a.example/new", 301)
    assert Journey(errand=ERRAND, url=ERRAND.url).hops == []


def test_a_304_carries_the_validators_that_came_with_it() -> None:
    """They replace ours, absent ones too; the address is the one that was asked for."""
    journey = Journey(errand=ERRAND, url="https://b.example/new", seconds=0.25)
    found = journey.not_modified(answer(304, ("ETag", '"y"'), ("Cache-Control", "max-age=60")), NOON)
    assert (found.url, found.validators, found.fetched_at, found.seconds) == (ERRAND.url, Validators(etag='"y"'), NOON, 0.25)
    assert found.headers == (("ETag", '"y"'), ("Cache-Control", "max-age=60"))
    dated = journey.not_modified(answer(304, ("LAST-MODIFIED", "Wed, 18 Nov 2026 12:00:00 GMT")), NOON)
    assert dated.validators == Validators(last_modified="Wed, 18 Nov 2026 12:00:00 GMT")
