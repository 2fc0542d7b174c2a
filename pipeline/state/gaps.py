"""Gaps in what was seen of a feed, and the documents beside it that are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, select

from pipeline.ledger import Gap, Visit
from pipeline.state.engine import Database, overwrite
from pipeline.state.schema import gaps, visits
from pipeline.types import FeedId, UrlKey
from pipeline.urls import article_id as key_id

_GAP: Final = tuple(gaps.c[field.name] for field in fields(Gap))
_VISIT: Final = tuple(visits.c[field.name] for field in fields(Visit))


class SqlGaps:
    """`ports.GapStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, gap: Gap, planned: Sequence[Visit] = ()) -> None:
        with self._database.writing() as connection:
            overwrite(connection, gaps, {field.name: getattr(gap, field.name) for field in fields(Gap)})
            for visit in planned:
                overwrite(connection, visits, _visit_row(visit))

    def save_visits(self, planned: Sequence[Visit]) -> None:
        with self._database.writing() as connection:
            for visit in planned:
                overwrite(connection, visits, _visit_row(visit))

    def gaps(self, feed_id: FeedId | None = None, *, since: datetime | None = None, limit: int = 100) -> tuple[Gap, ...]:
        statement: Select[Any] = select(*_GAP)
        if feed_id is not None:
            statement = statement.where(gaps.c.feed_id == feed_id)
        if since is not None:
            statement = statement.where(gaps.c.found_at >= since)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(gaps.c.found_at.desc(), gaps.c.feed_id).limit(limit))
            return tuple(Gap(**row._mapping) for row in rows)

    def due_visits(self, now: datetime, *, limit: int = 100) -> tuple[Visit, ...]:
        statement = select(*_VISIT).where(visits.c.due_at <= now).order_by(visits.c.due_at, visits.c.url_id).limit(limit)
        with self._database.reading() as connection:
            return tuple(Visit(**row._mapping) for row in connection.execute(statement))

    def visits(self, feed_id: FeedId) -> tuple[Visit, ...]:
        statement = select(*_VISIT).where(visits.c.feed_id == feed_id).order_by(visits.c.url_id)
        with self._database.reading() as connection:
            return tuple(Visit(**row._mapping) for row in connection.execute(statement))


def _visit_row(visit: Visit) -> dict[str, Any]:
    return {field.name: getattr(visit, field.name) for field in fields(Visit)} | {"url_id": key_id(UrlKey(visit.url))}
