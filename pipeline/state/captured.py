"""Entries whose pages are in the archive already: brought from elsewhere, or taken through newer code again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, delete, func, insert, or_, select, update

from pipeline.ledger import Batch, BatchEntry, BatchState, Outcome, Priority, Replayable, Stage
from pipeline.state import captures as columns
from pipeline.state.articles import resolved
from pipeline.state.batches import SqlBatches
from pipeline.state.captures import pointer_columns, pointer_of
from pipeline.state.decisions import write_decisions
from pipeline.state.engine import portions, upsert
from pipeline.state.entries import batch_entry, duplicate, entry_row, members
from pipeline.state.schema import articles, batch_entries, batches, entries
from pipeline.types import ArchivePointer, ArticleId, Capture, EntryId, FeedId

_CANCELLED: Final = "backfill cancelled"
_AFTER_SLASH: Final = "0"  # the character behind "/": what bounds the names that begin with a day


class SqlCaptured(SqlBatches):
    """The part of `ports.EntryLedger` that is about pages without a network."""

    def known(self, entry_ids: Sequence[EntryId]) -> frozenset[EntryId]:
        found: set[EntryId] = set()
        with self._database.reading() as connection:
            for some in portions(entry_ids):
                found.update(connection.execute(select(entries.c.entry_id).where(entries.c.entry_id.in_(some))).scalars())
        return frozenset(found)

    def add_captures(self, captures: Sequence[Capture], now: datetime) -> Batch | None:
        once = {capture.entry.entry_id: capture for capture in reversed(captures)}
        with self._database.writing() as connection:
            members: list[Capture] = []
            for some in portions(tuple(reversed(once.values()))):
                members.extend(_add(connection, some, now))
            return self._lay(connection, [_member(capture) for capture in members], now) if members else None

    def forget_backfill(self, now: datetime) -> int:
        waiting = and_(entries.c.priority == Priority.BACKFILL, entries.c.due_at.is_not(None))
        ended = {"outcome": Outcome.REJECTED, "cause": _CANCELLED, "reason": _CANCELLED, "due_at": None, "changed_at": now}
        with self._database.writing() as connection:
            dropped = connection.execute(delete(entries).where(waiting, entries.c.batch_id.is_(None))).rowcount
            return dropped + connection.execute(update(entries).where(waiting).values(ended)).rowcount

    def take_up(self, cause: str, now: datetime) -> int:
        those = and_(entries.c.outcome == Outcome.QUARANTINED, entries.c.cause == cause, entries.c.due_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(entries).where(those).values(due_at=now, changed_at=now, batch_id=None)).rowcount

    def captured_days(self) -> tuple[date, ...]:
        day = func.substr(batch_entries.c.capture_file, 1, 10)  # archive files lie below YYYY/MM/DD
        with self._database.reading() as connection:
            found = connection.execute(select(day).where(batch_entries.c.capture_file.is_not(None)).distinct()).scalars().all()
        return tuple(sorted(date.fromisoformat(each.replace("/", "-")) for each in found))

    def captured(self, pointer: ArchivePointer) -> BatchEntry | None:
        there = and_(batch_entries.c.capture_file == pointer.file, batch_entries.c.capture_offset == pointer.offset)
        with self._database.reading() as connection:
            row = connection.execute(members().where(there).order_by(batch_entries.c.batch_id).limit(1)).one_or_none()
        return None if row is None else batch_entry(row)

    def replayable(self, day: date) -> tuple[Replayable, ...]:
        with self._database.reading() as connection:
            rows = connection.execute(_replayable(f"{day:%Y/%m/%d}")).all()
        return tuple({row.entry_id: _as_replayable(row) for row in rows}.values())

    def replay(self, pages: Sequence[Replayable], now: datetime) -> Batch:
        with self._database.writing() as connection:
            rows = [{"entry_id": page.entry_id, **pointer_columns(page.pointer)} for page in pages]
            return self._lay(connection, rows, now)

    def _lay(self, connection: Connection, rows: Sequence[dict[str, Any]], now: datetime) -> Batch:
        """Open a batch of these members, whose rows name the entry and its capture."""
        batch = Batch(batch_id=self._unused_id(connection, now), created_at=now, size=len(rows), priority=Priority.BACKFILL)
        self._insert(connection, batch, now)
        blank = {"batch_id": batch.batch_id, "attempts": 0, "failures": 0, "reason": ""}
        connection.execute(insert(batch_entries), [blank | {"position": position} | row for position, row in enumerate(rows)])
        for some in portions(rows):
            ids = [row["entry_id"] for row in some]
            connection.execute(update(entries).where(entries.c.entry_id.in_(ids)).values(batch_id=batch.batch_id))
        return batch


def _add(connection: Connection, some: Sequence[Capture], now: datetime) -> list[Capture]:
    """Insert the entries of these captures; return the captures that are to travel."""
    known_as = resolved(connection, [capture.entry.url_key for capture in some])
    rows = [_row(capture, now, known_as.get(capture.entry.url_key)) for capture in some]
    statement = upsert(connection, entries).on_conflict_do_nothing().returning(entries.c.entry_id)
    inserted = set(connection.execute(statement, rows).scalars())
    ours = [capture for capture in some if capture.entry.entry_id in inserted]
    twice = [capture.entry for capture in ours if capture.entry.url_key in known_as]
    write_decisions(connection, [duplicate(entry, known_as[entry.url_key], now) for entry in twice])
    return [capture for capture in ours if capture.entry.url_key not in known_as]


def _row(capture: Capture, now: datetime, known_as: ArticleId | None) -> dict[str, Any]:
    seen = {"first_seen_at": min(capture.seen_at, now), "last_seen_at": now, "due_at": None, "attempts": 0 if known_as else 1}
    return entry_row(capture.entry, now, Priority.BACKFILL, known_as) | seen


def _member(capture: Capture) -> dict[str, Any]:
    return {"entry_id": capture.entry.entry_id, **pointer_columns(capture.pointer)}


def _replayable(day: str) -> Select[Any]:
    at_rest = or_(entries.c.batch_id.is_(None), batches.c.state == BatchState.FINISHED)
    latest = and_(
        articles.c.article_id == entries.c.article_id,
        articles.c.capture_file == batch_entries.c.capture_file,
        articles.c.capture_offset == batch_entries.c.capture_offset,
    )
    turned_away = and_(entries.c.outcome == Outcome.REJECTED, entries.c.stage == Stage.CLEAN)
    capture = [batch_entries.c[name] for name in columns.COLUMNS]
    return (
        select(
            entries.c.entry_id,
            entries.c.feed_id,
            entries.c.domain,
            entries.c.outcome,
            entries.c.reason,
            entries.c.first_seen_at,
            articles.c.article_id,
            *capture,
        )
        .select_from(batch_entries)
        .join(entries, entries.c.entry_id == batch_entries.c.entry_id)
        .outerjoin(batches, batches.c.batch_id == entries.c.batch_id)
        .outerjoin(articles, latest)
        .where(batch_entries.c.capture_file >= f"{day}/", batch_entries.c.capture_file < f"{day}{_AFTER_SLASH}")
        .where(at_rest, or_(articles.c.article_id.is_not(None), turned_away))
        .order_by(batch_entries.c.capture_file, batch_entries.c.capture_offset, entries.c.entry_id)
    )


def _as_replayable(row: Any) -> Replayable:
    pointer = pointer_of(row)
    assert pointer is not None  # the statement asks for those that have one
    return Replayable(
        entry_id=EntryId(row.entry_id),
        feed_id=FeedId(row.feed_id),
        domain=row.domain,
        pointer=pointer,
        article_id=None if row.article_id is None else ArticleId(row.article_id),
        reason=row.reason if row.outcome is Outcome.REJECTED else "",
        first_seen_at=row.first_seen_at,
    )
