"""Fingerprints with their bands, and how each article stands to the others."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, select, text, update

from pipeline.standing import WINDOW, Arrange, CopyKind, Fingerprint, Member, Originality, Shift, Standing, Teller
from pipeline.state.columns import Blob
from pipeline.state.engine import Database, insert_plain, overwrite_all, portions
from pipeline.state.schema import articles, bands, tellers
from pipeline.types import ArticleId

_ADVISORY_LOCK: Final = 0x53544F52  # "STOR"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NAME: Final = 500
_KEYS: Final = 10_000  # bands in one query: those of some 240 articles
# Whose stories have one of these bands. The numbers stand in the text: to bind thousands takes longer than to find them.
_STORIES_BY_BAND: Final = (
    select(tellers.c.story_id)
    .join(bands, bands.c.article_id == tellers.c.article_id)
    .where(
        bands.c.band.in_(bindparam("keys", expanding=True, literal_execute=True)),
        bands.c.hour.between(bindparam("first"), bindparam("last")),
    )
    .distinct()
)


class SqlStories:
    """`ports.StoryStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(self, newcomers: Sequence[Member], arrange: Arrange) -> tuple[Shift, ...]:
        if not newcomers:
            return ()
        with self._database.writing() as connection:
            if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
            known = _concerned(connection, newcomers)
            members = {one.member.article_id: one.member for one in known.values()} | {one.article_id: one for one in newcomers}
            before = {article_id: teller.standing for article_id, teller in known.items()}
            settled = {key: one.standing.story_id for key, one in known.items() if one.member == members[key]}
            after = arrange(list(members.values()), settled)
            written = [one for one in newcomers if one.article_id not in known or known[one.article_id].member != one]
            _write_members(connection, written, known, after)
            shifts = [Shift(article_id=key, before=before.get(key), after=after[key]) for key in after if before.get(key) != after[key]]
            fresh = {one.article_id for one in written}
            _write_standings(connection, [shift for shift in shifts if shift.article_id not in fresh])
        return tuple(shifts)

    def standings(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, Standing]:
        with self._database.reading() as connection:
            return {key: one.standing for key, one in _read(connection, tellers.c.article_id, article_ids).items()}

    def story(self, article_id: ArticleId) -> tuple[Teller, ...]:
        with self._database.reading() as connection:
            own = _read(connection, tellers.c.article_id, [article_id])
            found = _read(connection, tellers.c.story_id, [one.standing.story_id for one in own.values()])
        return tuple(sorted(found.values(), key=lambda one: (one.member.at, one.member.article_id)))

    def unshown(self, *, limit: int = 1000) -> Mapping[ArticleId, Standing]:
        query = (
            select(tellers)
            .join(articles, articles.c.article_id == tellers.c.article_id)
            .where(tellers.c.shown.is_(False), articles.c.indexed_at.is_not(None))
            .order_by(tellers.c.article_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return {ArticleId(row.article_id): _standing(row) for row in connection.execute(query)}

    def mark_unshown(self, article_ids: Sequence[ArticleId]) -> None:
        with self._database.writing() as connection:
            for some in portions(article_ids):
                connection.execute(update(tellers).where(tellers.c.article_id.in_(some)).values(shown=False))

    def mark_shown(self, shown: Mapping[ArticleId, Standing]) -> None:
        with self._database.writing() as connection:
            for article_id, standing in shown.items():
                row = _standing_row(standing)
                same = [tellers.c[name].is_not_distinct_from(value) for name, value in row.items() if name != "distance"]
                connection.execute(update(tellers).where(tellers.c.article_id == article_id, *same).values(shown=True))

    def originality(self, *, since: datetime | None = None) -> tuple[Originality, ...]:
        copy = tellers.alias("copy")
        recent = [] if since is None else [tellers.c.at >= since]
        kinds = (
            select(tellers.c.publisher, tellers.c.copy_kind, func.count()).where(*recent).group_by(tellers.c.publisher, tellers.c.copy_kind)
        )
        copied = (
            select(tellers.c.publisher, func.count())
            .join(copy, copy.c.copy_of == tellers.c.article_id)
            .where(*recent)
            .group_by(tellers.c.publisher)
        )
        with self._database.reading() as connection:
            rows = [(str(row[0]), row[1], int(row[2])) for row in connection.execute(kinds)]
            by_others = {str(row[0]): int(row[1]) for row in connection.execute(copied)}
        return summed(rows, by_others)


def summed(rows: Iterable[tuple[str, CopyKind | None, int]], copied: Mapping[str, int]) -> tuple[Originality, ...]:
    """Put counts of (publisher, kind of copy) together, by publisher in alphabetical order."""
    counts: dict[str, dict[CopyKind | None, int]] = defaultdict(dict)
    for publisher, kind, count in rows:
        counts[publisher][kind] = count
    return tuple(
        Originality(
            publisher=publisher,
            articles=sum(kinds.values()),
            copies={kind: kinds[kind] for kind in CopyKind if kind in kinds},
            copied=copied.get(publisher, 0),
        )
        for publisher, kinds in sorted(counts.items())
    )


# ── whom newcomers concern ────────────────────────────────────────────────────────────────────────────────────────


def _concerned(connection: Connection, newcomers: Sequence[Member]) -> dict[ArticleId, Teller]:
    """Return the newcomers as they were known, and every member of their stories and of the stories of whoever shares a band."""
    own = _read(connection, tellers.c.article_id, [one.article_id for one in newcomers])
    stories = {one.standing.story_id for one in own.values()} | _sharing(connection, newcomers)
    return own | _read(connection, tellers.c.story_id, sorted(stories))


def _sharing(connection: Connection, newcomers: Sequence[Member]) -> set[ArticleId]:
    """Return the stories of those who share a band with one of the newcomers, near enough in time to one of them."""
    found: set[ArticleId] = set()
    dated = [one for one in newcomers if one.fingerprint is not None]
    for some in _by_time(dated):
        first, last = _hour(some[0].at - WINDOW), _hour(some[-1].at + WINDOW)
        keys = sorted({key for one in some if one.fingerprint for key in one.fingerprint.bands})
        for portion in portions(keys, _KEYS):
            found.update(connection.execute(_STORIES_BY_BAND, {"keys": portion, "first": first, "last": last}).scalars())
    return found


def _by_time(members: Sequence[Member]) -> list[list[Member]]:
    """Part the members where more time lies between two than a story can last: one old article must not open the whole past."""
    runs: list[list[Member]] = []
    for one in sorted(members, key=lambda member: member.at):
        if not runs or one.at - runs[-1][-1].at > timedelta(hours=24):
            runs.append([])
        runs[-1].append(one)
    return runs


def _hour(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(hours=1)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(connection: Connection, column: Any, keys: Sequence[ArticleId]) -> dict[ArticleId, Teller]:
    found: dict[ArticleId, Teller] = {}
    for some in portions(sorted(set(keys))):
        for row in connection.execute(select(tellers).where(column.in_(some))):
            found[ArticleId(row.article_id)] = Teller(member=_member(row), standing=_standing(row))
    return found


def _member(row: Row[Any]) -> Member:
    return Member(
        article_id=row.article_id,
        at=row.at,
        site=row.site,
        publisher=row.publisher,
        agency=row.agency,
        fingerprint=_fingerprint(row) if row.signature else None,
    )


def _fingerprint(row: Row[Any]) -> Fingerprint:
    packed = bytes(row.bands)
    return Fingerprint(
        shingles=row.shingles,
        signature=bytes(row.signature),
        bands=struct.unpack(f"<{len(packed) // 8}q", packed),
        numbers=bytes(row.numbers),
        names=bytes(row.names),
        plain=bytes(row.plain),
    )


def _standing(row: Row[Any]) -> Standing:
    return Standing(story_id=row.story_id, copy_of=row.copy_of, kind=row.copy_kind, distance=row.distance)


def _standing_row(standing: Standing) -> dict[str, Any]:
    return {"story_id": standing.story_id, "copy_of": standing.copy_of, "copy_kind": standing.kind, "distance": standing.distance}


def _write_members(
    connection: Connection, written: Sequence[Member], known: Mapping[ArticleId, Teller], after: Mapping[ArticleId, Standing]
) -> None:
    overwrite_all(connection, tellers, [_member_row(one) | _standing_row(after[one.article_id]) | {"shown": False} for one in written])
    gone = [key for one in written if one.article_id in known for key in _band_rows(known[one.article_id].member)]
    if gone:
        same = [bands.c[name] == bindparam(f"old_{name}") for name in ("band", "hour")]
        statement = delete(bands).where(*same, bands.c.article_id == bindparam("old_id", type_=Blob))
        connection.execute(statement, [{"old_band": band, "old_hour": hour, "old_id": key} for band, hour, key in gone])
    insert_plain(connection, bands, sorted(row for one in written for row in _band_rows(one)))  # one leaf of the index after the other


def _write_standings(connection: Connection, shifts: Sequence[Shift]) -> None:
    if shifts:
        statement = update(tellers).where(tellers.c.article_id == bindparam("of")).values(shown=False)
        connection.execute(statement, [{"of": shift.article_id} | _standing_row(shift.after) for shift in shifts])


def _member_row(one: Member) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in ("article_id", "at", "site")}
    row |= {"publisher": one.publisher[:_LONGEST_NAME], "agency": one.agency and one.agency[:_LONGEST_NAME]}
    fields = ("shingles", "signature", "numbers", "names", "plain")
    row |= {name: getattr(one.fingerprint, name) if one.fingerprint else None for name in fields}
    return row | {"bands": struct.pack(f"<{len(one.fingerprint.bands)}q", *one.fingerprint.bands) if one.fingerprint else None}


def _band_rows(one: Member) -> list[tuple[int, int, bytes]]:
    """Return rows of `bands` as they lie in the database."""
    hour, key = _hour(one.at), bytes.fromhex(one.article_id)
    return [(band, hour, key) for band in set(one.fingerprint.bands)] if one.fingerprint else []
