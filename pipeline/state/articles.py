"""Articles and the URL keys they are known by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from pipeline.ledger import ArticleState
from pipeline.standing import Alike, Sighting
from pipeline.state.captures import pointer_columns, pointer_of
from pipeline.state.engine import Database, overwrite, portions, upsert
from pipeline.state.schema import aliases, articles, claims
from pipeline.state.sightings import keys_met, met
from pipeline.types import ArticleId, Digest, UrlKey, Validators
from pipeline.urls import article_id as key_id

_ALIKE: Final = tuple(field.name for field in fields(ArticleState) if field.name in articles.c)


class SqlArticles:
    """`ports.ArticleStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def resolve(self, key: UrlKey) -> ArticleId | None:
        with self._database.reading() as connection:
            return resolved(connection, (key,)).get(key)

    def get(self, article_id: ArticleId) -> ArticleState | None:
        with self._database.reading() as connection:
            row = connection.execute(select(articles).where(articles.c.article_id == article_id)).one_or_none()
        return None if row is None else _state(row)

    def save(self, state: ArticleState, aliases: Sequence[UrlKey]) -> None:
        with self._database.writing() as connection:
            _write_article(connection, state)
            _write_aliases(connection, state, (*aliases, *keys_met(connection, state.article_id)))

    def claim(self, key: UrlKey, title_digest: Digest, now: datetime, *, within_seconds: float) -> int:
        recent = claims.c.at >= now - timedelta(seconds=within_seconds)
        with self._database.writing() as connection:
            overwrite(connection, claims, {"key_id": key_id(key), "title_digest": title_digest, "at": now})
            counted = select(func.count()).where(claims.c.key_id == key_id(key), recent)
            return int(connection.execute(counted).scalar_one())

    def meet(self, seen: Sighting, alike: Alike, *, known: bool, within_seconds: float) -> Sighting | None:
        with self._database.writing() as connection:
            return met(connection, seen, alike, known=known, within=timedelta(seconds=within_seconds))


def resolved(connection: Connection, keys: Sequence[UrlKey]) -> dict[UrlKey, ArticleId]:
    """Return the article of each key that belongs to one."""
    ids = {key_id(key): key for key in keys}
    found: dict[UrlKey, ArticleId] = {}
    for some in portions(list(ids)):
        rows = connection.execute(select(aliases.c.key_id, aliases.c.article_id).where(aliases.c.key_id.in_(some)))
        found.update({ids[row.key_id]: ArticleId(row.article_id) for row in rows})
    return found


def _write_article(connection: Connection, state: ArticleState) -> None:
    row = {name: getattr(state, name) for name in _ALIKE} | pointer_columns(state.pointer)
    row |= {"etag": state.validators.etag, "last_modified": state.validators.last_modified}
    overwrite(connection, articles, row, newest_by="checked_at")


def _write_aliases(connection: Connection, state: ArticleState, keys: Sequence[UrlKey]) -> None:
    """An article's own key is always its own; of any other key the first article that claims it keeps it."""
    overwrite(connection, aliases, _alias(state.url_key, state))
    if keys:
        connection.execute(upsert(connection, aliases).on_conflict_do_nothing(), [_alias(key, state) for key in keys])


def _alias(key: UrlKey, state: ArticleState) -> dict[str, Any]:
    return {"key_id": key_id(key), "url_key": key, "article_id": state.article_id}


def _state(row: Any) -> ArticleState:
    pointer = pointer_of(row)
    assert pointer is not None  # the columns are NOT NULL
    validators = Validators(etag=row.etag, last_modified=row.last_modified)
    return ArticleState(pointer=pointer, validators=validators, **{name: getattr(row, name) for name in _ALIKE})
