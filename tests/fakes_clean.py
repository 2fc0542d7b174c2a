"""A cleaner for texts that are no HTML: what a stage needs of one, in ten lines."""

from __future__ import annotations

from datetime import datetime

from pipeline.errors import ConfigurationError, QuarantineError
from pipeline.site_memory import line_key
from pipeline.types import ArchivePointer, Article, Block, BlockKind, Digest, FeedEntry, FetchedPage, Rejected
from pipeline.urls import article_id, url_key


class LineCleaner:
    """The first line of a page is the title, the others are paragraphs; pages that say so misbehave."""

    name = "lines/1"

    def clean(
        self,
        page: FetchedPage,
        entry: FeedEntry,
        pointer: ArchivePointer,
        *,
        first_seen_at: datetime,
        templates: frozenset[str] = frozenset(),
    ) -> Article | Rejected:
        title, *lines = page.body.decode().splitlines()
        if title == "listing":
            return Rejected(url=page.url, reason="not-an-article:listing")
        if title == "broken":
            raise QuarantineError(f"{page.url}: cannot be read")
        if title == "bug":
            raise ZeroDivisionError("a fault of ours")
        if title == "misconfigured":
            raise ConfigurationError("cleaner: got nothing; allowed: something")
        blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line_key(line) not in templates)
        key = url_key(title.removeprefix("same as ")) if title.startswith("same as ") else entry.url_key
        return Article(
            article_id=article_id(key), entry_id=entry.entry_id, feed_id=entry.feed_id, url=page.final_url, url_key=key, aliases=(),
            publisher="Test", country=None, title=title, blocks=blocks,
            fetched_at=page.fetched_at, first_seen_at=first_seen_at, pointer=pointer, text_digest=Digest(page.digest), cleaner=self.name,
        )  # fmt: skip
