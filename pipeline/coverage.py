"""What was seen of the news by which way, and what was not: the values, and the store that keeps them. Pure.

A sitemap, a feed and its hub are looks at the same day. What several show, against what each shows alone, tells how much none
did: the estimate is in `backfill/estimate.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from pipeline.types import ArticleId, FeedId

SITEMAPS: Final = "sitemap:"  # what the feed ids of entries begin with that a survey of sitemaps brought
IMPORTS: Final = "import-"


class Way(StrEnum):
    """By which way an address came to us."""

    FEED = "feed"  # by polling
    SITEMAP = "sitemap"
    PUSH = "push"  # by a delivery of a hub
    IMPORT = "import"


Ways = frozenset[Way]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How many articles of a day were seen by these looks and no other: seven numbers, and the eighth is what nobody knows."""

    feed: int = 0
    push: int = 0
    sitemap: int = 0
    feed_push: int = 0
    feed_sitemap: int = 0
    push_sitemap: int = 0
    all: int = 0


def way_of(feed_id: FeedId | str) -> Way:
    """Return the way by which the entries of a feed id come, but for push, which only who takes a delivery can tell."""
    return Way.SITEMAP if feed_id.startswith(SITEMAPS) else Way.IMPORT if feed_id.startswith(IMPORTS) else Way.FEED


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What one look at the sitemaps of a registered domain told about one UTC day."""

    domain: str
    day: date
    listed: int  # addresses that its sitemaps and older feed pages date to that day
    seen: int  # articles that feeds or hubs brought on that day
    both: int  # of the listed ones, those that feeds or hubs had brought
    held: int  # of the listed ones, those that the ledger knew by any way before this look
    documents: int  # that were read for it
    at: datetime
    looks: Looks = field(default_factory=Looks)  # all 0: a survey before these were counted


class CoverageStore(Protocol):
    """The coverage ledger: what surveys told, beside what the entries themselves tell."""

    def ways(self, article_ids: Sequence[ArticleId]) -> Mapping[ArticleId, frozenset[Way]]:
        """Return by which ways these articles, or others that they are aliases of, came into the ledger; unknown ones are left
        out.
        """
        ...

    def seen(self, start: datetime, end: datetime) -> Mapping[tuple[str, date, Ways], int]:
        """Count the articles whose entries were first seen in [start, end) by registered domain, UTC day and the ways by which
        they came, that day's entries of one article taken together.
        """
        ...

    def save(self, survey: Survey) -> None:
        """Keep a survey; a later one of the same domain and day replaces it."""
        ...

    def surveys(self, first: date, last: date) -> tuple[Survey, ...]:
        """Return what is kept of these days, both included, by day and domain."""
        ...

    def hold(self, name: str, now: datetime) -> None:
        """Hold something back until it is let go; twice is the same as once."""
        ...

    def let_go(self, name: str) -> bool:
        """End a hold; whether there was one."""
        ...

    def held_since(self, name: str) -> datetime | None: ...
