"""The table of how far files of the past were read. Part of `schema`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table, Text

from pipeline.state.columns import Hex, Prose, UtcTime
from pipeline.state.naming import metadata

places = Table(
    "places",
    metadata,
    Column("source", Text, primary_key=True),
    Column("file_id", Hex, primary_key=True),  # digest of the path or URL: none is too long for it
    Column("file", Prose, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("version", Prose, nullable=False),
    Column("asked", Prose, nullable=False),
    Column("counts", Text, nullable=False),  # JSON
    Column("kept_at", UtcTime, nullable=False),
)
