"""Sources: the bytes of a feed → `FeedDocument`. Also the feed file (registry.py) and when to poll (schedule.py)."""

from __future__ import annotations

from typing import Final

from pipeline.errors import QuarantineError
from pipeline.ports import Source
from pipeline.sources.detection import is_html, ready
from pipeline.sources.jsonfeed import JsonFeedSource
from pipeline.sources.rss import RssSource
from pipeline.sources.sitemap import SitemapSource
from pipeline.types import Feed, FeedDocument, FeedKind

#: Every kind of feed there is, in the order in which bytes are offered to it.
SOURCES: Final[tuple[tuple[FeedKind, Source], ...]] = (
    (FeedKind.JSONFEED, JsonFeedSource()),
    (FeedKind.SITEMAP, SitemapSource()),
    (FeedKind.RSS, RssSource()),
)


def read_feed(feed: Feed, body: bytes, *, base_url: str, at_least: int = 0) -> FeedDocument:
    """Return what a feed's bytes say. `base_url` is where they came from, after redirects; `at_least` the rung of the ladder
    of identity that the feed once had to come down to. Pure.

    A feed of kind AUTO is read as what it looks like, any other as what the operator called it. Entries that cannot be
    used are counted as skipped, flaws that could be worked around are named in `bozo`.

    Raises `QuarantineError` naming the feed and the reason where nothing can be read: an empty body, a web page, torn or
    foreign bytes.
    """
    body = ready(feed, body)
    if not body:
        raise QuarantineError(f"feed {feed.feed_id}: {base_url} gave an empty body")
    if is_html(body):
        raise QuarantineError(f"feed {feed.feed_id}: {base_url} gave a web page instead of a feed")
    for kind, source in SOURCES:
        if feed.kind is kind or (feed.kind is FeedKind.AUTO and source.matches(body)):
            return source.parse(feed, body, base_url=base_url, at_least=at_least)
    raise QuarantineError(f"feed {feed.feed_id}: {base_url} gave no feed; it begins with {body[:40]!r}")


__all__ = ["SOURCES", "is_html", "read_feed"]
