"""The ledger as one thing: every store on one database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import delete

from pipeline.places import PlaceStore
from pipeline.ports import (
    ArticleStore,
    CoverageStore,
    DecisionLog,
    EntryLedger,
    FeedStore,
    GapStore,
    HostStore,
    PushStore,
    RevisionStore,
    StoryStore,
)
from pipeline.site_memory import SiteStore
from pipeline.state.articles import SqlArticles
from pipeline.state.batches import SqlBatches, random_tail
from pipeline.state.captured import SqlCaptured
from pipeline.state.coverage import SqlCoverage
from pipeline.state.decisions import SqlDecisions
from pipeline.state.engine import Database
from pipeline.state.entries import SqlEntries
from pipeline.state.feeds import SqlFeeds
from pipeline.state.gaps import SqlGaps
from pipeline.state.hosts import SqlHosts
from pipeline.state.opening import open_database
from pipeline.state.places import SqlPlaces
from pipeline.state.pushes import SqlPushes, forget_pushes
from pipeline.state.revisions import SqlRevisions
from pipeline.state.schema import claims, decisions, polls, sightings
from pipeline.state.sites import SqlSites
from pipeline.state.stories import SqlStories
from pipeline.state.totals import SqlTotals


class SqlLedger(SqlEntries, SqlCaptured, SqlTotals):
    """`ports.EntryLedger` on a database."""

    def __init__(self, database: Database, *, tail: Callable[[], str] = random_tail) -> None:
        SqlBatches.__init__(self, database, tail=tail)


class SqlState:
    """`ports.StateStore` on SQLite or PostgreSQL. Several processes may each have one on the same database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.feeds: FeedStore = SqlFeeds(database)
        self.ledger: EntryLedger = SqlLedger(database)
        self.hosts: HostStore = SqlHosts(database)
        self.gaps: GapStore = SqlGaps(database)
        self.decisions: DecisionLog = SqlDecisions(database)
        self.articles: ArticleStore = SqlArticles(database)
        self.pushes: PushStore = SqlPushes(database)
        self.stories: StoryStore = SqlStories(database)
        self.revisions: RevisionStore = SqlRevisions(database)
        self.sites: SiteStore = SqlSites(database)
        self.coverage: CoverageStore = SqlCoverage(database)
        self.places: PlaceStore = SqlPlaces(database)

    @property
    def name(self) -> str:
        """The database for people, without its password."""
        return self._database.name

    def prune(self, before: datetime) -> Mapping[str, int]:
        with self._database.writing() as connection:
            old_polls = connection.execute(delete(polls).where(polls.c.at < before)).rowcount
            forget_pushes(connection, before)
            old_decisions = connection.execute(delete(decisions).where(decisions.c.at < before)).rowcount
            connection.execute(delete(claims).where(claims.c.at < before))
            connection.execute(delete(sightings).where(sightings.c.at < before))
        return {"polls": old_polls, "decisions": old_decisions}

    def close(self) -> None:
        """Close every connection. Closing twice is the same as once."""
        self._database.close()


def open_state(url: str) -> SqlState:
    """Return the ledger of that database, made or migrated where needed.

    Args:
        url: an SQLAlchemy URL, sqlite or postgresql.

    Raises:
        ConfigurationError: only a person can mend it; the message names the database, without password, and the remedy.
        RetryableError: the database is locked or its disk full.
    """
    return SqlState(open_database(url))
