"""Entries: remembered when first seen, and how each left each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, bindparam, case, select, update

from pipeline.coverage import Way, way_of
from pipeline.errors import QuarantineError
from pipeline.ledger import BatchEntry, BatchState, Decision, EntryOutcome, Outcome, Priority, Stage
from pipeline.state.articles import resolved
from pipeline.state.captures import pointer_columns, pointer_of
from pipeline.state.columns import BITS
from pipeline.state.decisions import write_decisions
from pipeline.state.endings import FINAL
from pipeline.state.engine import Database, portions, upsert
from pipeline.state.outcomes import write_outcomes
from pipeline.state.readdressing import offered_again, readdressed
from pipeline.state.schema import batch_entries, batches, entries
from pipeline.types import ArchivePointer, ArticleId, BatchId, EntryId, FeedEntry
from pipeline.urls import registered_domain

_KNOWN: Final = "the address of a known article"
_TWICE: Final = 2

# Made once: every page that is fetched asks it, and to make it takes longer than to run it.
_ASKING: Final = (
    update(batch_entries)
    .where(batch_entries.c.batch_id == bindparam("of_batch"), batch_entries.c.entry_id == bindparam("of_entry"))
    .where(batch_entries.c.asked < _TWICE)
    .values(asked=batch_entries.c.asked + 1, asked_at=bindparam("at"))
)


class SqlEntries:
    """The half of `ports.EntryLedger` that is about single entries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_entries(
        self, entries: Sequence[FeedEntry], now: datetime, *, priority: Priority = Priority.LIVE, way: Way | None = None
    ) -> tuple[FeedEntry, ...]:
        fresh: list[FeedEntry] = []
        once: dict[EntryId, FeedEntry] = {}
        for entry in entries:
            once.setdefault(entry.entry_id, entry)
        for some in portions(tuple(once.values())):
            with self._database.writing() as connection:
                fresh.extend(_add(connection, some, now, priority, way))
        return tuple(fresh)

    def listed(self, entry_ids: Sequence[EntryId]) -> Mapping[EntryId, FeedEntry]:
        found: dict[EntryId, FeedEntry] = {}
        with self._database.reading() as connection:
            for some in portions(tuple(dict.fromkeys(entry_ids))):
                rows = connection.execute(select(entries.c.entry_id, entries.c.entry).where(entries.c.entry_id.in_(some)))
                found.update({EntryId(row.entry_id): row.entry for row in rows})
        return found

    def expected(self, article_ids: Sequence[ArticleId]) -> frozenset[ArticleId]:
        found: set[ArticleId] = set()
        with self._database.reading() as connection:
            for some in portions(tuple(dict.fromkeys(article_ids))):
                rows = connection.execute(select(entries.c.article_id).where(entries.c.article_id.in_(some)))
                found.update(ArticleId(row.article_id) for row in rows)
        return frozenset(found)

    def readdress(self, entries: Sequence[FeedEntry], now: datetime) -> tuple[FeedEntry, ...]:
        with self._database.writing() as connection:
            return tuple(entry for entry in entries if readdressed(connection, entry, now))

    def offer_again(self, entries: Sequence[FeedEntry], now: datetime) -> tuple[EntryId, ...]:
        with self._database.writing() as connection:
            return tuple(entry_id for some in portions(entries) for entry_id in offered_again(connection, some, now))

    def reopen(self, entry_ids: Sequence[EntryId], now: datetime) -> None:
        with self._database.writing() as connection:
            for some in portions(entry_ids):
                ended = and_(entries.c.entry_id.in_(some), entries.c.outcome.in_(FINAL), entries.c.due_at.is_(None))
                connection.execute(update(entries).where(ended).values(due_at=now, changed_at=now, batch_id=None))

    def batch_entries(self, batch_id: BatchId) -> tuple[BatchEntry, ...]:
        ordered = members().where(batch_entries.c.batch_id == batch_id).order_by(batch_entries.c.position)
        with self._database.reading() as connection:
            return tuple(map(batch_entry, connection.execute(ordered)))

    def note_asking(self, batch_id: BatchId, entry_id: EntryId, now: datetime) -> bool:
        with self._database.writing() as connection:
            return bool(connection.execute(_ASKING, {"of_batch": batch_id, "of_entry": entry_id, "at": now}).rowcount)

    def save_capture(self, batch_id: BatchId, entry_id: EntryId, pointer: ArchivePointer, now: datetime) -> None:
        member = and_(batch_entries.c.batch_id == batch_id, batch_entries.c.entry_id == entry_id)
        with self._database.writing() as connection:
            written = connection.execute(update(batch_entries).where(member).values(pointer_columns(pointer)))
            if not written.rowcount:
                raise QuarantineError(f"batch {batch_id} has no entry {entry_id}")
            show_life(connection, batch_id, now)

    def save_outcomes(self, batch_id: BatchId, outcomes: Sequence[EntryOutcome], now: datetime) -> None:
        with self._database.writing() as connection:
            for some in portions(outcomes):
                write_outcomes(connection, batch_id, some, now)
            show_life(connection, batch_id, now)


def show_life(connection: Connection, batch_id: BatchId, now: datetime) -> None:
    """Note that a batch is being worked on; a finished one stays finished."""
    later = case((batches.c.alive_at < now, now), else_=batches.c.alive_at)
    state = case((batches.c.state == BatchState.OPEN, BatchState.RUNNING), else_=batches.c.state)
    connection.execute(update(batches).where(batches.c.batch_id == batch_id).values(alive_at=later, state=state))


# ── new entries ───────────────────────────────────────────────────────────────────────────────────────────────────


def _add(connection: Connection, some: Sequence[FeedEntry], now: datetime, priority: Priority, way: Way | None) -> list[FeedEntry]:
    by_bits: dict[int, list[EntryId]] = {}
    for entry in some:
        by_bits.setdefault(BITS[way or way_of(entry.feed_id)], []).append(entry.entry_id)
    known: set[EntryId] = set()
    for bits, ids in by_bits.items():
        seen = update(entries).where(entries.c.entry_id.in_(ids)).values(last_seen_at=now, ways=entries.c.ways.bitwise_or(bits))
        known.update(connection.execute(seen.returning(entries.c.entry_id)).scalars())
    unknown = [entry for entry in some if entry.entry_id not in known]
    if not unknown:
        return []
    articles = resolved(connection, [entry.url_key for entry in unknown])
    rows = [entry_row(entry, now, priority, articles.get(entry.url_key), way) for entry in unknown]
    # Another process may be adding the same entries: who inserts the row has the new entry.
    statement = upsert(connection, entries).on_conflict_do_nothing().returning(entries.c.entry_id)
    inserted = set(connection.execute(statement, rows).scalars())
    ours = [entry for entry in unknown if entry.entry_id in inserted]
    write_decisions(connection, [duplicate(entry, articles[entry.url_key], now) for entry in ours if entry.url_key in articles])
    return [entry for entry in ours if entry.url_key not in articles]


def entry_row(entry: FeedEntry, now: datetime, priority: Priority, known_as: ArticleId | None, way: Way | None = None) -> dict[str, Any]:
    """Return the row of a new entry, due at once; of one whose article is known (`known_as`), a duplicate at its end."""
    return {
        "entry_id": entry.entry_id,
        "feed_id": entry.feed_id,
        "article_id": known_as or entry.article_id,
        "domain": registered_domain(entry.url),
        "priority": priority,
        "first_seen_at": now,
        "last_seen_at": now,
        "due_at": None if known_as else now,
        "attempts": 0,
        "failures": 0,
        "outcome": Outcome.DUPLICATE if known_as else None,
        "cause": _KNOWN if known_as else "",
        "reason": _KNOWN if known_as else "",
        "stage": Stage.POLL if known_as else None,
        "changed_at": now,
        "entry": entry,
        "ways": BITS[way or way_of(entry.feed_id)],
    }


def duplicate(entry: FeedEntry, article_id: ArticleId, now: datetime) -> Decision:
    """Return the decision about an entry whose article is known."""
    return Decision(
        at=now,
        stage=Stage.POLL,
        url_key=entry.url_key,
        verdict=Outcome.DUPLICATE,
        reason=_KNOWN,
        entry_id=entry.entry_id,
        article_id=article_id,
    )


def members() -> Select[Any]:
    """Select entries as members of batches: the rows of `batch_entry`."""
    return select(batch_entries, entries.c.entry, entries.c.first_seen_at).join(entries)


def batch_entry(row: Any) -> BatchEntry:
    """Return a row of `members` as a value."""
    return BatchEntry(
        entry=row.entry,
        first_seen_at=row.first_seen_at,
        attempts=row.attempts,
        failures=row.failures,
        pointer=pointer_of(row),
        outcome=row.outcome,
        ended_in=row.stage if row.outcome else None,
        asked=row.asked,
        asked_at=row.asked_at,
    )
