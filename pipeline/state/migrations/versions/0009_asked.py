"""That a page is asked for is known before the request is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is under way counts as never asked for."""
    op.add_column("batch_entries", sa.Column("asked", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("batch_entries", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
