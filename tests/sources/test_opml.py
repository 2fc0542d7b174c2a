"""OPML in and out."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError
from pipeline.sources.opml import MAX_DEPTH, MAX_OPML, read_opml, write_opml
from pipeline.types import Feed, FeedId


def opml(body: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{head}<opml version="2.0"><head><title>x</title></head><body>{body}</body></opml>'.encode()
    )


def outline(url: str, title: str = "T", more: str = "") -> str:
    return f'<outline type="rss" text="{title}" xmlUrl="{url}" {more}/>'


def test_nested_outlines_are_tags() -> None:
    """Every outline around a feed is a tag of it, the outermost first."""
    inner = f'<outline text="World">{outline("https://a.example/")}</outline>'
    body = f'<outline text="News">{inner}{outline("https://b.example/")}</outline>'
    one, other = read_opml(opml(body + outline("https://c.example/")))[:2]
    assert (one.url, one.tags) == ("https://a.example/", ("News", "World"))
    assert (other.url, other.tags) == ("https://b.example/", ("News",))


def test_fields() -> None:
    """Title, site, language and categories are taken."""
    more = 'title="The &lt;b&gt;Paper&lt;/b&gt; &amp;amp; more" htmlUrl="https://a.example/" language="en-gb" category="/A/World,Local"'
    (feed,) = read_opml(opml(outline("https://a.example/feed", "short", more)))
    assert (feed.feed_id, feed.url, feed.title) == ("the-paper-and-more", "https://a.example/feed", "The Paper & more")
    assert (feed.site, feed.language, feed.tags) == ("https://a.example/", "en-GB", ("World", "Local"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("feed://a.example/x", "http://a.example/x"),
        ("feed:https://a.example/x", "https://a.example/x"),
        ("feed://https://a.example/x", "https://a.example/x"),
        (" https://a.example/x ", "https://a.example/x"),
        ("https://a.example/x?a=1&amp;b=2", "https://a.example/x?a=1&b=2"),
    ],
)
def test_addresses(url: str, expected: str) -> None:
    """Addresses as browsers used to write them are understood."""
    assert [feed.url for feed in read_opml(opml(outline(url)))] == [expected]


@pytest.mark.parametrize("url", ["", "javascript:x()", "file:///etc/passwd", "/relative", "//a.example/x", "about:blank", "feed:x"])
def test_unusable_addresses_are_left_out(url: str) -> None:
    """What cannot be fetched is no feed."""
    assert read_opml(opml(outline(url))) == ()


def test_the_same_address_twice_is_one_feed() -> None:
    """Readers list a feed in several folders; its tags are put together."""
    body = f'<outline text="A">{outline("https://a.example/")}</outline><outline text="B">{outline("http://a.example")}</outline>'
    (feed,) = read_opml(opml(body))
    assert feed.tags == ("A", "B")


def test_ids_are_apart() -> None:
    """From each other and from those that are taken."""
    feeds = read_opml(opml(outline("https://a.example/") + outline("https://b.example/")), taken=["t"])
    assert [feed.feed_id for feed in feeds] == ["t-2", "t-3"]


@pytest.mark.parametrize(
    "body",
    [
        opml(outline("https://a.example/", "A & B")),
        opml(outline("https://a.example/"))[:-7],
        b"\n \xef\xbb\xbf" + opml(outline("https://a.example/")),
        opml(outline("https://a.example/")).decode().replace("utf-8", "utf-16").encode("utf-16"),
        opml(outline("https://a.example/")).replace(b"xmlUrl", b"XMLURL").replace(b"outline", b"Outline"),
        opml(outline("https://a.example/")).replace(b"<opml", b'<opml xmlns="http://opml.example/"'),
    ],
)
def test_broken_files(body: bytes) -> None:
    """What other programs write is read as far as it goes."""
    assert [feed.url for feed in read_opml(body)] == ["https://a.example/"]


ENTITIES = '<!DOCTYPE opml [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'
HOSTILE = [
    (b"", "no OPML"),
    (b"text", "no OPML"),
    (b"<html/>", "the root is <html>"),
    (opml(outline("https://a.example/", "&b;"), ENTITIES), "without <!ENTITY"),
    (opml("", '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>').decode().encode("utf-16"), "without <!ENTITY"),
    (opml("<outline text='x'>" * (MAX_DEPTH + 2) + "</outline>" * (MAX_DEPTH + 2)), "nested more than 20 deep"),
    (opml("<outline text='x'/>" * 20_001), "more than 20000 outlines"),
    (b" " * (MAX_OPML + 1), "at most 10000000 bytes"),
]


@pytest.mark.parametrize(("body", "message"), HOSTILE, ids=[message for _, message in HOSTILE])
def test_hostile_files(body: bytes, message: str) -> None:
    """Nothing is expanded, nothing goes on for ever, and the reason is said."""
    with pytest.raises(ConfigurationError, match=message):
        read_opml(body)


def test_outside_files_are_not_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An external DTD is not fetched, from the disk or from elsewhere."""
    dtd = tmp_path_factory.mktemp("dtd") / "x.dtd"
    dtd.write_text('<!ATTLIST outline text CDATA "read">')
    (feed,) = read_opml(opml('<outline xmlUrl="https://a.example/"/>', f'<!DOCTYPE opml SYSTEM "{dtd}">'))
    assert feed.title == ""


def test_round_trip() -> None:
    """What OPML can hold comes back as it was."""
    feeds = (
        Feed(
            feed_id=FeedId("a-b"),
            url="https://a.example/?x=1&y=2",
            title='A "&" < b',
            site="https://a.example/",
            language="en",
            tags=("N", "W"),
        ),
        Feed(feed_id=FeedId("c"), url="https://c.example/", title="C", tags=("N",)),
        Feed(feed_id=FeedId("d"), url="https://d.example/", title="D", tags=("W", "N")),
        Feed(feed_id=FeedId("e"), url="https://e.example/", title="E", tags=("N", "W")),
        Feed(feed_id=FeedId("untitled"), url="https://f.example/"),
    )
    body = write_opml(feeds)
    assert body.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    back = {feed.url: feed for feed in read_opml(body)}
    for feed in feeds:
        found = back[feed.url]
        assert (found.title, found.site, found.language, found.tags) == (feed.title or "untitled", feed.site, feed.language, feed.tags)


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\n", "\t", "\x7f", "\x85", "\x9b", "\ud800", "\uffff"])
def test_control_characters_do_not_stop_an_export(control: str) -> None:
    """XML has no place for some, and a terminal obeys others; they are left out wherever they stand."""
    text = f"a{control}b"
    feed = Feed(
        feed_id=FeedId("x"), url=f"https://x.example/{text}", title=text, site=f"https://x.example/s{text}", language=text, tags=(text,)
    )
    written = write_opml([feed])
    for attribute in (b'title="ab"', b'text="ab"', b'xmlUrl="https://x.example/ab"', b'htmlUrl="https://x.example/sab"', b'language="ab"'):
        assert attribute in written
    lines = written.decode("utf-8").split("\n")
    assert [line for line in lines if not line.isprintable()] == []
    assert len(lines) == 12
