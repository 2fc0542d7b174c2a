"""The tables answer the questions asked of them without being read from end to end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from pipeline.ledger import FeedState, Gap, HostTemper, Outcome, Visit, VisitKind
from pipeline.state.schema import metadata
from pipeline.state.store import SqlState, open_state
from pipeline.stories.copies import arrange
from pipeline.types import Capture
from tests.state.databases import sqlite_url
from tests.state.samples import (
    DAY,
    HOUR,
    NOON,
    ended,
    make_article_state,
    make_decision,
    make_delivery,
    make_entry,
    make_feed,
    make_pointer,
    make_poll,
    make_subscription,
)
from tests.stories.wires import member, story


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[SqlState]:
    """An open ledger in a file."""
    with closing(open_state(sqlite_url(tmp_path))) as opened:
        yield opened


def _use_everything(state: SqlState) -> None:
    state.feeds.sync([make_feed()], NOON)
    state.feeds.due(NOON, shards=4)
    state.feeds.save(FeedState(feed=make_feed(), next_poll_at=NOON), make_poll())
    state.feeds.polls(make_feed().feed_id)
    state.feeds.polls(since=NOON)
    state.ledger.add_entries([make_entry(1), make_entry(2)], NOON)
    (batch,) = state.ledger.make_batches(NOON, size=10)
    state.ledger.mark_announced([batch.batch_id], NOON)
    state.ledger.unfinished(NOON + DAY, older_than_seconds=60)
    state.ledger.batch_entries(batch.batch_id)
    state.ledger.save_capture(batch.batch_id, make_entry(1).entry_id, make_pointer(), NOON)
    state.ledger.save_outcomes(batch.batch_id, [ended(make_entry(1), Outcome.REJECTED), ended(make_entry(2), Outcome.FAILED)], NOON)
    state.ledger.finish(batch.batch_id, NOON)
    state.ledger.known([make_entry(1).entry_id])
    state.ledger.add_captures([Capture(entry=make_entry(3), pointer=make_pointer(3), seen_at=NOON)], NOON)
    state.ledger.replay(state.ledger.replayable(NOON.date()), NOON)
    state.ledger.batches()
    state.ledger.reports(batch.batch_id)
    state.ledger.counts()
    state.ledger.outcomes_by_reason()
    state.ledger.lag(NOON)
    state.decisions.add([make_decision()])
    state.decisions.about(make_decision().url_key)
    state.articles.save(make_article_state(), [make_entry(1).url_key])
    state.articles.resolve(make_entry(1).url_key)
    state.hosts.reserve("a.example", NOON, delay_seconds=1, patience_seconds=1)
    subscription = state.pushes.add(make_subscription())
    state.pushes.get(subscription.callback_id)
    state.pushes.change(subscription.callback_id, lambda one: replace(one, refused=1))
    state.pushes.receive(make_delivery())
    state.pushes.waiting()
    state.pushes.waits()
    state.pushes.backlog(subscription.callback_id)
    state.pushes.settle(make_delivery().delivery_id, entries=1, new=1)
    state.pushes.deliveries()
    state.pushes.deliveries(subscription.feed_id)
    state.feeds.hasten(subscription.feed_id, NOON)
    state.hosts.save_temper("a.example", HostTemper(refusals=1))
    state.hosts.temper("a.example")
    gap = Gap(feed_id=make_feed().feed_id, found_at=NOON, since=NOON, until=NOON, missed=1)
    state.gaps.save(gap, [Visit(feed_id=gap.feed_id, url="https://kbay.example/news.xml", kind=VisitKind.SITEMAP, due_at=NOON)])
    state.gaps.gaps(gap.feed_id)
    state.gaps.gaps(since=NOON)
    state.gaps.due_visits(NOON)
    state.gaps.visits(gap.feed_id)
    state.ledger.listed([make_entry(1).entry_id])
    state.ledger.expected([make_entry(1).article_id])
    state.ledger.readdress([make_entry(1)], NOON)
    state.articles.claim(make_entry(1).url_key, make_article_state().text_digest, NOON, within_seconds=60)
    state.stories.settle([member(1, story(1)), member(2, story(1))], arrange)
    state.stories.settle([member(3, story(1), at=HOUR), member(1, story(2))], arrange)
    state.stories.story(make_article_state().article_id)
    state.stories.standings([make_article_state().article_id])
    state.stories.mark_shown(state.stories.unshown())
    state.stories.mark_unshown([make_article_state().article_id])
    state.prune(NOON)


def test_no_question_reads_a_whole_table(sqlite: SqlState) -> None:
    """Every statement of every store, as SQLite plans it: by key or by index. Feeds and
    subscriptions are few, and all of them are wanted."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, values[0] if isinstance(values, list) else values))

    event.listen(sqlite._database.engine, "before_cursor_execute", note)
    _use_everything(sqlite)
    event.remove(sqlite._database.engine, "before_cursor_execute", note)
    plans = {statement: _plan(sqlite, statement, values) for statement, values in asked if not statement.startswith("BEGIN")}
    assert len(plans) > 30
    scans = [(step, statement) for statement, plan in plans.items() for step in plan if _reads_all(step)]
    assert scans == []


def _plan(state: SqlState, statement: str, values: Any) -> list[str]:
    with closing(sqlite3.connect(str(state._database.url.database))) as connection:
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]


def _reads_all(step: str) -> bool:
    return step.startswith("SCAN") and not any(harmless in step for harmless in ("INDEX", "CONSTANT", "feeds", "subscriptions"))


def test_every_table_is_reached_by_its_key() -> None:
    """And every foreign key has an index of its own, or removing a row would read the whole other table."""
    for table in metadata.tables.values():
        assert table.primary_key.columns, table.name
        first = {next(iter(index.columns)).name for index in table.indexes} | {next(iter(table.primary_key.columns)).name}
        assert {column.name for column in table.columns if column.foreign_keys} <= first, table.name
