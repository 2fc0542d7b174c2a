"""A trial of the lab and what it found: old pages as newer code reads them, beside what is searched now. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pipeline.types import ArticleId, EntryId


class Difference(StrEnum):
    """How a field differs from what it was."""

    LOST = "lost"  # it is empty now
    GAINED = "gained"  # it was empty
    SHORTER = "shorter"  # a text of fewer characters, a list of fewer members
    LONGER = "longer"
    MOVED = "moved"  # a date
    CHANGED = "changed"  # otherwise


class PageFate(StrEnum):
    """What became of an archived page."""

    CURRENT = "current"  # no stage of it has changed: it was not run
    SAME = "same"  # it was run, and nothing came out otherwise
    CHANGED = "changed"
    LOST = "lost"  # it was an article
    GAINED = "gained"  # it was none
    READDRESSED = "readdressed"  # it is another article now
    FAILED = "failed"


class TrialState(StrEnum):
    """Where a trial stands."""

    RUNNING = "running"  # or cut short: it goes on where it was
    DONE = "done"
    PROMOTING = "promoting"  # or cut short, too
    PROMOTED = "promoted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is tried: on which pages, and which stage runs even where it is current ('' for none)."""

    first: date | None = None  # None: from the first day there is
    last: date | None = None
    sample: int | None = None  # pages, drawn by `seed`; None: all
    seed: int = 1
    feeds: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial as it was begun. `made_by` are the stages' versions and the settings that decide what comes out."""

    question: Question
    made_by: Mapping[str, str]
    begun_at: datetime
    pages: int
    portions: int
    state: TrialState = TrialState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A stretch of a field, as it was and as it is; '' where it has no counterpart."""

    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one page. `field` is the document's name for it."""

    field: str
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """One page as it came out. `article_id` is the one it was known as, or is known as now where it was none."""

    entry_id: EntryId
    publisher: str
    fate: PageFate
    article_id: ArticleId | None = None
    reason: str = ""  # why it is no article, or could not be run
    changes: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One changed field side by side: only the stretches that differ, and of these the first ones."""

    publisher: str
    field: str
    difference: Difference
    url: str
    title: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherSum:
    """What the trial does to one publisher's pages."""

    publisher: str
    fates: Mapping[PageFate, int]
    fields: Mapping[str, Mapping[Difference, int]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """Pages of it that were looked at."""
        return sum(self.fates.values())

    @property
    def touched(self) -> int:
        """Pages that come out otherwise."""
        return self.pages - sum(self.fates.get(fate, 0) for fate in (PageFate.CURRENT, PageFate.SAME))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReport:
    """All of it. Publishers are sorted by how many of their pages come out otherwise, the most first."""

    trial: Trial
    publishers: tuple[PublisherSum, ...]
    examples: tuple[Example, ...]
    reasons: Mapping[str, int]  # why pages are no articles any more, or failed, the most frequent first

    @property
    def looked(self) -> int:
        """Pages that were looked at so far."""
        return sum(one.pages for one in self.publishers)

    @property
    def fates(self) -> dict[PageFate, int]:
        """All pages by what became of them."""
        counts = {fate: sum(one.fates.get(fate, 0) for one in self.publishers) for fate in PageFate}
        return {fate: count for fate, count in counts.items() if count}

    @property
    def fields(self) -> dict[str, dict[Difference, int]]:
        """All changed fields of all publishers, the most often changed first."""
        sums: dict[str, dict[Difference, int]] = {}
        for one in self.publishers:
            for name, counts in one.fields.items():
                mine = sums.setdefault(name, {})
                for difference, count in counts.items():
                    mine[difference] = mine.get(difference, 0) + count
        return dict(sorted(sums.items(), key=lambda found: (-sum(found[1].values()), found[0])))
