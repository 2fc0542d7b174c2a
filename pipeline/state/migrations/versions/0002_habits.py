"""What was learned of a feed's habits: its hours and weekdays, and the gap its host refused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Feeds known before begin without habits."""
    op.add_column("feeds", sa.Column("habits", sa.Text(), nullable=False, server_default=sa.text("'{}'")))


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
