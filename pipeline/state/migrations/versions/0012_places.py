"""How far files of the past were read, so that a killed import goes on there."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is under way at first: what an earlier import knew it passes over."""
    op.create_table(
        "places",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_id", sa.LargeBinary(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "file_id", name=op.f("pk_places")),
    )


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
