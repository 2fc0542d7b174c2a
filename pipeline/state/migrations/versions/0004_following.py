"""Following feeds where they go: moved addresses, gaps and what fills them, tempers of hosts, claims of canonical addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Feeds and hosts known before begin with nothing learned."""
    op.add_column("feeds", sa.Column("course", sa.Text(), nullable=False, server_default=sa.text("'{}'")))
    _hosts()
    _gaps()
    _visits()
    op.create_table(
        "claims",
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("title_digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", "title_digest", name=op.f("pk_claims")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_claims_at"), "claims", ["at"])


def _hosts() -> None:
    op.add_column("hosts", sa.Column("refusals", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("hosts", sa.Column("refused_at", sa.DateTime(timezone=True)))
    op.add_column("hosts", sa.Column("limited_at", sa.DateTime(timezone=True)))
    op.add_column("hosts", sa.Column("pace_seconds", sa.Float(), nullable=False, server_default=sa.text("0")))
    op.add_column("hosts", sa.Column("paced_at", sa.DateTime(timezone=True)))


def _gaps() -> None:
    op.create_table(
        "gaps",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("filled", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "found_at", name=op.f("pk_gaps")),
    )
    op.create_index(op.f("ix_gaps_found_at"), "gaps", ["found_at"])


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("feed_id", sa.Text(), nullable=False),
        sa.Column("url_id", sa.LargeBinary(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("until", sa.DateTime(timezone=True)),
        sa.Column("gap_at", sa.DateTime(timezone=True)),
        sa.Column("visited_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("feed_id", "url_id", name=op.f("pk_visits")),
    )
    op.create_index(op.f("ix_visits_due_at"), "visits", ["due_at"])


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
