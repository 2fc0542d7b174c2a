"""The replay lab: newer code over a sample or a span of the archive, into an index beside the one in use, and nothing else is touched.

    captured days ─▶ portions ─▶ archive ─▶ clean, enrich (only what changed) ─▶ compared with what is searched ─▶ HOME/lab: report
                                                       └▶ the index beside the one in use
    promote: of a span, the rest is copied, the alias moves, and the articles that were kept go through relate and index, so that the
             ledger says what the index says; of a sample, every page of its span is replayed
    drop:    the index beside and what was kept are removed

Until then the ledger is only read. A portion is done when its result is on the disk: whatever was killed goes on there.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Final

from pipeline.bench import Bench, Tools
from pipeline.errors import ConfigurationError
from pipeline.lab.notebook import Notebook, Portion
from pipeline.lab.summing import report_of
from pipeline.learning import Learner
from pipeline.ledger import Outcome, Replayable, Stage
from pipeline.ports import BatchStore, StateStore
from pipeline.rebuilding import RebuildableIndex, copy_missing
from pipeline.replaying import RunStage, Wanted
from pipeline.stages import turned_away_by
from pipeline.tally import Clock, Progress, no_progress, open_tally
from pipeline.trials import Looked, PageFate, Question, Trial, TrialReport, TrialState
from pipeline.types import ArticleId, BatchId

INDEX_MARK: Final = "index"
_RAN: Final = frozenset({PageFate.CHANGED, PageFate.LOST, PageFate.GAINED, PageFate.READDRESSED})
_NO_ARTICLE: Final = frozenset({PageFate.LOST, PageFate.READDRESSED})  # under the id that it was known by


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """Tries, tells, promotes, drops. One trial at a time, by one process at a time."""

    state: StateStore
    index: RebuildableIndex
    tools: Tools
    batches: BatchStore  # of the stages
    kept: BatchStore  # of the trial: articles that came out, by portion
    notebook: Notebook
    run_stage: RunStage
    replay_day: Callable[[date, Wanted], Mapping[str, int]]
    made_by: Mapping[str, str]
    clock: Clock
    size: int  # pages in a portion
    template_pages: int

    # ── trying ────────────────────────────────────────────────────────────────────────────────────────────────────

    def run(self, question: Question, *, progress: Progress = no_progress) -> TrialReport:
        """Begin a trial, or go on with the one that was begun with this question; return what was found.

        Raises:
            ConfigurationError: another trial stands, or an index is being built beside the one in use for something else.
            RetryableError: another process is at work on the trial.
        """
        with self.notebook.alone():
            trial = self._standing(question) or self._begin(question)
            if trial.state is TrialState.RUNNING:
                self._fill(trial, progress)
            return self.report()

    def report(self) -> TrialReport:
        """Return what was found so far. Raises `ConfigurationError` where there is no trial."""
        return report_of(self._trial(), self.notebook.portions())

    def left(self, question: Question) -> int | None:
        """Return how many portions a trial that stands has yet to do; None where it would have to be begun."""
        trial = self.notebook.trial()
        if trial is None or trial.question != question or trial.state is TrialState.PROMOTED:
            return None
        return trial.portions - sum(1 for _ in self.notebook.portions())

    def _trial(self) -> Trial:
        trial = self.notebook.trial()
        if trial is None:
            raise ConfigurationError("lab: there is no trial; begin one with `wireroom lab run`")
        return trial

    def _standing(self, question: Question) -> Trial | None:
        """Return the trial to go on with, None where one is to be begun."""
        trial = self.notebook.trial()
        if trial is None or trial.state is TrialState.PROMOTED:
            return None
        if trial.question != question:
            raise ConfigurationError("lab: another trial stands; `wireroom lab promote` or `wireroom lab drop` it first")
        self._check_code(trial)
        if self._building():
            return trial
        return None if trial.state is TrialState.RUNNING else trial  # its index was dropped: nothing to go on with

    def _check_code(self, trial: Trial) -> None:
        changed = sorted(name for name in {*trial.made_by, *self.made_by} if trial.made_by.get(name) != self.made_by.get(name))
        if changed:
            raise ConfigurationError(
                f"lab: the trial was begun with another {', '.join(changed)}; `wireroom lab drop` it and run it with what there is now"
            )

    def _building(self) -> bool:
        new = self.index.building()
        if new is not None:
            new.close()
        return new is not None

    def _begin(self, question: Question) -> Trial:
        if self._building():
            raise ConfigurationError("lab: an index is being built beside the one in use; `wireroom index promote` or `drop` it first")
        asked = Trial(question=question, made_by=self.made_by, begun_at=self.clock(), pages=0, portions=0)
        pages = self._sampled(question) if question.sample else self._every(question)
        return self.notebook.begin(asked, _portions(pages, self.size))

    def _every(self, question: Question) -> Iterator[Replayable]:
        wanted = wanted_of(question)
        for day in self.days(question):
            yield from (page for page in self.state.ledger.replayable(day) if wanted.takes(page))

    def days(self, question: Question) -> list[date]:
        """Return the days with captures that are asked for."""
        first, last = question.first or date.min, question.last or date.max
        return [day for day in self.state.ledger.captured_days() if first <= day <= last]

    def _sampled(self, question: Question) -> list[Replayable]:
        """Return the pages that the seed draws: those whose names hash lowest with it, whatever else is in the archive."""
        assert question.sample is not None
        seed = str(question.seed).encode()
        drawn = heapq.nsmallest(question.sample, self._every(question), key=lambda page: blake2b(page.entry_id.encode(), key=seed).digest())
        return sorted(drawn, key=lambda page: (page.pointer.file, page.pointer.offset))

    def _fill(self, trial: Trial, progress: Progress) -> None:
        new = self.index.begin_building()
        try:
            for number in range(1, trial.portions + 1):
                pages = self.notebook.pages(number)
                if self.notebook.portion(number) is None:
                    self._portion(number, pages, trial, new)
                progress(len(pages))
            if trial.question.sample is None:
                copy_missing(self.index, new, leaving=self._gone())
            new.refresh()
        finally:
            new.close()
        self.notebook.note(TrialState.DONE)

    def _gone(self) -> frozenset[ArticleId]:
        """Return the articles that there are no more."""
        looked = (one for portion in self.notebook.portions() for one in portion.looked)
        return frozenset(one.article_id for one in looked if one.article_id and one.fate in _NO_ARTICLE)

    def _portion(self, number: int, pages: Sequence[Replayable], trial: Trial, new: RebuildableIndex) -> None:
        bench = Bench(tools=self.tools, again=_stage(trial.question), learner=Learner(self.state, self.clock, self.template_pages))
        entries = self.state.ledger.listed([page.entry_id for page in pages])
        looked = [bench.look(page, entries[page.entry_id]) for page in pages if page.entry_id in entries]
        self.kept.write_enriched(_kept_id(number), bench.kept)
        refused = new.upsert(bench.documents)
        looked = [_refused(one, refused) for one in looked]
        self.notebook.save(number, Portion(looked=tuple(looked), examples=tuple(bench.examples)))

    # ── promoting and dropping ────────────────────────────────────────────────────────────────────────────────────

    def promote(self, *, progress: Progress = no_progress) -> Counter[str]:
        """Let what was tried become what is searched; return counts of pages by outcome. Cut short, the next call goes on.

        A span is promoted by moving the alias, and the ledger follows; of a sample every page of its span is replayed in place.

        Raises:
            ConfigurationError: there is no trial, it is not done, it was begun with other code, or its index is gone.
        """
        with self.notebook.alone():
            trial = self._trial()
            if trial.state is TrialState.PROMOTED:
                return Counter()
            if trial.state is TrialState.RUNNING:
                raise ConfigurationError("lab: the trial is not done; `wireroom lab run` with the same options goes on with it")
            self._check_code(trial)
            if trial.state is TrialState.DONE and not self._building():
                raise ConfigurationError("lab: the trial's index is not there any more; `wireroom lab drop` it and run it again")
            self.notebook.note(TrialState.PROMOTING)
            counts = self._replay_span(trial, progress) if trial.question.sample else self._put_in_place(trial, progress)
            self.notebook.note(TrialState.PROMOTED)
            return counts

    def drop(self) -> tuple[str, ...]:
        """Remove the trial and the index beside the one in use; return the names of what was removed.

        Raises:
            ConfigurationError: there is no trial, or it is being promoted.
        """
        with self.notebook.alone():
            trial = self._trial()
            if trial.state is TrialState.PROMOTING:
                raise ConfigurationError("lab: the trial is being promoted; `wireroom lab promote` goes on with it")
            names = self.index.drop() if trial.state is not TrialState.PROMOTED and self._building() else ()
            self.notebook.drop()
            return names

    def _replay_span(self, trial: Trial, progress: Progress) -> Counter[str]:
        if self._building():
            self.index.drop()
        counts: Counter[str] = Counter()
        for day in self.days(trial.question):
            if not self.notebook.is_marked(day.isoformat()):
                counts.update(self.replay_day(day, wanted_of(trial.question)))
                self.notebook.mark(day.isoformat())
            progress(1)
        return counts

    def _put_in_place(self, trial: Trial, progress: Progress) -> Counter[str]:
        new = self.index.building()
        if new is not None:
            try:
                copy_missing(self.index, new, leaving=self._gone())
                new.refresh()
            finally:
                new.close()
            self.index.promote()
        counts: Counter[str] = Counter()
        for number in range(1, trial.portions + 1):
            if not self.notebook.is_marked(f"{number:06}"):
                counts.update(self._adopt(number))
                self.notebook.mark(f"{number:06}")
            progress(1)
        self.index.refresh()
        return counts

    def _adopt(self, number: int) -> Mapping[str, int]:
        """Take what came of a portion through relate and index, as one batch, where nothing newer has come meanwhile."""
        portion = self.notebook.portion(number)
        assert portion is not None
        looked = {one.entry_id: one for one in portion.looked if one.fate in _RAN or _is_none_again(one)}
        pages = self._still_so([page for page in self.notebook.pages(number) if page.entry_id in looked])
        if not pages:
            return {}
        batch = self.state.ledger.replay(pages, self.clock())
        mine = {page.entry_id for page in pages}
        self.batches.write_enriched(
            batch.batch_id, (one for one in self.kept.read_enriched(_kept_id(number)) if one.article.entry_id in mine)
        )
        tally = open_tally(self.state, batch.batch_id, Stage.CLEAN, self.clock, no_progress)
        for name in mine:
            if looked[name].fate is PageFate.LOST or _is_none_again(looked[name]):
                tally.end(name, Outcome.REJECTED, f"{looked[name].reason} {turned_away_by(self.tools.cleaner)}")
        tally.write()
        counts = Counter({Outcome.REJECTED: len(tally.outcomes)})
        for stage in (Stage.RELATE, Stage.INDEX):
            counts.update(
                {outcome: count for outcome, count in self.run_stage(stage, batch.batch_id).items() if outcome is not Outcome.PASSED}
            )
        left = [page.article_id for page in pages if page.article_id and looked[page.entry_id].fate in _NO_ARTICLE]
        if left:
            self.index.delete(left)
        return {str(outcome): count for outcome, count in counts.items() if count}

    def _still_so(self, pages: Sequence[Replayable]) -> list[Replayable]:
        """Return the pages that are at rest and the latest of their article, as they were when they were tried."""
        days = sorted({date.fromisoformat(page.pointer.file[:10].replace("/", "-")) for page in pages})
        at_rest = {(page.entry_id, page.pointer, page.article_id) for day in days for page in self.state.ledger.replayable(day)}
        return [page for page in pages if (page.entry_id, page.pointer, page.article_id) in at_rest]


def _is_none_again(one: Looked) -> bool:
    """Whether a page was no article and is none: the ledger has to know by which cleaner."""
    return one.fate is PageFate.SAME and bool(one.reason)


def _refused(one: Looked, refused: Mapping[ArticleId, str]) -> Looked:
    reason = refused.get(one.article_id) if one.article_id else None
    return replace(one, fate=PageFate.FAILED, reason=f"refused by the index: {reason}", changes=()) if reason else one


def _stage(question: Question) -> Stage | None:
    return Stage(question.stage) if question.stage else None


def wanted_of(question: Question) -> Wanted:
    """Return what a replay of the question's pages asks for."""
    return Wanted(feeds=frozenset(question.feeds), domains=frozenset(question.domains), again=_stage(question))


def _kept_id(number: int) -> BatchId:
    return BatchId(f"portion-{number:06}")


def _portions(pages: Iterable[Replayable], size: int) -> Iterator[list[Replayable]]:
    portion: list[Replayable] = []
    for page in pages:
        portion.append(page)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion
