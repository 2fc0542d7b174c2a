"""pipeline/fetch/robots_book.py: when a robots.txt is fetched, how long it is believed, and what a broken one means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pipeline.errors import HostBusyError, RetryableError
from pipeline.fetch.client import Answer
from pipeline.fetch.politeness import HostDesk
from pipeline.fetch.robots import RobotsVerdict
from pipeline.fetch.robots_book import KEPT, MAX_HOPS, RobotsBook
from pipeline.types import Rejected
from tests.fakes_fetch import NOON, FakeHostStore

PAGE = "https://news.example/story"
FILE = "https://news.example/robots.txt"
CLOSED = b"User-agent: *\nDisallow: /"
OPEN = b"User-agent: *\nAllow: /"


class Web:
    """Answers by URL, with what was asked for."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {FILE: answers.get("file", (200, OPEN))}
        self.asked: list[str] = []

    async def __call__(self, url: str) -> Answer | Rejected:
        self.asked.append(url)
        found = self.answers.get(url, (404, b""))
        if isinstance(found, Exception):
            raise found
        if isinstance(found, Rejected):
            return found
        status, body, *location = found
        return Answer(url=url, status=status, headers=tuple(("Location", target) for target in location), body=body, seconds=0)


class Book:
    """A book with its clock and store at hand."""

    def __init__(self, web: Web, store: FakeHostStore | None = None, *, closed_forbid: bool = False) -> None:
        self.now = NOON
        self.web = web
        self.store = store or FakeHostStore()
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731
        self.book = RobotsBook(HostDesk(self.store, own_thread=False), token="Wireroom", clock=clock, closed_forbid=closed_forbid)

    def verdict(self, url: str = PAGE, *, after: timedelta = timedelta()) -> RobotsVerdict:
        """Ask the book, some time later."""
        self.now += after
        return asyncio.run(self.book.verdict(url, self.web))


def test_a_file_is_fetched_once_and_kept_for_six_hours() -> None:
    """One request for many pages; after six hours another one."""
    book = Book(Web())
    for _ in range(3):
        assert book.verdict().allowed
    assert book.verdict("https://news.example/other", after=timedelta(hours=5, minutes=59)).allowed
    assert book.web.asked == [FILE]
    book.verdict(after=timedelta(minutes=2))
    assert book.web.asked == [FILE, FILE]


def test_every_origin_has_its_own() -> None:
    """Scheme, host and port each make another origin."""
    book = Book(Web())
    for url in (PAGE, "http://news.example/", "https://www.news.example/", "https://news.example:8443/"):
        book.verdict(url)
    assert book.web.asked == [
        FILE,
        "http://news.example/robots.txt",
        "https://www.news.example/robots.txt",
        "https://news.example:8443/robots.txt",
    ]


def test_another_task_s_copy_is_used() -> None:
    """What the host store holds is not fetched again, and what we fetch is put there."""
    store = FakeHostStore(pages={"https://news.example": (NOON, 200, CLOSED)})
    book = Book(Web(), store)
    assert not book.verdict().allowed
    assert book.web.asked == []
    store.cached["https://news.example"] = (NOON + timedelta(hours=7), 200, OPEN)
    assert book.verdict(after=timedelta(hours=7)).allowed
    assert book.web.asked == []
    Book(Web(), store).verdict("https://other.example/")
    assert store.cached["https://other.example"] == (NOON, 404, b"")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_a_missing_file_allows_everything(status: int) -> None:
    """4xx: there are no rules, even where the error page looks like some."""
    assert Book(Web(file=(status, CLOSED))).verdict().allowed


@pytest.mark.parametrize(("status", "allowed"), [(401, False), (403, False), (404, True), (410, True), (451, True), (200, True)])
def test_a_file_that_is_not_shown_may_be_taken_for_a_no(status: int, allowed: bool) -> None:
    """Where the operator says so; one that is not there is no refusal. What is cached says the same."""
    book = Book(Web(file=(status, OPEN)), closed_forbid=True)
    assert book.verdict().allowed is allowed
    known = asyncio.run(book.book.known_verdict(PAGE))
    assert known is not None
    assert known.allowed is allowed


@pytest.mark.parametrize(("status", "hours"), [(200, 6), (404, 6), (410, 6), (401, 1), (403, 1), (400, 1)])
def test_errors_are_asked_again_sooner(status: int, hours: int) -> None:
    """A file that is not there is believed for six hours, an odd answer for one."""
    book = Book(Web(file=(status, OPEN)))
    book.verdict()
    book.verdict(after=timedelta(hours=hours) - timedelta(seconds=1))
    assert len(book.web.asked) == 1
    book.verdict(after=timedelta(seconds=2))
    assert len(book.web.asked) == 2


@pytest.mark.parametrize("file", [(500, b""), (502, OPEN), (599, b""), RetryableError("dead")])
def test_an_unreadable_file_closes_the_site(file: Any) -> None:
    """Without any copy nothing is allowed, and the message says why. Not every page asks again."""
    book = Book(Web(file=file))
    for _ in range(3):
        with pytest.raises(RetryableError, match=r"https://news.example/robots.txt cannot be read \((status 5|dead).* counts as closed"):
            book.verdict()
    assert book.web.asked == [FILE]


def test_a_closed_site_opens_when_its_file_can_be_read() -> None:
    """After an hour (ten minutes where nothing answered) it is asked for again."""
    for file, minutes in (((500, b""), 60), (RetryableError("dead"), 10)):
        book = Book(Web(file=file))
        with pytest.raises(RetryableError):
            book.verdict()
        book.web.answers[FILE] = (200, OPEN)
        with pytest.raises(RetryableError):
            book.verdict(after=timedelta(minutes=minutes - 1))
        assert book.verdict(after=timedelta(minutes=2)).allowed


def test_other_tasks_know_of_a_server_error() -> None:
    """A 500 is put into the store, so that the next task does not ask within the hour; silence is not."""
    book = Book(Web(file=(500, b"")))
    with pytest.raises(RetryableError):
        book.verdict()
    other = Book(Web(), book.store)
    with pytest.raises(RetryableError, match="status 500"):
        other.verdict()
    assert other.web.asked == []
    silent = Book(Web(file=RetryableError("dead")))
    with pytest.raises(RetryableError):
        silent.verdict()
    assert silent.store.cached == {}


@pytest.mark.parametrize("file", [(500, b""), RetryableError("dead")])
def test_a_copy_stands_in_for_a_day(file: Any) -> None:
    """While the file cannot be read, the last one counts, but not for more than 24 hours."""
    store = FakeHostStore(pages={"https://news.example": (NOON - timedelta(hours=20), 200, CLOSED)})
    book = Book(Web(file=file), store)
    assert not book.verdict().allowed
    assert not book.verdict("https://news.example/b").allowed
    assert book.web.asked == [FILE]
    assert store.cached["https://news.example"][1] == 200
    with pytest.raises(RetryableError):
        book.verdict(after=timedelta(hours=5))


def test_a_busy_host_is_no_verdict() -> None:
    """429 and 503 pause the host; nothing is learned and nothing kept."""
    book = Book(Web(file=HostBusyError("later", until=NOON)))
    with pytest.raises(HostBusyError):
        book.verdict()
    assert book.store.cached == {}
    book.web.answers[FILE] = (200, OPEN)
    assert book.verdict().allowed


def test_redirects_are_followed_to_other_hosts_too() -> None:
    """Up to five, as RFC 9309 asks; the rules are those of the origin that was asked about."""
    web = Web(file=(301, b"", "//cdn.example/r.txt"))
    web.answers["https://cdn.example/r.txt"] = (302, b"", "/final.txt")
    web.answers["https://cdn.example/final.txt"] = (200, CLOSED)
    book = Book(web)
    assert not book.verdict().allowed
    assert web.asked == [FILE, "https://cdn.example/r.txt", "https://cdn.example/final.txt"]
    assert set(book.store.cached) == {"https://news.example"}


@pytest.mark.parametrize("location", ["/robots.txt", "ftp://news.example/robots.txt", ""])
def test_redirects_that_lead_nowhere_mean_no_file(location: str) -> None:
    """Loops, other schemes and missing addresses are a missing file."""
    web = Web(file=(301, CLOSED, location) if location else (301, CLOSED))
    assert Book(web).verdict().allowed
    assert len(web.asked) <= MAX_HOPS + 1


def test_a_rejected_file_means_no_file() -> None:
    """A robots.txt behind a bot wall or at a private address is one that is not there."""
    assert Book(Web(file=Rejected(url=FILE, reason="private-address"))).verdict().allowed


def test_known_verdicts_cost_no_request() -> None:
    """For feeds the book is only looked into."""
    store = FakeHostStore(pages={"https://news.example": (NOON, 200, CLOSED), "https://broken.example": (NOON, 500, b"")})
    book = Book(Web(), store)
    known = asyncio.run(book.book.known_verdict(PAGE))
    assert known is not None
    assert not known.allowed
    assert asyncio.run(book.book.known_verdict("https://other.example/")) is None
    assert asyncio.run(book.book.known_verdict("https://broken.example/")) is None
    assert book.web.asked == []


def test_parsed_files_do_not_pile_up() -> None:
    """Memory holds a few hundred, the store the rest."""
    book = Book(Web())
    for number in range(KEPT + 20):
        book.verdict(f"https://{number}.example/")
    assert len(book.book._pages) == KEPT
