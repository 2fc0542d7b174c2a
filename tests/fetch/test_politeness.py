"""pipeline/fetch/politeness.py: Retry-After, pauses, and slots that are waited for."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pipeline.fetch.lanes import Lane, PostponedError
from pipeline.fetch.politeness import HostDesk, Manners, pause_until, retry_after
from pipeline.ledger import HostTemper
from tests.fakes_fetch import NOON, FakeHostStore, VirtualClock


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Wed, 18 Nov 2026 12:05:00 GMT", 300),
        ("Wed, 18 Nov 2026 13:05:00 +0100", 300),
        ("Wed, 18 Nov 2026 12:05:00", 300),
        ("Wednesday, 18-Nov-26 12:05:00 GMT", 300),
        ("Wed, 18 Nov 2026 11:00:00 GMT", -3600),
        ("9" * 400, 365 * 86400),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float) -> None:
    """Both forms of RFC 9110, and what servers make of them."""
    assert retry_after(value, NOON) == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", [None, "", "soon", "-5", "1e9", "Wed, 99 Nov 2026 12:05:00 GMT", "٣", "Thu, 1 Jan 99999 00:00:00 GMT", "1.2.3"]
)
def test_nonsense_is_no_retry_after(value: str | None) -> None:
    """What cannot be read means the default."""
    assert retry_after(value, NOON) is None


@pytest.mark.parametrize(
    ("value", "repeats", "minutes"),
    [
        (None, 0, 15),
        (None, 1, 30),
        (None, 3, 120),
        (None, 50, 24 * 60),
        ("300", 0, 5),
        ("300", 3, 5),
        ("1", 0, 1),
        ("0", 0, 1),
        ("Wed, 18 Nov 2026 11:00:00 GMT", 0, 1),
        ("9999999", 0, 24 * 60),
        ("nonsense", 0, 15),
    ],
)
def test_pauses_have_a_default_a_floor_and_a_ceiling(value: str | None, repeats: int, minutes: float) -> None:
    """15 minutes, doubled for each repeat; what the server says counts, between a minute and a day."""
    assert pause_until(value, NOON, repeats=repeats) == NOON + timedelta(minutes=minutes)


def manners(store: FakeHostStore, clock: VirtualClock) -> Manners:
    """Make manners on fakes."""
    return Manners(HostDesk(store, own_thread=False), clock=clock, sleep=clock.sleep)


def test_slots_are_waited_for() -> None:
    """The first comes at once, the second after the delay."""
    clock, store = VirtualClock(), FakeHostStore()

    async def scenario() -> None:
        lane = Lane("a.example", 5)
        for expected in (0, 5, 10):
            await manners(store, clock).wait_for_slot(lane, delay=5, deadline=NOON + timedelta(seconds=60))
            assert 0 <= (clock.now - NOON).total_seconds() - expected < 0.1

    asyncio.run(scenario())
    assert [domain for domain, _, _ in store.slots] == ["a.example"] * 3


def test_a_slot_beyond_the_deadline_postpones() -> None:
    """Nothing is slept, and the time the store names is passed on."""
    clock, store = VirtualClock(), FakeHostStore(free={"a.example": NOON + timedelta(seconds=30)})
    with pytest.raises(PostponedError) as caught:
        asyncio.run(manners(store, clock).wait_for_slot(Lane("a.example", 5), delay=5, deadline=NOON + timedelta(seconds=20)))
    assert caught.value.until == NOON + timedelta(seconds=30)
    assert clock.slept == []


def test_patience_that_is_over_still_takes_a_free_slot() -> None:
    """A deadline that has passed while waiting in the lane means: now or later, never an error."""
    clock, store = VirtualClock(), FakeHostStore()
    asyncio.run(manners(store, clock).wait_for_slot(Lane("a.example", 5), delay=5, deadline=NOON - timedelta(seconds=1)))
    assert len(store.slots) == 1


def test_a_late_start_moves_the_next_one() -> None:
    """Where the last request began after its slot, the next waits from there on."""
    clock, store = VirtualClock(), FakeHostStore()

    async def scenario() -> None:
        lane = Lane("a.example", 5, slot=NOON - timedelta(seconds=4), last_start=NOON)
        await manners(store, clock).wait_for_slot(lane, delay=5, deadline=NOON + timedelta(seconds=60))

    asyncio.run(scenario())
    assert (clock.now - NOON).total_seconds() >= 5


@pytest.mark.parametrize(("asked", "told"), [("86400", False), ("90000", True), ("Sat, 16 Nov 2030 00:00:00 GMT", True), ("soon", False)])
def test_a_pause_of_more_than_a_day_is_cut_and_told(asked: str, told: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever looks why a host was asked earlier than it wished finds it in the log, in the error and at the host's pause."""
    store = FakeHostStore()
    error = asyncio.run(manners(store, VirtualClock()).note_refusal("a.example", status=429, asked=asked, url="http://a.example/"))
    assert error.until <= NOON + timedelta(days=1)
    assert ("a day at most" in str(error)) is ("a day at most" in store.pauses["a.example"][1]) is bool(caplog.messages) is told


def test_refusals_double_and_an_answer_ends_them() -> None:
    """429 after 429 without Retry-After: 15, 30, 60 minutes; after an answer it begins anew."""
    clock, store = VirtualClock(), FakeHostStore()

    async def scenario() -> list[float]:
        ours, minutes = manners(store, clock), []
        for _ in range(3):
            error = await ours.note_refusal("a.example", status=429, asked=None, url="http://a.example/")
            minutes.append((error.until - NOON).total_seconds() / 60)
        await ours.note_answer("a.example", seconds=0.1, delay=5)
        error = await ours.note_refusal("a.example", status=503, asked=None, url="http://a.example/")
        assert error.status == 503
        return [*minutes, (error.until - NOON).total_seconds() / 60]

    assert asyncio.run(scenario()) == [15, 30, 60, 15]
    assert store.pauses["a.example"][0] == NOON + timedelta(minutes=60)


def test_refusals_are_counted_over_processes() -> None:
    """One task's refusals are the next one's; whoever gets an answer forgets them for all."""
    clock, store = VirtualClock(), FakeHostStore()

    async def refused() -> float:
        error = await manners(store, clock).note_refusal("a.example", status=429, asked=None, url="http://a.example/")
        return (error.until - NOON).total_seconds() / 60

    assert [asyncio.run(refused()) for _ in range(3)] == [15, 30, 60]
    assert store.temper("a.example").pace_seconds == 120.0, "30 seconds, doubled twice"
    asyncio.run(manners(store, clock).note_answer("a.example", seconds=0.1, delay=5))
    assert store.temper("a.example").refusals == 0
    assert store.temper("a.example").limited_at == NOON, "that it happened is not forgotten"
    assert asyncio.run(refused()) == 15


def test_a_403_slows_down_like_a_429() -> None:
    """But only a 429 makes the next 403 suspect."""
    clock, store = VirtualClock(), FakeHostStore()
    asyncio.run(manners(store, clock).note_refusal("a.example", status=403, asked=None, url="http://a.example/"))
    assert store.temper("a.example") == HostTemper(refusals=1, refused_at=NOON, pace_seconds=30.0, paced_at=NOON)


def test_a_slow_host_is_asked_more_slowly() -> None:
    """It is to be busy with us half of the time at most; smoothed, within bounds, and not where no spacing is asked for."""
    clock, store = VirtualClock(), FakeHostStore()

    async def answers(*seconds: float, delay: float = 5.0) -> float:
        ours = manners(store, clock)
        for one in seconds:
            await ours.note_answer("a.example", seconds=one, delay=delay)
        return store.temper("a.example").pace_seconds

    assert asyncio.run(answers(2, 1, 0.5)) == 0.0
    assert asyncio.run(answers(8, delay=0)) == 0.0
    assert asyncio.run(answers(8)) == 16.0
    assert asyncio.run(answers(1, 25, 25, 25, 300, 300, 300)) == 60.0


def test_the_store_is_asked_from_another_thread() -> None:
    """A database that keeps its callers waiting does not stop the loop."""
    import threading

    seen: list[str] = []

    class Noting(FakeHostStore):
        def robots(self, origin: str) -> None:
            seen.append(threading.current_thread().name)

    async def scenario() -> None:
        desk = HostDesk(Noting())
        await desk.robots("http://a.example")
        desk.close()

    asyncio.run(scenario())
    assert seen[0].startswith("hosts")
