"""tdmrep.json: what it reserves, and that it is asked for once a day and site."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from pipeline.errors import HostBusyError, RetryableError
from pipeline.fetch.client import Answer
from pipeline.fetch.politeness import HostDesk
from pipeline.fetch.tdm import MAX_BYTES, MAX_RULES, PATH, TdmBook, read_tdm_rules
from pipeline.types import Rejected
from tests.fakes_fetch import NOON, FakeHostStore, VirtualClock
from tests.fetch.servers import answer
from tests.fetch.test_fetcher import STORY, page_of

SITE = "https://paper.example"


def rules(*pairs: tuple[str, object]) -> bytes:
    return json.dumps([{"location": location, "tdm-reservation": said} for location, said in pairs]).encode()


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/", "/a/story", True),
        ("/", "", True),
        ("/news/", "/news/a", True),
        ("/news/", "/newspaper", False),
        ("/a$", "/a", True),
        ("/a$", "/a/b", False),
        ("/*/premium/", "/de/premium/x", True),
        ("/*/premium/", "/premium/x", False),
        ("*.pdf$", "/files/a.pdf", True),
        ("*.pdf$", "/files/a.pdf.html", False),
        ("/x*y*z", "/x1y2z3", True),
        ("/x*y*z", "/x1z2y3", False),
        ("/*?print", "/a?print=1", True),
        ("/*" * 200, "/" * 300, True),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, matches: bool) -> None:
    """Beginnings, with `*` and `$` as in robots.txt."""
    assert read_tdm_rules(rules((pattern, 1))).reserved(SITE + path) is (True if matches else None)


def test_the_longest_pattern_counts() -> None:
    """Whatever the order."""
    found = read_tdm_rules(rules(("/open/", 0), ("/", 1)))
    assert (found.reserved(f"{SITE}/open/a"), found.reserved(f"{SITE}/a")) == (False, True)


NO_RULES = [b"", b"<html>", b"null", b"{}", b"[" * 100_000, b'[1, "x", null, {"location": 5, "tdm-reservation": 1}]']


@pytest.mark.parametrize("body", [*NO_RULES, rules(("/", 2)), rules(("/", None))])
def test_what_is_no_file_says_nothing(body: bytes) -> None:
    """Neither nonsense nor hostile nesting."""
    assert read_tdm_rules(body).reserved(f"{SITE}/a") is None


def test_rules_are_bounded() -> None:
    """In number and length."""
    assert len(read_tdm_rules(rules(*((f"/{n}", 1) for n in range(2 * MAX_RULES)))).rules) == MAX_RULES
    assert read_tdm_rules(rules(("/" * 5_000, 1))).rules == ()


class Site:
    """A site that answers in one way, and counts."""

    def __init__(self, said: int | RetryableError | Rejected, body: bytes = b"") -> None:
        self.said, self.body, self.asked = said, body, 0

    async def ask(self, url: str) -> Answer | Rejected:
        self.asked += 1
        assert url == SITE + PATH
        if isinstance(self.said, RetryableError):
            raise self.said
        return self.said if isinstance(self.said, Rejected) else Answer(url=url, status=self.said, headers=(), body=self.body, seconds=0.1)


def verdicts(site: Site, *hours: float, store: FakeHostStore | None = None) -> list[bool | None]:
    """What the book says at these hours."""
    clock = VirtualClock()
    book = TdmBook(HostDesk(store or FakeHostStore(), own_thread=False), clock=clock)

    async def ask() -> list[bool | None]:
        found = []
        for hour in hours:
            clock.now = NOON + timedelta(hours=hour)
            found.append(await book.reserved(f"{SITE}/a", site.ask))
        return found

    return asyncio.run(ask())


def test_a_site_is_asked_once_a_day() -> None:
    """By all tasks together: what one has learned the others find in the store."""
    site, store = Site(200, rules(("/", 1))), FakeHostStore()
    assert verdicts(site, 0, 1, 23, store=store) == [True] * 3
    assert verdicts(site, 2, store=store) == [True]
    assert site.asked == 1
    verdicts(site, 0, 24)
    assert site.asked == 3


@pytest.mark.parametrize("said", [404, 500, Rejected(url=SITE, reason="bot-wall"), RetryableError("broke")])
def test_a_site_that_says_nothing(said: int | RetryableError | Rejected) -> None:
    """Reserves nothing, and is not asked again at once."""
    site = Site(said)
    assert verdicts(site, 0, 0.1) == [None, None]
    assert site.asked == 1


def test_a_file_beyond_reason_says_nothing() -> None:
    """A few rules are enough for anybody."""
    assert verdicts(Site(200, rules(("/", 1)) + b" " * MAX_BYTES), 0) == [None]


def test_a_refusal_goes_through() -> None:
    """The host is paused, and so is the page."""
    with pytest.raises(HostBusyError):
        verdicts(Site(HostBusyError("asks for a pause", until=NOON)), 0)


def test_a_page_carries_what_its_site_reserves() -> None:
    """Where it is asked for at all."""
    answers = {PATH: answer(rules(("/", 1)), content_type="application/json"), "/x": STORY}
    assert page_of(answers, ask_tdm_reservation=True).tdm_reserved is True
    assert page_of(answers).tdm_reserved is None
