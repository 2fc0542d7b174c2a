"""The coverage ledger: what surveys of sitemaps told, when entries were first seen, and what is held back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was surveyed before."""
    op.create_table(
        "surveys",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("listed", "seen", "both", "held", "documents")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "domain", name=op.f("pk_surveys")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "holds",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_holds")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_entries_first_seen_at", "entries", ["first_seen_at", "domain", "feed_id"])


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
