"""By which ways an entry came, and what a survey counted by them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is known came by the way its feed's name tells; which of it hubs delivered is not known any more."""
    op.add_column("entries", sa.Column("ways", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("surveys", sa.Column("looks", sa.Text(), server_default=sa.text("'{}'"), nullable=False))
    op.execute("UPDATE entries SET ways = CASE WHEN feed_id LIKE 'sitemap:%' THEN 2 WHEN feed_id LIKE 'import-%' THEN 8 ELSE 1 END")


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
