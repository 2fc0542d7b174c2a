"""How far files of the past were read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from pipeline.places import Place
from pipeline.state.engine import Database, overwrite
from pipeline.state.place_tables import places
from pipeline.types import FeedId


class SqlPlaces:
    """`PlaceStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, source: FeedId, file: str) -> Place | None:
        wanted = select(places).where(places.c.source == source, places.c.file_id == _id(file))
        with self._database.reading() as connection:
            row = connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Place(offset=row.offset, version=row.version, asked=row.asked, counts=json.loads(row.counts))

    def save(self, source: FeedId, file: str, place: Place, now: datetime) -> None:
        row = {"source": source, "file_id": _id(file), "file": file, "kept_at": now, "counts": json.dumps(dict(place.counts))}
        with self._database.writing() as connection:
            overwrite(connection, places, row | {"offset": place.offset, "version": place.version, "asked": place.asked})

    def forget(self, source: FeedId, files: Collection[str]) -> None:
        gone = delete(places).where(places.c.source == source, places.c.file_id.in_([_id(file) for file in files]))
        with self._database.writing() as connection:
            connection.execute(gone)


def _id(file: str) -> str:
    return hashlib.sha256(file.encode("utf-8", "surrogateescape")).hexdigest()[:32]
