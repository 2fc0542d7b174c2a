"""Sums over the ledger, for status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from pipeline.ledger import Lag, Outcome, Stage, StageTotals
from pipeline.state.endings import UNFINISHED
from pipeline.state.engine import Database
from pipeline.state.schema import batches, entries, reports


class SqlTotals:
    """The part of `ports.EntryLedger` that counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> Mapping[Outcome | None, int]:
        statement = select(entries.c.outcome, func.count()).group_by(entries.c.outcome)
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def outcomes_by_reason(self, *, limit: int = 100) -> Mapping[tuple[Outcome, str], int]:
        number = func.count().label("number")
        statement = select(entries.c.outcome, entries.c.cause, number).where(entries.c.outcome.is_not(None))
        ordered = statement.group_by(entries.c.outcome, entries.c.cause).order_by(number.desc(), entries.c.outcome, entries.c.cause)
        with self._database.reading() as connection:
            return {(row.outcome, row.cause): row.number for row in connection.execute(ordered.limit(limit))}

    def stage_totals(self, *, since: datetime | None = None) -> Mapping[Stage, StageTotals]:
        statement = select(reports)
        if since is not None:
            statement = statement.where(reports.c.started_at >= since)
        found: dict[Stage, list[Any]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(statement):
                found.setdefault(row.stage, []).append(row)
        return {stage: _totals(stage, found[stage]) for stage in Stage if stage in found}

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


def _totals(stage: Stage, rows: list[Any]) -> StageTotals:
    counts: Counter[Outcome] = Counter()
    for row in rows:
        counts.update(row.counts)
    return StageTotals(
        stage=stage,
        batches=len(rows),
        inputs=sum(row.inputs for row in rows),
        counts=dict(counts),
        seconds=sum(row.seconds for row in rows),
        peak_rss_bytes=max(row.peak_rss_bytes for row in rows),
    )
