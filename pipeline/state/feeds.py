"""Feeds and their polls."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, func, insert, select, update

from pipeline.ledger import Course, FeedState, FeedStatus, FeedSummary, Poll
from pipeline.state.engine import Database, overwrite
from pipeline.state.schema import feeds as feed_rows
from pipeline.state.schema import polls as poll_rows
from pipeline.types import Feed, FeedId, Validators
from pipeline.urls import registered_domain

_NOT_POLLED: Final = (FeedStatus.GONE, FeedStatus.REMOVED, FeedStatus.MERGED)
_POLL: Final = tuple(poll_rows.c[field.name] for field in fields(Poll))
_ALIKE: Final = tuple(field.name for field in fields(FeedState) if field.name in feed_rows.c)  # named the same on both sides


class SqlFeeds:
    """`ports.FeedStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sync(self, feeds: Sequence[Feed], now: datetime) -> Mapping[str, int]:
        counts = Counter(added=0, changed=0, removed=0, unchanged=0)
        wanted = {feed.feed_id: feed for feed in feeds}
        with self._database.writing() as connection:
            known = {state.feed.feed_id: state for state in map(_state, connection.execute(select(feed_rows)))}
            for feed in wanted.values():
                verdict, state = _synced(known.get(feed.feed_id), feed, now)
                counts[verdict] += 1
                if verdict != "unchanged":
                    overwrite(connection, feed_rows, _row(state))
            for state in known.values():
                if (
                    state.status is FeedStatus.MERGED
                    and state.course.merged_into not in wanted
                    and state.feed == wanted.get(state.feed.feed_id)
                ):
                    overwrite(connection, feed_rows, _row(unmerged(state, now)))
            for feed_id in known.keys() - wanted.keys():
                if known[feed_id].status is not FeedStatus.REMOVED:
                    counts["removed"] += 1
                    connection.execute(update(feed_rows).where(feed_rows.c.feed_id == feed_id).values(status=FeedStatus.REMOVED))
        return dict(counts)

    def due(self, now: datetime, *, shard: int = 0, shards: int = 1, limit: int = 1000) -> tuple[FeedId, ...]:
        statement = select(feed_rows.c.feed_id).where(_is_due(now), feed_rows.c.bucket % shards == shard)
        with self._database.reading() as connection:
            rows = connection.execute(statement.order_by(feed_rows.c.next_poll_at, feed_rows.c.feed_id).limit(limit))
            return tuple(FeedId(row.feed_id) for row in rows)

    def get(self, feed_id: FeedId) -> FeedState | None:
        with self._database.reading() as connection:
            row = connection.execute(_one(feed_id)).one_or_none()
        return None if row is None else _state(row)

    def all(self) -> tuple[FeedState, ...]:
        with self._database.reading() as connection:
            return tuple(map(_state, connection.execute(select(feed_rows).order_by(feed_rows.c.feed_id))))

    def save(self, state: FeedState, poll: Poll) -> None:
        with self._database.writing() as connection:
            row = connection.execute(_one(state.feed.feed_id).with_for_update()).one_or_none()
            known = None if row is None else _state(row)
            # The feed file may have changed while the feed was polled; what was learned then is about another feed.
            if known is None or (known.feed == state.feed and known.status is not FeedStatus.REMOVED):
                overwrite(connection, feed_rows, _row(state))
            connection.execute(insert(poll_rows).values({field.name: getattr(poll, field.name) for field in fields(Poll)}))

    def polls(self, feed_id: FeedId | None = None, *, since: datetime | None = None, limit: int = 100) -> tuple[Poll, ...]:
        statement: Select[Any] = select(*_POLL)
        if feed_id is not None:
            statement = statement.where(poll_rows.c.feed_id == feed_id)
        if since is not None:
            statement = statement.where(poll_rows.c.at >= since)
        statement = statement.order_by(poll_rows.c.at.desc(), poll_rows.c.poll_id.desc()).limit(limit)
        with self._database.reading() as connection:
            return tuple(Poll(**row._mapping) for row in connection.execute(statement))

    def summary(self, now: datetime) -> FeedSummary:
        with self._database.reading() as connection:
            counts = {row.status: row.number for row in connection.execute(_by_status())}
            due, oldest = connection.execute(select(func.count(), func.min(feed_rows.c.next_poll_at)).where(_is_due(now))).one()
            failing = connection.execute(_number(feed_rows.c.failures > 0)).scalar_one()
            never = connection.execute(_number(feed_rows.c.last_polled_at.is_(None))).scalar_one()
        overdue = (now - oldest).total_seconds() if oldest else 0.0
        return FeedSummary(counts=counts, due=due, overdue_seconds=overdue, failing=failing, never_polled=never)

    def hasten(self, feed_id: FeedId, at: datetime) -> None:
        later = and_(feed_rows.c.feed_id == feed_id, feed_rows.c.next_poll_at > at)
        with self._database.writing() as connection:
            connection.execute(update(feed_rows).where(later).values(next_poll_at=at))


def bucket(feed: Feed) -> int:
    """Return the number a feed's shard is taken from: the same for all feeds of one registered domain, in every process."""
    domain = registered_domain(feed.url)
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:4], "big") >> 1  # 31 bits: a signed integer


def _synced(known: FeedState | None, feed: Feed, now: datetime) -> tuple[str, FeedState]:
    """Return what the feed file means for one feed: the word it is counted under, and its state from now on."""
    if known is None:
        return "added", FeedState(feed=feed, next_poll_at=now)
    verdict = "added" if known.status is FeedStatus.REMOVED else "unchanged" if known.feed == feed else "changed"
    state = replace(known, feed=feed, status=FeedStatus.ACTIVE if verdict == "added" else known.status)
    if known.feed != feed:  # whatever changed, read it anew and whole at the next poll
        state = replace(state, validators=Validators(), ignore_validators=False, body_digest=None, entry_set_digest=None)
    if known.feed.url != feed.url:  # another address: what the old one did wrong does not count
        state = replace(state, status=FeedStatus.ACTIVE, next_poll_at=now, failures=0.0, last_error=None, course=Course())
    return verdict, state


def unmerged(state: FeedState, now: datetime) -> FeedState:
    """Return the state of a feed that is polled again, because the one it was merged into is not followed any more."""
    return replace(state, status=FeedStatus.ACTIVE, next_poll_at=now, course=replace(state.course, merged_into=None))


def _is_due(now: datetime) -> Any:
    return and_(feed_rows.c.next_poll_at <= now, feed_rows.c.status.not_in(_NOT_POLLED))


def _by_status() -> Select[Any]:
    return select(feed_rows.c.status, func.count().label("number")).group_by(feed_rows.c.status)


def _number(condition: Any) -> Select[Any]:
    return select(func.count()).select_from(feed_rows).where(condition, feed_rows.c.status.not_in(_NOT_POLLED))


def _one(feed_id: FeedId) -> Select[Any]:
    return select(feed_rows).where(feed_rows.c.feed_id == feed_id)


def _row(state: FeedState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in _ALIKE} | {
        "feed_id": state.feed.feed_id,
        "bucket": bucket(state.feed),
        "etag": state.validators.etag,
        "last_modified": state.validators.last_modified,
    }


def _state(row: Any) -> FeedState:
    validators = Validators(etag=row.etag, last_modified=row.last_modified)
    return FeedState(validators=validators, **{name: getattr(row, name) for name in _ALIKE})
