"""What the contract and the cases of feeds leave open about RSS and Atom."""

from __future__ import annotations

import pytest

from pipeline.errors import QuarantineError
from pipeline.sources import rss as module
from pipeline.sources.draft import MAX_ENTRIES
from pipeline.sources.rss import RssSource
from pipeline.types import Feed, FeedDocument, FeedEntry, FeedId
from tests.sources.malformed import NAMESPACES, SITE, SOUND, A, B, atom, entry, item, rss

FEED = Feed(feed_id=FeedId("paper"), url=f"{SITE}/feed")


def read(text: str | bytes, feed: Feed = FEED) -> FeedDocument:
    """The document of this text."""
    return RssSource().parse(feed, text if isinstance(text, bytes) else text.encode(), base_url=FEED.url)


def one(text: str) -> FeedEntry:
    """The only entry of a feed."""
    (found,) = read(text).entries
    return found


def written(inside: str, **more: str) -> str:
    """An RSS document of one entry."""
    return rss(f"<item><title>T</title>{inside}</item>", **more)


ORIGINAL = '<feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">{}</feedburner:origLink>'


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        (f"<link>{SITE}/link</link><guid>{SITE}/guid</guid>", f"{SITE}/link"),
        (f"<guid>{SITE}/guid</guid>", f"{SITE}/guid"),
        (f'<guid isPermaLink="false">{SITE}/guid</guid>', f"{SITE}/guid"),
        (f"<link>mailto:x@paper.example</link><guid>{SITE}/guid</guid>", f"{SITE}/guid"),
        (f"<link>https://proxy.example/1</link>{ORIGINAL.format(SITE + '/original')}", f"{SITE}/original"),
        ("<link>/relative</link>", f"{SITE}/relative"),
    ],
)
def test_where_the_article_is(inside: str, url: str) -> None:
    """Behind a redirector, then the link, then a guid that is an address."""
    assert one(written(inside)).url == url


def test_a_relative_guid_is_a_number_not_an_address() -> None:
    """Resolved against the site it would be a page that is not there, and there is none for this entry."""
    document = read(rss("<item><title>T</title><guid>4711</guid></item>", A))
    assert [found.url for found in document.entries] == [f"{SITE}/a"]
    assert document.skipped == 1


def test_an_alternate_is_taken_and_an_enclosure_is_not() -> None:
    """Of Atom's links only those to the article itself count."""
    links = f'<link rel="enclosure" href="{SITE}/sound.mp3"/><link rel="self" href="{SITE}/self"/><link rel="alternate" href="{SITE}/a"/>'
    assert one(atom(f"<entry><title>T</title><id>urn:x</id>{links}</entry>")).url == f"{SITE}/a"
    sound = f'<link rel="enclosure" href="{SITE}/sound.mp3"/>'
    document = read(atom(entry("/a", "A"), f"<entry><title>T</title><id>urn:y</id>{sound}</entry>"))
    assert (len(document.entries), document.skipped) == (1, 1)


@pytest.mark.parametrize(
    ("text", "published", "updated"),
    [
        (written("<link>/a</link><dc:date>2026-05-12T10:00:00Z</dc:date>"), True, True),
        (atom(entry("/a", "T")), False, True),
        (atom(entry("/a", "T", "<published>2026-05-12T09:00:00Z</published>")), True, True),
        (written("<link>/a</link>"), False, False),
    ],
)
def test_a_change_is_a_publication_only_where_nothing_else_can_be(text: str, published: bool, updated: bool) -> None:
    """RSS has one date and calls it many names; Atom has two and means them."""
    found = one(text)
    assert (found.published is not None, found.updated is not None) == (published, updated)


def test_the_text_stands_in_for_a_missing_summary() -> None:
    """A feed with whole articles and no summaries still has something to show."""
    full = "<content:encoded>&lt;p&gt;Long&lt;/p&gt;</content:encoded>"
    assert one(written(f"<link>/a</link>{full}")).summary == "Long"
    assert one(atom(entry("/a", "T", '<content type="text/markdown">Marked</content>'))).summary == "Marked"
    assert one(written(f"<link>/a</link><description>Short</description>{full}")).summary == "Short"


def test_languages() -> None:
    """The entry's before the feed's; what is none is none."""
    assert one(written("<link>/a</link>", head="<language>en-us</language>")).language == "en-US"
    assert one(written("<link>/a</link><dc:language>fr</dc:language>", head="<language>en</language>")).language == "fr"
    assert one(written("<link>/a</link>", head="<language>English (US)</language>")).language is None


def test_a_sound_feed_is_read_once_and_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repair and loose reading cost time and may guess wrong: nothing that can be read without them goes through them."""

    def refuse(*_: object) -> object:
        raise AssertionError("a sound feed was repaired")

    monkeypatch.setattr(module, "repaired", refuse)
    monkeypatch.setattr(module, "read_loosely", refuse)
    document = read(SOUND)
    assert (len(document.entries), document.bozo) == (2, None)


def test_the_first_flaw_is_the_one_that_is_told() -> None:
    """What the repair leaves is our business; what came is the publisher's."""
    assert read(SOUND.replace("First", "First &nbsp; x")).bozo == "undefined-entity"
    assert read(SOUND.replace('<?xml version="1.0" encoding="utf-8"?>\n', "").replace("First", "F\xfcrst").encode("latin-1")).bozo == (
        "undeclared-charset"
    )


def test_what_the_bound_cuts_off_is_counted() -> None:
    """Together with what had no link; entries past the bound are not even parsed."""
    document = read(rss("<item><title>T</title></item>", *(item(f"/{number}", "x") for number in range(MAX_ENTRIES + 9))))
    assert (len(document.entries), document.skipped) == (MAX_ENTRIES - 1, 11)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<rss><channel><item>", "no-element-found"),
        ("<html><body>gone</body></html>", "neither RSS nor Atom"),
    ],
)
def test_where_nothing_can_be_read_the_error_says_of_what(text: str, why: str) -> None:
    """Feed, address and flaw."""
    with pytest.raises(QuarantineError, match=rf"^feed paper: nothing could be read from {SITE}/feed \({why}\)$"):
        read(text)


def test_a_flawed_feed_with_entries_is_read() -> None:
    """A flaw is counted, never a verdict."""
    document = read(rss(A, B, attributes=NAMESPACES).replace("</channel>", ""))
    assert [found.title for found in document.entries] == ["First", "Second"]
    assert document.bozo is not None
