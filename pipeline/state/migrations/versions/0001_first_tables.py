"""The ledger's first tables: feeds, entries, batches, hosts, articles, decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. A later migration adds to them; this one is never edited."""
    _feeds()
    _polls()
    _entries()
    _batches()
    _batch_entries()
    _reports()
    _hosts()
    _robots()
    _articles()
    _aliases()
    _decisions()


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")


def _feeds() -> None:
    op.create_table(
        "feeds",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("next_poll_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("ignore_validators", sa.Boolean(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=True),
        sa.Column("entry_set_digest", sa.LargeBinary(), nullable=True),
        sa.Column("failures", sa.Float(), nullable=False),
        sa.Column("polls", sa.Integer(), nullable=False),
        sa.Column("last_polled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_new_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("rate_per_hour", sa.Float(), nullable=True),
        sa.Column("window_seconds", sa.Float(), nullable=True),
        sa.Column("hints", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", name=op.f("pk_feeds")),
    )
    op.create_index("ix_feeds_next_poll_at", "feeds", ["next_poll_at"], unique=False)


def _polls() -> None:
    op.create_table(
        "polls",
        sa.Column("poll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("bozo", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.feed_id"], name=op.f("fk_polls_feed_id")),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_polls")),
    )
    op.create_index("ix_polls_at", "polls", ["at"], unique=False)
    op.create_index("ix_polls_feed_id", "polls", ["feed_id", "at"], unique=False)


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("entry_id", sa.LargeBinary(), nullable=False),
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch_id", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entries")),
    )
    op.create_index("ix_entries_article_id", "entries", ["article_id"], unique=False)
    op.create_index(
        "ix_entries_due",
        "entries",
        ["priority", "first_seen_at", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_entries_outcome", "entries", ["outcome", "cause"], unique=False)


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announcements", sa.Integer(), nullable=False),
        sa.Column("alive_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_created_at", "batches", ["created_at"], unique=False)
    op.create_index("ix_batches_state", "batches", ["state", "alive_at"], unique=False)


def _batch_entries() -> None:
    op.create_table(
        "batch_entries",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("entry_id", sa.LargeBinary(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("capture_file", sa.Text(), nullable=True),
        sa.Column("capture_offset", sa.BigInteger(), nullable=True),
        sa.Column("capture_length", sa.BigInteger(), nullable=True),
        sa.Column("capture_digest", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name=op.f("fk_batch_entries_batch_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.entry_id"], name=op.f("fk_batch_entries_entry_id")),
        sa.PrimaryKeyConstraint("batch_id", "entry_id", name=op.f("pk_batch_entries")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_entries_entry_id", "batch_entries", ["entry_id"], unique=False)


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("inputs", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("peak_rss_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "stage", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_started_at", "reports", ["started_at"], unique=False)


def _hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("last_slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pause_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_hosts")),
    )


def _robots() -> None:
    op.create_table(
        "robots",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots")),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("capture_file", sa.Text(), nullable=False),
        sa.Column("capture_offset", sa.BigInteger(), nullable=False),
        sa.Column("capture_length", sa.BigInteger(), nullable=False),
        sa.Column("capture_digest", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("indexed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_articles")),
    )


def _aliases() -> None:
    op.create_table(
        "aliases",
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], name=op.f("fk_aliases_article_id")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_aliases")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_aliases_article_id", "aliases", ["article_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.LargeBinary(), nullable=True),
        sa.Column("article_id", sa.LargeBinary(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("mark", name=op.f("uq_decisions_mark")),
    )
    op.create_index("ix_decisions_article_id", "decisions", ["article_id"], unique=False)
    op.create_index("ix_decisions_at", "decisions", ["at"], unique=False)
    op.create_index("ix_decisions_key_id", "decisions", ["key_id"], unique=False)
