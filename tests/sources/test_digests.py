"""Whether a feed says anything new."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pipeline.sources import read_feed
from pipeline.sources.digests import body_digest, entry_set_digest
from pipeline.types import Feed, FeedDocument, FeedId, UrlKey
from tests.sources.malformed import SITE, atom, entry, item, jsonfeed, rss

EDITED = datetime(2026, 5, 13, tzinfo=UTC)
FEED = Feed(feed_id=FeedId("paper"), url=f"{SITE}/feed")


def built(date: str) -> bytes:
    head = f"<lastBuildDate>{date}</lastBuildDate><pubDate>{date}</pubDate>"
    return (rss(item("/a", "First", "<pubDate>Tue, 12 May 2026 10:00:00 GMT</pubDate>"), head=head) + f"<!-- cached {date} -->").encode()


def test_body_digest_does_not_see_when_a_feed_was_built() -> None:
    """The channel's dates and a cache's comments change at every request and mean nothing."""
    assert body_digest(built("monday")) == body_digest(built("tuesday"))
    one, other = (atom(entry("/a", "x")).replace("10:00:00Z</updated><entry>", f"{hour}:00:00Z</updated><entry>") for hour in (11, 12))
    assert one != other
    assert body_digest(one.encode()) == body_digest(other.encode())


@pytest.mark.parametrize(
    "change",
    [(b"First", b"Second"), (b"10:00:00 GMT", b"11:00:00 GMT"), (b"<title>Paper", b"<title>Peper"), (b"/a</link>", b"/b</link>")],
)
def test_body_digest_sees_everything_else(change: tuple[bytes, bytes]) -> None:
    """A date within an entry is news."""
    assert body_digest(built("monday")) != body_digest(built("monday").replace(*change))


def test_body_digest_of_other_bytes() -> None:
    """JSON, pages and nothing have one too, of all bytes."""
    assert body_digest(jsonfeed(date="1").encode()) != body_digest(jsonfeed(date="2").encode())
    assert len({body_digest(b""), body_digest(b"x"), body_digest(b"<html>")}) == 3


def document(*titles: str) -> FeedDocument:
    return read_feed(FEED, rss(*(item(f"/{title[0]}", title) for title in titles)).encode(), base_url=FEED.url)


def test_entry_set_digest_is_of_a_set() -> None:
    """Order and channel make no difference; an edited title does, though nothing is newer."""
    assert entry_set_digest(document("a", "b")) == entry_set_digest(document("b", "a"))
    assert entry_set_digest(document("a", "b")) == entry_set_digest(replace(document("a", "b"), title="Other", bozo="x"))
    assert entry_set_digest(document("a", "b")) != entry_set_digest(document("a", "b, corrected"))
    assert entry_set_digest(document("a")) != entry_set_digest(document("a", "b"))


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "x"},
        {"summary": "x"},
        {"url": "https://x.example/"},
        {"published_raw": "x"},
        {"updated": EDITED},
    ],
)
def test_entry_set_digest_sees_edits(edit: dict[str, object]) -> None:
    """Whatever readers would see of an entry counts."""
    before = document("a", "b")
    after = replace(before, entries=(replace(before.entries[0], **edit), before.entries[1]))
    assert entry_set_digest(before) != entry_set_digest(after)


def test_entry_set_digest_ignores_what_is_ours() -> None:
    """A new rule for keys is no news from the publisher."""
    before = document("a")
    assert entry_set_digest(before) == entry_set_digest(replace(before, entries=(replace(before.entries[0], url_key=UrlKey("x")),)))
