"""The ports between a page and what is known of its text. Part of `ports`."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Protocol

from pipeline.types import ArchivePointer, Article, EnrichedArticle, FeedEntry, FetchedPage, Rejected

NO_LINES: Final[frozenset[str]] = frozenset()


class Cleaner(Protocol):
    """Takes the article out of a page. Pure: `templates` are the keys of the lines that recur on the site's pages (`site_memory`)."""

    name: str  # name/version, kept on each article

    def clean(
        self, page: FetchedPage, entry: FeedEntry, pointer: ArchivePointer, *, first_seen_at: datetime, templates: frozenset[str] = NO_LINES
    ) -> Article | Rejected: ...


class Enricher(Protocol):
    """Adds one kind of knowledge. Gets the enriched article so far and returns a new one with its field set."""

    name: str
    version: str

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle: ...
