"""What the contract of captures leaves open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.ledger import Outcome, Priority
from pipeline.state.engine import ROWS
from pipeline.state.store import SqlState
from pipeline.types import ArchivePointer, Capture, Digest
from tests.state.samples import DAY, HOUR, NOON, ended, make_entry, make_pointer


def capture(number: int, file: str = "2026/11/18/part.warc.gz") -> Capture:
    return Capture(entry=make_entry(number), pointer=replace(make_pointer(number), file=file), seen_at=NOON - DAY)


def test_more_captures_than_fit_one_statement(state: SqlState) -> None:
    """One batch all the same, in their order."""
    numbers = range(ROWS * 2 + 1)
    batch = state.ledger.add_captures([capture(number) for number in numbers], NOON)
    assert batch is not None
    assert batch.size == len(numbers)
    members = state.ledger.batch_entries(batch.batch_id)
    assert [member.entry.entry_id for member in members] == [make_entry(number).entry_id for number in numbers]


def test_days_are_those_of_the_files(state: SqlState) -> None:
    """And what is asked of one day gives nothing of the next, whose name begins alike."""
    files = {1: "2026/11/01/a.warc.gz", 2: "2026/11/10/a.warc.gz", 3: "2026/11/01/b.warc.gz"}
    batch = state.ledger.add_captures([capture(number, file) for number, file in files.items()], NOON)
    assert batch is not None
    said = [ended(make_entry(number), Outcome.REJECTED, reason="no article") for number in files]
    state.ledger.save_outcomes(batch.batch_id, said, NOON)
    state.ledger.finish(batch.batch_id, NOON)
    assert state.ledger.captured_days() == (date(2026, 11, 1), date(2026, 11, 10))
    assert [page.pointer.file for page in state.ledger.replayable(date(2026, 11, 1))] == [files[1], files[3]]
    assert state.ledger.replayable(date(2026, 11, 18)) == ()


def test_a_batch_of_a_replay_takes_the_entries_with_it(state: SqlState) -> None:
    """Their outcomes are from then on those of the new batch."""
    batch = state.ledger.add_captures([capture(1)], NOON)
    assert batch is not None
    state.ledger.save_outcomes(batch.batch_id, [ended(make_entry(1), Outcome.REJECTED, reason="no article")], NOON)
    state.ledger.finish(batch.batch_id, NOON)
    (page,) = state.ledger.replayable(date(2026, 11, 18))
    elsewhere = ArchivePointer(file="2026/11/18/other.warc.gz", offset=0, length=5, digest=Digest("00" * 32))
    again = state.ledger.replay([replace(page, pointer=elsewhere)], NOON + HOUR)
    (member,) = state.ledger.batch_entries(again.batch_id)
    assert (member.pointer, member.outcome) == (elsewhere, None)
    state.ledger.save_outcomes(again.batch_id, [ended(make_entry(1), Outcome.INDEXED)], NOON + HOUR)
    assert state.ledger.counts(Priority.BACKFILL) == {Outcome.INDEXED: 1}
