"""Batches: made out of what waits, announced, watched and closed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, case, func, insert, select, update

from pipeline.errors import QuarantineError, RetryableError
from pipeline.ledger import Batch, BatchReport, BatchState, Outcome, Priority
from pipeline.state import captures
from pipeline.state.endings import UNFINISHED
from pipeline.state.engine import Database, overwrite, portions
from pipeline.state.entries import show_life
from pipeline.state.schema import batch_entries, batches, entries, reports
from pipeline.state.spreading import spread
from pipeline.types import BatchId

_BATCH: Final = tuple(batches.c[field.name] for field in fields(Batch))
_REPORT: Final = tuple(reports.c[field.name] for field in fields(BatchReport))
_UNFINISHED_BACKFILL: Final = (
    select(func.count()).select_from(batches).where(batches.c.state.in_(UNFINISHED), batches.c.priority == Priority.BACKFILL)
)


def random_tail() -> str:
    """Return 8 random hex digits: what tells batches of one second apart."""
    return secrets.token_hex(4)


class SqlBatches:
    """The half of `ports.EntryLedger` that is about whole batches."""

    def __init__(self, database: Database, *, tail: Callable[[], str] = random_tail) -> None:
        self._database = database
        self._tail = tail

    def make_batches(self, now: datetime, *, size: int, limit: int = 100, backfill: int = 100) -> tuple[Batch, ...]:
        made: list[Batch] = []
        with self._database.writing() as connection:
            for priority in (Priority.LIVE, Priority.BACKFILL):
                room = limit - len(made)
                if priority is Priority.BACKFILL:
                    room = min(room, backfill - connection.execute(_UNFINISHED_BACKFILL).scalar_one())
                waiting = connection.execute(_waiting(now, priority, size * max(room, 0))).all()
                for members in spread([(row, row.domain) for row in waiting], size):
                    made.append(self._open(connection, members, now, priority))
        return tuple(made)

    def _open(self, connection: Connection, members: Sequence[Any], now: datetime, priority: Priority) -> Batch:
        batch = Batch(batch_id=self._unused_id(connection, now), created_at=now, size=len(members), priority=priority)
        self._insert(connection, batch, now)
        rows = [_membership(batch.batch_id, position, row) for position, row in enumerate(members)]
        connection.execute(insert(batch_entries), rows)
        for some in portions(rows):
            connection.execute(_taken(batch.batch_id, [row["entry_id"] for row in some]))
        return batch

    def _insert(self, connection: Connection, batch: Batch, now: datetime) -> None:
        connection.execute(insert(batches).values(_row(batch) | {"alive_at": now}))

    def _unused_id(self, connection: Connection, now: datetime) -> BatchId:
        while True:
            batch_id = BatchId(f"{now:%Y%m%dT%H%M%S}-{self._tail()}")
            if connection.execute(_one(batch_id)).one_or_none() is None:
                return batch_id

    def mark_announced(self, batch_ids: Sequence[BatchId], now: datetime) -> None:
        values = {"announced_at": now, "alive_at": now, "announcements": batches.c.announcements + 1}
        with self._database.writing() as connection:
            connection.execute(update(batches).where(batches.c.batch_id.in_(batch_ids)).values(values))

    def unfinished(self, now: datetime, *, older_than_seconds: float) -> tuple[Batch, ...]:
        silent = and_(batches.c.state.in_(UNFINISHED), batches.c.alive_at <= now - timedelta(seconds=older_than_seconds))
        return self._select(select(*_BATCH).where(silent).order_by(batches.c.created_at, batches.c.batch_id))

    def batch(self, batch_id: BatchId) -> Batch:
        found = self._select(_one(batch_id))
        if not found:
            raise QuarantineError(f"there is no batch {batch_id}")
        return found[0]

    def batches(self, *, limit: int = 50) -> tuple[Batch, ...]:
        return self._select(select(*_BATCH).order_by(batches.c.created_at.desc(), batches.c.batch_id.desc()).limit(limit))

    def touch(self, batch_id: BatchId, now: datetime) -> None:
        with self._database.writing() as connection:
            show_life(connection, batch_id, now)

    def save_report(self, report: BatchReport) -> None:
        with self._database.writing() as connection:
            row = {field.name: getattr(report, field.name) for field in fields(BatchReport)}
            overwrite(connection, reports, row | {"counts": dict(report.counts)})

    def reports(self, batch_id: BatchId | None = None) -> tuple[BatchReport, ...]:
        statement = select(*_REPORT).order_by(reports.c.started_at, reports.c.batch_id)
        if batch_id is not None:
            statement = statement.where(reports.c.batch_id == batch_id)
        with self._database.reading() as connection:
            return tuple(BatchReport(**row._mapping) for row in connection.execute(statement))

    def finish(self, batch_id: BatchId, now: datetime) -> Mapping[Outcome, int]:
        with self._database.writing() as connection:
            if connection.execute(_one(batch_id).with_for_update()).one_or_none() is None:
                raise QuarantineError(f"there is no batch {batch_id}")
            counts = _counts(connection, batch_id)
            if counts[None]:
                raise RetryableError(f"batch {batch_id}: {counts[None]} of {counts.total()} entries have no outcome yet")
            closing = {"state": BatchState.FINISHED, "finished_at": func.coalesce(batches.c.finished_at, now)}
            connection.execute(update(batches).where(batches.c.batch_id == batch_id).values(closing))
        return {outcome: number for outcome, number in counts.items() if outcome is not None}

    def _select(self, statement: Select[Any]) -> tuple[Batch, ...]:
        with self._database.reading() as connection:
            return tuple(Batch(**row._mapping) for row in connection.execute(statement))


def _one(batch_id: BatchId) -> Select[Any]:
    return select(*_BATCH).where(batches.c.batch_id == batch_id)


def _row(batch: Batch) -> dict[str, Any]:
    return {field.name: getattr(batch, field.name) for field in fields(Batch)}


def _waiting(now: datetime, priority: Priority, limit: int) -> Select[Any]:
    """Select the oldest entries that may join a batch, each with what its last batch knew of its page.

    Rows that another process is just putting into its batches are passed over, not waited for.
    """
    last = and_(batch_entries.c.batch_id == entries.c.batch_id, batch_entries.c.entry_id == entries.c.entry_id)
    columns = (entries.c.entry_id, entries.c.domain, entries.c.attempts, entries.c.failures, entries.c.outcome)
    return (
        select(*columns, *(batch_entries.c[name] for name in captures.COLUMNS))
        .outerjoin(batch_entries, last)
        .where(entries.c.priority == priority, entries.c.due_at <= now)
        .order_by(entries.c.first_seen_at, entries.c.entry_id)
        .limit(limit)
        .with_for_update(of=entries, skip_locked=True)
    )


def _membership(batch_id: BatchId, position: int, row: Any) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "entry_id": row.entry_id,
        "position": position,
        "attempts": row.attempts,
        "failures": row.failures + (row.outcome is Outcome.FAILED),
        "reason": "",
    } | {name: getattr(row, name) for name in captures.COLUMNS}


def _taken(batch_id: BatchId, ids: Sequence[str]) -> Any:
    failed = case((entries.c.outcome == Outcome.FAILED, 1), else_=0)
    values = {
        "batch_id": batch_id,
        "due_at": None,
        "outcome": None,
        "attempts": entries.c.attempts + 1,
        "failures": entries.c.failures + failed,
    }
    return update(entries).where(entries.c.entry_id.in_(ids)).values(values)


def _counts(connection: Connection, batch_id: BatchId) -> Counter[Outcome | None]:
    grouped = select(batch_entries.c.outcome, func.count()).where(batch_entries.c.batch_id == batch_id)
    return Counter({row[0]: row[1] for row in connection.execute(grouped.group_by(batch_entries.c.outcome))})
