"""A known entry that its feed lists otherwise: under another address, or changed after it was turned away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, func, select, update

from pipeline.ledger import Decision, Outcome, Stage
from pipeline.state.decisions import write_decisions
from pipeline.state.endings import FINAL
from pipeline.state.engine import upsert
from pipeline.state.schema import aliases, articles, entries
from pipeline.types import ArticleId, EntryId, FeedEntry
from pipeline.urls import article_id as key_id
from pipeline.urls import registered_domain

_MOST: Final = 3  # batches an entry may have been in: addresses that change with every request are a feed's habit
_TOLD: Final = "the feed lists its entry under a new address"
_REST: Final = timedelta(hours=6)  # after a rejection
_ANEW: Final = "rejected before; the feed offers it anew, changed"


def readdressed(connection: Connection, entry: FeedEntry, now: datetime) -> bool:
    """Write a known entry's new address inside a transaction; return whether it is due again for a look at it."""
    columns = select(entries.c.article_id, entries.c.outcome, entries.c.attempts, entries.c.due_at)
    row = connection.execute(columns.where(entries.c.entry_id == entry.entry_id).with_for_update()).one_or_none()
    if row is None:
        return False
    again = row.outcome in FINAL and row.attempts <= _MOST  # one that waits or is in a batch is left to go on
    values: dict[str, object] = {"entry": replace(entry, article_id=ArticleId(row.article_id)), "domain": registered_domain(entry.url)}
    if again:  # without its last batch it comes without the page that was archived then
        values |= {"due_at": now, "changed_at": now, "batch_id": None}
    connection.execute(update(entries).where(entries.c.entry_id == entry.entry_id).values(values))
    if connection.execute(select(func.count()).where(articles.c.article_id == row.article_id)).scalar_one():
        alias = {"key_id": key_id(entry.url_key), "url_key": entry.url_key, "article_id": row.article_id}
        connection.execute(upsert(connection, aliases).on_conflict_do_nothing(), [alias])
    write_decisions(connection, [_moved(entry, ArticleId(row.article_id), now)])
    return bool(again)


def offered_again(connection: Connection, some: Sequence[FeedEntry], now: datetime) -> list[EntryId]:
    """Let rejected entries that changed in their feed wait again, inside a transaction; return which."""
    offered = {entry.entry_id: entry for entry in some}
    turned_away = and_(entries.c.entry_id.in_(offered), entries.c.outcome == Outcome.REJECTED, entries.c.due_at.is_(None))
    rested = and_(entries.c.changed_at <= now - _REST, entries.c.attempts <= _MOST)
    columns = select(entries.c.entry_id, entries.c.article_id)
    rows = connection.execute(columns.where(turned_away, rested).with_for_update()).all()
    again = {row.entry_id: replace(offered[row.entry_id], article_id=ArticleId(row.article_id)) for row in rows}
    for entry in again.values():
        values = {"entry": entry, "due_at": now, "changed_at": now, "batch_id": None}
        connection.execute(update(entries).where(entries.c.entry_id == entry.entry_id).values(values))
    write_decisions(connection, [_anew(entry, now) for entry in again.values()])
    return list(again)


def _anew(entry: FeedEntry, now: datetime) -> Decision:
    return Decision(
        at=now, stage=Stage.POLL, url_key=entry.url_key, verdict="again", reason=_ANEW, entry_id=entry.entry_id, article_id=entry.article_id
    )


def _moved(entry: FeedEntry, article_id: ArticleId, now: datetime) -> Decision:
    return Decision(
        at=now, stage=Stage.POLL, url_key=entry.url_key, verdict="alias", reason=_TOLD, entry_id=entry.entry_id, article_id=article_id
    )
