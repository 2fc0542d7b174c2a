"""What the ledger remembers about the records: feeds' state, batches, outcomes, decisions.

Pure values; `ports.StateStore` is the protocol that keeps them and `state/` the room that does. The ledger is the truth
about what is to be done: messages may be lost, rows are not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pipeline.types import (
    ArchivePointer,
    ArticleId,
    BatchId,
    Digest,
    EntryId,
    Feed,
    FeedEntry,
    FeedHints,
    FeedId,
    UrlKey,
    Validators,
)


class FeedStatus(StrEnum):
    """What became of a feed. `gone`, `removed` and `merged` are not polled."""

    ACTIVE = "active"
    DORMANT = "dormant"  # failing for long; polled every 30 days
    BLOCKED = "blocked"  # behind a bot wall
    GONE = "gone"  # 410
    REMOVED = "removed"  # no longer in the feed file; its articles stay
    MERGED = "merged"  # moved for good to the address of another feed, which is polled instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a feed publishes and what its host puts up with, as learned. Counts of entries fade as newer ones come."""

    hours: tuple[float, ...] = ()  # entries by UTC hour of their publication, 24 of them; empty: none was seen
    days: tuple[float, ...] = ()  # by UTC weekday, Monday first
    begun_at: datetime | None = None  # since when entries are counted: the oldest that were there at the first poll
    held: int = 0  # entries in its latest document; 0: unknown
    body_bytes: int = 0  # of its latest document; 0: unknown
    refused_seconds: float = 0.0  # the host answered 429 to polls closer together than about this; fades with successes
    refused_at: datetime | None = None  # the last time it did


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A permanent redirect as it was met, poll after poll. Only when it lasts is the feed's address changed."""

    url: str  # where it leads
    first_at: datetime
    polls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where a feed is found by now, and how its entries are told apart, as learned."""

    url: str | None = None  # where it moved to for good; None: it is where the operator says
    former: tuple[str, ...] = ()  # addresses it had before, the latest last
    moving: Moving | None = None
    merged_into: FeedId | None = None
    lost: int = 0  # polls in a row that found no feed at its address: 404, or a web page
    sought_at: datetime | None = None  # when its site was last searched for another address
    proposed: tuple[str, ...] = ()  # addresses found there that the operator may choose from
    rung: int = 0  # of the ladder of identity: what its entries had to be told apart by, the worst so far


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What was learned about a feed. `feed` is the operator's word; all else is ours."""

    feed: Feed
    status: FeedStatus = FeedStatus.ACTIVE
    next_poll_at: datetime
    validators: Validators = field(default_factory=Validators)
    ignore_validators: bool = False
    body_digest: Digest | None = None
    entry_set_digest: Digest | None = None
    failures: float = 0.0  # weighted, 0 after a success
    polls: int = 0
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    last_error: str | None = None
    rate_per_hour: float | None = None  # of new entries; fades with a half-life of 3 days, of slow feeds up to 21
    window_seconds: float | None = None  # half the time between two polls that a gap showed to be too long; None: there was none
    hints: FeedHints = field(default_factory=FeedHints)
    habits: Habits = field(default_factory=Habits)
    course: Course = field(default_factory=Course)

    @property
    def address(self) -> str:
        """Where the feed is asked for: the operator's word, or where it moved to for good."""
        return self.course.url or self.feed.url


class GapState(StrEnum):
    """What became of a gap."""

    OPEN = "open"  # there are documents left to fill it from
    FILLED = "filled"  # they were read, and held entries of that time
    LOST = "lost"  # nothing to fill it from, or nothing of that time in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of time in which entries may have passed unseen: two polls of a feed shared none."""

    feed_id: FeedId
    found_at: datetime
    since: datetime  # the last success before
    until: datetime  # the oldest entry that was there afterwards
    missed: int  # as estimated from the rate; at least 1
    filled: int = 0  # entries of that time found elsewhere
    state: GapState = GapState.OPEN
    source: str = ""  # where it is filled from: archive pages, sitemap


class VisitKind(StrEnum):
    """What a document beside a feed is."""

    ARCHIVE = "archive"  # an older page of the feed itself (RFC 5005)
    SITEMAP = "sitemap"
    ROBOTS = "robots"  # where the site says that its sitemaps are


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A document beside a feed that is to be read once, or was. Entries dated in [since, until] are wanted of it."""

    feed_id: FeedId
    url: str
    kind: VisitKind
    due_at: datetime | None  # None: done
    depth: int = 0  # documents that led to it
    since: datetime | None = None
    until: datetime | None = None
    gap_at: datetime | None = None  # `found_at` of the gap it is to fill; None: part of a sitemap index that is followed
    visited_at: datetime | None = None


class PollOutcome(StrEnum):
    """How one poll of one feed ended."""

    CHANGED = "changed"  # 200 with a body not seen before
    UNCHANGED = "unchanged"  # 200, the same bytes or the same entries
    NOT_MODIFIED = "not-modified"  # 304
    FAILED = "failed"
    GONE = "gone"
    DEFERRED = "deferred"  # the host's slot was too far away


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One poll, as kept for status, events and the dashboard."""

    feed_id: FeedId
    at: datetime
    outcome: PollOutcome
    http_status: int | None = None
    entries: int = 0
    new: int = 0
    bytes: int = 0
    seconds: float = 0.0
    bozo: str | None = None
    error: str | None = None


class Stage(StrEnum):
    """The stages of a batch, in order: also the task ids, the CLI's words and the metric names."""

    POLL = "poll"
    FETCH = "fetch"
    CLEAN = "clean"
    ENRICH = "enrich"
    RELATE = "relate"
    INDEX = "index"


class Outcome(StrEnum):
    """How an entry left a stage. All but PASSED end its way through the batch, and each entry ends exactly once."""

    PASSED = "passed"  # on to the next stage
    INDEXED = "indexed"  # searchable
    UNCHANGED = "unchanged"  # what we already hold
    DUPLICATE = "duplicate"  # another entry of this article is ahead of it
    REJECTED = "rejected"  # an expected end, with a reason
    DEFERRED = "deferred"  # back to the ledger until its host is free
    FAILED = "failed"  # a passing fault; tried again by the ladder
    QUARANTINED = "quarantined"  # set aside with the reason


class BatchState(StrEnum):
    """Where a batch stands."""

    OPEN = "open"  # written, perhaps announced
    RUNNING = "running"  # some stage has begun
    FINISHED = "finished"  # each entry has its outcome


class Priority(StrEnum):
    """Live news goes before the past on every host."""

    LIVE = "live"
    BACKFILL = "backfill"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A bounded set of entries that travels together. One partition, one run."""

    batch_id: BatchId
    created_at: datetime
    size: int
    state: BatchState = BatchState.OPEN
    priority: Priority = Priority.LIVE
    announced_at: datetime | None = None
    announcements: int = 0
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """One entry as a member of a batch; `pointer` once its page is archived, `outcome` and `ended_in` once it has ended."""

    entry: FeedEntry
    first_seen_at: datetime
    attempts: int = 0  # batches this entry has been in before
    failures: int = 0  # of these, the ones it left as FAILED: what a retry ladder counts (to wait for a slot is no failure)
    pointer: ArchivePointer | None = None
    outcome: Outcome | None = None
    ended_in: Stage | None = None  # the stage of that outcome
    asked: int = 0  # how often its page was asked for, as noted before each request
    asked_at: datetime | None = None  # the last time


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOutcome:
    """How one entry left one stage, as written to the ledger."""

    entry_id: EntryId
    stage: Stage
    outcome: Outcome
    reason: str = ""
    retry_at: datetime | None = None  # for DEFERRED and FAILED
    article_id: ArticleId | None = None  # where it became known or changed


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchReport:
    """What a stage did to a batch. The counts sum to the number of inputs, or it cannot be made.

    `seconds` is wall time; `peak_rss_bytes` the largest resident size of the process that ran the stage.
    """

    batch_id: BatchId
    stage: Stage
    inputs: int
    counts: Mapping[Outcome, int]
    started_at: datetime
    seconds: float
    peak_rss_bytes: int

    def __post_init__(self) -> None:
        total = sum(self.counts.values())
        if total != self.inputs:
            raise AssertionError(f"{self.stage} of {self.batch_id}: {total} outcomes for {self.inputs} inputs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that was decided about one URL, for `wireroom explain`."""

    at: datetime
    stage: str
    url_key: UrlKey
    verdict: str  # passed, rejected, unchanged, alias, deferred, …
    reason: str = ""
    entry_id: EntryId | None = None
    article_id: ArticleId | None = None
    batch_id: BatchId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """What is known of an article beside its document: its keys, its latest capture and revision."""

    article_id: ArticleId
    url: str
    url_key: UrlKey
    title: str
    publisher: str
    first_seen_at: datetime
    revision: int  # 1, 2, … ; a new one only when the normalised text changed
    text_digest: Digest
    pointer: ArchivePointer
    validators: Validators = field(default_factory=Validators)
    checked_at: datetime
    indexed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostTemper:
    """How a registered domain took our requests, as all tasks together know it."""

    refusals: int = 0  # 429s and 503s in a row
    refused_at: datetime | None = None
    limited_at: datetime | None = None  # the last 429
    pace_seconds: float = 0.0  # spacing it wants beyond ours, as of `paced_at`; halves with every hour since
    paced_at: datetime | None = None


def pace_by(temper: HostTemper, now: datetime) -> float:
    """Return the spacing in seconds that a host wants by now: what it was set to, halved with every hour since."""
    hours = (now - temper.paced_at).total_seconds() / 3_600 if temper.paced_at else 0.0
    return temper.pace_seconds * math.exp2(-min(max(hours, 0.0), 100.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayable:
    """An archived page that newer code may read otherwise: the latest of an article, or one that cleaning turned away."""

    entry_id: EntryId
    feed_id: FeedId
    domain: str  # registered domain of the entry's address
    pointer: ArchivePointer
    article_id: ArticleId | None  # None: none ever came of it
    reason: str = ""  # why cleaning turned it away, where it did so last
    first_seen_at: datetime | None = None  # its entry


# ── sums, for status ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSummary:
    """How the feeds stand at one moment."""

    counts: Mapping[FeedStatus, int]
    due: int  # waiting for a poll
    overdue_seconds: float  # of the one that waits longest; 0 where none does
    failing: int  # whose last poll failed
    never_polled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """What is undone at one moment, and for how long."""

    waiting: int  # entries that can join a batch now
    waiting_seconds: float  # since the oldest of them was due; 0 where none waits
    later: int  # entries whose retry is not due yet
    open_batches: int
    open_seconds: float  # since the oldest unfinished batch was made; 0 where none is
