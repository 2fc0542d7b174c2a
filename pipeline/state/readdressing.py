"""A known entry that its feed lists under another address: one article, one more name for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select, update

from pipeline.ledger import Decision, Stage
from pipeline.state.decisions import write_decisions
from pipeline.state.endings import FINAL
from pipeline.state.engine import upsert
from pipeline.state.schema import aliases, articles, entries
from pipeline.types import ArticleId, FeedEntry
from pipeline.urls import article_id as key_id
from pipeline.urls import registered_domain

_MOST: Final = 3  # batches an entry may have been in: addresses that change with every request are a feed's habit
_TOLD: Final = "the feed lists its entry under a new address"


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


def _moved(entry: FeedEntry, article_id: ArticleId, now: datetime) -> Decision:
    return Decision(
        at=now, stage=Stage.POLL, url_key=entry.url_key, verdict="alias", reason=_TOLD, entry_id=entry.entry_id, article_id=article_id
    )
