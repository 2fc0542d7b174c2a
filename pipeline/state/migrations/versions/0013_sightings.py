"""What pages said of late, so that the same under another address is known for it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Pages of before are not recognised; they have their articles."""
    op.create_table(
        "sightings",
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("url", "url_key", "host", "site")),
        sa.Column("title_digest", sa.LargeBinary(), nullable=False),
        sa.Column("title_length", sa.Integer(), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_sightings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sightings_at", "sightings", ["at"])
    op.create_index("ix_sightings_article_id", "sightings", ["article_id"])
    op.create_index("ix_sightings_site_title_digest", "sightings", ["site", "title_digest"])


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
