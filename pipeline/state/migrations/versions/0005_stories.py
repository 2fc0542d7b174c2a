"""Stories: fingerprints with their bands and standings; revisions with their texts, and when to look again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Articles known before stand alone until their text is fetched again; they have no earlier revisions."""
    _stories()
    _revisions()


def _stories() -> None:
    op.create_table(
        "tellers",
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=True),
        sa.Column("shingles", sa.Integer(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("bands", sa.LargeBinary(), nullable=True),
        sa.Column("numbers", sa.LargeBinary(), nullable=True),
        sa.Column("names", sa.LargeBinary(), nullable=True),
        sa.Column("plain", sa.LargeBinary(), nullable=True),
        sa.Column("story_id", sa.LargeBinary(), nullable=False),
        sa.Column("copy_of", sa.LargeBinary(), nullable=True),
        sa.Column("copy_kind", sa.String(16), nullable=True),
        sa.Column("distance", sa.Float(), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", name=op.f("pk_tellers")),
    )
    op.create_index("ix_tellers_story_id", "tellers", ["story_id"])
    partial = sa.text("copy_of IS NOT NULL")
    op.create_index("ix_tellers_copy_of", "tellers", ["copy_of"], sqlite_where=partial, postgresql_where=partial)
    unshown = sa.text("NOT shown")
    op.create_index("ix_tellers_unshown", "tellers", ["article_id"], sqlite_where=unshown, postgresql_where=unshown)
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("hour", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("band", "hour", "article_id", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=False),
        sa.Column("capture_file", sa.Text(), nullable=False),
        sa.Column("capture_offset", sa.BigInteger(), nullable=False),
        sa.Column("capture_length", sa.BigInteger(), nullable=False),
        sa.Column("capture_digest", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("corrections", sa.Text(), nullable=False),
        sa.Column("modified", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_revisions")),
    )
    op.create_table(
        "checks",
        sa.Column("entry_id", sa.LargeBinary(), nullable=False),
        sa.Column("article_id", sa.LargeBinary(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_checks")),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index("ix_checks_due_at", "checks", ["due_at"], sqlite_where=due, postgresql_where=due)


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
