"""Which entries a file of the archive holds: what a replay of a day asks."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only entries with a capture are in it."""
    captured = sa.text("capture_file IS NOT NULL")
    op.create_index("ix_batch_entries_capture_file", "batch_entries", ["capture_file"], sqlite_where=captured, postgresql_where=captured)


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
