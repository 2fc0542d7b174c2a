"""One request: what is asked again at once, how often and when, and what is told to those who share the host."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest

from pipeline.errors import HostBusyError, NameServerError, RetryableError
from pipeline.fetch.asking import Asker
from pipeline.fetch.client import Answer, Wanted
from pipeline.fetch.faults import BrokenConnectionError, HostDownError
from pipeline.fetch.lanes import Lane
from pipeline.fetch.politeness import HostDesk, Manners
from pipeline.ledger import HostTemper
from pipeline.types import Rejected
from tests.fakes_fetch import NOON, FakeHostStore, VirtualClock

URL = "https://a.example/story"
Scripted = int | tuple[int, str] | RetryableError


@dataclass(slots=True)
class ScriptedClient:
    """Answers one after the other, the last for ever, and notes when it was asked."""

    answers: Sequence[Scripted]
    clock: VirtualClock
    asked: list[float] = field(default_factory=list)

    async def get(self, url: str, wanted: Wanted) -> Answer | Rejected:
        said = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append((self.clock.now - NOON).total_seconds())
        if isinstance(said, RetryableError):
            raise said
        status, after = said if isinstance(said, tuple) else (said, "")
        headers = (("Retry-After", after),) if after else ()
        return Answer(url=url, status=status, headers=headers, body=b"", seconds=0.1)


@dataclass(slots=True)
class Asked:
    """How it ended, when the client was asked, and what the store holds then."""

    end: int | str
    times: list[float]
    store: FakeHostStore


def ask(*answers: Scripted, retries: int = 2, patience: float = 120, unit: float = 0.5, store: FakeHostStore | None = None) -> Asked:
    clock, store = VirtualClock(), store or FakeHostStore()
    scripted = ScriptedClient(answers, clock)
    manners = Manners(HostDesk(store, own_thread=False), clock=clock, sleep=clock.sleep)
    asker = Asker(scripted, manners, clock=clock, random=lambda: unit, at_once=4, notes_down=True)  # type: ignore[arg-type]

    async def run() -> Answer | Rejected:
        wanted = Wanted(seconds=10, max_bytes=1000)
        return await asker.ask(Lane("a.example", 5), URL, wanted, delay=5, deadline=NOON + timedelta(seconds=patience), retries=retries)

    try:
        answer = asyncio.run(run())
        end: int | str = answer.status if isinstance(answer, Answer) else answer.reason
    except RetryableError as error:
        end = type(error).__name__
    return Asked(end, scripted.asked, store)


@pytest.mark.parametrize("trouble", [BrokenConnectionError("broke"), HostDownError("nothing answers"), 500, 502, 522, 524])
def test_what_may_pass_is_asked_again_twice(trouble: Scripted) -> None:
    """Ever later, and never sooner than the host's spacing."""
    assert ask(trouble, 200).end == 200
    assert ask(trouble, trouble, 200).end == 200
    found = ask(trouble, trouble, trouble, 200)
    assert found.end == (trouble if isinstance(trouble, int) else type(trouble).__name__)
    gaps = [later - earlier for earlier, later in pairwise(found.times)]
    assert len(gaps) == 2
    assert gaps[0] >= 5
    assert gaps[1] >= 10


@pytest.mark.parametrize("trouble", [NameServerError("no name server"), RetryableError("took too long"), 404, 403, 408, 200, 301])
def test_the_rest_is_for_the_schedule(trouble: Scripted) -> None:
    """Asked once."""
    assert len(ask(trouble).times) == 1


def test_not_all_come_back_at_the_same_time() -> None:
    """The pause is between half and one and a half of its length."""
    assert ask(500, 200, unit=0.0).times[1] < ask(500, 200, unit=0.99).times[1]


def test_patience_and_the_server_s_own_word_end_it() -> None:
    """A pause beyond the deadline, a Retry-After beyond the pause."""
    assert len(ask(500, patience=4).times) == 1
    assert len(ask((500, "3600")).times) == 1
    assert len(ask((500, "1"), 200).times) == 2


def test_a_host_where_nothing_answers_is_left_alone() -> None:
    """By all, after the last try."""
    found = ask(HostDownError("nothing answers"))
    assert (len(found.times), found.store.pauses["a.example"][1]) == (3, "nothing answers")
    assert ask(BrokenConnectionError("broke")).store.pauses == {}


@pytest.mark.parametrize(("status", "limited"), [(429, True), (503, False)])
def test_a_refusal_pauses_the_host_and_is_remembered(status: int, limited: bool) -> None:
    """Nothing is asked again; after a 429 the host is asked at a slower pace."""
    found = ask(status)
    temper = found.store.temper("a.example")
    assert (found.end, len(found.times)) == (HostBusyError.__name__, 1)
    assert (temper.refusals, temper.limited_at is not None, temper.pace_seconds) == (1, limited, 30.0 if limited else 0.0)
    assert found.store.pauses["a.example"][0] == NOON + timedelta(minutes=15)


def test_a_403_of_a_host_that_once_sent_a_429() -> None:
    """Means the same, three times in a row; then it is what it says."""
    limited = HostTemper(limited_at=NOON - timedelta(days=3))
    ends = []
    store = FakeHostStore(known={"a.example": limited})
    for _ in range(4):
        store.pauses.clear()
        store.taken.clear()
        ends.append(ask(403, store=store).end)
    assert ends == [HostBusyError.__name__] * 3 + [403]
    assert ask(403).end == 403
    assert ask(403, store=FakeHostStore(known={"a.example": HostTemper(limited_at=NOON - timedelta(days=31))})).end == 403
