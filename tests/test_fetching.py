"""The first stage of a batch: what a kill leaves behind is asked for at most once more."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from pipeline.fetching import INTERRUPTED, fetch
from pipeline.ledger import BatchEntry, Outcome
from pipeline.types import BatchId, Digest, FeedEntry, FetchedPage, Rejected
from tests.fakes_archive import MemoryArchive
from tests.fakes_fetch import NOON, FakeFetcher, Reply
from tests.fakes_state import MemoryState
from tests.state.samples import make_entry


class Killed(BaseException):
    """What a kill looks like from within: nothing is caught, nothing more is written."""


@dataclass
class Desk:
    """A batch of pages that a fetcher knows, in a ledger in memory."""

    pages: int = 3
    state: MemoryState = field(default_factory=MemoryState)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    fetcher: FakeFetcher = field(default_factory=FakeFetcher)

    def __post_init__(self) -> None:
        self.entries = [make_entry(number) for number in range(self.pages)]
        self.state.ledger.add_entries(self.entries, NOON)
        self.fetcher.script = {entry.url: Reply(body=b"<p>Hello.</p>" + entry.url.encode()) for entry in self.entries}
        (batch,) = self.state.ledger.make_batches(NOON, size=10)
        self.batch_id: BatchId = batch.batch_id

    def run(self) -> None:
        """Run the stage once."""
        now = NOON + timedelta(seconds=5)
        asyncio.run(fetch(self.batch_id, state=self.state, fetcher=self.fetcher, archive=self.archive, clock=lambda: now))

    def ask(self, entry: FeedEntry, times: int) -> None:
        """Note that a page was asked for by runs that are no more."""
        for _ in range(times):
            assert self.state.ledger.note_asking(self.batch_id, entry.entry_id, NOON)

    def member(self, number: int) -> BatchEntry:
        return self.state.ledger.batch_entries(self.batch_id)[number]

    @property
    def asked(self) -> list[str]:
        return [url for _, url, _ in self.fetcher.calls]


def test_that_a_page_is_asked_for_is_known_before_it_is() -> None:
    """A run that is killed as it asks leaves word of it, and nothing else."""
    desk = Desk(pages=1)

    @dataclass
    class Killing(FakeFetcher):
        async def fetch_page(self, url, validators, *, priority, before=None):  # type: ignore[no-untyped-def]
            await before()
            raise Killed

    desk.fetcher = Killing()
    with pytest.raises(Killed):
        desk.run()
    assert (desk.member(0).asked, desk.member(0).pointer, desk.member(0).outcome) == (1, None, None)


def test_what_a_kill_met_comes_last() -> None:
    """Behind those that no kill has met: it may be what kills."""
    desk = Desk()
    desk.ask(desk.entries[0], 1)
    desk.run()
    assert desk.asked[-1] == desk.entries[0].url
    assert len(desk.asked) == 3
    assert all(member.pointer is not None for member in desk.state.ledger.batch_entries(desk.batch_id))


def test_what_two_kills_met_is_put_aside() -> None:
    """It is not asked for a third time, and counted by its reason; taken up again by hand, it has two tries more."""
    desk = Desk(pages=1)
    desk.ask(desk.entries[0], 2)
    desk.run()
    assert desk.archive.added == []
    assert desk.state.ledger.outcomes_by_reason() == {(Outcome.QUARANTINED, INTERRUPTED): 1}
    assert desk.state.ledger.take_up(INTERRUPTED, NOON) == 1
    (batch,) = desk.state.ledger.make_batches(NOON, size=10)
    desk.batch_id = batch.batch_id
    desk.run()
    assert desk.member(0).pointer is not None


def test_a_page_that_reached_the_archive_and_not_the_ledger_is_found() -> None:
    """No request for it; an older capture of the address is no answer to that question."""
    desk = Desk(pages=2)
    for entry, at in zip(desk.entries, (NOON + timedelta(seconds=1), NOON - timedelta(hours=1)), strict=True):
        desk.ask(entry, 1)
        desk.archive.add(replace(_page(entry.url, b"archived"), fetched_at=at), kind="page")
    desk.run()
    assert desk.asked == [desk.entries[1].url]
    pointer = desk.member(0).pointer
    assert pointer is not None
    assert desk.archive.get(pointer).body == b"archived"


def test_an_answer_that_is_no_page_is_known_at_once() -> None:
    """A run that is killed later in the stage has not to be told again."""
    desk = Desk(pages=2)

    @dataclass
    class Killing(FakeFetcher):
        async def fetch_page(self, url, validators, *, priority, before=None):  # type: ignore[no-untyped-def]
            if url == desk.entries[0].url:
                return Rejected(url=url, reason="gone")
            for _ in range(5_000):
                if desk.member(0).outcome is not None:
                    break
                await asyncio.sleep(0.001)
            raise Killed

    desk.fetcher = Killing()
    with pytest.raises(Killed):
        desk.run()
    assert desk.member(0).outcome is Outcome.REJECTED
    assert [one.verdict for one in desk.state.decisions.about(desk.entries[0].url_key)] == ["rejected"]


def _page(url: str, body: bytes) -> FetchedPage:
    return FetchedPage(
        url=url, final_url=url, status=200, headers=(), body=body, digest=Digest(hashlib.sha256(body).hexdigest()), fetched_at=NOON
    )
