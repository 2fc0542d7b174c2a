"""What was seen by which way, what surveys of sitemaps told, and what is held back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, func, literal, select

from pipeline.coverage import Survey, Way, Ways
from pipeline.state.columns import BITS, ways_of
from pipeline.state.engine import Database, overwrite, portions, upsert
from pipeline.state.schema import aliases, entries, holds, surveys
from pipeline.types import ArticleId

_SURVEY: Final = tuple(surveys.c[field.name] for field in fields(Survey))


class SqlCoverage:
    """`ports.CoverageStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ways(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, frozenset[Way]]:
        found: dict[ArticleId, set[Way]] = defaultdict(set)
        with self._database.reading() as connection:
            for some in portions(article_ids):
                targets: dict[str, list[ArticleId]] = defaultdict(list)
                known = connection.execute(select(aliases.c.key_id, aliases.c.article_id).where(aliases.c.key_id.in_(some)))
                other = {ArticleId(row.key_id): row.article_id for row in known}
                for one in some:
                    targets[one].append(one)
                    targets[other.get(one, one)].append(one)
                rows = connection.execute(
                    select(entries.c.article_id, entries.c.ways).distinct().where(entries.c.article_id.in_(list(targets)))
                )
                for row in rows:
                    for one in targets[row.article_id]:
                        found[one] |= ways_of(row.ways)
        return {one: frozenset(ways) for one, ways in found.items()}

    def seen(self, start: datetime, end: datetime) -> Mapping[tuple[str, date, Ways], int]:
        counts: dict[tuple[str, date, Ways], int] = {}
        with self._database.reading() as connection:
            for day, since, until in _days(start, end):
                for row in connection.execute(_by_ways(since, until)):
                    counts[row.domain, day, ways_of(row.ways)] = row.number
        return counts

    def save(self, survey: Survey) -> None:
        with self._database.writing() as connection:
            overwrite(connection, surveys, {field.name: getattr(survey, field.name) for field in fields(Survey)})

    def surveys(self, first: date, last: date) -> tuple[Survey, ...]:
        wanted = select(*_SURVEY).where(surveys.c.day.between(first, last)).order_by(surveys.c.day, surveys.c.domain)
        with self._database.reading() as connection:
            return tuple(Survey(**row._mapping) for row in connection.execute(wanted))

    def hold(self, name: str, now: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(upsert(connection, holds).on_conflict_do_nothing(), {"name": name, "since": now})

    def let_go(self, name: str) -> bool:
        with self._database.writing() as connection:
            return bool(connection.execute(delete(holds).where(holds.c.name == name)).rowcount)

    def held_since(self, name: str) -> datetime | None:
        with self._database.reading() as connection:
            return connection.execute(select(holds.c.since).where(holds.c.name == name)).scalar_one_or_none()


def _by_ways(since: datetime, until: datetime) -> Select[Any]:
    """Count articles by domain and ways; an article's ways are those of all its entries, bit by bit, as SQLite knows no bit_or."""
    within = entries.c.first_seen_at.between(since, until - timedelta(microseconds=1))
    ways = sum((func.max(entries.c.ways.bitwise_and(bit)) for bit in BITS.values()), literal(0)).label("ways")
    articles = select(entries.c.domain, ways).where(within).group_by(entries.c.domain, entries.c.article_id).subquery()
    return select(articles.c.domain, articles.c.ways, func.count().label("number")).group_by(articles.c.domain, articles.c.ways)


def _days(start: datetime, end: datetime) -> list[tuple[date, datetime, datetime]]:
    """Return the UTC days of a span, each with the part of it that lies in the span."""
    found = []
    since = start.astimezone(UTC)
    while since < end:
        midnight = datetime(since.year, since.month, since.day, tzinfo=UTC) + timedelta(days=1)
        found.append((since.date(), since, min(midnight, end)))
        since = midnight
    return found
