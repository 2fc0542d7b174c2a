"""What one run of one stage decides about the entries of a batch, until it is written to the ledger."""

from __future__ import annotations

import logging
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline.errors import ConfigurationError, HostBusyError, QuarantineError, RetryableError
from pipeline.ledger import BatchEntry, BatchReport, Decision, EntryOutcome, Outcome, Stage
from pipeline.ports import StateStore
from pipeline.types import ArticleId, BatchId, EntryId

log = logging.getLogger(__name__)

RETRY_LADDER = (timedelta(hours=1), timedelta(hours=8), timedelta(hours=39))  # three more tries over 48 hours

Clock = Callable[[], datetime]
Progress = Callable[[int], None]  # called with the number of entries just done


def no_progress(_done: int) -> None:
    """Show nothing."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What one run of one stage decided, kept until it is written: outcomes, decisions, counts that must add up."""

    state: StateStore
    batch_id: BatchId
    stage: Stage
    clock: Clock
    members: Mapping[EntryId, BatchEntry]
    progress: Progress = no_progress
    outcomes: dict[EntryId, EntryOutcome] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    started_at: datetime = field(init=False)
    _ticks: float = field(init=False)

    def __post_init__(self) -> None:
        self.started_at = self.clock()
        self._ticks = time.perf_counter()

    def waiting(self) -> list[BatchEntry]:
        """Return the entries that have not ended in this batch."""
        return [member for member in self.members.values() if member.outcome is None]

    def end(
        self,
        entry_id: EntryId,
        outcome: Outcome,
        reason: str = "",
        *,
        retry_at: datetime | None = None,
        article_id: ArticleId | None = None,
    ) -> None:
        """Note how an entry left this stage. The first word counts: an entry leaves a stage once."""
        if entry_id in self.outcomes:
            return
        entry = self.members[entry_id].entry
        self.outcomes[entry_id] = EntryOutcome(
            entry_id=entry_id, stage=self.stage, outcome=outcome, reason=reason, retry_at=retry_at, article_id=article_id
        )
        self.decisions.append(
            Decision(
                at=self.clock(),
                stage=self.stage,
                url_key=entry.url_key,
                verdict=outcome,
                reason=reason,
                entry_id=entry_id,
                article_id=article_id or entry.article_id,
                batch_id=self.batch_id,
            )
        )
        self.progress(1)

    def fail(self, entry_id: EntryId, error: Exception) -> None:
        """Turn an error met with one entry into its outcome; raise those that concern every entry."""
        if isinstance(error, ConfigurationError):
            raise error
        if isinstance(error, HostBusyError):
            self._retry(entry_id, str(error), not_before=error.until)
        elif isinstance(error, RetryableError):
            self._retry(entry_id, str(error))
        elif isinstance(error, QuarantineError):
            self.end(entry_id, Outcome.QUARANTINED, str(error))
        else:  # a fault of ours: one page must not hold up the batch, and the reason must be findable
            log.error("%s: %s of entry %s", self.stage, self.batch_id, entry_id, exc_info=error)
            self.end(entry_id, Outcome.QUARANTINED, f"unexpected {type(error).__name__}: {error}")

    def _retry(self, entry_id: EntryId, reason: str, *, not_before: datetime | None = None) -> None:
        failures = self.members[entry_id].failures
        if failures >= len(RETRY_LADDER):
            self.end(entry_id, Outcome.QUARANTINED, f"failed {failures + 1} times, at last: {reason}")
        else:
            retry_at = max(self.clock() + RETRY_LADDER[failures], not_before or self.clock())
            self.end(entry_id, Outcome.FAILED, reason, retry_at=retry_at)

    def has_passed(self, entry_id: EntryId) -> bool:
        """Whether an entry goes on to the next stage."""
        return self.outcomes[entry_id].outcome is Outcome.PASSED

    def settle(self, entry_id: EntryId) -> None:
        """Write now how an entry ended here: what only a page would tell the next run, if this one were killed."""
        self.state.ledger.save_outcomes(self.batch_id, (self.outcomes[entry_id],), self.clock())
        self.state.decisions.add([one for one in self.decisions if one.entry_id == entry_id])

    def write(self) -> BatchReport:
        """Write outcomes, decisions and the report; return the report. Counts include what ended here in an earlier run."""
        self.state.ledger.save_outcomes(self.batch_id, tuple(self.outcomes.values()), self.clock())
        self.state.decisions.add(self.decisions)
        earlier = [
            member for member in self.members.values() if member.ended_in is self.stage and member.entry.entry_id not in self.outcomes
        ]
        counts = Counter(outcome.outcome for outcome in self.outcomes.values())
        counts.update(member.outcome for member in earlier if member.outcome is not None)
        report = BatchReport(
            batch_id=self.batch_id,
            stage=self.stage,
            inputs=len(self.outcomes) + len(earlier),
            counts=dict(counts),
            started_at=self.started_at,
            seconds=time.perf_counter() - self._ticks,
            peak_rss_bytes=_peak_rss_bytes(),
        )
        if self.outcomes or not self._reported():
            self.state.ledger.save_report(report)
        log.info("%s of %s: %s", self.stage, self.batch_id, ", ".join(f"{count} {name}" for name, count in sorted(counts.items())))
        return report

    def _reported(self) -> bool:
        """Whether an earlier run of this stage left a report; one that had nothing to decide must not replace it."""
        return any(report.stage is self.stage for report in self.state.ledger.reports(self.batch_id))


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # Linux counts in KiB


def open_tally(state: StateStore, batch_id: BatchId, stage: Stage, clock: Clock, progress: Progress) -> Tally:
    """Begin a stage: a sign of life for the batch, and its entries as the ledger has them."""
    state.ledger.touch(batch_id, clock())
    members = {member.entry.entry_id: member for member in state.ledger.batch_entries(batch_id)}
    return Tally(state=state, batch_id=batch_id, stage=stage, clock=clock, members=members, progress=progress)
