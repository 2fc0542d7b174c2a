"""The demo newsroom's feeds as the operator of a feed reader would write them down."""

from __future__ import annotations

from pathlib import Path

from pipeline.demo.addresses import slug
from pipeline.demo.publishers import SEEDS, FeedSpec, Publisher, load_publishers

KINDS = {"rss2": "rss", "rdf": "rss", "atom": "rss", "jsonfeed": "jsonfeed", "sitemap": "sitemap"}


def demo_feeds(port: int, folder: Path = SEEDS) -> list[dict[str, object]]:
    """Return every feed of the newsroom served on `port`, in the keys of seeds/feeds.toml.

    One of them has moved and answers 301, one is gone and answers 410.
    """
    return [_feed(publisher, feed, port) for publisher in load_publishers(folder / "newsroom.toml") for feed in publisher.feeds]


def _feed(publisher: Publisher, feed: FeedSpec, port: int) -> dict[str, object]:
    site = f"http://{publisher.host}:{port}"
    return {
        "id": f"demo-{publisher.publisher_id}-{feed.name}",
        "url": site + (feed.moved_from or feed.path),
        "title": feed.title,
        "publisher": publisher.name,
        "site": f"{site}/",
        "language": publisher.language,
        "country": publisher.country,
        "kind": KINDS[feed.shape],
        "timezone": publisher.timezone.key,
        "tags": ["demo", publisher.house, *([slug(publisher.group)] if publisher.group else [])],
    }
