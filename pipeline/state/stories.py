"""Fingerprints with their bands, and how each article stands to the others."""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, Select, bindparam, delete, func, literal, select, text, update

from pipeline.standing import WINDOW, Arrange, CopyKind, Member, Originality, Shift, Standing, Teller
from pipeline.state.engine import Database, insert_plain, overwrite_all, portions
from pipeline.state.schema import articles, bands, tellers
from pipeline.state.story_rows import band_bases, band_rows, hours_between, member_row, standing_row, teller_of, tellers_as_they_lie
from pipeline.types import ArticleId

_ADVISORY_LOCK: Final = 0x53544F52  # "STOR"


class SqlStories:
    """`ports.StoryStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def settle(self, newcomers: Sequence[Member], arrange: Arrange) -> tuple[Shift, ...]:
        if not newcomers:
            return ()
        with _uncollected(), self._database.writing() as connection:
            if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _ADVISORY_LOCK})
            known = _concerned(connection, newcomers)
            members = {one.member.article_id: one.member for one in known.values()} | {one.article_id: one for one in newcomers}
            before = {article_id: teller.standing for article_id, teller in known.items()}
            written = [one for one in newcomers if one.article_id not in known or known[one.article_id].member != one]
            fresh = {one.article_id for one in written}
            settled = {key: standing.story_id for key, standing in before.items() if key not in fresh}
            after = arrange(list(members.values()), settled)
            _write_members(connection, written, known, after)
            shifts = [Shift(article_id=key, before=before.get(key), after=after[key]) for key in after if before.get(key) != after[key]]
            _write_standings(connection, [shift for shift in shifts if shift.article_id not in fresh])
        return tuple(shifts)

    def standings(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, Standing]:
        found: dict[ArticleId, Standing] = {}
        with self._database.reading() as connection:
            for some in portions(article_ids):
                known = _tellers(connection, tellers_as_they_lie().where(tellers.c.article_id.in_(some)))
                found |= {key: one.standing for key, one in known.items()}
        return found

    def story(self, article_id: ArticleId) -> tuple[Teller, ...]:
        with self._database.reading() as connection:
            found = _in_stories_of(connection, tellers.c.article_id == article_id)
        return tuple(sorted(found.values(), key=lambda one: (one.member.at, one.member.article_id)))

    def unshown(self, *, limit: int = 1000) -> Mapping[ArticleId, Standing]:
        query = (
            tellers_as_they_lie()
            .join(articles, articles.c.article_id == tellers.c.article_id)
            .where(tellers.c.shown.is_(False), articles.c.indexed_at.is_not(None))
            .order_by(tellers.c.article_id)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return {key: one.standing for key, one in _tellers(connection, query).items()}

    def mark_unshown(self, article_ids: Sequence[ArticleId]) -> None:
        with self._database.writing() as connection:
            for some in portions(article_ids):
                connection.execute(update(tellers).where(tellers.c.article_id.in_(some)).values(shown=False))

    def mark_shown(self, shown: Mapping[ArticleId, Standing]) -> None:
        with self._database.writing() as connection:
            for article_id, standing in shown.items():
                row = standing_row(standing)
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


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let nobody look for cycles of garbage meanwhile: a batch makes a hundred thousand values at once, none of them in one, and
    to look through them again and again takes a twentieth of its time.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


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
    found = _in_stories_of(connection, tellers.c.article_id.in_([one.article_id for one in newcomers]))
    for some in _by_time([one for one in newcomers if one.fingerprint is not None]):
        near = _sharing(connection.dialect.name, sorted(band_bases(some)), *hours_between(some[0].at - WINDOW, some[-1].at + WINDOW))
        found |= _in_stories_of(connection, tellers.c.number.in_(near))
    return found


def _sharing(dialect: str, bases: Sequence[int], first: int, last: int) -> Select[Any]:
    """Return who has one of thousands of bands. They travel as one value: to bind each takes longer than to find it."""
    if dialect == "postgresql":
        wanted = func.unnest(literal(bases, ARRAY(BigInteger))).table_valued("value").render_derived()
    else:
        wanted = func.json_each(json.dumps(bases)).table_valued("value")
    return select(bands.c.teller).select_from(wanted.join(bands, bands.c.key.between(wanted.c.value + first, wanted.c.value + last)))


def _in_stories_of(connection: Connection, condition: ColumnElement[bool]) -> dict[ArticleId, Teller]:
    """Return every member of the stories of those who meet a condition."""
    stories = select(tellers.c.story_id).where(condition)
    return _tellers(connection, tellers_as_they_lie().where(tellers.c.story_id.in_(stories)))


def _tellers(connection: Connection, query: Select[Any]) -> dict[ArticleId, Teller]:
    found = map(teller_of, connection.execute(query).all())
    return {one.member.article_id: one for one in found}


def _by_time(members: Sequence[Member]) -> list[list[Member]]:
    """Part the members where more time lies between two than a story can last: one old article must not open the whole past."""
    runs: list[list[Member]] = []
    for one in sorted(members, key=lambda member: member.at):
        if not runs or one.at - runs[-1][-1].at > timedelta(hours=24):
            runs.append([])
        runs[-1].append(one)
    return runs


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _write_members(
    connection: Connection, written: Sequence[Member], known: Mapping[ArticleId, Teller], after: Mapping[ArticleId, Standing]
) -> None:
    numbers = _numbers(connection, [one.article_id for one in written])
    rows = [member_row(one) | standing_row(after[one.article_id]) | {"number": numbers[one.article_id], "shown": False} for one in written]
    overwrite_all(connection, tellers, rows)
    gone = [row for one in written if one.article_id in known for row in band_rows(known[one.article_id].member, numbers[one.article_id])]
    if gone:
        same = [bands.c[name] == bindparam(f"old_{name}") for name in ("key", "teller")]
        connection.execute(delete(bands).where(*same), [{"old_key": key, "old_teller": number} for key, number in gone])
    fresh = [row for one in written for row in band_rows(one, numbers[one.article_id])]
    insert_plain(connection, bands, sorted(fresh, key=itemgetter(0)))  # one leaf of the index after the other


def _numbers(connection: Connection, article_ids: Sequence[ArticleId]) -> dict[ArticleId, int]:
    """Return the numbers that these articles have or get; nobody else settles meanwhile."""
    known: dict[ArticleId, int] = {}
    for some in portions(article_ids):
        query = select(tellers.c.article_id, tellers.c.number).where(tellers.c.article_id.in_(some))
        known |= {row.article_id: row.number for row in connection.execute(query)}
    last = connection.execute(select(func.max(tellers.c.number))).scalar() or 0
    fresh = (one for one in article_ids if one not in known)
    return known | {one: number for number, one in enumerate(fresh, last + 1)}


def _write_standings(connection: Connection, shifts: Sequence[Shift]) -> None:
    if shifts:
        statement = update(tellers).where(tellers.c.article_id == bindparam("of")).values(shown=False)
        connection.execute(statement, [{"of": shift.article_id} | standing_row(shift.after) for shift in shifts])
