"""How things stand, read from the ledger: feeds, batches, outcomes, stages, lag.

Pure but for the reads through the port; the command line and the status page show the same rows. Seconds and bytes are
plain numbers, times aware UTC: whoever shows them words them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from pipeline.ledger import Batch, BatchReport, BatchState, FeedState, FeedStatus, Gap, Outcome, PollOutcome, Stage
from pipeline.ledger import Lag as Undone
from pipeline.ports import StateStore
from pipeline.subscriptions import PushStanding, Subscription, standing
from pipeline.types import BatchId

RECENT_BATCHES = 20
POLL_WINDOW = timedelta(hours=24)
GAP_WINDOW = timedelta(days=7)
MAX_GAPS = 50
MAX_POLLS = 10_000  # of the window, newest first
UNWATCHED = {FeedStatus.GONE, FeedStatus.REMOVED, FeedStatus.MERGED}  # never polled, so never late
TAKEN = {Outcome.PASSED, Outcome.INDEXED, Outcome.UNCHANGED}
MAX_REASONS = 100
GRACE_SECONDS = 600.0  # polls start every five minutes: a feed is late when it missed two


class Health(StrEnum):
    """A feed at a glance, worst first: also the order of the rows."""

    FAILING = "failing"  # its last poll failed
    BLOCKED = "blocked"
    DORMANT = "dormant"
    LATE = "late"  # due for longer than the grace
    NEW = "new"  # never polled
    FINE = "fine"
    GONE = "gone"
    MERGED = "merged"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed as it stands. `overdue_seconds` is 0 for one that is not due, or never will be."""

    state: FeedState
    health: Health
    overdue_seconds: float
    push: PushStanding | None = None  # None: nothing is subscribed to

    @property
    def name(self) -> str:
        """What people call it: title, else publisher, else id."""
        return self.state.feed.title or self.state.feed.publisher or self.state.feed.feed_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One batch with the reports of its stages, in the order they ran. `seconds` is creation to end, or so far."""

    batch: Batch
    reports: tuple[BatchReport, ...]
    seconds: float

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How its entries ended, over all stages; those still on their way are not in it."""
        ended: Counter[Outcome] = Counter()
        for report in self.reports:
            ended.update(report.counts)
        return {outcome: ended[outcome] for outcome in Outcome if ended[outcome] and outcome is not Outcome.PASSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTotal:
    """One stage over the batches shown. `per_second` is entries per second of work, None where no time was measured."""

    stage: Stage
    batches: int
    entries: int
    seconds: float
    peak_rss_bytes: int

    @property
    def per_second(self) -> float | None:
        """Entries per second of the stage's own time."""
        return self.entries / self.seconds if self.seconds > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """How far behind we are. Turnaround is from a batch's creation to its end, over the finished ones shown.

    `entries_waiting` have no outcome yet, in a batch or before one; `waiting_seconds` is how long the oldest that could
    join a batch has been able to; `entries_later` are to be tried again when their time comes.
    """

    feeds_due: int
    feeds_late: int
    longest_overdue_seconds: float
    entries_waiting: int
    waiting_seconds: float
    entries_later: int
    batches_unfinished: int
    oldest_unfinished_seconds: float
    turnaround_median_seconds: float | None
    turnaround_p95_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Entries that ended in one way for one reason."""

    outcome: Outcome
    reason: str
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteChange:
    """A site whose articles come out otherwise than they used to: its pages have changed, or our reading of them."""

    site: str
    at: datetime | None
    change: str  # in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything there is to tell, at one time.

    `outcomes` counts all entries ever, `reasons` those that were not taken, most frequent first; `polls` are of the last day.
    """

    at: datetime
    feeds: tuple[FeedRow, ...]
    batches: tuple[BatchRow, ...]
    outcomes: Mapping[Outcome, int]
    reasons: tuple[ReasonRow, ...]
    stages: tuple[StageTotal, ...]
    polls: Mapping[PollOutcome, int]
    lag: Lag
    gaps: tuple[Gap, ...] = ()  # found within the last week, the latest first
    changes: tuple[SiteChange, ...] = ()  # of sites' pages, seen within the last week, the latest first

    @property
    def entries(self) -> int:
        """Every entry ever seen, waiting ones included."""
        return sum(self.outcomes.values()) + self.lag.entries_waiting

    @property
    def healths(self) -> Mapping[Health, int]:
        """Feeds by health, worst first, those that occur."""
        counted = Counter(row.health for row in self.feeds)
        return {health: counted[health] for health in Health if counted[health]}

    @property
    def pushes(self) -> Mapping[PushStanding, int]:
        """Feeds by how their push stands, best first, those that occur."""
        counted = Counter(row.push for row in self.feeds)
        return {one: counted[one] for one in PushStanding if counted[one]}


def read_status(state: StateStore, now: datetime, *, batches: int = RECENT_BATCHES) -> Status:
    """Read how things stand at `now`, with the newest `batches` batches. Raises what the store raises."""
    feeds = feed_rows(state.feeds.all(), now, state.pushes.subscriptions())
    recent = state.ledger.batches(limit=batches)
    reports = {batch.batch_id: state.ledger.reports(batch.batch_id) for batch in recent}
    rows = batch_rows(recent, reports, now)
    counts = state.ledger.counts()
    polls = Counter(poll.outcome for poll in state.feeds.polls(since=now - POLL_WINDOW, limit=MAX_POLLS))
    return Status(
        at=now,
        feeds=feeds,
        batches=rows,
        outcomes={outcome: counts[outcome] for outcome in Outcome if counts.get(outcome)},
        reasons=reason_rows(state.ledger.outcomes_by_reason(limit=MAX_REASONS)),
        stages=stage_totals(report for row in rows for report in row.reports),
        gaps=state.gaps.gaps(since=now - GAP_WINDOW, limit=MAX_GAPS),
        changes=tuple(SiteChange(site=one.site, at=one.changed_at, change=one.change) for one in state.sites.changed(now - GAP_WINDOW)),
        polls={outcome: polls[outcome] for outcome in PollOutcome if polls[outcome]},
        lag=lag_of(feeds, rows, state.ledger.lag(now), waiting=counts.get(None, 0)),
    )


def feed_rows(states: Iterable[FeedState], now: datetime, subscriptions: Iterable[Subscription] = ()) -> tuple[FeedRow, ...]:
    """Return a row for each feed: what needs a look first, then by name."""
    order = list(Health)
    pushed = {one.feed_id: found for one in subscriptions if (found := standing(one, now))}
    rows = [
        FeedRow(state=state, health=_health(state, now), overdue_seconds=_overdue(state, now), push=pushed.get(state.feed.feed_id))
        for state in states
    ]
    return tuple(sorted(rows, key=lambda row: (order.index(row.health), row.name.casefold(), row.state.feed.feed_id)))


def _overdue(state: FeedState, now: datetime) -> float:
    return 0.0 if state.status in UNWATCHED else max(0.0, (now - state.next_poll_at).total_seconds())


def _health(state: FeedState, now: datetime) -> Health:
    if state.status is not FeedStatus.ACTIVE:
        return Health(state.status.value)
    if state.failures > 0:
        return Health.FAILING
    if _overdue(state, now) > GRACE_SECONDS:
        return Health.LATE
    return Health.FINE if state.last_polled_at else Health.NEW


def batch_rows(batches: Iterable[Batch], reports: Mapping[BatchId, Sequence[BatchReport]], now: datetime) -> tuple[BatchRow, ...]:
    """Return a row for each batch, in the order given; a stage that ran twice counts once, as it ran last."""
    order = list(Stage)
    rows = []
    for batch in batches:
        latest = {report.stage: report for report in sorted(reports.get(batch.batch_id, ()), key=lambda report: report.started_at)}
        ended = batch.finished_at or now
        rows.append(
            BatchRow(
                batch=batch,
                reports=tuple(latest[stage] for stage in order if stage in latest),
                seconds=max(0.0, (ended - batch.created_at).total_seconds()),
            )
        )
    return tuple(rows)


def reason_rows(counts: Mapping[tuple[Outcome, str], int]) -> tuple[ReasonRow, ...]:
    """Return a row for each reason why entries were not taken: neither searchable nor what we already hold."""
    rows = [ReasonRow(outcome=outcome, reason=reason, entries=number) for (outcome, reason), number in counts.items()]
    return tuple(sorted((row for row in rows if row.outcome not in TAKEN), key=lambda row: (-row.entries, row.outcome, row.reason)))


def stage_totals(reports: Iterable[BatchReport]) -> tuple[StageTotal, ...]:
    """Add up reports by stage, in the order of the stages; a stage without reports is left out."""
    by_stage: dict[Stage, list[BatchReport]] = {stage: [] for stage in Stage}
    for report in reports:
        by_stage[report.stage].append(report)
    return tuple(
        StageTotal(
            stage=stage,
            batches=len({report.batch_id for report in of_stage}),
            entries=sum(report.inputs for report in of_stage),
            seconds=sum(report.seconds for report in of_stage),
            peak_rss_bytes=max(report.peak_rss_bytes for report in of_stage),
        )
        for stage, of_stage in by_stage.items()
        if of_stage
    )


def lag_of(feeds: Sequence[FeedRow], batches: Sequence[BatchRow], undone: Undone, *, waiting: int) -> Lag:
    """Return how far behind we are, from the rows, what the ledger has undone and the number of entries without an outcome."""
    turnarounds = sorted(row.seconds for row in batches if row.batch.state is BatchState.FINISHED)
    overdue = [row.overdue_seconds for row in feeds if row.overdue_seconds > 0]
    return Lag(
        feeds_due=len(overdue),
        feeds_late=sum(seconds > GRACE_SECONDS for seconds in overdue),
        longest_overdue_seconds=max(overdue, default=0.0),
        entries_waiting=waiting,
        waiting_seconds=undone.waiting_seconds,
        entries_later=undone.later,
        batches_unfinished=undone.open_batches,
        oldest_unfinished_seconds=undone.open_seconds,
        turnaround_median_seconds=_quantile(turnarounds, 0.5),
        turnaround_p95_seconds=_quantile(turnarounds, 0.95),
    )


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """Nearest rank: the smallest value that at least `share` of the values do not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None
