"""The ledger of entries and batches in memory; `fakes_state` puts it together with the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from pipeline.coverage import Way, Ways, way_of
from pipeline.errors import QuarantineError, RetryableError
from pipeline.ledger import (
    Batch,
    BatchEntry,
    BatchReport,
    BatchState,
    Decision,
    EntryOutcome,
    Lag,
    Outcome,
    Priority,
    Stage,
)
from pipeline.ports import ArticleStore, DecisionLog
from pipeline.types import ArchivePointer, ArticleId, BatchId, EntryId, FeedEntry
from pipeline.urls import registered_domain

RETRIED = {Outcome.FAILED, Outcome.DEFERRED}


@dataclass(slots=True, kw_only=True)
class Remembered:
    """An entry by itself, whatever batch it is in."""

    entry: FeedEntry
    priority: Priority
    first_seen_at: datetime
    last_seen_at: datetime
    due_at: datetime | None
    batch_id: BatchId | None = None
    attempts: int = 0
    failures: int = 0
    outcome: Outcome | None = None
    reason: str = ""
    article_id: ArticleId | None = None  # the one it turned out to be
    ways: Ways = frozenset()
    changed_at: datetime | None = None  # its last outcome


class MemoryLedger:
    """Entries and batches in dicts."""

    def __init__(self, articles: ArticleStore, decisions: DecisionLog) -> None:
        self.articles = articles
        self.decisions = decisions
        self.entries: dict[EntryId, Remembered] = {}
        self.made: dict[BatchId, Batch] = {}
        self.alive: dict[BatchId, datetime] = {}
        self.members: dict[BatchId, dict[EntryId, BatchEntry]] = {}
        self.written: dict[tuple[BatchId, Stage], BatchReport] = {}
        self.numbers = count(1)

    def add_entries(
        self, entries: Sequence[FeedEntry], now: datetime, *, priority: Priority = Priority.LIVE, way: Way | None = None
    ) -> tuple[FeedEntry, ...]:
        fresh = []
        for entry in entries:
            if entry.entry_id in self.entries:
                self.entries[entry.entry_id].last_seen_at = now
                self.entries[entry.entry_id].ways |= {way or way_of(entry.feed_id)}
                continue
            new = Remembered(entry=entry, priority=priority, first_seen_at=now, last_seen_at=now, due_at=now)
            new.ways = frozenset({way or way_of(entry.feed_id)})
            self.entries[entry.entry_id] = new
            article = self.articles.resolve(entry.url_key)
            if article is None:
                fresh.append(entry)
                continue
            new.due_at, new.outcome, new.reason = None, Outcome.DUPLICATE, "the address of a known article"
            self.decisions.add([_duplicate(entry, article, now)])
        return tuple(fresh)

    def listed(self, entry_ids: Sequence[EntryId]) -> Mapping[EntryId, FeedEntry]:
        return {entry_id: self.entries[entry_id].entry for entry_id in entry_ids if entry_id in self.entries}

    def expected(self, article_ids: Sequence[ArticleId]) -> frozenset[ArticleId]:
        return frozenset(article_ids) & {one.entry.article_id for one in self.entries.values()}

    def readdress(self, entries: Sequence[FeedEntry], now: datetime) -> tuple[FeedEntry, ...]:
        return tuple(entry for entry in entries if entry.entry_id in self.entries and self._readdressed(entry, now))

    def _readdressed(self, entry: FeedEntry, now: datetime) -> bool:
        known = self.entries[entry.entry_id]
        again = known.outcome not in {None, *RETRIED} and known.attempts <= 3
        article = self.articles.resolve(known.entry.url_key) or known.entry.article_id
        if (state := self.articles.get(article)) is not None:
            self.articles.save(state, [entry.url_key])
        known.entry = replace(entry, article_id=article)
        if again:
            known.due_at, known.batch_id = now, None
        told = "the feed lists its entry under a new address"
        self.decisions.add([replace(_duplicate(entry, article, now), verdict="alias", reason=told)])
        return again

    def offer_again(self, entries: Sequence[FeedEntry], now: datetime) -> tuple[EntryId, ...]:
        again = []
        for entry in entries:
            known = self.entries.get(entry.entry_id)
            if known is None or known.outcome is not Outcome.REJECTED or known.due_at is not None:
                continue
            if known.attempts > 3 or known.changed_at is None or known.changed_at > now - timedelta(hours=6):
                continue
            known.entry, known.due_at, known.batch_id, known.changed_at = replace(entry, article_id=known.entry.article_id), now, None, now
            told = "rejected before; the feed offers it anew, changed"
            self.decisions.add([replace(_duplicate(entry, known.entry.article_id, now), verdict="again", reason=told)])
            again.append(entry.entry_id)
        return tuple(again)

    def reopen(self, entry_ids: Sequence[EntryId], now: datetime) -> None:
        for one in (self.entries[entry_id] for entry_id in entry_ids if entry_id in self.entries):
            if one.due_at is None and one.outcome not in {None, *RETRIED}:
                one.due_at, one.batch_id = now, None

    def make_batches(self, now: datetime, *, size: int, limit: int = 100, backfill: int = 100) -> tuple[Batch, ...]:
        made: list[Batch] = []
        for priority in (Priority.LIVE, Priority.BACKFILL):
            waiting = [one for one in self.entries.values() if one.priority is priority and one.due_at is not None and one.due_at <= now]
            waiting.sort(key=lambda one: one.first_seen_at)
            queues: dict[str, list[Remembered]] = defaultdict(list)
            room = limit - len(made)
            if priority is Priority.BACKFILL:
                under_way = [one for one in self.made.values() if one.priority is priority and one.state is not BatchState.FINISHED]
                room = max(0, min(room, backfill - len(under_way)))
            waiting = waiting[: size * room]
            for one in waiting:
                queues[registered_domain(one.entry.url)].append(one)
            turns = [one for turn in range(len(waiting)) for queue in queues.values() for one in queue[turn : turn + 1]]
            for start in range(0, len(turns), size):
                made.append(self._open(turns[start : start + size], now, priority))
        return tuple(made)

    def _open(self, members: list[Remembered], now: datetime, priority: Priority) -> Batch:
        batch = Batch(
            batch_id=BatchId(f"{now:%Y%m%dT%H%M%S}-{next(self.numbers):08x}"), created_at=now, size=len(members), priority=priority
        )
        self.made[batch.batch_id], self.alive[batch.batch_id] = batch, now
        self.members[batch.batch_id] = {one.entry.entry_id: self._join(batch.batch_id, one) for one in members}
        return batch

    def _join(self, batch_id: BatchId, one: Remembered) -> BatchEntry:
        before = self.members[one.batch_id][one.entry.entry_id] if one.batch_id else None
        one.failures += one.outcome is Outcome.FAILED
        joined = BatchEntry(
            entry=one.entry,
            first_seen_at=one.first_seen_at,
            attempts=one.attempts,
            failures=one.failures,
            pointer=before.pointer if before else None,
        )
        one.batch_id, one.due_at, one.outcome, one.attempts = batch_id, None, None, one.attempts + 1
        return joined

    def mark_announced(self, batch_ids: Sequence[BatchId], now: datetime) -> None:
        for batch_id in batch_ids:
            batch = self.made[batch_id]
            self.made[batch_id] = replace(batch, announced_at=now, announcements=batch.announcements + 1)
            self.alive[batch_id] = now

    def unfinished(self, now: datetime, *, older_than_seconds: float) -> tuple[Batch, ...]:
        limit = now - timedelta(seconds=older_than_seconds)
        silent = [batch for batch in self.made.values() if batch.state is not BatchState.FINISHED and self.alive[batch.batch_id] <= limit]
        return tuple(sorted(silent, key=lambda batch: (batch.created_at, batch.batch_id)))

    def batch(self, batch_id: BatchId) -> Batch:
        if batch_id not in self.made:
            raise QuarantineError(f"there is no batch {batch_id}")
        return self.made[batch_id]

    def batches(self, *, limit: int = 50) -> tuple[Batch, ...]:
        return tuple(sorted(self.made.values(), key=lambda batch: (batch.created_at, batch.batch_id), reverse=True)[:limit])

    def batch_entries(self, batch_id: BatchId) -> tuple[BatchEntry, ...]:
        return tuple(self.members.get(batch_id, {}).values())

    def touch(self, batch_id: BatchId, now: datetime) -> None:
        batch = self.made.get(batch_id)
        if batch is not None:
            self.alive[batch_id] = max(now, self.alive[batch_id])
            if batch.state is BatchState.OPEN:
                self.made[batch_id] = replace(batch, state=BatchState.RUNNING)

    def note_asking(self, batch_id: BatchId, entry_id: EntryId, now: datetime) -> bool:
        member = self._member(batch_id, entry_id)
        if member.asked >= 2:
            return False
        self.members[batch_id][entry_id] = replace(member, asked=member.asked + 1, asked_at=now)
        return True

    def save_capture(self, batch_id: BatchId, entry_id: EntryId, pointer: ArchivePointer, now: datetime) -> None:
        self.members[batch_id][entry_id] = replace(self._member(batch_id, entry_id), pointer=pointer)
        self.touch(batch_id, now)

    def _member(self, batch_id: BatchId, entry_id: EntryId) -> BatchEntry:
        if entry_id not in self.members.get(batch_id, {}):
            raise QuarantineError(f"batch {batch_id} has no entry {entry_id}")
        return self.members[batch_id][entry_id]

    def save_outcomes(self, batch_id: BatchId, outcomes: Sequence[EntryOutcome], now: datetime) -> None:
        for outcome in outcomes:
            self._member(batch_id, outcome.entry_id)
        for outcome in outcomes:
            self._end(batch_id, outcome, now)
        self.touch(batch_id, now)

    def _end(self, batch_id: BatchId, said: EntryOutcome, now: datetime) -> None:
        member, one = self.members[batch_id][said.entry_id], self.entries[said.entry_id]
        if _gives_way(member.outcome, said.outcome):
            self.members[batch_id][said.entry_id] = replace(member, outcome=said.outcome, ended_in=said.stage)
        one.article_id = said.article_id or one.article_id
        has_left = one.batch_id != batch_id
        if _gives_way(one.outcome, said.outcome) and not (has_left and (said.outcome in RETRIED or one.outcome not in {None, *RETRIED})):
            one.outcome, one.reason, one.changed_at = said.outcome, said.reason, now
            one.due_at = (said.retry_at or now) if said.outcome in RETRIED else None

    def save_report(self, report: BatchReport) -> None:
        self.written[report.batch_id, report.stage] = report

    def reports(self, batch_id: BatchId | None = None) -> tuple[BatchReport, ...]:
        found = [report for report in self.written.values() if batch_id in {None, report.batch_id}]
        return tuple(sorted(found, key=lambda report: (report.started_at, report.batch_id)))

    def finish(self, batch_id: BatchId, now: datetime) -> Mapping[Outcome, int]:
        batch = self.batch(batch_id)
        counts = Counter(member.outcome for member in self.members[batch_id].values())
        if counts[None]:
            raise RetryableError(f"batch {batch_id}: {counts[None]} of {batch.size} entries have no outcome yet")
        self.made[batch_id] = replace(batch, state=BatchState.FINISHED, finished_at=batch.finished_at or now)
        return {outcome: number for outcome, number in counts.items() if outcome is not None}

    def counts(self, priority: Priority | None = None) -> Mapping[Outcome | None, int]:
        return dict(Counter(one.outcome for one in self.entries.values() if priority in {None, one.priority}))

    def outcomes_by_reason(self, *, limit: int = 100) -> Mapping[tuple[Outcome, str], int]:
        ended = Counter((one.outcome, one.reason.partition(":")[0].strip()[:80]) for one in self.entries.values() if one.outcome)
        return dict(ended.most_common(limit))

    def lag(self, now: datetime) -> Lag:
        dues = [one.due_at for one in self.entries.values() if one.due_at is not None]
        undone = [batch.created_at for batch in self.made.values() if batch.state is not BatchState.FINISHED]
        return Lag(
            waiting=sum(due <= now for due in dues),
            waiting_seconds=max(((now - due).total_seconds() for due in dues if due <= now), default=0.0),
            later=sum(due > now for due in dues),
            open_batches=len(undone),
            open_seconds=max(((now - created).total_seconds() for created in undone), default=0.0),
        )


def _gives_way(old: Outcome | None, new: Outcome) -> bool:
    if new is Outcome.PASSED:
        return False
    if old is None or old in RETRIED:
        return True
    return new not in RETRIED and not (old is Outcome.INDEXED and new in {Outcome.UNCHANGED, Outcome.DUPLICATE})


def _duplicate(entry: FeedEntry, article: ArticleId, now: datetime) -> Decision:
    return Decision(
        at=now,
        stage="poll",
        url_key=entry.url_key,
        verdict="duplicate",
        reason="the address of a known article",
        entry_id=entry.entry_id,
        article_id=article,
    )
