"""The table of what is remembered of sites. Part of `schema`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Table, Text, text

from pipeline.site_memory import SiteMemory
from pipeline.state.columns import Packed, UtcTime
from pipeline.state.naming import metadata

_CHANGED: Final = text("changed_at IS NOT NULL")

sites = Table(
    "sites",
    metadata,
    Column("site", Text, primary_key=True),
    Column("learned_at", UtcTime),
    Column("changed_at", UtcTime),
    Column("memory", Packed(SiteMemory), nullable=False),
    Index("ix_sites_changed_at", "changed_at", sqlite_where=_CHANGED, postgresql_where=_CHANGED),
)
