"""Bands in a fifth of the space: a key of band and hour, and the number of its article instead of the id."""

import struct
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_PORTION = 1000
_HOURS = 2**20 - 1


def upgrade() -> None:
    """Number the articles and fill the new table from their fingerprints."""
    op.add_column("tellers", sa.Column("number", sa.BigInteger(), nullable=True))
    op.create_index("ix_tellers_number", "tellers", ["number"], unique=True)
    op.drop_table("bands")
    op.create_table(
        "bands",
        sa.Column("key", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("teller", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("key", "teller", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    _fill()


def _fill() -> None:
    tellers = sa.table(
        "tellers",
        sa.column("article_id", sa.LargeBinary),
        sa.column("number", sa.BigInteger),
        sa.column("at", sa.DateTime(timezone=True)),
        sa.column("bands", sa.LargeBinary),
    )
    bands = sa.table("bands", sa.column("key"), sa.column("teller"))
    connection = op.get_bind()
    last, number = b"", 0
    while True:
        next_ones = sa.select(tellers.c.article_id, tellers.c.at, tellers.c.bands).where(tellers.c.article_id > last)
        rows = connection.execute(next_ones.order_by(tellers.c.article_id).limit(_PORTION)).all()
        if not rows:
            return
        numbered = [(number + place, *row) for place, row in enumerate(rows, 1)]
        last, number = rows[-1][0], number + len(rows)
        update = tellers.update().where(tellers.c.article_id == sa.bindparam("of")).values(number=sa.bindparam("as"))
        connection.execute(update, [{"of": article_id, "as": one} for one, article_id, _, _ in numbered])
        found = [{"key": key, "teller": one} for one, _, at, packed in numbered for key in _keys(at, packed)]
        if found:
            connection.execute(bands.insert(), found)


def _keys(at: datetime, packed: bytes | None) -> set[int]:
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    hour = max(0, min(int(at.timestamp() // 3600), _HOURS))
    packed = bytes(packed or b"")
    return {band & ~_HOURS | hour for band in struct.unpack(f"<{len(packed) // 8}q", packed)}


def downgrade() -> None:
    """Refused: the way back is a backup."""
    raise NotImplementedError("restore a backup instead")
