"""One way in for every kind of feed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.demo.content import load_content
from pipeline.demo.feeds import Sheet, feed_bytes, lay_out
from pipeline.demo.newsroom import Newsroom
from pipeline.errors import QuarantineError
from pipeline.sources import read_feed
from pipeline.types import Feed, FeedId, FeedKind
from tests.sources.malformed import JA, SITE, SOUND, UA, A, jsonfeed, rss, urlset

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def sheets() -> list[Sheet]:
    """Every feed of the demo newsroom, laid out."""
    room = Newsroom(load_content(), clock=lambda: NOW, opened_at=NOW)
    return [
        lay_out(publisher, spec, room.editions(publisher), site=f"http://{publisher.host}:5000")
        for publisher in room.publishers
        for spec in publisher.feeds
    ]


SHEETS = sheets()


@pytest.mark.parametrize("sheet", SHEETS, ids=[f"{sheet.publisher.publisher_id}-{sheet.spec.name}" for sheet in SHEETS])
def test_the_newsrooms_feeds(sheet: Sheet) -> None:
    """Every feed of the newsroom, in five formats and with its flaws, gives every entry it lists."""
    publisher = sheet.publisher
    feed = Feed(feed_id=FeedId("demo"), url=sheet.site + sheet.spec.path, language=publisher.language, timezone=publisher.timezone.key)
    document = read_feed(feed, feed_bytes(sheet), base_url=feed.url)
    assert [(entry.url.partition("?")[0], entry.title, entry.published) for entry in document.entries] == [
        (sheet.site + one.path, " ".join(one.article.title.split()), one.article.published.astimezone(UTC)) for one in sheet.listed
    ]
    assert document.skipped == 0
    if sheet.spec.shape != "sitemap":
        assert [entry.authors for entry in document.entries if entry.authors] == [
            one.article.authors or (one.article.agency or publisher.name,)
            for one in sheet.listed
            if one.article.authors or sheet.spec.shape == "atom"
        ]


def read(kind: FeedKind, text: str) -> FeedKind:
    return read_feed(Feed(feed_id=FeedId("paper"), url=f"{SITE}/feed", kind=kind), text.encode(), base_url=f"{SITE}/feed").kind


def test_the_kind_is_told_by_the_bytes() -> None:
    """Unless the operator says what it is."""
    assert read(FeedKind.AUTO, SOUND) == read(FeedKind.RSS, SOUND) == FeedKind.RSS
    assert read(FeedKind.AUTO, urlset(UA)) == read(FeedKind.SITEMAP, urlset(UA)) == FeedKind.SITEMAP
    assert read(FeedKind.AUTO, jsonfeed(JA)) == read(FeedKind.JSONFEED, jsonfeed(JA)) == FeedKind.JSONFEED


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((FeedKind.RSS, urlset(UA)), (FeedKind.RSS, jsonfeed(JA)), (FeedKind.JSONFEED, SOUND), (FeedKind.JSONFEED, urlset(UA))),
        *((FeedKind.SITEMAP, SOUND), (FeedKind.SITEMAP, jsonfeed(JA))),
    ],
)
def test_a_feed_that_changed_its_kind_is_no_empty_feed(kind: FeedKind, text: str) -> None:
    """A feed of another kind than was written down is an error that somebody sees, not silence."""
    with pytest.raises(QuarantineError, match="paper"):
        read(kind, text)


def test_where_relative_links_lead() -> None:
    """The address after redirects is the base, not the one that was asked for."""
    text = rss(A.replace(SITE, "")).replace(f"<link>{SITE}/</link>", "")
    feed = Feed(feed_id=FeedId("paper"), url="https://old.example/feed")
    document = read_feed(feed, text.encode(), base_url="https://new.example/x/feed")
    assert [entry.url for entry in document.entries] == ["https://new.example/a"]
