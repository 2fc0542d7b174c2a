"""The tables of what may have passed unseen, and of the documents it is filled from. Part of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table, Text

from pipeline.ledger import GapState, VisitKind
from pipeline.state.columns import Hex, OneOf, Prose, UtcTime
from pipeline.state.naming import metadata

gaps = Table(
    "gaps",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("found_at", UtcTime, primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("filled", Integer, nullable=False),
    Column("state", OneOf(GapState), nullable=False),
    Column("source", Text, nullable=False),
    Index("ix_gaps_found_at", "found_at"),
)

visits = Table(
    "visits",
    metadata,
    Column("feed_id", Text, primary_key=True),
    Column("url_id", Hex, primary_key=True),  # digest of the URL: no address is too long for it
    Column("url", Prose, nullable=False),
    Column("kind", OneOf(VisitKind), nullable=False),
    Column("due_at", UtcTime),
    Column("depth", Integer, nullable=False),
    Column("since", UtcTime),
    Column("until", UtcTime),
    Column("gap_at", UtcTime),
    Column("visited_at", UtcTime),
    Index("ix_visits_due_at", "due_at"),
)
