"""The tables of the coverage ledger, and of what is held back. Part of `schema`."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, Table, Text, text

from pipeline.coverage import Looks
from pipeline.state.columns import Packed, UtcTime
from pipeline.state.naming import metadata

surveys = Table(
    "surveys",
    metadata,
    Column("day", Date, primary_key=True),
    Column("domain", Text, primary_key=True),
    Column("listed", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("both", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("looks", Packed[Looks](Looks), nullable=False, server_default=text("'{}'")),
    sqlite_with_rowid=False,
)

holds = Table(
    "holds",
    metadata,
    Column("name", Text, primary_key=True),
    Column("since", UtcTime, nullable=False),
    sqlite_with_rowid=False,
)
