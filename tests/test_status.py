"""How things stand, read from a ledger in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.ledger import (
    Batch,
    BatchReport,
    BatchState,
    EntryOutcome,
    FeedState,
    FeedStatus,
    Outcome,
    Poll,
    PollOutcome,
    Stage,
)
from pipeline.site_memory import SiteMemory
from pipeline.status import Health, batch_rows, feed_rows, lag_of, read_status, reason_rows, stage_totals
from pipeline.types import BatchId, EntryId, Feed, FeedEntry, FeedId
from pipeline.urls import article_id, url_key
from tests.fakes_state import MemoryState

NOW = datetime(2026, 7, 14, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def feed_state(name: str, *, due_in: timedelta = MINUTE, **learned: object) -> FeedState:
    feed = Feed(feed_id=FeedId(name), url=f"https://{name}.example/rss", title=name.title())
    usual: dict[str, object] = {"last_polled_at": NOW - MINUTE}
    return FeedState(feed=feed, next_poll_at=NOW + due_in, **(usual | learned))  # type: ignore[arg-type]


def batch(number: int, *, age: timedelta, took: timedelta | None = None) -> Batch:
    made = NOW - age
    ended = made + took if took is not None else None
    state = BatchState.RUNNING if took is None else BatchState.FINISHED
    return Batch(batch_id=BatchId(f"b{number}"), created_at=made, size=10, state=state, finished_at=ended)


def report(
    number: int, stage: Stage, counts: Mapping[Outcome, int], *, seconds: float = 2.0, peak: int = 100, late: int = 0
) -> BatchReport:
    return BatchReport(
        batch_id=BatchId(f"b{number}"),
        stage=stage,
        inputs=sum(counts.values()),
        counts=counts,
        started_at=NOW + timedelta(seconds=late),
        seconds=seconds,
        peak_rss_bytes=peak,
    )


def entry(number: int) -> FeedEntry:
    url = f"https://news.example/{number}"
    key = url_key(url)
    return FeedEntry(
        entry_id=EntryId(f"{number:032x}"), feed_id=FeedId("news"), url=url, url_key=key, article_id=article_id(key), title=str(number)
    )


def test_an_empty_ledger_has_a_status() -> None:
    """Before the first poll everything is zero and nothing fails."""
    status = read_status(MemoryState(), NOW)
    assert (status.feeds, status.batches, status.outcomes, status.reasons, status.stages, status.polls) == ((), (), {}, (), (), {})
    assert status.entries == 0
    assert status.lag.turnaround_median_seconds is None


@pytest.mark.parametrize(
    ("state", "health", "overdue"),
    [
        (feed_state("a"), Health.FINE, 0),
        (feed_state("a", due_in=-5 * MINUTE), Health.FINE, 300),
        (feed_state("a", due_in=-11 * MINUTE), Health.LATE, 660),
        (feed_state("a", failures=0.5), Health.FAILING, 0),
        (feed_state("a", last_polled_at=None), Health.NEW, 0),
        (feed_state("a", last_polled_at=None, due_in=-11 * MINUTE), Health.LATE, 660),
        (feed_state("a", status=FeedStatus.BLOCKED, failures=3.0), Health.BLOCKED, 0),
        (feed_state("a", status=FeedStatus.DORMANT), Health.DORMANT, 0),
        (feed_state("a", status=FeedStatus.GONE, due_in=-99 * MINUTE), Health.GONE, 0),
        (feed_state("a", status=FeedStatus.REMOVED, due_in=-99 * MINUTE), Health.REMOVED, 0),
    ],
)
def test_health(state: FeedState, health: Health, overdue: float) -> None:
    """A feed's state in one word; what is never polled is never late."""
    (row,) = feed_rows([state], NOW)
    assert (row.health, row.overdue_seconds) == (health, overdue)


def test_every_state_of_a_feed_has_a_health() -> None:
    """A new status of feeds must be given a word here."""
    for status in FeedStatus:
        assert feed_rows([feed_state("a", status=status)], NOW)[0].health in Health


def test_feeds_that_need_a_look_come_first() -> None:
    """By health, then by name."""
    states = [feed_state("gone", status=FeedStatus.GONE), feed_state("beta"), feed_state("Alpha"), feed_state("ill", failures=1.0)]
    assert [row.name for row in feed_rows(states, NOW)] == ["Ill", "Alpha", "Beta", "Gone"]


def test_a_feed_without_a_title_is_called_by_its_publisher_or_id() -> None:
    """There is always a name."""
    untitled = Feed(feed_id=FeedId("x"), url="https://x.example/", publisher="The X")
    bare = Feed(feed_id=FeedId("y"), url="https://y.example/")
    assert [row.name for row in feed_rows([FeedState(feed=one, next_poll_at=NOW) for one in (untitled, bare)], NOW)] == ["The X", "y"]


def test_batch_rows_have_their_reports_in_order() -> None:
    """Stages in order, a repeated one as it ran last, entries by how they ended."""
    reports = [
        report(1, Stage.CLEAN, {Outcome.PASSED: 8, Outcome.REJECTED: 1}),
        report(1, Stage.FETCH, {Outcome.PASSED: 9, Outcome.FAILED: 1}, late=60),
        report(1, Stage.FETCH, {Outcome.PASSED: 5, Outcome.FAILED: 5}),
    ]
    (row,) = batch_rows([batch(1, age=5 * MINUTE)], {BatchId("b1"): reports}, NOW)
    assert [one.stage for one in row.reports] == [Stage.FETCH, Stage.CLEAN]
    assert row.outcomes == {Outcome.REJECTED: 1, Outcome.FAILED: 1}
    assert row.seconds == 300


def test_stage_totals_add_up() -> None:
    """Entries and seconds are summed, memory is the largest, and speed is their quotient."""
    totals = stage_totals(
        [
            report(1, Stage.CLEAN, {Outcome.PASSED: 10}, seconds=2.0, peak=100),
            report(2, Stage.CLEAN, {Outcome.PASSED: 20}, seconds=3.0, peak=300),
            report(1, Stage.FETCH, {Outcome.PASSED: 1}, seconds=0.0),
        ]
    )
    assert [one.stage for one in totals] == [Stage.FETCH, Stage.CLEAN]
    assert totals[0].per_second is None
    assert (totals[1].batches, totals[1].entries, totals[1].seconds, totals[1].per_second, totals[1].peak_rss_bytes) == (
        2,
        30,
        5.0,
        6.0,
        300,
    )


def test_turnaround_is_of_finished_batches() -> None:
    """Median and 95th percentile by nearest rank; an unfinished batch has no turnaround yet."""
    batches = [batch(number, age=60 * MINUTE, took=timedelta(seconds=number)) for number in range(1, 21)] + [batch(99, age=9 * MINUTE)]
    rows = batch_rows(batches, {}, NOW)
    lag = lag_of((), rows, MemoryState().ledger.lag(NOW), waiting=0)
    assert (lag.turnaround_median_seconds, lag.turnaround_p95_seconds) == (10.0, 19.0)


def test_reasons_are_of_entries_not_taken() -> None:
    """What was indexed or already held needs no reason; the most frequent come first."""
    rows = reason_rows({(Outcome.INDEXED, "revision 1"): 90, (Outcome.REJECTED, "robots"): 3, (Outcome.FAILED, "timeout"): 7})
    assert [(row.outcome, row.reason, row.entries) for row in rows] == [(Outcome.FAILED, "timeout", 7), (Outcome.REJECTED, "robots", 3)]


def test_the_whole_status_of_a_ledger() -> None:
    """Feeds, polls of the last day, batches, outcomes and lag come out of one store and agree with each other."""
    state = MemoryState()
    state.feeds.states = {one.feed.feed_id: one for one in (feed_state("a", due_in=-20 * MINUTE), feed_state("b"))}
    state.feeds.made = [
        Poll(feed_id=FeedId("a"), at=NOW - MINUTE, outcome=PollOutcome.NOT_MODIFIED),
        Poll(feed_id=FeedId("a"), at=NOW - timedelta(days=2), outcome=PollOutcome.CHANGED),
    ]
    state.ledger.add_entries([entry(number) for number in range(4)], NOW - 30 * MINUTE)
    (made,) = state.ledger.make_batches(NOW - 20 * MINUTE, size=3, limit=1)[:1]
    ends = [Outcome.INDEXED, Outcome.REJECTED]
    members = state.ledger.batch_entries(made.batch_id)
    state.ledger.save_outcomes(
        made.batch_id,
        [
            EntryOutcome(entry_id=member.entry.entry_id, stage=Stage.INDEX, outcome=end, reason="robots: closed")
            for member, end in zip(members, ends, strict=False)
        ],
        NOW,
    )
    status = read_status(state, NOW, batches=5)
    assert status.polls == {PollOutcome.NOT_MODIFIED: 1}
    assert status.outcomes == {Outcome.INDEXED: 1, Outcome.REJECTED: 1}
    assert [(row.reason, row.entries) for row in status.reasons] == [("robots", 1)]
    assert status.healths == {Health.LATE: 1, Health.FINE: 1}
    assert (status.entries, status.lag.entries_waiting, status.lag.batches_unfinished) == (4, 2, len(status.batches))
    assert (status.lag.feeds_due, status.lag.feeds_late, status.lag.longest_overdue_seconds) == (1, 1, 1200.0)
    assert status.lag.oldest_unfinished_seconds == 1200.0


def test_only_the_newest_batches_are_read() -> None:
    """However many there are, the status stays of bounded size."""
    state = MemoryState()
    state.ledger.made = {made.batch_id: made for made in (batch(number, age=number * MINUTE, took=MINUTE) for number in range(1, 40))}
    assert [row.batch.batch_id for row in read_status(state, NOW, batches=3).batches] == ["b1", "b2", "b3"]


def test_sites_whose_pages_changed_are_told_for_a_week() -> None:
    """With what changed; others are not."""
    state = MemoryState()
    memory = SiteMemory(site="kbay.example", changed_at=NOW - timedelta(days=2), change="texts of 90 characters, 900 before")
    state.sites.save(memory)
    state.sites.save(replace(memory, site="mayak.example", changed_at=NOW - timedelta(days=8)))
    state.sites.save(SiteMemory(site="kvly9.example"))
    assert [(one.site, one.change) for one in read_status(state, NOW).changes] == [("kbay.example", memory.change)]
