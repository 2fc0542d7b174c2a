"""What the contract of hosts leaves open: how long a wait is told to be, and why."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from pipeline.errors import HostBusyError
from pipeline.state.store import SqlState
from tests.state.samples import HOUR, MINUTE, NOON, SECOND


def busy(state: SqlState, domain: str, *, delay: float = 10.0, patience: float = 0.0) -> HostBusyError:
    """What is said to whoever will not wait."""
    with pytest.raises(HostBusyError) as caught:
        state.hosts.reserve(domain, NOON, delay_seconds=delay, patience_seconds=patience)
    return caught.value


def test_a_full_host_names_its_next_slot(state: SqlState) -> None:
    """The message is for `explain`, the time for the retry."""
    state.hosts.reserve("a.example", NOON, delay_seconds=10, patience_seconds=0)
    error = busy(state, "a.example")
    assert str(error) == "a.example: the next free slot is at 2026-11-18 12:00:10 UTC"
    assert error.until == NOON + 10 * SECOND


def test_a_paused_host_names_the_reason(state: SqlState) -> None:
    """What the server said is shown as long as it is what holds us up."""
    state.hosts.pause("a.example", NOON + MINUTE, "429 with Retry-After")
    assert str(busy(state, "a.example")) == "a.example: paused until 2026-11-18 12:01:00 UTC (429 with Retry-After)"
    state.hosts.reserve("a.example", NOON, delay_seconds=3600, patience_seconds=60)
    assert "next free slot is at 2026-11-18 13:01:00" in str(busy(state, "a.example"))


def test_a_shorter_pause_does_not_end_a_longer_one(state: SqlState) -> None:
    """Nor does it take its reason."""
    state.hosts.pause("a.example", NOON + HOUR, "Crawl later")
    state.hosts.pause("a.example", NOON + MINUTE, "503")
    error = busy(state, "a.example")
    assert error.until == NOON + HOUR
    assert "(Crawl later)" in str(error)


def test_a_pause_that_is_over_holds_nobody_up(state: SqlState) -> None:
    """Rows of hosts stay for ever."""
    state.hosts.pause("a.example", NOON - SECOND, "503")
    assert state.hosts.reserve("a.example", NOON, delay_seconds=1, patience_seconds=0) == NOON


def test_patience_reaches_exactly_as_far_as_it_says(state: SqlState) -> None:
    """A slot right at its end is taken; and domains do not wait for each other."""
    state.hosts.reserve("a.example", NOON, delay_seconds=10, patience_seconds=0)
    busy(state, "a.example", patience=9.999)
    assert state.hosts.reserve("a.example", NOON, delay_seconds=10, patience_seconds=10) == NOON + 10 * SECOND
    assert state.hosts.reserve("b.example", NOON, delay_seconds=10, patience_seconds=0) == NOON


def test_threads_never_share_a_slot(state: SqlState) -> None:
    """All begin with a host that has no row yet."""
    slots: list[timedelta] = []
    start = Barrier(8)

    def take() -> None:
        start.wait()
        for _ in range(25):
            slots.append(state.hosts.reserve("a.example", NOON, delay_seconds=2, patience_seconds=1000) - NOON)

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slots) == [2 * number * SECOND for number in range(200)]


def test_robots_of_any_bytes(state: SqlState) -> None:
    """The body is kept as it came, and the newer one replaces it."""
    body = bytes(range(256))
    state.hosts.save_robots("https://a.example", NOON, 200, body)
    state.hosts.save_robots("https://a.example:8443", NOON, 404, b"")
    state.hosts.save_robots("https://a.example", NOON + HOUR, 200, body[::-1])
    assert state.hosts.robots("https://a.example") == (NOON + HOUR, 200, body[::-1])
    assert state.hosts.robots("https://a.example:8443") == (NOON, 404, b"")
