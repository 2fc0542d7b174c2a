"""What pages said of late, and whose article each of them is."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, select, text

from pipeline.standing import Alike, Sighting
from pipeline.state.engine import overwrite
from pipeline.state.schema import sightings
from pipeline.types import ArticleId, UrlKey

_ADVISORY_LOCK: Final = 0x53454E  # "SEN", with the title's digest: two pages of one title meet one after the other
_SAID: Final = tuple(field.name for field in fields(Sighting) if field.name != "article_id")


def met(connection: Connection, seen: Sighting, alike: Alike, *, known: bool, within: timedelta) -> Sighting | None:
    """See `ports.ArticleStore.meet`; inside a transaction that writes."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
        number = int(seen.title_digest[:7], 16)
        connection.execute(text("SELECT pg_advisory_xact_lock(:room, :number)"), {"room": _ADVISORY_LOCK, "number": number})
    row = connection.execute(select(sightings).where(sightings.c.key_id == seen.article_id)).one_or_none()
    if row is not None:
        owner = None if row.article_id == seen.article_id else _owner(connection, row)
    else:
        owner = None if known else _first_alike(connection, seen, alike, within)
    mine = {name: getattr(seen, name) for name in _SAID}
    overwrite(connection, sightings, mine | {"key_id": seen.article_id, "article_id": owner.article_id if owner else seen.article_id})
    return owner


def keys_met(connection: Connection, article_id: ArticleId) -> list[UrlKey]:
    """Return the keys of the other pages that say the same as this article."""
    others = select(sightings.c.url_key).where(sightings.c.article_id == article_id, sightings.c.key_id != article_id)
    return [UrlKey(key) for key in connection.execute(others).scalars()]


def _first_alike(connection: Connection, seen: Sighting, alike: Alike, within: timedelta) -> Sighting | None:
    same_title = (sightings.c.site == seen.site, sightings.c.title_digest == seen.title_digest)
    then = sightings.c.at.between(seen.at - within, seen.at + within)
    rows = connection.execute(select(sightings).where(*same_title, then).order_by(sightings.c.at, sightings.c.key_id)).all()
    return next((_owner(connection, row) for row in rows if alike(_sighting(row), seen)), None)


def _owner(connection: Connection, row: Any) -> Sighting:
    """Return the page a sighting belongs to, under which its article is kept; the sighting's own where that one is forgotten."""
    if row.article_id != row.key_id:
        first = connection.execute(select(sightings).where(sightings.c.key_id == row.article_id)).one_or_none()
        row = row if first is None else first
    return _sighting(row)


def _sighting(row: Any) -> Sighting:
    return Sighting(article_id=ArticleId(row.article_id), **{name: getattr(row, name) for name in _SAID})
