"""Sums over the ledger, for status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select

from pipeline.ledger import Lag, Outcome, Priority
from pipeline.state.endings import UNFINISHED
from pipeline.state.engine import Database
from pipeline.state.schema import batches, entries


class SqlTotals:
    """The part of `ports.EntryLedger` that counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, priority: Priority | None = None) -> Mapping[Outcome | None, int]:
        statement = select(entries.c.outcome, func.count()).group_by(entries.c.outcome)
        if priority is not None:
            statement = statement.where(entries.c.priority == priority)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def outcomes_by_reason(self, *, limit: int = 100) -> Mapping[tuple[Outcome, str], int]:
        number = func.count().label("number")
        statement = select(entries.c.outcome, entries.c.cause, number).where(entries.c.outcome.is_not(None))
        ordered = statement.group_by(entries.c.outcome, entries.c.cause).order_by(number.desc(), entries.c.outcome, entries.c.cause)
        with self._database.reading() as connection:
            return {(row.outcome, row.cause): row.number for row in connection.execute(ordered.limit(limit))}

    def lag(self, now: datetime) -> Lag:
        waits = select(func.count(), func.min(entries.c.due_at)).where(entries.c.due_at <= now)
        later = select(func.count()).select_from(entries).where(entries.c.due_at > now)
        undone = select(func.count(), func.min(batches.c.created_at)).where(batches.c.state.in_(UNFINISHED))
        with self._database.reading() as connection:
            waiting, due_at = connection.execute(waits).one()
            open_batches, created_at = connection.execute(undone).one()
            return Lag(
                waiting=waiting,
                waiting_seconds=_since(due_at, now),
                later=connection.execute(later).scalar_one(),
                open_batches=open_batches,
                open_seconds=_since(created_at, now),
            )


def _since(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
