"""The tables of stories and revisions: how articles stand to one another, and what each once said."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, Table, Text, text

from pipeline.standing import Change, CopyKind
from pipeline.state.columns import Blob, Hex, OneOf, Packed, Prose, UtcTime
from pipeline.state.naming import metadata

tellers = Table(
    "tellers",
    metadata,
    Column("article_id", Hex, primary_key=True),  # no foreign key: it settles before it is indexed and remembered
    Column("at", UtcTime, nullable=False),
    Column("site", Text, nullable=False),
    Column("publisher", Prose, nullable=False),
    Column("agency", Prose),
    Column("shingles", Integer),
    Column("signature", Blob),
    Column("bands", Blob),  # as they stand in `bands`, to take them out there
    Column("numbers", Blob),
    Column("names", Blob),
    Column("plain", Blob),
    Column("story_id", Hex, nullable=False),
    Column("copy_of", Hex),
    Column("copy_kind", OneOf(CopyKind)),
    Column("distance", Float),
    Column("shown", Boolean, nullable=False),  # whether the document says so
    Column("number", BigInteger),  # counted up; what `bands` call it
    Index("ix_tellers_number", "number", unique=True),
    Index("ix_tellers_story_id", "story_id"),
    Index("ix_tellers_copy_of", "copy_of", sqlite_where=text("copy_of IS NOT NULL"), postgresql_where=text("copy_of IS NOT NULL")),
    Index("ix_tellers_unshown", "article_id", sqlite_where=text("NOT shown"), postgresql_where=text("NOT shown")),
)

bands = Table(
    "bands",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # 44 bits of the band, 20 of the hour: see story_rows.py
    Column("teller", BigInteger, primary_key=True, autoincrement=False),  # `tellers.number`
    sqlite_with_rowid=False,
)

revisions = Table(
    "revisions",
    metadata,
    Column("article_id", Hex, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("known_at", UtcTime, nullable=False),
    Column("text_digest", Hex, nullable=False),
    Column("capture_file", Text, nullable=False),
    Column("capture_offset", BigInteger, nullable=False),
    Column("capture_length", BigInteger, nullable=False),
    Column("capture_digest", Hex, nullable=False),
    Column("title", Prose, nullable=False),
    Column("body", Blob, nullable=False),  # the text in UTF-8, deflated
    Column("corrections", Packed[tuple[str, ...]](tuple[str, ...]), nullable=False),
    Column("modified", UtcTime),
    Column("changes", Packed[tuple[Change, ...]](tuple[Change, ...]), nullable=False),
)

checks = Table(
    "checks",
    metadata,
    Column("entry_id", Hex, primary_key=True),
    Column("article_id", Hex, nullable=False),
    Column("domain", Text, nullable=False),
    Column("url", Prose, nullable=False),
    Column("etag", Prose),
    Column("last_modified", Prose),
    Column("checked_at", UtcTime, nullable=False),
    Column("due_at", UtcTime),
    Column("unchanged", Integer, nullable=False),
    Index("ix_checks_due_at", "due_at", sqlite_where=text("due_at IS NOT NULL"), postgresql_where=text("due_at IS NOT NULL")),
)

sightings = Table(
    "sightings",
    metadata,
    Column("key_id", Hex, primary_key=True),  # of the page's address
    Column("article_id", Hex, nullable=False),  # whose it is: its own, or that of the page it says the same as
    Column("url", Prose, nullable=False),
    Column("url_key", Prose, nullable=False),
    Column("host", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("title_digest", Hex, nullable=False),
    Column("title_length", Integer, nullable=False),
    Column("text_digest", Hex, nullable=False),
    Column("signature", Blob),
    Column("at", UtcTime, nullable=False),
    Index("ix_sightings_at", "at"),
    Index("ix_sightings_article_id", "article_id"),
    Index("ix_sightings_site_title_digest", "site", "title_digest"),
    sqlite_with_rowid=False,
)
