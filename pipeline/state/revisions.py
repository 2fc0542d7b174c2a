"""Every text an article had, and when its page is to be looked at again."""

from __future__ import annotations

import zlib
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select

from pipeline.standing import Check, Revision
from pipeline.state.captures import pointer_columns, pointer_of
from pipeline.state.engine import Database, overwrite
from pipeline.state.schema import checks, revisions
from pipeline.state.wire import storable
from pipeline.types import ArticleId, EntryId, Validators

_ALIKE: Final = ("article_id", "number", "known_at", "text_digest", "title", "corrections", "modified", "changes")
_OF_A_CHECK: Final = ("entry_id", "article_id", "domain", "url", "checked_at", "due_at", "unchanged")


class SqlRevisions:
    """`ports.RevisionStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, revision: Revision) -> None:
        row = {name: getattr(revision, name) for name in _ALIKE} | pointer_columns(revision.pointer)
        row["body"] = zlib.compress(storable(revision.text).encode(), 6)
        with self._database.writing() as connection:
            overwrite(connection, revisions, row)

    def of(self, article_id: ArticleId) -> tuple[Revision, ...]:
        query = select(revisions).where(revisions.c.article_id == article_id).order_by(revisions.c.number)
        with self._database.reading() as connection:
            return tuple(_revision(row) for row in connection.execute(query))

    def latest(self, article_id: ArticleId) -> Revision | None:
        query = select(revisions).where(revisions.c.article_id == article_id).order_by(revisions.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _revision(row)

    def revised(self) -> tuple[ArticleId, ...]:
        query = select(revisions.c.article_id).where(revisions.c.number > 1).distinct().order_by(revisions.c.article_id)
        with self._database.reading() as connection:
            return tuple(ArticleId(found) for found in connection.execute(query).scalars())

    def save_check(self, check: Check) -> None:
        row: dict[str, Any] = {name: getattr(check, name) for name in _OF_A_CHECK}
        row |= {"etag": check.validators.etag, "last_modified": check.validators.last_modified}
        with self._database.writing() as connection:
            overwrite(connection, checks, row)

    def check(self, entry_id: EntryId) -> Check | None:
        with self._database.reading() as connection:
            row = connection.execute(select(checks).where(checks.c.entry_id == entry_id)).one_or_none()
        return None if row is None else _check(row)

    def due(self, now: datetime, *, per_domain: int, limit: int = 10_000) -> tuple[Check, ...]:
        place = func.row_number().over(partition_by=checks.c.domain, order_by=(checks.c.due_at, checks.c.entry_id)).label("place")
        ranked = select(checks, place).where(checks.c.due_at <= now).subquery()
        query = select(ranked).where(ranked.c.place <= per_domain).order_by(ranked.c.due_at, ranked.c.entry_id).limit(limit)
        with self._database.reading() as connection:
            return tuple(_check(row) for row in connection.execute(query))


def _revision(row: Row[Any]) -> Revision:
    pointer = pointer_of(row)
    assert pointer is not None  # the columns are NOT NULL
    return Revision(pointer=pointer, text=zlib.decompress(bytes(row.body)).decode(), **{name: getattr(row, name) for name in _ALIKE})


def _check(row: Row[Any]) -> Check:
    validators = Validators(etag=row.etag, last_modified=row.last_modified)
    return Check(validators=validators, **{name: getattr(row, name) for name in _OF_A_CHECK})
