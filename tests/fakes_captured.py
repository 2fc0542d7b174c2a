"""The ledger in memory, with what it promises about pages that are archived already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from pipeline.ledger import Batch, BatchEntry, BatchState, Outcome, Priority, Replayable, Stage
from pipeline.types import ArchivePointer, BatchId, Capture, EntryId
from pipeline.urls import registered_domain
from tests.fakes_ledger import MemoryLedger, Remembered


class MemoryCaptured(MemoryLedger):
    """`MemoryLedger`, and imports and replays."""

    def known(self, entry_ids: Sequence[EntryId]) -> frozenset[EntryId]:
        return frozenset(entry_ids) & frozenset(self.entries)

    def add_captures(self, captures: Sequence[Capture], now: datetime) -> Batch | None:
        new = {one.entry.entry_id: one for one in reversed(captures) if one.entry.entry_id not in self.entries}
        self.add_entries([one.entry for one in new.values()], now, priority=Priority.BACKFILL)
        for one in new.values():
            self.entries[one.entry.entry_id].first_seen_at = min(one.seen_at, now)
            self.entries[one.entry.entry_id].due_at = None
        travelling = [one for one in captures if self._is_new(one, new)]
        if not travelling:
            return None
        for one in travelling:
            self.entries[one.entry.entry_id].attempts = 1
        return self._lay({one.entry.entry_id: one.pointer for one in travelling}, now)

    def _is_new(self, one: Capture, new: dict[EntryId, Capture]) -> bool:
        return new.get(one.entry.entry_id) is one and self.entries[one.entry.entry_id].outcome is None

    def forget_backfill(self, now: datetime) -> int:
        waiting = [one for one in self.entries.values() if one.priority is Priority.BACKFILL and one.due_at is not None]
        for one in waiting:
            one.outcome, one.reason, one.due_at = Outcome.REJECTED, "backfill cancelled", None
            if one.batch_id is None:
                del self.entries[one.entry.entry_id]
        return len(waiting)

    def take_up(self, cause: str, now: datetime) -> int:
        those = [one for one in self.entries.values() if one.outcome is Outcome.QUARANTINED and one.due_at is None]
        those = [one for one in those if one.reason.partition(":")[0].strip()[:80] == cause]
        for one in those:
            one.due_at, one.batch_id = now, None
        return len(those)

    def captured_days(self) -> tuple[date, ...]:
        pointers = [member.pointer for members in self.members.values() for member in members.values() if member.pointer]
        return tuple(sorted({date.fromisoformat(pointer.file[:10].replace("/", "-")) for pointer in pointers}))

    def captured(self, pointer: ArchivePointer) -> BatchEntry | None:
        found = [one for batch_id in sorted(self.members) for one in self.members[batch_id].values() if one.pointer == pointer]
        return next(iter(found), None)

    def replayable(self, day: date) -> tuple[Replayable, ...]:
        found = {}
        for members in self.members.values():
            for entry_id, member in members.items():
                if member.pointer is not None and member.pointer.file.startswith(f"{day:%Y/%m/%d}/"):
                    one = self._replayable(self.entries[entry_id], member.pointer)
                    found |= {} if one is None else {entry_id: one}
        return tuple(sorted(found.values(), key=lambda one: (one.pointer.file, one.pointer.offset, one.entry_id)))

    def _replayable(self, one: Remembered, pointer: ArchivePointer) -> Replayable | None:
        member = self.members[one.batch_id][one.entry.entry_id] if one.batch_id else None
        if one.batch_id is None or member is None or self.made[one.batch_id].state is not BatchState.FINISHED:
            return None
        article = self.articles.get(one.article_id or one.entry.article_id)
        current = article is not None and (article.pointer.file, article.pointer.offset) == (pointer.file, pointer.offset)
        turned_away = one.outcome is Outcome.REJECTED and member.ended_in is Stage.CLEAN
        if not current and not turned_away:
            return None
        return Replayable(
            entry_id=one.entry.entry_id,
            feed_id=one.entry.feed_id,
            domain=registered_domain(one.entry.url),
            pointer=pointer,
            article_id=article.article_id if article is not None and current else None,
            reason=one.reason if turned_away else "",
            first_seen_at=one.first_seen_at,
        )

    def replay(self, pages: Sequence[Replayable], now: datetime) -> Batch:
        return self._lay({page.entry_id: page.pointer for page in pages}, now)

    def _lay(self, pointers: dict[EntryId, ArchivePointer], now: datetime) -> Batch:
        number = next(self.numbers)
        batch = Batch(batch_id=BatchId(f"{now:%Y%m%dT%H%M%S}-{number:08x}"), created_at=now, size=len(pointers), priority=Priority.BACKFILL)
        self.made[batch.batch_id], self.alive[batch.batch_id] = batch, now
        self.members[batch.batch_id] = {}
        for entry_id, pointer in pointers.items():
            one = self.entries[entry_id]
            one.batch_id = batch.batch_id
            joined = BatchEntry(entry=one.entry, first_seen_at=one.first_seen_at)
            self.members[batch.batch_id][entry_id] = replace(joined, pointer=pointer)
        return batch
