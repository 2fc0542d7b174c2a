"""The only place that constructs adapters. `with open_rooms() as rooms:` gives a task all it needs, each part on first use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pipeline import stages
from pipeline.ledger import BatchReport, Stage
from pipeline.settings import Settings, load_settings
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import BatchId

if TYPE_CHECKING:
    from pipeline.ports import Archive, ArticleIndex, BatchStore, Cleaner, Enricher, Fetcher, StateStore


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

        return open_enrichers()

    @cached_property
    def index(self) -> ArticleIndex:
        """The search index, prepared."""
        from pipeline.index import open_index

        index = open_index(self.settings.index_url)
        index.prepare()
        return index

    def open_fetcher(self) -> Fetcher:
        """Return a new fetcher. It belongs to the event loop it is first used in; the caller closes it."""
        from pipeline.fetch.fetcher import PoliteFetcher

        return PoliteFetcher(self.settings, self.state.hosts, clock=self.clock)

    def run(self, stage: Stage, batch_id: BatchId, *, progress: Progress = no_progress) -> BatchReport:
        """Run one stage of one batch."""
        return _RUNS[stage](self, batch_id, progress)

    def close(self) -> None:
        """Close what was opened, in the reverse of the data's way."""
        for name in ("index", "archive", "state"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()


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
        progress=progress,
    )


def _enrich(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    return stages.enrich(
        batch_id, state=rooms.state, batches=rooms.batches, enrichers=rooms.enrichers, clock=rooms.clock, progress=progress
    )


def _index(rooms: Rooms, batch_id: BatchId, progress: Progress) -> BatchReport:
    return stages.index(batch_id, state=rooms.state, batches=rooms.batches, index=rooms.index, clock=rooms.clock, progress=progress)


_RUNS: dict[Stage, Callable[[Rooms, BatchId, Progress], BatchReport]] = {
    Stage.FETCH: _fetch,
    Stage.CLEAN: _clean,
    Stage.ENRICH: _enrich,
    Stage.INDEX: _index,
}


def open_rooms(settings: Settings | None = None, *, clock: Clock = utc_now) -> Rooms:
    """Return the rooms for these settings, or for those of the environment. Raises `ConfigurationError` for wrong ones."""
    return Rooms(settings or load_settings(), clock=clock)
