"""subscriptions.py: the feeds as an operator writes them down."""

from pipeline.demo.subscriptions import demo_feeds
from tests.newsroom import demo_content

KEYS = {"id", "url", "title", "publisher", "site", "language", "country", "kind", "timezone", "tags"}


def test_every_feed_is_listed_with_all_keys():
    """As many as newsroom.toml has, ids and URLs unique, on the port asked for."""
    feeds = demo_feeds(8123)
    assert len(feeds) == sum(len(house.feeds) for house in demo_content().publishers)
    assert all(set(feed) == KEYS for feed in feeds)
    assert len({feed["id"] for feed in feeds}) == len({feed["url"] for feed in feeds}) == len(feeds)
    assert all(".localhost:8123/" in feed["url"] for feed in feeds)


def test_the_moved_feed_is_known_by_its_old_address():
    """The status has a redirect and a dead feed to show."""
    urls = {feed["id"]: feed["url"] for feed in demo_feeds(1)}
    assert urls["demo-northern-wire-latest"].endswith("/latest.rss")
    assert urls["demo-kvly9-school-closings"].endswith("/closings.rss")
