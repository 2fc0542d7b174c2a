"""How entries left a stage, written to their batch and to the entries themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select, update

from pipeline.errors import QuarantineError
from pipeline.ledger import EntryOutcome, Outcome
from pipeline.state.endings import FINAL, LONGEST_REASON, WAITING, cause, supersedes
from pipeline.state.schema import batch_entries, entries
from pipeline.types import ArticleId, BatchId, EntryId

_THE_MEMBER: Final = and_(batch_entries.c.batch_id == bindparam("of_batch"), batch_entries.c.entry_id == bindparam("of_entry"))
_THE_ENTRY: Final = entries.c.entry_id == bindparam("of_entry")


@dataclass(slots=True, kw_only=True)
class _Standing:
    """Where an entry stands before an outcome is written: in the batch that speaks, and by itself."""

    in_batch: Outcome | None
    outcome: Outcome | None
    batch_id: str | None  # the latest it joined
    article_id: ArticleId


def write_outcomes(connection: Connection, batch_id: BatchId, outcomes: Sequence[EntryOutcome], now: datetime) -> None:
    """Write outcomes inside a transaction, by the rules of `endings`. The batch always keeps its own word about an entry;
    the entry listens to a batch it has left only where that brings it to its end.

    Raises:
        QuarantineError: an entry is not in this batch.
    """
    standings = _standings(connection, batch_id, [outcome.entry_id for outcome in outcomes])
    missing = [outcome.entry_id for outcome in outcomes if outcome.entry_id not in standings]
    if missing:
        raise QuarantineError(f"batch {batch_id} has no entry {missing[0]} ({len(missing)} of {len(outcomes)} outcomes)")
    for_batch: dict[EntryId, dict[str, Any]] = {}
    for_entry: dict[EntryId, dict[str, Any]] = {}
    passed: dict[EntryId, dict[str, Any]] = {}
    for outcome in outcomes:
        standing = standings[outcome.entry_id]
        if supersedes(outcome.outcome, standing.in_batch):
            standing.in_batch = outcome.outcome
            for_batch[outcome.entry_id] = _member_row(batch_id, outcome, now)
        if _ends_entry(outcome.outcome, standing, batch_id):
            standing.outcome = outcome.outcome
            for_entry[outcome.entry_id] = _entry_row(outcome, standing, now)
        elif outcome.outcome is Outcome.PASSED and standing.outcome is None:
            passed[outcome.entry_id] = _passage_row(outcome, standing)
    _update(connection, update(batch_entries).where(_THE_MEMBER), for_batch)
    _update(connection, update(entries).where(_THE_ENTRY), passed)
    _update(connection, update(entries).where(_THE_ENTRY), for_entry)


def _standings(connection: Connection, batch_id: BatchId, ids: Sequence[EntryId]) -> dict[EntryId, _Standing]:
    statement = (
        select(entries.c.entry_id, batch_entries.c.outcome.label("in_batch"), entries.c.outcome, entries.c.batch_id, entries.c.article_id)
        .join(batch_entries, batch_entries.c.entry_id == entries.c.entry_id)
        .where(batch_entries.c.batch_id == batch_id, entries.c.entry_id.in_(ids))
        .order_by(entries.c.entry_id)
        .with_for_update()
    )
    return {
        EntryId(row.entry_id): _Standing(in_batch=row.in_batch, outcome=row.outcome, batch_id=row.batch_id, article_id=row.article_id)
        for row in connection.execute(statement)
    }


def _ends_entry(outcome: Outcome, standing: _Standing, batch_id: BatchId) -> bool:
    if not supersedes(outcome, standing.outcome):
        return False
    return standing.batch_id == batch_id or (outcome in FINAL and standing.outcome not in FINAL)


def _member_row(batch_id: BatchId, outcome: EntryOutcome, now: datetime) -> dict[str, Any]:
    return {
        "of_batch": batch_id,
        "of_entry": outcome.entry_id,
        "outcome": outcome.outcome,
        "reason": outcome.reason[:LONGEST_REASON],
        "stage": outcome.stage,
        "changed_at": now,
    }


def _entry_row(outcome: EntryOutcome, standing: _Standing, now: datetime) -> dict[str, Any]:
    return _passage_row(outcome, standing) | {
        "outcome": outcome.outcome,
        "reason": outcome.reason[:LONGEST_REASON],
        "cause": cause(outcome.reason),
        "due_at": (outcome.retry_at or now) if outcome.outcome in WAITING else None,
        "changed_at": now,
    }


def _passage_row(outcome: EntryOutcome, standing: _Standing) -> dict[str, Any]:
    return {"of_entry": outcome.entry_id, "stage": outcome.stage, "article_id": outcome.article_id or standing.article_id}


def _update(connection: Connection, statement: Any, rows: dict[EntryId, dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, list(rows.values()))
