"""What is remembered of sites: their templates, and changes of their pages."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was remembered before."""
    op.create_table(
        "sites",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("memory", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_sites")),
    )
    changed = sa.text("changed_at IS NOT NULL")
    op.create_index("ix_sites_changed_at", "sites", ["changed_at"], sqlite_where=changed, postgresql_where=changed)


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
