"""Archived pages brought to the pipeline as it is now, without a network: what a newer cleaner or enricher makes of them.

    a day's captures ─▶ current? ─▶ batches of backfill ─▶ clean, enrich … index, or from enrich on where only that changed

Only what newer code may read otherwise is looked at: the page an article points to, and pages that cleaning turned away. A
document says which version of each stage it went through, so a day that is current costs one look at each document. Batches
are rows of the ledger: a replay that was killed is finished by the sweep, and a second one finds the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from pipeline.index.reading_back import article_of
from pipeline.ledger import Batch, Outcome, Replayable, Stage
from pipeline.ports import ArticleIndex, BatchStore, Cleaner, Enricher, StateStore
from pipeline.stages import STAGES, turned_away_by
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import Article, ArticleId, BatchId

CLEAN: Final = "clean"
RunStage = Callable[[Stage, BatchId], Mapping[Outcome, int]]  # runs one stage of a batch; returns its counts
_SETTLED: Final = frozenset({Outcome.INDEXED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.REJECTED})


class Need(StrEnum):
    """Where a page has to begin again."""

    NOTHING = "current"
    CLEANING = "cleaned again"
    ENRICHING = "enriched again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which pages of a day are looked at; what is empty asks for nothing. `again` names a stage that runs even where current."""

    feeds: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    again: Stage | None = None

    def takes(self, page: Replayable) -> bool:
        """Whether a page is asked for."""
        return (not self.feeds or page.feed_id in self.feeds) and (not self.domains or page.domain in self.domains)


@dataclass(slots=True, kw_only=True)
class Replayer:
    """Brings pages up to date. `counts` are pages by what they needed, documents dropped, and entries by outcome."""

    state: StateStore
    index: ArticleIndex
    batches: BatchStore
    cleaner: Cleaner
    enrichers: Sequence[Enricher]
    clock: Clock
    run: RunStage
    size: int
    counts: Counter[str] = field(default_factory=Counter)

    def replay(self, day: date, wanted: Wanted, *, dry_run: bool = False, progress: Progress = no_progress) -> None:
        """Bring the pages fetched on that UTC day up to date, a batch at a time."""
        pages = [page for page in self.state.ledger.replayable(day) if wanted.takes(page)]
        needs = {page.entry_id: self.need(page, wanted.again) for page in pages}
        self.counts.update(str(need) for need in needs.values())
        progress(sum(need is Need.NOTHING for need in needs.values()))
        for need in () if dry_run else (Need.CLEANING, Need.ENRICHING):
            for portion in _portions([page for page in pages if needs[page.entry_id] is need], self.size):
                self._again(portion, need)
                progress(len(portion))

    def need(self, page: Replayable, again: Stage | None = None) -> Need:
        """Return where a page has to begin again, by the versions its document or its rejection names."""
        if again is Stage.CLEAN:
            return Need.CLEANING
        document = self.index.get(page.article_id) if page.article_id else None
        if document is None and page.reason.endswith(turned_away_by(self.cleaner)):
            return Need.NOTHING
        if document is None or page.reason or document["pipeline"].get(CLEAN) != self.cleaner.name:
            return Need.CLEANING
        if again is None and self._is_enriched(document["pipeline"]):
            return Need.NOTHING
        return Need.ENRICHING if self.article(page) is not None else Need.CLEANING

    def _is_enriched(self, versions: Mapping[str, str]) -> bool:
        return all(_ran(enricher, versions) for enricher in self.enrichers)

    def article(self, page: Replayable) -> Article | None:
        """Return the article as its document has it, where that is all there is to know; None for a page to be cleaned again."""
        document = self.index.get(page.article_id) if page.article_id else None
        known = self.state.articles.get(page.article_id) if page.article_id else None
        if document is None or known is None or document["archive"]["offset"] != page.pointer.offset:
            return None
        return article_of(document, entry_id=page.entry_id, text_digest=known.text_digest)

    def _again(self, portion: Sequence[Replayable], need: Need) -> None:
        batch = self.state.ledger.replay(portion, self.clock())
        first = Stage.CLEAN
        if need is Need.ENRICHING:
            articles = [article for page in portion if (article := self.article(page)) is not None]
            if len(articles) == len(portion):
                self.batches.write_articles(batch.batch_id, articles)
                first = Stage.ENRICH
        self._run(batch, first)
        self._drop_left_behind(batch, portion)

    def _run(self, batch: Batch, first: Stage) -> None:
        for stage in STAGES[STAGES.index(first) :]:
            counts = self.run(stage, batch.batch_id)
            self.counts.update({str(outcome): count for outcome, count in counts.items() if outcome is not Outcome.PASSED})

    def _drop_left_behind(self, batch: Batch, portion: Sequence[Replayable]) -> None:
        """Drop the documents of articles that newer code takes for none, or for another one."""
        settled = {member.entry.entry_id for member in self.state.ledger.batch_entries(batch.batch_id) if member.outcome in _SETTLED}
        gone: list[ArticleId] = []
        for page in portion:
            document = self.index.get(page.article_id) if page.article_id and page.entry_id in settled else None
            if document is not None and page.article_id and document["pipeline"].get(CLEAN) != self.cleaner.name:
                gone.append(page.article_id)
        if gone:
            self.index.delete(gone)
            self.index.refresh()
            self.counts["dropped from the index"] += len(gone)


def _ran(enricher: Enricher, versions: Mapping[str, str]) -> bool:
    """Whether a document went through this version of an enricher; one that chooses its model by language adds that to its name."""
    mine = (version for name, version in versions.items() if name == enricher.name or name.startswith(f"{enricher.name}-"))
    return enricher.version in mine


def _portions(pages: Sequence[Replayable], size: int) -> Iterator[Sequence[Replayable]]:
    for start in range(0, len(pages), size):
        yield pages[start : start + size]


def wanted_of(feeds: Collection[str], domains: Collection[str], again: Stage | None = None) -> Wanted:
    """Return what options or parameters ask for."""
    return Wanted(feeds=frozenset(feeds), domains=frozenset(domain.lower() for domain in domains), again=again)
