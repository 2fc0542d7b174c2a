"""What one run of a stage decides: each entry once, errors sorted, counts that include earlier runs."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import ConfigurationError, HostBusyError, QuarantineError, RetryableError, WireroomError
from pipeline.ledger import EntryOutcome, Outcome, Stage
from pipeline.tally import RETRY_LADDER, Tally, no_progress, open_tally
from pipeline.types import ArticleId, BatchId, EntryId, FeedEntry, FeedId
from pipeline.urls import article_id, entry_id, url_key
from tests.fakes_state import MemoryState

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FEED = FeedId("test")


def entry(name: str) -> FeedEntry:
    """An entry of that name."""
    url = f"https://news.example/{name}"
    key = url_key(url)
    return FeedEntry(entry_id=entry_id(FEED, url), feed_id=FEED, url=url, url_key=key, article_id=article_id(key))


def id_of(name: str) -> EntryId:
    """The id of the entry of that name."""
    return entry(name).entry_id


class Desk:
    """A ledger in memory with one batch, and a clock that is moved by hand."""

    def __init__(self, *names: str) -> None:
        self.now = NOON
        self.ticks: list[int] = []
        self.state = MemoryState()
        self.state.ledger.add_entries([entry(name) for name in names], NOON)
        self.batch_id = self.state.ledger.make_batches(NOON, size=100)[0].batch_id

    def open(self, stage: Stage = Stage.FETCH) -> Tally:
        """Begin a stage of the batch."""
        return open_tally(self.state, self.batch_id, stage, lambda: self.now, self.ticks.append)

    def rebatch(self) -> BatchId:
        """Finish the batch and make one of what waits by now."""
        self.state.ledger.finish(self.batch_id, self.now)
        self.batch_id = self.state.ledger.make_batches(self.now, size=100)[0].batch_id
        return self.batch_id


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_opening_is_a_sign_of_life() -> None:
    """So that the sweep does not announce a batch that somebody works on."""
    desk = Desk("a")
    desk.now += timedelta(hours=1)
    assert desk.state.ledger.unfinished(desk.now, older_than_seconds=60)
    desk.open()
    assert not desk.state.ledger.unfinished(desk.now, older_than_seconds=60)


def test_an_entry_leaves_a_stage_once() -> None:
    """The first word counts; progress is told once too."""
    desk = Desk("a", "b")
    tally = desk.open()
    tally.end(id_of("a"), Outcome.REJECTED, "robots")
    tally.end(id_of("a"), Outcome.PASSED)
    assert tally.outcomes[id_of("a")].outcome is Outcome.REJECTED
    assert len(tally.decisions) == 1
    assert desk.ticks == [1]


def test_each_end_is_a_decision_to_explain() -> None:
    """When, where, what, why, about which address, entry, article and batch."""
    desk = Desk("a", "b")
    tally = desk.open()
    desk.now += timedelta(seconds=3)
    tally.end(id_of("a"), Outcome.PASSED, "200, 5 bytes")
    tally.end(id_of("b"), Outcome.DUPLICATE, "same article", article_id=ArticleId("0" * 32))
    tally.write()
    (told,) = desk.state.decisions.about(entry("a").url_key)
    assert (told.at, told.stage, told.verdict, told.reason) == (desk.now, "fetch", "passed", "200, 5 bytes")
    assert (told.entry_id, told.article_id, told.batch_id) == (id_of("a"), entry("a").article_id, desk.batch_id)
    assert [one.article_id for one in tally.decisions] == [entry("a").article_id, "0" * 32]


def test_what_has_ended_waits_no_more() -> None:
    """An earlier run of any stage may have ended it."""
    desk = Desk("a", "b")
    desk.state.ledger.save_outcomes(
        desk.batch_id, [EntryOutcome(entry_id=id_of("a"), stage=Stage.FETCH, outcome=Outcome.REJECTED)], desk.now
    )
    assert [one.entry.entry_id for one in desk.open(Stage.CLEAN).waiting()] == [id_of("b")]


# ── errors ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "outcome", "reason", "retry_after"),
    [
        (HostBusyError("asks for a pause", until=NOON + timedelta(minutes=9)), Outcome.FAILED, "asks for a pause", RETRY_LADDER[0]),
        (HostBusyError("for a day", until=NOON + timedelta(days=1)), Outcome.FAILED, "for a day", timedelta(days=1)),
        (RetryableError("connection refused"), Outcome.FAILED, "connection refused", RETRY_LADDER[0]),
        (QuarantineError("cannot be read"), Outcome.QUARANTINED, "cannot be read", None),
        (ZeroDivisionError("division by zero"), Outcome.QUARANTINED, "unexpected ZeroDivisionError: division by zero", None),
        (WireroomError("of no kind"), Outcome.QUARANTINED, "unexpected WireroomError: of no kind", None),
    ],
)
def test_errors_are_sorted(
    error: Exception, outcome: Outcome, reason: str, retry_after: timedelta | None, caplog: pytest.LogCaptureFixture
) -> None:
    """By what is to be done about them; a fault of ours is logged with its traceback."""
    desk = Desk("a")
    tally = desk.open()
    tally.fail(id_of("a"), error)
    ended = tally.outcomes[id_of("a")]
    assert (ended.outcome, ended.reason) == (outcome, reason)
    assert ended.retry_at == (None if retry_after is None else NOON + retry_after)
    assert [one.exc_info is not None for one in caplog.records] == [True] * reason.startswith("unexpected")


def test_a_wrong_configuration_stops_the_stage() -> None:
    """Every entry would meet it, and none is to blame."""
    tally = Desk("a").open()
    with pytest.raises(ConfigurationError):
        tally.fail(id_of("a"), ConfigurationError("disk: got none; allowed: one"))
    assert tally.outcomes == {}


def test_the_ladder_has_three_steps_and_an_end() -> None:
    """Each failure waits longer than the one before; after the last step the entry is set aside."""
    desk = Desk("a")
    waits = []
    for _ in RETRY_LADDER:
        tally = desk.open()
        tally.fail(id_of("a"), RetryableError("down"))
        retry_at = tally.outcomes[id_of("a")].retry_at
        assert retry_at is not None
        waits.append(retry_at - desk.now)
        tally.write()
        desk.now = retry_at
        desk.rebatch()
    assert waits == sorted(waits) == list(RETRY_LADDER)
    tally = desk.open()
    tally.fail(id_of("a"), RetryableError("down"))
    ended = tally.outcomes[id_of("a")]
    assert (ended.outcome, ended.reason, ended.retry_at) == (Outcome.QUARANTINED, "failed 4 times, at last: down", None)


def test_waiting_for_a_slot_is_no_step_of_the_ladder() -> None:
    """An entry may be put off any number of times and still has all its tries; a refusal that it met itself is one."""
    desk = Desk("a")
    for _ in range(5):
        tally = desk.open()
        tally.end(id_of("a"), Outcome.DEFERRED, "host-busy", retry_at=desk.now + timedelta(minutes=1))
        tally.write()
        desk.now += timedelta(minutes=1)
        desk.rebatch()
    tally = desk.open()
    tally.fail(id_of("a"), RetryableError("down"))
    assert tally.outcomes[id_of("a")].retry_at == desk.now + RETRY_LADDER[0]


# ── reports ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_counts_what_ended_here_now_or_earlier() -> None:
    """A stage that runs twice reports all it did, and nothing that other stages did."""
    desk = Desk("a", "b", "c")
    first = desk.open()
    first.end(id_of("a"), Outcome.REJECTED, "robots")
    first.end(id_of("b"), Outcome.PASSED)
    assert first.write().counts == {Outcome.REJECTED: 1, Outcome.PASSED: 1}
    second = desk.open()
    for one in second.waiting():
        second.end(one.entry.entry_id, Outcome.PASSED)
    report = second.write()
    assert (report.inputs, report.counts) == (3, {Outcome.PASSED: 2, Outcome.REJECTED: 1})
    cleaned = desk.open(Stage.CLEAN)
    for one in cleaned.waiting():
        cleaned.end(one.entry.entry_id, Outcome.PASSED)
    assert cleaned.write().counts == {Outcome.PASSED: 2}
    assert {one.stage for one in desk.state.ledger.reports(desk.batch_id)} == {Stage.FETCH, Stage.CLEAN}


def test_a_report_says_when_how_long_and_how_much_memory(caplog: pytest.LogCaptureFixture) -> None:
    """Memory is in bytes: a Python process has some megabytes at least. The log tells the counts."""
    desk = Desk("a")
    with caplog.at_level(logging.INFO, logger="pipeline.tally"):
        tally = desk.open()
        desk.now += timedelta(hours=1)
        tally.end(id_of("a"), Outcome.PASSED)
        report = tally.write()
    assert (report.batch_id, report.stage, report.started_at) == (desk.batch_id, Stage.FETCH, NOON)
    assert report.seconds >= 0
    assert report.peak_rss_bytes > 5_000_000
    assert caplog.messages == [f"fetch of {desk.batch_id}: 1 passed"]


def test_an_empty_batch_reports_nothing_done() -> None:
    """As a stage does whose entries all ended before it."""
    desk = Desk("a")
    report = desk.open().write()
    assert (report.inputs, report.counts) == (0, {})


def test_nobody_needs_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    """The default progress shows nothing."""
    assert no_progress(3) is None  # type: ignore[func-returns-value]
    assert capsys.readouterr() == ("", "")
