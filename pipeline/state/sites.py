"""What is remembered of sites: templates, and changes of their pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pipeline.site_memory import SiteMemory
from pipeline.state.engine import Database, overwrite
from pipeline.state.site_tables import sites


class SqlSites:
    """`SiteStore` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, site: str) -> SiteMemory | None:
        with self._database.reading() as connection:
            found: SiteMemory | None = connection.execute(select(sites.c.memory).where(sites.c.site == site)).scalar()
        return found

    def save(self, memory: SiteMemory) -> None:
        row = {"site": memory.site, "learned_at": memory.learned_at, "changed_at": memory.changed_at, "memory": memory}
        with self._database.writing() as connection:
            overwrite(connection, sites, row, newest_by="learned_at")

    def changed(self, since: datetime) -> tuple[SiteMemory, ...]:
        wanted = select(sites.c.memory).where(sites.c.changed_at >= since).order_by(sites.c.changed_at.desc(), sites.c.site)
        with self._database.reading() as connection:
            return tuple(connection.execute(wanted).scalars())
