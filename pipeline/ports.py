"""The protocols a stage is handed. One port, at least two implementations, one contract test class that each passes.

Adapters raise only the tree of `errors.py`. Times are aware UTC datetimes and come from the caller: no port reads a clock
that changes what it stores.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from pipeline.coverage import CoverageStore, Way
from pipeline.gap_ports import GapStore
from pipeline.ledger import (
    Batch,
    BatchEntry,
    BatchReport,
    Decision,
    EntryOutcome,
    FeedState,
    FeedSummary,
    HostTemper,
    Lag,
    Outcome,
    Poll,
    Priority,
    Replayable,
)
from pipeline.places import PlaceStore
from pipeline.site_memory import SiteStore
from pipeline.story_ports import ArticleStore, RevisionStore, StoryStore
from pipeline.subscriptions import CallbackId, Delivery, DeliveryId, Subscription
from pipeline.text_ports import Cleaner, Enricher
from pipeline.types import (
    ArchivePointer,
    Article,
    ArticleId,
    BatchId,
    Capture,
    Deferred,
    EnrichedArticle,
    EntryId,
    Feed,
    FeedDocument,
    FeedEntry,
    FeedId,
    FetchedPage,
    NotModified,
    Rejected,
    UrlKey,
    Validators,
)

if TYPE_CHECKING:
    from pipeline.index.document import ArticleDocument
    from pipeline.index.query import Hit, Query, SearchPage, SearchRequest

Before = Callable[[], Awaitable[None]]


class Source(Protocol):
    """Reads the bytes of one kind of feed. Pure: same bytes, same document."""

    def matches(self, body: bytes) -> bool:
        """Whether these bytes look like this kind (the first 50 tokens are enough)."""
        ...

    def parse(self, feed: Feed, body: bytes, *, base_url: str, at_least: int = 0) -> FeedDocument:
        """Return the document, its entries told apart by the rung `at_least` of the ladder of identity or a lower one; raise
        `QuarantineError` where nothing at all can be read from it.
        """
        ...


class Fetcher(Protocol):
    """Gets one URL politely and within every limit."""

    async def fetch_feed(
        self, url: str, validators: Validators, *, sitemap: bool = False, before: Before | None = None
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        """Fetch a feed the operator subscribed to, with conditional headers where there are validators; a `sitemap` may be as
        large as their protocol allows. `before` is awaited once, when all waiting is over and the feed is about to be asked for.

        Any final status comes back as a `FetchedPage` (404, 410, 500 …): the schedule decides. Raises `RetryableError`
        for connection faults, `HostBusyError` for 429 and 503 (after the pause was written to the host's row).
        """
        ...

    async def fetch_page(
        self, url: str, validators: Validators, *, priority: Priority, before: Before | None = None
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        """Fetch an article page under robots.txt and the host's spacing. Statuses ≥ 400 come back as `Rejected` where
        final and as `RetryableError` where passing. `before` is awaited once, when all waiting is over and the page is
        asked for next; what it raises is raised, and nothing is asked.
        """
        ...

    async def post_form(self, url: str, form: Mapping[str, str]) -> FetchedPage | Rejected | Deferred:
        """Post an urlencoded form to a program's interface, such as a hub, through the same guard and spacing; 307 and 308
        are followed. Any final status comes back as a `FetchedPage`. Raises like `fetch_feed`.
        """
        ...

    async def fetch_listing(
        self, url: str, validators: Validators, *, priority: Priority
    ) -> FetchedPage | NotModified | Rejected | Deferred:
        """Fetch what leads to articles and is none: a sitemap, an older page of a feed, a site's front page. Under robots.txt
        and the host's spacing, as a page; any final status comes back as a `FetchedPage`, as of a feed.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...


class Archive(Protocol):
    """Raw pages and feeds, kept for ever, each readable on its own."""

    def add(self, page: FetchedPage, *, kind: str) -> ArchivePointer:
        """Append a page durably and return where it lies. The same URL may be added often. `kind` is "page", "feed", or
        "passing" for a page that its publisher wants nobody to keep: it can be got until it is forgotten.
        """
        ...

    def forget(self, before: datetime) -> int:
        """Delete the passing pages fetched on the days (UTC) before that one; return how many files or pages that were."""
        ...

    def get(self, pointer: ArchivePointer) -> FetchedPage:
        """Return the page as it was added. Raises `QuarantineError` where length or digest do not match."""
        ...

    def pages(self, start: datetime, end: datetime, *, kind: str = "page") -> Iterator[tuple[ArchivePointer, FetchedPage]]:
        """Yield the pages fetched in [start, end), file by file; a torn tail ends its file with a warning, never with a
        damaged page.
        """
        ...

    def close(self) -> None:
        """Flush and close the file being written."""
        ...


class BatchStore(Protocol):
    """What one stage leaves for the next: batch files. Writing replaces whole and atomically; reading validates.

    `fetch` leaves no file: its captures are rows of the ledger that point into the archive.
    """

    def write_articles(self, batch_id: BatchId, articles: Iterable[Article]) -> None: ...

    def read_articles(self, batch_id: BatchId) -> Iterator[Article]:
        """Raises `RetryableError` where the file is missing: the stage before must run (again)."""
        ...

    def write_enriched(self, batch_id: BatchId, articles: Iterable[EnrichedArticle]) -> None: ...

    def read_enriched(self, batch_id: BatchId) -> Iterator[EnrichedArticle]: ...

    def discard(self, batch_id: BatchId) -> None:
        """Drop the files of a finished batch; missing ones are no error."""
        ...


class FeedStore(Protocol):
    """The state of each feed."""

    def sync(self, feeds: Sequence[Feed], now: datetime) -> Mapping[str, int]:
        """Make the rows match the feed file: counts of added, changed, removed, unchanged. New feeds are due at once."""
        ...

    def due(self, now: datetime, *, shard: int = 0, shards: int = 1, limit: int = 1000) -> tuple[FeedId, ...]:
        """Return which feeds to poll, longest overdue first. A feed's shard is a hash of its registered domain.

        Their ids alone: of ten thousand that are due at once, the states would take more memory than polling them does.
        """
        ...

    def get(self, feed_id: FeedId) -> FeedState | None: ...

    def all(self) -> tuple[FeedState, ...]: ...

    def save(self, state: FeedState, poll: Poll) -> None:
        """Write a feed's new state and the poll that led to it, together."""
        ...

    def polls(self, feed_id: FeedId | None = None, *, since: datetime | None = None, limit: int = 100) -> tuple[Poll, ...]:
        """Return polls, newest first."""
        ...

    def summary(self, now: datetime) -> FeedSummary:
        """Return how the feeds stand."""
        ...

    def hasten(self, feed_id: FeedId, at: datetime) -> None:
        """Have the feed polled at that time if it would be later; an unknown feed is left alone."""
        ...


class EntryLedger(Protocol):
    """Entries and batches: what is to be done, and how each ended."""

    def add_entries(
        self, entries: Sequence[FeedEntry], now: datetime, *, priority: Priority = Priority.LIVE, way: Way | None = None
    ) -> tuple[FeedEntry, ...]:
        """Remember entries and return the new ones. They came by `way`, else by the one their feed's name tells. Known ids are
        only touched (last seen, and that they came by this way too); an entry whose URL key is an
        alias of a known article is linked and ends as `duplicate`, with a decision, and is not returned.
        """
        ...

    def listed(self, entry_ids: Sequence[EntryId]) -> Mapping[EntryId, FeedEntry]:
        """Return those of these entries that are remembered, as they were when last written."""
        ...

    def expected(self, article_ids: Sequence[ArticleId]) -> frozenset[ArticleId]:
        """Return those of these articles that an entry was listed for, whatever became of it."""
        ...

    def readdress(self, entries: Sequence[FeedEntry], now: datetime) -> tuple[FeedEntry, ...]:
        """Remember known entries under the addresses they are listed at now. The new address becomes an alias of the
        entry's article, with a decision, and the entry is due again (three times at most), so that what is there, its
        redirects and its canonical link are looked at. Returns those that are due.
        """
        ...

    def offer_again(self, entries: Sequence[FeedEntry], now: datetime) -> tuple[EntryId, ...]:
        """Let those of these known entries that were rejected at least 6 hours ago wait again as they are listed now, with a
        decision; each so that it is in 4 batches at most. Returns them. All others stay as they are.
        """
        ...

    def make_batches(self, now: datetime, *, size: int, limit: int = 100, backfill: int = 100) -> tuple[Batch, ...]:
        """Put every entry that waits (new, or its retry is due) into batches of at most `size`, live before backfill, in
        one transaction, spreading hosts over a batch. Of backfill at most `backfill` batches are unfinished at any time, so
        that a large one does not stand in the way of live news. Return the batches, not yet announced.
        """
        ...

    def reopen(self, entry_ids: Sequence[EntryId], now: datetime) -> None:
        """Let entries that have ended wait for a new batch, due at once, as if their pages had never been fetched."""
        ...

    def mark_announced(self, batch_ids: Sequence[BatchId], now: datetime) -> None: ...

    def unfinished(self, now: datetime, *, older_than_seconds: float) -> tuple[Batch, ...]:
        """Return batches not finished whose last announcement or sign of life is older than that."""
        ...

    def batch(self, batch_id: BatchId) -> Batch:
        """Raises `QuarantineError` for an id nobody wrote."""
        ...

    def batches(self, *, limit: int = 50) -> tuple[Batch, ...]: ...

    def batch_entries(self, batch_id: BatchId) -> tuple[BatchEntry, ...]: ...

    def touch(self, batch_id: BatchId, now: datetime) -> None:
        """A sign of life: the batch is being worked on."""
        ...

    def note_asking(self, batch_id: BatchId, entry_id: EntryId, now: datetime) -> bool:
        """Note that the page of a batch's entry is asked for next; False, and nothing noted, where that was noted twice
        before. Of two processes that ask at once, at most as many are told to go on as that leaves.
        """
        ...

    def save_capture(self, batch_id: BatchId, entry_id: EntryId, pointer: ArchivePointer, now: datetime) -> None: ...

    def save_outcomes(self, batch_id: BatchId, outcomes: Sequence[EntryOutcome], now: datetime) -> None:
        """Write how entries ended. The same outcome twice is the same as once; FAILED and DEFERRED entries wait for
        `retry_at` and then join a new batch.
        """
        ...

    def save_report(self, report: BatchReport) -> None: ...

    def reports(self, batch_id: BatchId | None = None) -> tuple[BatchReport, ...]: ...

    def finish(self, batch_id: BatchId, now: datetime) -> Mapping[Outcome, int]:
        """Close the batch and return its counts by final outcome. Raises `RetryableError` while an entry has none."""
        ...

    def known(self, entry_ids: Sequence[EntryId]) -> frozenset[EntryId]:
        """Return those of these entries that are remembered, whatever became of them."""
        ...

    def add_captures(self, captures: Sequence[Capture], now: datetime) -> Batch | None:
        """Remember entries whose pages are archived already and lay those that are new into one batch of backfill, all in one
        transaction. An entry counts as first seen at `seen_at`, or now where that is yet to come. Known ids are passed over; an
        entry of a known article ends as `duplicate`. None where nothing is left for a batch.
        """
        ...

    def forget_backfill(self, now: datetime) -> int:
        """Drop entries of backfill that wait and never were in a batch, as if nobody had listed them; end those that wait to
        be tried again as rejected. Returns how many there were of both. What is under way goes on.
        """
        ...

    def take_up(self, cause: str, now: datetime) -> int:
        """Let the entries that were quarantined for that cause wait for a new batch, due at once; return how many."""
        ...

    def captured_days(self) -> tuple[date, ...]:
        """Return the UTC days on which pages were fetched that are still known, the first one first."""
        ...

    def captured(self, pointer: ArchivePointer) -> BatchEntry | None:
        """Return the entry whose page lies there, as it was in its batch; None where no batch knows of that page."""
        ...

    def replayable(self, day: date) -> tuple[Replayable, ...]:
        """Return the archived pages fetched on that UTC day that newer code may read otherwise, by file and offset: those
        that articles point to, and those that cleaning rejected. Entries that are on their way are left out.
        """
        ...

    def replay(self, pages: Sequence[Replayable], now: datetime) -> Batch:
        """Lay entries that have ended into one batch of backfill again, each with its archived page. Until the batch says
        otherwise their outcomes stay.
        """
        ...

    def counts(self, priority: Priority | None = None) -> Mapping[Outcome | None, int]:
        """Return all entries, or those of a priority, by current outcome; None: waiting."""
        ...

    def outcomes_by_reason(self, *, limit: int = 100) -> Mapping[tuple[Outcome, str], int]:
        """Return entries by outcome and reason, the most frequent first; of a reason only the words before its first colon."""
        ...

    def lag(self, now: datetime) -> Lag:
        """Return what is undone and for how long."""
        ...


class HostStore(Protocol):
    """The politeness budget of each registered domain, shared by every task and machine."""

    def reserve(self, domain: str, now: datetime, *, delay_seconds: float, patience_seconds: float) -> datetime:
        """Take the domain's next free slot and return its time (≥ now); slots are `delay_seconds` apart across all
        callers, or further where `save_temper` says so. Raises `HostBusyError` (and takes nothing) where the slot is
        further away than the patience allows.
        """
        ...

    def pause(self, domain: str, until: datetime, reason: str) -> None: ...

    def temper(self, domain: str) -> HostTemper:
        """Return how the domain took our requests; a blank one where nothing is known."""
        ...

    def save_temper(self, domain: str, temper: HostTemper) -> None:
        """Write it. From then on slots of the domain are spaced by the temper's pace where that is more than the caller's."""
        ...

    def robots(self, origin: str) -> tuple[datetime, int, bytes] | None:
        """Return (fetched at, status, body) of the cached robots.txt of an origin (scheme://host:port)."""
        ...

    def save_robots(self, origin: str, now: datetime, status: int, body: bytes) -> None: ...


class DecisionLog(Protocol):
    """Every decision, in order, for `explain`."""

    def add(self, decisions: Sequence[Decision]) -> None: ...

    def about(self, key: UrlKey, *, limit: int = 500) -> tuple[Decision, ...]:
        """Return the latest `limit` decisions about a URL key, its article and the article's aliases, oldest of them first."""
        ...


class PushStore(Protocol):
    """Subscriptions at hubs, and what they delivered. Callbacks, polls and the sweep change the same rows at the same time."""

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return every subscription, by feed."""
        ...

    def get(self, callback_id: CallbackId) -> Subscription | None: ...

    def add(self, subscription: Subscription) -> Subscription:
        """Write a new subscription and return it, or the one that is there for its feed, hub and topic."""
        ...

    def change(self, callback_id: CallbackId, change: Callable[[Subscription], Subscription]) -> Subscription | None:
        """Put what `change` makes of the subscription in its place, in one transaction, so that nobody's change is lost;
        return it. None where there is no such subscription.
        """
        ...

    def receive(self, delivery: Delivery) -> bool:
        """Write a delivery durably; False where it is there already."""
        ...

    def waiting(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        """Return deliveries that wait, oldest first."""
        ...

    def waits(self) -> DeliveryId | None:
        """Return the id of the delivery that came last of those that wait, None where none does; cheap enough for each second."""
        ...

    def backlog(self, callback_id: CallbackId) -> int:
        """Return how many deliveries to that callback wait."""
        ...

    def settle(self, delivery_id: DeliveryId, *, entries: int, new: int, error: str | None = None) -> None:
        """Note what a delivery held and drop its body. Settling twice keeps the first."""
        ...

    def deliveries(self, feed_id: FeedId | None = None, *, limit: int = 50) -> tuple[Delivery, ...]:
        """Return deliveries without their bodies, newest first."""
        ...


class StateStore(Protocol):
    """All that must be remembered, in one database."""

    feeds: FeedStore
    ledger: EntryLedger
    hosts: HostStore
    gaps: GapStore
    decisions: DecisionLog
    articles: ArticleStore
    pushes: PushStore
    stories: StoryStore
    revisions: RevisionStore
    coverage: CoverageStore
    sites: SiteStore
    places: PlaceStore

    def prune(self, before: datetime) -> Mapping[str, int]:
        """Forget polls, decisions, settled deliveries and ended subscriptions older than that; return how many polls and
        decisions. Entries, articles and batches stay.
        """
        ...

    def close(self) -> None: ...


class ArticleIndex(Protocol):
    """Where people search. Upserts are idempotent: a document with an older `version` never replaces a newer one."""

    def prepare(self) -> None:
        """Create or migrate what is missing; run twice is the same. Raises `ConfigurationError` for a foreign index."""
        ...

    def upsert(self, documents: Iterable[ArticleDocument]) -> Mapping[ArticleId, str]:
        """Write documents, streamed in bounded bulks. Returns those refused, with the reason (empty: all were taken)."""
        ...

    def delete(self, article_ids: Sequence[ArticleId]) -> None: ...

    def get(self, article_id: ArticleId) -> ArticleDocument | None: ...

    def search(self, request: SearchRequest) -> SearchPage: ...

    def count(self, query: Query | None = None) -> int: ...

    def similar(self, article_id: ArticleId, *, size: int = 10) -> tuple[Hit, ...]:
        """Return the articles most like this one, the likest first, itself left out; none where there is no such article."""
        ...

    def did_you_mean(self, query: Query) -> Query | None:
        """Return the query with words that no article has replaced by the nearest that some have; None: nothing to replace."""
        ...

    def refresh(self) -> None:
        """Make everything written so far searchable."""
        ...

    def close(self) -> None: ...


__all__ = [
    "Archive", "ArticleIndex", "ArticleStore", "BatchStore", "Cleaner", "CoverageStore", "DecisionLog", "Enricher", "EntryLedger",
    "FeedStore", "Fetcher", "GapStore", "HostStore", "PushStore", "RevisionStore", "SiteStore", "Source", "StateStore", "StoryStore",
]  # fmt: skip
