"""Several processes at once on one ledger, and one that is killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipeline.ledger import BatchState, Outcome
from pipeline.state.store import open_state
from tests.state import workers
from tests.state.databases import sqlite_url
from tests.state.samples import DAY, NOON, SECOND, make_entry
from tests.state.workers import Workers


@pytest.fixture(scope="module")
def four() -> Iterator[Workers]:
    """Four other processes."""
    with closing(Workers(4)) as found:
        yield found


def test_processes_may_open_a_new_ledger_at_once(four: Workers, url: str) -> None:
    """One makes the tables, the others wait for it."""
    assert four.at_once(workers.open_and_close, url) == [0, 0, 0, 0]


def test_an_entry_is_new_to_one_process(four: Workers, url: str) -> None:
    """Feeds that list the same entries, polled at once: each entry is announced as new once."""
    found = four.at_once(workers.add_entries, url, 200)
    assert sorted(entry for each in found for entry in each) == sorted(make_entry(number).entry_id for number in range(200))


def test_no_entry_is_in_two_batches(four: Workers, url: str) -> None:
    """Whoever makes batches at the same time shares the entries out."""
    with closing(open_state(url)) as state:
        state.ledger.add_entries([make_entry(number, domain=f"d{number % 9}.example") for number in range(400)], NOON)
    made = [batch for each in four.at_once(workers.make_batches, url) for batch in each]
    members = [entry for _, entries in made for entry in entries]
    assert len(members) == len(set(members)) == 400
    assert len({batch_id for batch_id, _ in made}) == len(made)
    with closing(open_state(url)) as state:
        assert sum(batch.size for batch in state.ledger.batches(limit=1000)) == 400


def test_slots_of_a_host_are_apart_for_all(four: Workers, url: str) -> None:
    """However many ask, no two slots are closer than the delay, and none is wasted."""
    slots = sorted(slot for each in four.at_once(workers.reserve_slots, url, 25) for slot in each)
    assert slots[0] == NOON
    assert {later - earlier for earlier, later in pairwise(slots)} == {5 * SECOND}
    assert len(slots) == 100


@pytest.mark.parametrize("steps", [3, 17, 60])
def test_a_kill_leaves_a_ledger_that_goes_on(tmp_path: Path, steps: int) -> None:
    """Whatever the process was doing: the file is sound, no entry is lost or doubled, and the work can be finished."""
    url = sqlite_url(tmp_path)
    spawning = get_context("spawn")
    for start in (0, 1_000_000):
        done = spawning.Semaphore(0)
        worker = spawning.Process(target=workers.work_until_killed, args=(url, start, done))
        worker.start()
        for _ in range(steps):
            assert done.acquire(timeout=60)
        worker.kill()
        worker.join()
        _is_sound(url)
        _can_be_finished(url)


def _is_sound(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        doubled = "SELECT entry_id FROM batch_entries WHERE outcome IS NULL GROUP BY entry_id HAVING count(*) > 1"
        assert connection.execute(text(doubled)).all() == []
        lost = "SELECT entry_id FROM entries e WHERE due_at IS NULL AND outcome IS NULL AND NOT EXISTS (SELECT 1 FROM batch_entries b"
        assert connection.execute(text(lost + " WHERE b.entry_id = e.entry_id AND b.batch_id = e.batch_id)")).all() == []
    engine.dispose()


def _can_be_finished(url: str) -> None:
    with closing(open_state(url)) as state:
        while state.ledger.make_batches(NOON + DAY, size=50):
            pass
        for batch in state.ledger.unfinished(NOON + 2 * DAY, older_than_seconds=0):
            members = state.ledger.batch_entries(batch.batch_id)
            assert len(members) == batch.size
            undone = [member.entry for member in members if member.outcome is None]
            state.ledger.save_outcomes(batch.batch_id, [workers.indexed(entry) for entry in undone], NOON + DAY)
            state.ledger.finish(batch.batch_id, NOON + DAY)
        assert None not in state.ledger.counts()
        assert not {Outcome.FAILED, Outcome.DEFERRED} & state.ledger.counts().keys()
        assert {batch.state for batch in state.ledger.batches(limit=10_000)} == {BatchState.FINISHED}
