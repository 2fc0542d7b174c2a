"""The only place that constructs adapters. `with open_rooms() as rooms:` gives a task all it needs, each part on first use."""

from __future__ import annotations

import asyncio
import errno
import os
import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from pipeline import laboratory, stages
from pipeline.clusters import access_of, open_events
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.eventing import EventLog, event_of_poll, events_of_report, note, note_standing
from pipeline.ledger import BatchReport, FeedStatus, PollOutcome, Stage
from pipeline.rereading import learn_into
from pipeline.revising import reopen_due
from pipeline.settings import PREFIX, Settings, load_settings
from pipeline.standing import TakenDown
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import BatchId, FeedId

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.params import Depends

    from pipeline.ports import Archive, ArticleIndex, BatchStore, Cleaner, Enricher, Fetcher, StateStore

LEARNED = "learned.json"  # below the home
SWEEP_SECONDS = 900.0  # between two sweeps, as dags/sweep.py has it
BACKFILL = "backfill"  # the name under which it is held back
KEEP_PASSING = timedelta(days=3)  # pages nobody is to keep: as long as an entry may still be tried again
MAX_DUE = 20_000  # feeds in one poll; more than that stay due for the next
POLLED = {FeedStatus.ACTIVE, FeedStatus.DORMANT, FeedStatus.BLOCKED}


def utc_now() -> datetime:
    """The clock of production: the current time, aware, in UTC."""
    return datetime.now(UTC)


class Rooms:
    """Every adapter that the settings ask for, opened when first used and closed together."""

    def __init__(self, settings: Settings, *, clock: Clock = utc_now) -> None:
        self.settings = settings
        self.clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @cached_property
    def state(self) -> StateStore:
        """The ledger's database, migrated."""
        from pipeline.state.store import open_state

        if str(self.settings.home) in self.settings.state_url:
            check_home(self.settings)
        return open_state(self.settings.state_url)

    @cached_property
    def archive(self) -> Archive:
        """The archive of raw pages and feeds."""
        from pipeline.archive.archive import WarcArchive

        return WarcArchive(Path(self.settings.archive_url), clock=self.clock)

    @cached_property
    def batches(self) -> BatchStore:
        """The files between the stages of a batch."""
        from pipeline.state.batch_files import FileBatchStore

        return FileBatchStore(self.settings.home / "batches")

    @cached_property
    def cleaner(self) -> Cleaner:
        """The article cleaner."""
        from pipeline.clean.cleaner import ArticleCleaner

        return ArticleCleaner()

    @cached_property
    def enrichers(self) -> tuple[Enricher, ...]:
        """The enrichers, in order."""
        from pipeline.enrich import open_enrichers

        return open_enrichers(self.settings.home / LEARNED, self.settings.vector_model)

    @cached_property
    def index(self) -> ArticleIndex:
        """The search index, prepared."""
        from pipeline.index import open_index

        if quote(str(self.settings.home)) in self.settings.index_url:
            check_home(self.settings)
        index = open_index(self.settings.index_url, access_of(self.settings))
        try:
            index.prepare()
        except BaseException:
            index.close()
            raise
        return index

    @cached_property
    def events(self) -> EventLog:
        """Where what happens is noted for the dashboard: nowhere, unless there is a cluster."""
        return open_events(self.settings)

    def open_fetcher(self) -> Fetcher:
        """Return a new fetcher. It belongs to the event loop it is first used in; the caller closes it."""
        from pipeline.fetch.fetcher import PoliteFetcher

        return PoliteFetcher(self.settings, self.state.hosts, clock=self.clock)

    def run(self, stage: Stage, batch_id: BatchId, *, progress: Progress = no_progress) -> BatchReport:
        """Run one stage of one batch."""
        report = _RUNS[stage](self, batch_id, progress)
        note(self.events, events_of_report(report))
        return report

    def sync_feeds(self) -> Mapping[str, int]:
        """Make the ledger follow the feed file; return counts of added, changed, removed, unchanged."""
        from pipeline.sources.registry import read_feed_file

        return self.state.feeds.sync(read_feed_file(self.settings.feed_file), self.clock())

    def poll(self, *, shard: int | None = None, every: bool = False, progress: Progress = no_progress) -> dict[str, int]:
        """Poll the due feeds (of one shard of hosts, or of all; or every feed, due or not); return counts by outcome."""
        from pipeline.mending import Mender
        from pipeline.polling import Poller

        began = self.clock()
        self.dispatch()  # or what push has brought would count as missed
        due = self.due_feeds(shard=shard, every=every)

        async def poll() -> Mapping[PollOutcome, int]:
            fetcher = self.open_fetcher()
            try:
                poller = Poller(state=self.state, fetcher=fetcher, archive=self.archive, clock=self.clock, random=random.random)
                counts = await replace(poller, patience=self.settings.poll_patience / 60).poll(due, progress=progress)
                if not shard:  # one task of several is enough
                    await Mender(state=self.state, fetcher=fetcher, archive=self.archive, clock=self.clock).mend()
                return counts
            finally:
                await fetcher.close()

        counts = asyncio.run(poll())
        note(self.events, map(event_of_poll, self.state.feeds.polls(since=began, limit=MAX_DUE)))
        return {str(outcome): count for outcome, count in counts.items()}

    def due_feeds(self, *, shard: int | None = None, every: bool = False) -> Sequence[FeedId]:
        """Return the feeds that are due (in one shard of hosts, or in all), or every feed that is polled at all."""
        now = self.clock()
        if every:
            return [state.feed.feed_id for state in self.state.feeds.all() if state.status in POLLED]
        if shard is None:
            return self.state.feeds.due(now, limit=MAX_DUE)
        return self.state.feeds.due(now, shard=shard, shards=self.settings.shards, limit=MAX_DUE)

    def dispatch(self) -> Mapping[str, int]:
        """Make entries of what hubs have delivered; return counts of deliveries and of new entries."""
        if self.state.pushes.waits() is None:
            return {"deliveries": 0, "new": 0}
        from pipeline.pushing import Dispatcher

        return Dispatcher(state=self.state, archive=self.archive, clock=self.clock).dispatch()

    def renew_pushes(self) -> Mapping[str, int]:
        """Ask hubs to begin, go on with or stop what feeds offer; return counts of what came of it. Without a public address
        for callbacks there is nothing to ask.
        """
        from pipeline.pushing import Subscriber

        callback_url = self.settings.callback_url
        if callback_url is None:
            return {}

        async def renew() -> Mapping[str, int]:
            fetcher = self.open_fetcher()
            try:
                subscriber = Subscriber(
                    state=self.state, fetcher=fetcher, clock=self.clock, random=random.random, token=_token, callback_url=callback_url
                )
                return await subscriber.renew()
            finally:
                await fetcher.close()

        return asyncio.run(renew())

    def announce(self) -> list[BatchId]:
        """Make batches of every entry that waits, mark them announced, and return their ids."""
        now = self.clock()
        backfill = 0 if self.state.coverage.held_since(BACKFILL) else self.settings.backfill_batches
        batches = self.state.ledger.make_batches(now, size=self.settings.batch_size, backfill=backfill)
        batch_ids = [batch.batch_id for batch in batches]
        self.state.ledger.mark_announced(batch_ids, now)
        return batch_ids

    def unfinished(self, *, older_than_seconds: float = 0.0) -> list[BatchId]:
        """Return the batches that are not finished and had no sign of life for that long."""
        return [batch.batch_id for batch in self.state.ledger.unfinished(self.clock(), older_than_seconds=older_than_seconds)]

    def learn(self, *, daily: bool = False) -> int:
        """Learn words and names from the newest articles, with `daily` unless that was done today; return from how many."""
        return learn_into(self.settings.home / LEARNED, self.index, self.clock(), daily=daily)

    def look_again(self, *, every_seconds: float) -> int:
        """Let the articles wait for a batch whose pages are to be looked at again; return how many.

        `every_seconds` is the time to the next such call: a host's share is reckoned for it.
        """
        return reopen_due(self.state, self.clock(), host_delay=self.settings.host_delay, every_seconds=every_seconds)

    def sweep(self) -> list[BatchId]:
        """Announce again what was left, what hubs delivered, what has become due, and pages to look at again; return the ids
        of the batches. What is too old to ask for is dropped.

        A batch that was announced often is announced ever more rarely: it may only be waiting its turn in the queue.
        """
        self.dispatch()
        now = self.clock()
        stale = timedelta(seconds=self.settings.stale_after)
        left = [
            batch.batch_id
            for batch in self.state.ledger.unfinished(now, older_than_seconds=self.settings.stale_after)
            if batch.announced_at is None or now - batch.announced_at >= stale * 2 ** min(max(batch.announcements - 1, 0), 6)
        ]
        self.state.ledger.mark_announced(left, now)
        self.archive.forget(now - KEEP_PASSING)
        self.state.prune(now - timedelta(days=self.settings.keep_decisions_days))
        self.look_again(every_seconds=SWEEP_SECONDS)
        with suppress(RetryableError):  # an index that cannot be asked now must not hold up the work
            self.learn(daily=True)
        note_standing(self.events, self.state, now)
        return [*left, *self.announce()]

    def close(self) -> None:
        """Close what was opened, in the reverse of the data's way."""
        for name in ("events", "index", "archive", "state"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()


def _token() -> str:
    return secrets.token_urlsafe(32)


def check_home(settings: Settings) -> None:
    """Make the data folder where it is missing. Raises `ConfigurationError` where nothing can be written there."""
    home = settings.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)  # the ledger and its passwords are the owner's
        if not os.access(home, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise ConfigurationError.of(PREFIX + "HOME", str(home), f"a folder that can be written to ({error.strerror})") from error


def _fetch(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    async def fetch() -> BatchReport:
        fetcher = rooms.open_fetcher()
        try:
            return await stages.fetch(
                batch_id, state=rooms.state, fetcher=fetcher, archive=rooms.archive, clock=rooms.clock, progress=progress
            )
        finally:
            await fetcher.close()

    return asyncio.run(fetch())


def _clean(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    return stages.clean(
        batch_id,
        state=rooms.state,
        archive=rooms.archive,
        batches=rooms.batches,
        cleaner=rooms.cleaner,
        clock=rooms.clock,
        template_pages=rooms.settings.template_pages,
        progress=progress,
    )


def _enrich(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    return stages.enrich(
        batch_id, state=rooms.state, batches=rooms.batches, enrichers=rooms.enrichers, clock=rooms.clock, progress=progress
    )


def _relate(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    return stages.relate(batch_id, state=rooms.state, batches=rooms.batches, clock=rooms.clock, progress=progress)


def _index(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    return stages.index(
        batch_id,
        state=rooms.state,
        batches=rooms.batches,
        index=rooms.index,
        clock=rooms.clock,
        taken_down=TakenDown(rooms.settings.taken_down_searchable),
        progress=progress,
    )


_RUNS: dict[Stage, Callable[[Rooms, BatchId, Progress], BatchReport]] = {
    Stage.FETCH: _fetch,
    Stage.CLEAN: _clean,
    Stage.ENRICH: _enrich,
    Stage.RELATE: _relate,
    Stage.INDEX: _index,
}


def open_web_app(settings: Settings | None = None, *, dependencies: Sequence[Depends] = (), clock: Clock = utc_now) -> FastAPI:
    """Return the search page as an ASGI app; `dependencies` are what every route but the hubs' asks first, such as who is there."""
    from pipeline.index.parser import parse_query
    from pipeline.pushing import PushCallback
    from pipeline.stories.sentences import compare
    from pipeline.web.app import create_app
    from pipeline.web.desk import Desk

    rooms = open_rooms(settings, clock=clock)
    desk = Desk(
        open_index=lambda: rooms.index,
        open_state=lambda: rooms.state,
        parse=parse_query,
        compare=compare,
        clock=rooms.clock,
        open_callback=lambda: PushCallback(state=rooms.state, clock=rooms.clock),
        most_delivered=rooms.settings.max_feed_bytes,
        read_trial=lambda: laboratory.report_of_home(rooms.settings),
        read_page=lambda pointer: rooms.archive.get(pointer),  # noqa: PLW0108 - the archive is opened when first asked
    )
    return create_app(desk, dependencies=dependencies)


def open_rooms(settings: Settings | None = None, *, clock: Clock = utc_now) -> Rooms:
    """Return the rooms for these settings, or for those of the environment. Raises `ConfigurationError` for wrong ones."""
    return Rooms(settings or load_settings(), clock=clock)
