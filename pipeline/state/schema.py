"""Every table of the ledger, in the order of the data's way: feeds, entries, batches, hosts, articles, decisions.

The tables of push are in `push_schema.py`, those of gaps in `gap_tables.py`. The migrations lead here, and a test compares
the two. To change a table, change it here, write the next `migrations/versions/NNNN_*.py` by hand, and set HEAD to its
number; what is missing the test then tells.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from pipeline.ledger import BatchState, Course, FeedStatus, Habits, Outcome, PollOutcome, Priority, Stage
from pipeline.state.columns import Hex, OneOf, Packed, Prose, UtcTime
from pipeline.state.coverage_tables import holds, surveys
from pipeline.state.gap_tables import gaps, visits
from pipeline.state.naming import metadata
from pipeline.state.place_tables import places
from pipeline.state.site_tables import sites
from pipeline.state.story_tables import bands, checks, revisions, sightings, tellers
from pipeline.types import Feed, FeedEntry, FeedHints

HEAD: Final = "0013"  # the migration that leads to these tables
VERSION_TABLE: Final = "wireroom_version"  # a name of our own: Airflow's database has an alembic_version too

ROW_NUMBER: Final = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts by itself in SQLite


_CAPTURED: Final = text("capture_file IS NOT NULL")


def _capture(*, nullable: bool) -> tuple[Column[Any], ...]:
    """Where a page lies in the archive, as four columns: a rebuild asks which entries a file holds."""
    return (
        Column("capture_file", Text, nullable=nullable),
        Column("capture_offset", BigInteger, nullable=nullable),
        Column("capture_length", BigInteger, nullable=nullable),
        Column("capture_digest", Hex, nullable=nullable),
    )


feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("feed", Packed[Feed](Feed), nullable=False),  # the operator's word
    Column("bucket", Integer, nullable=False),  # hash of the registered domain: bucket % shards is the shard
    Column("status", OneOf(FeedStatus), nullable=False),
    Column("next_poll_at", UtcTime, nullable=False),
    Column("etag", Prose),
    Column("last_modified", Prose),
    Column("ignore_validators", Boolean, nullable=False),
    Column("body_digest", Hex),
    Column("entry_set_digest", Hex),
    Column("failures", Float, nullable=False),
    Column("polls", Integer, nullable=False),
    Column("last_polled_at", UtcTime),
    Column("last_success_at", UtcTime),
    Column("last_new_at", UtcTime),
    Column("last_error", Prose),
    Column("rate_per_hour", Float),
    Column("window_seconds", Float),
    Column("hints", Packed[FeedHints](FeedHints), nullable=False),
    Column("habits", Packed[Habits](Habits), nullable=False, server_default=text("'{}'")),
    Column("course", Packed[Course](Course), nullable=False, server_default=text("'{}'")),
    Index("ix_feeds_next_poll_at", "next_poll_at"),
)

polls = Table(
    "polls",
    metadata,
    Column("poll_id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("feed_id", ForeignKey("feeds.feed_id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("outcome", OneOf(PollOutcome), nullable=False),
    Column("http_status", Integer),
    Column("entries", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("bozo", Prose),
    Column("error", Prose),
    Index("ix_polls_at", "at"),
    Index("ix_polls_feed_id", "feed_id", "at"),
)

entries = Table(
    "entries",
    metadata,
    Column("entry_id", Hex, primary_key=True),
    Column("feed_id", Text, nullable=False),  # no foreign key: a backfill brings entries of no feed
    Column("article_id", Hex, nullable=False),
    Column("domain", Text, nullable=False),
    Column("priority", OneOf(Priority), nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),  # when it may join a batch; None: it is in one, or has ended for good
    Column("batch_id", String(32)),  # the latest it joined
    Column("attempts", Integer, nullable=False),  # batches it has been in
    Column("failures", Integer, nullable=False),  # of these, those that ended as failed and led to another batch
    Column("outcome", OneOf(Outcome)),
    Column("cause", Prose, nullable=False),  # the reason up to its first colon, to count by
    Column("reason", Prose, nullable=False),
    Column("stage", OneOf(Stage)),  # where it ended, or the last it passed
    Column("changed_at", UtcTime),
    Column("entry", Packed[FeedEntry](FeedEntry), nullable=False),
    Column("ways", Integer, nullable=False, server_default=text("0")),  # by which it came, as bits: `columns.BITS`
    Index(
        "ix_entries_due",
        "priority",
        "first_seen_at",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_entries_article_id", "article_id"),
    Index("ix_entries_first_seen_at", "first_seen_at", "domain", "feed_id"),
    Index("ix_entries_outcome", "outcome", "cause"),
)

batches = Table(
    "batches",
    metadata,
    Column("batch_id", String(32), primary_key=True),
    Column("created_at", UtcTime, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", OneOf(BatchState), nullable=False),
    Column("priority", OneOf(Priority), nullable=False),
    Column("announced_at", UtcTime),
    Column("announcements", Integer, nullable=False),
    Column("alive_at", UtcTime, nullable=False),  # the last announcement or sign of life
    Column("finished_at", UtcTime),
    Index("ix_batches_state", "state", "alive_at"),
    Index("ix_batches_created_at", "created_at"),
)

batch_entries = Table(
    "batch_entries",
    metadata,
    Column("batch_id", ForeignKey("batches.batch_id"), primary_key=True),
    Column("entry_id", ForeignKey("entries.entry_id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),  # both as they were when it joined
    Column("failures", Integer, nullable=False),
    *_capture(nullable=True),
    Column("outcome", OneOf(Outcome)),
    Column("reason", Prose, nullable=False),
    Column("stage", OneOf(Stage)),
    Column("changed_at", UtcTime),
    Column("asked", Integer, nullable=False, server_default=text("0")),  # noted before each request for its page
    Column("asked_at", UtcTime),
    Index("ix_batch_entries_entry_id", "entry_id"),
    Index("ix_batch_entries_capture_file", "capture_file", sqlite_where=_CAPTURED, postgresql_where=_CAPTURED),
    sqlite_with_rowid=False,
)

reports = Table(
    "reports",
    metadata,
    Column("batch_id", Text, primary_key=True),  # no foreign key: a poll reports under an id of its own
    Column("stage", OneOf(Stage), primary_key=True),
    Column("inputs", Integer, nullable=False),
    Column("counts", Packed[dict[Outcome, int]](dict[Outcome, int]), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("peak_rss_bytes", BigInteger, nullable=False),
    Index("ix_reports_started_at", "started_at"),
)

hosts = Table(
    "hosts",
    metadata,
    Column("domain", Text, primary_key=True),
    Column("last_slot_at", UtcTime),
    Column("free_at", UtcTime),
    Column("paused_until", UtcTime),
    Column("pause_reason", Prose),
    Column("refusals", Integer, nullable=False, server_default=text("0")),
    Column("refused_at", UtcTime),
    Column("limited_at", UtcTime),
    Column("pace_seconds", Float, nullable=False, server_default=text("0")),
    Column("paced_at", UtcTime),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("fetched_at", UtcTime, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("article_id", Hex, primary_key=True),
    Column("url", Prose, nullable=False),
    Column("url_key", Prose, nullable=False),
    Column("title", Prose, nullable=False),
    Column("publisher", Prose, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("text_digest", Hex, nullable=False),
    *_capture(nullable=False),
    Column("etag", Prose),
    Column("last_modified", Prose),
    Column("checked_at", UtcTime, nullable=False),
    Column("indexed_at", UtcTime),
)

aliases = Table(
    "aliases",
    metadata,
    Column("key_id", Hex, primary_key=True),  # urls.article_id of url_key: shorter, and no key is too long for it
    Column("url_key", Prose, nullable=False),
    Column("article_id", ForeignKey("articles.article_id"), nullable=False),
    Index("ix_aliases_article_id", "article_id"),
    sqlite_with_rowid=False,
)

claims = Table(
    "claims",
    metadata,
    Column("key_id", Hex, primary_key=True),  # the address that pages call their own
    Column("title_digest", Hex, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("ix_claims_at", "at"),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    metadata,
    Column("decision_id", ROW_NUMBER, primary_key=True, autoincrement=True),
    Column("mark", Hex, nullable=False, unique=True),  # of what makes a decision the same one again
    Column("at", UtcTime, nullable=False),
    Column("stage", Text, nullable=False),
    Column("key_id", Hex, nullable=False),
    Column("url_key", Prose, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Prose, nullable=False),
    Column("entry_id", Hex),
    Column("article_id", Hex),
    Column("batch_id", Text),
    Index("ix_decisions_at", "at"),
    Index("ix_decisions_key_id", "key_id"),
    Index("ix_decisions_article_id", "article_id"),
)

__all__ = [
    "HEAD",
    "VERSION_TABLE",
    "aliases",
    "articles",
    "bands",
    "batch_entries",
    "batches",
    "checks",
    "claims",
    "decisions",
    "entries",
    "feeds",
    "gaps",
    "holds",
    "hosts",
    "metadata",
    "places",
    "polls",
    "reports",
    "revisions",
    "robots",
    "sightings",
    "sites",
    "surveys",
    "tellers",
    "visits",
]
