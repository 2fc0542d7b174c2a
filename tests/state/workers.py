"""What other processes do in the ledger's tests. Each opens the database for itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier, Semaphore
from typing import Any, TypeVar

from pipeline.ledger import EntryOutcome, Outcome, Stage
from pipeline.state.store import open_state
from pipeline.types import FeedEntry
from tests.state.samples import HOUR, NOON, make_decision, make_entry, make_pointer

T = TypeVar("T")
_barrier: Barrier | None = None


class Workers:
    """New processes that begin each piece of work together."""

    def __init__(self, count: int) -> None:
        spawning = get_context("spawn")
        self._count = count
        self._pool = ProcessPoolExecutor(count, mp_context=spawning, initializer=_meet, initargs=(spawning.Barrier(count),))

    def at_once(self, work: Callable[..., T], *arguments: Any) -> list[T]:
        """Let each of them do the work; return what each returned."""
        return [begun.result() for begun in [self._pool.submit(_together, work, *arguments) for _ in range(self._count)]]

    def close(self) -> None:
        """Let them go."""
        self._pool.shutdown()


def _meet(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - it can only be handed to a process when that begins
    _barrier = barrier


def _together(work: Callable[..., T], *arguments: Any) -> T:
    assert _barrier is not None
    _barrier.wait(60)
    return work(*arguments)


def open_and_close(url: str) -> int:
    """Open the ledger, count its entries, close it."""
    state = open_state(url)
    counted = sum(state.ledger.counts().values())
    state.close()
    return counted


def add_entries(url: str, count: int) -> list[str]:
    """Add the same entries as everybody, a few at a time; return the ids of those that were new."""
    state = open_state(url)
    added: list[str] = []
    for start in range(0, count, 20):
        fresh = state.ledger.add_entries([make_entry(number) for number in range(start, start + 20)], NOON)
        added.extend(entry.entry_id for entry in fresh)
    state.close()
    return added


def make_batches(url: str) -> list[tuple[str, list[str]]]:
    """Make one batch after the other until nothing waits; return the ids of batches and members."""
    state = open_state(url)
    made: list[tuple[str, list[str]]] = []
    while batches := state.ledger.make_batches(NOON, size=7, limit=2):
        for batch in batches:
            made.append((batch.batch_id, [member.entry.entry_id for member in state.ledger.batch_entries(batch.batch_id)]))
    state.close()
    return made


def reserve_slots(url: str, count: int) -> list[datetime]:
    """Take that many slots of one domain."""
    state = open_state(url)
    taken = [state.hosts.reserve("a.example", NOON, delay_seconds=5, patience_seconds=1e6) for _ in range(count)]
    state.close()
    return taken


def work_until_killed(url: str, start: int, done: Semaphore) -> None:
    """Live the ledger's life in a loop: entries, batches, captures, outcomes, decisions; release `done` after each step."""
    state = open_state(url)
    for number in range(start, start + 1_000_000, 10):
        state.ledger.add_entries([make_entry(each) for each in range(number, number + 10)], NOON)
        done.release()
        for batch in state.ledger.make_batches(NOON, size=4):
            members = state.ledger.batch_entries(batch.batch_id)
            for member in members:
                state.ledger.save_capture(batch.batch_id, member.entry.entry_id, make_pointer(number), NOON)
                done.release()
            outcomes = [
                EntryOutcome(entry_id=member.entry.entry_id, stage=Stage.FETCH, outcome=outcome, retry_at=NOON + HOUR)
                for member, outcome in zip(members, (Outcome.INDEXED, Outcome.REJECTED, Outcome.FAILED, Outcome.DEFERRED), strict=False)
            ]
            state.ledger.save_outcomes(batch.batch_id, outcomes, NOON)
            done.release()
            state.decisions.add([make_decision(f"s{number}", batch_id=batch.batch_id)])
            state.ledger.finish(batch.batch_id, NOON)
            done.release()


def indexed(entry: FeedEntry) -> EntryOutcome:
    """The best of endings."""
    return EntryOutcome(entry_id=entry.entry_id, stage=Stage.INDEX, outcome=Outcome.INDEXED)
