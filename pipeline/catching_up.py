"""A planned backfill run here: its steps lie in a file of the home until they are done, so a kill costs the step it met.

    lists ─▶ ledger │ days ─▶ sitemaps, feed pages ─▶ ledger │ WARC files ─▶ stages │ archived days ─▶ stages │ what waits ─▶ stages

Each step may be done twice with the same result.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from pipeline.backfilling import import_urls, import_warcs, ingest, replay_day, spelled_choice, survey_day
from pipeline.errors import ConfigurationError
from pipeline.ledger import Outcome, Priority
from pipeline.planning import Span
from pipeline.replaying import wanted_of
from pipeline.tally import Progress, no_progress
from pipeline.wiring import BACKFILL, Rooms, check_home

PLAN_FILE: Final = "backfill.json"  # below the home
LIST, SURVEY, IMPORT, REPLAY = "list", "survey", "import", "replay"
_HELD_BACK: Final = frozenset({IMPORT, REPLAY})  # steps that wait while backfill is paused


@dataclass(slots=True, kw_only=True)
class CatchUp:
    """What is left of a plan. `new` are addresses put into the ledger, `outcomes` how entries ended, both since this run began."""

    path: Path
    steps: list[tuple[str, str]]  # what is to be done, with the day or the file
    feeds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    new: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def save(self) -> None:
        """Write what is left, whole or not at all; without a step left, forget the plan."""
        if not self.steps:
            self.path.unlink(missing_ok=True)
            return
        kept = {"steps": self.steps, "feeds": self.feeds, "domains": self.domains, "first": self.first, "last": self.last}
        beside = self.path.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)

    def forget(self) -> None:
        """Give up what is left."""
        self.steps = []
        self.save()

    def run(self, rooms: Rooms, *, progress: Progress = no_progress) -> None:
        """Do what is left, step by step; while backfill is paused only what asks nobody for a page."""
        while self.steps:
            kind, what = self.steps[0]
            if kind in _HELD_BACK and rooms.state.coverage.held_since(BACKFILL):
                return
            self._do(rooms, kind, what)
            self.steps = self.steps[1:]
            self.save()
            progress(1)

    def _do(self, rooms: Rooms, kind: str, what: str) -> None:
        choice = spelled_choice(self.domains, [], self.first, self.last)
        if kind == LIST:
            self.new += import_urls(rooms, Path(what), choice).found.get("taken", 0)
        elif kind == SURVEY:
            self.new += survey_day(rooms, date.fromisoformat(what), feeds=self.feeds, domains=self.domains)["new"]
        elif kind == IMPORT:
            self.outcomes.update(import_warcs(rooms, [what], choice).outcomes)
        else:
            counts = replay_day(rooms, date.fromisoformat(what), wanted_of(self.feeds, self.domains))
            self.outcomes.update({str(outcome): counts[outcome] for outcome in Outcome if counts.get(outcome)})


def begin(rooms: Rooms, span: Span) -> CatchUp:
    """Write the steps of a plan into the home and return them.

    Raises:
        ConfigurationError: an earlier plan is not done yet.
    """
    if (earlier := left_over(rooms)) is not None:
        left = f"of {earlier.first} to {earlier.last}, {len(earlier.steps)} steps left"
        raise ConfigurationError(f"a backfill is not done yet ({left}); remedy: wireroom backfill resume, or wireroom backfill cancel")
    check_home(rooms.settings)
    archived = set(rooms.state.ledger.captured_days())
    steps = [
        *((LIST, str(Path(path).resolve())) for path in span.lists),
        *((SURVEY, day.isoformat()) for day in span.days),
        *((IMPORT, str(Path(path).resolve())) for path in span.warcs),
        *((REPLAY, day.isoformat()) for day in span.days if day in archived),
    ]
    first, last = span.days[0].isoformat(), span.days[-1].isoformat()
    begun = CatchUp(path=_file(rooms), steps=steps, feeds=span.feeds, domains=span.domains, first=first, last=last)
    begun.save()
    return begun


def left_over(rooms: Rooms) -> CatchUp | None:
    """Return what an earlier run left of its plan, None where there is none.

    Raises:
        ConfigurationError: the file in the home is not one of ours.
    """
    path = _file(rooms)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return CatchUp(
            path=path,
            steps=[(str(kind), str(what)) for kind, what in kept["steps"]],
            feeds=tuple(kept["feeds"]),
            domains=tuple(kept["domains"]),
            first=str(kept["first"]),
            last=str(kept["last"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path}: no plan of a backfill ({error}); remedy: remove it and start the backfill again") from error


def work(rooms: Rooms, *, progress: Progress = no_progress) -> Counter[str]:
    """Take batches through the stages as long as some of backfill can be begun; return entries by outcome."""
    outcomes: Counter[str] = Counter()
    while batch_ids := list(dict.fromkeys((*rooms.unfinished(), *rooms.announce()))):
        for batch_id in batch_ids:
            counts = ingest(rooms, batch_id)
            outcomes.update(counts)
            progress(sum(count for outcome, count in counts.items() if outcome != Outcome.DEFERRED))
    return outcomes


def waits(rooms: Rooms) -> bool:
    """Whether entries of backfill wait for a host and nobody holds them back."""
    left = rooms.state.ledger.counts(Priority.BACKFILL)
    return bool(left.get(Outcome.DEFERRED)) and rooms.state.coverage.held_since(BACKFILL) is None


def _file(rooms: Rooms) -> Path:
    return rooms.settings.home / PLAN_FILE
