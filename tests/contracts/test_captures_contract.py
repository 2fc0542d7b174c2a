"""What every ledger promises about pages that are in the archive already, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.ledger import Batch, BatchState, Outcome, Priority, Stage
from pipeline.ports import StateStore
from pipeline.types import Capture
from tests.state.samples import DAY, HOUR, NOON, ended, make_article_state, make_entry, make_pointer


def _capture(number: int, **changes: object) -> Capture:
    return Capture(entry=make_entry(number), pointer=make_pointer(number), seen_at=NOON - DAY, **changes)  # type: ignore[arg-type]


def _imported(state: StateStore, *numbers: int) -> Batch:
    batch = state.ledger.add_captures([_capture(number) for number in numbers], NOON)
    assert batch is not None
    return batch


class TestImports:
    def test_captures_become_a_batch_of_backfill(self, state: StateStore) -> None:
        """Each member has its page; nothing of it waits for another batch, and nothing is to be fetched."""
        batch = _imported(state, 1, 2)
        assert (batch.size, batch.priority, batch.state) == (2, Priority.BACKFILL, BatchState.OPEN)
        members = state.ledger.batch_entries(batch.batch_id)
        assert [(member.entry, member.pointer) for member in members] == [(make_entry(n), make_pointer(n)) for n in (1, 2)]
        assert state.ledger.make_batches(NOON, size=10) == ()

    def test_an_entry_counts_as_seen_when_its_page_was_fetched(self, state: StateStore) -> None:
        """Or an old page without a date would be today's news; a time to come is now."""
        future = replace(_capture(2), seen_at=NOON + HOUR)
        batch = state.ledger.add_captures([_capture(1), future], NOON)
        assert batch is not None
        assert [member.first_seen_at for member in state.ledger.batch_entries(batch.batch_id)] == [NOON - DAY, NOON]

    def test_known_entries_are_passed_over(self, state: StateStore) -> None:
        """The second import of a file finds nothing to do, and of a doubled entry the first stays."""
        state.ledger.add_entries([make_entry(1)], NOON)
        again = replace(_capture(2), pointer=make_pointer(9))
        batch = state.ledger.add_captures([_capture(1), _capture(2), again], NOON)
        assert batch is not None
        (member,) = state.ledger.batch_entries(batch.batch_id)
        assert (member.entry.entry_id, member.pointer) == (make_entry(2).entry_id, make_pointer(2))
        assert state.ledger.add_captures([_capture(2)], NOON) is None
        ids = [make_entry(number).entry_id for number in (1, 2, 3)]
        assert state.ledger.known(ids) == {*ids[:2]}

    def test_a_known_article_is_a_duplicate(self, state: StateStore) -> None:
        """What we hold is not taken a second time."""
        state.articles.save(make_article_state(), [make_entry(1).url_key])
        assert state.ledger.add_captures([_capture(1)], NOON) is None
        assert state.ledger.counts() == {Outcome.DUPLICATE: 1}
        assert [one.verdict for one in state.decisions.about(make_entry(1).url_key)] == ["duplicate"]

    def test_a_failed_capture_waits_with_its_page(self, state: StateStore) -> None:
        """It joins another batch, and still nothing is fetched."""
        batch = _imported(state, 1)
        state.ledger.save_outcomes(batch.batch_id, [ended(make_entry(1), Outcome.FAILED, retry_at=NOON + HOUR)], NOON)
        state.ledger.finish(batch.batch_id, NOON)
        (retry,) = state.ledger.make_batches(NOON + HOUR, size=10)
        assert [member.pointer for member in state.ledger.batch_entries(retry.batch_id)] == [make_pointer(1)]
        assert retry.priority is Priority.BACKFILL


class TestReplays:
    def test_only_what_newer_code_may_read_otherwise(self, state: StateStore) -> None:
        """The page an article points to, and what cleaning rejected; not duplicates, not what is on its way, not other days."""
        batch = _imported(state, 1, 2, 3)
        article = replace(make_article_state(), article_id=make_entry(1).article_id, pointer=make_pointer(1))
        state.articles.save(article, [])
        assert state.ledger.replayable(NOON.date()) == ()
        said = [
            ended(make_entry(1), Outcome.INDEXED, stage=Stage.INDEX),
            ended(make_entry(2), Outcome.REJECTED, reason="not-an-article: x [c/1]"),
            ended(make_entry(3), Outcome.DUPLICATE),
        ]
        state.ledger.save_outcomes(batch.batch_id, said, NOON)
        state.ledger.finish(batch.batch_id, NOON)
        first, second = state.ledger.replayable(NOON.date())
        assert (first.entry_id, first.article_id, first.pointer, first.reason) == (
            make_entry(1).entry_id, make_entry(1).article_id, make_pointer(1), "",
        )  # fmt: skip
        assert (second.entry_id, second.article_id, second.reason) == (make_entry(2).entry_id, None, "not-an-article: x [c/1]")
        assert (first.domain, first.feed_id) == ("kbay.example", make_entry(1).feed_id)
        assert state.ledger.replayable((NOON + DAY).date()) == ()
        assert state.ledger.captured_days() == (NOON.date(),)
        state.articles.save(
            replace(article, article_id=make_entry(2).article_id, url_key=make_entry(2).url_key, pointer=make_pointer(2)), []
        )
        once = state.ledger.replayable(NOON.date())[1]
        assert (once.article_id, once.reason) == (make_entry(2).article_id, second.reason), "an article that is one no more"

    def test_outcomes_stay_until_the_replay_says_otherwise(self, state: StateStore) -> None:
        """A rejected page that newer code takes ends as indexed; one that fails stays what it was."""
        batch = _imported(state, 1, 2)
        said = [ended(make_entry(number), Outcome.REJECTED, reason="no") for number in (1, 2)]
        state.ledger.save_outcomes(batch.batch_id, said, NOON)
        state.ledger.finish(batch.batch_id, NOON)
        again = state.ledger.replay(state.ledger.replayable(NOON.date()), NOON + HOUR)
        assert state.ledger.counts() == {Outcome.REJECTED: 2}
        assert state.ledger.replayable(NOON.date()) == ()
        assert again.priority is Priority.BACKFILL
        assert [member.outcome for member in state.ledger.batch_entries(again.batch_id)] == [None, None]
        words = [ended(make_entry(1), Outcome.INDEXED, stage=Stage.INDEX), ended(make_entry(2), Outcome.FAILED)]
        state.ledger.save_outcomes(again.batch_id, words, NOON + HOUR)
        assert state.ledger.finish(again.batch_id, NOON + HOUR) == {Outcome.INDEXED: 1, Outcome.FAILED: 1}
        assert state.ledger.counts() == {Outcome.INDEXED: 1, Outcome.REJECTED: 1}
        assert state.ledger.make_batches(NOON + timedelta(days=9), size=10) == ()


def test_a_cancelled_backfill_is_forgotten(state: StateStore) -> None:
    """What was never begun may be asked for again; what waited for another try has ended; live news is left alone."""
    state.ledger.add_entries([make_entry(1)], NOON)
    state.ledger.add_entries([make_entry(2), make_entry(3)], NOON, priority=Priority.BACKFILL)
    batch = state.ledger.make_batches(NOON, size=1)[1]
    (tried,) = state.ledger.batch_entries(batch.batch_id)
    said = ended(tried.entry, Outcome.FAILED, retry_at=NOON + HOUR)
    assert state.ledger.counts(Priority.BACKFILL) == {None: 2}
    state.ledger.save_outcomes(batch.batch_id, [said], NOON)
    state.ledger.add_entries([make_entry(4)], NOON, priority=Priority.BACKFILL)
    assert state.ledger.forget_backfill(NOON) == 2
    assert state.ledger.counts(Priority.BACKFILL) == {None: 1, Outcome.REJECTED: 1}
    assert state.ledger.known([make_entry(4).entry_id]) == frozenset()
    assert state.ledger.counts()[None] == 2


class TestAsking:
    def test_a_page_may_be_asked_for_twice(self, state: StateStore) -> None:
        """A third time is refused and changes nothing; another batch begins anew."""
        state.ledger.add_entries([make_entry(1)], NOON)
        (batch,) = state.ledger.make_batches(NOON, size=10)
        name = make_entry(1).entry_id
        assert [state.ledger.note_asking(batch.batch_id, name, NOON + number * HOUR) for number in range(3)] == [True, True, False]
        (member,) = state.ledger.batch_entries(batch.batch_id)
        assert (member.asked, member.asked_at) == (2, NOON + HOUR)
        state.ledger.save_outcomes(batch.batch_id, [ended(make_entry(1), Outcome.DEFERRED, retry_at=NOON)], NOON)
        (later,) = state.ledger.make_batches(NOON, size=10)
        assert [member.asked for member in state.ledger.batch_entries(later.batch_id)] == [0]

    def test_what_was_put_aside_is_taken_up_by_its_cause(self, state: StateStore) -> None:
        """Only what was quarantined for that; it waits for a batch, once."""
        state.ledger.add_entries([make_entry(number) for number in (1, 2, 3)], NOON)
        (batch,) = state.ledger.make_batches(NOON, size=10)
        said = [
            ended(make_entry(1), Outcome.QUARANTINED, reason="met twice: its process was killed"),
            ended(make_entry(2), Outcome.QUARANTINED, reason="too large"),
            ended(make_entry(3), Outcome.REJECTED, reason="met twice: no"),
        ]
        state.ledger.save_outcomes(batch.batch_id, said, NOON)
        assert state.ledger.take_up("met twice", NOON + HOUR) == 1
        assert state.ledger.take_up("met twice", NOON + HOUR) == 0
        (again,) = state.ledger.make_batches(NOON + HOUR, size=10)
        assert [member.entry for member in state.ledger.batch_entries(again.batch_id)] == [make_entry(1)]
