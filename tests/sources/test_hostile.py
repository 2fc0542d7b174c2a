"""Feeds that are made to hurt: reading them takes bounded time, and never raises anything but `QuarantineError`.

The bodies are small enough for a fast suite and large enough that anything quadratic would run into its time limit.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import QuarantineError
from pipeline.sources import read_feed
from pipeline.sources.draft import MAX_SUMMARY, MAX_TITLE
from pipeline.types import Feed, FeedDocument, FeedId, FeedKind
from pipeline.urls import fetchable
from tests.sources.malformed import CASES, SITE, SOUND, B, item, jsonfeed, rss

FEED = Feed(feed_id=FeedId("paper"), url=f"{SITE}/feed")
SIZE = 30_000


def read(body: bytes, kind: FeedKind = FeedKind.AUTO) -> FeedDocument | None:
    try:
        return read_feed(Feed(feed_id=FEED.feed_id, url=FEED.url, kind=kind), body, base_url=FEED.url)
    except QuarantineError:
        return None


def sound(document: FeedDocument | None) -> bool:
    """Whether whatever was read can be worked with: bounded, its addresses fetchable, its texts plain and encodable."""
    for entry in document.entries if document else ():
        assert fetchable(entry.url) == entry.url
        assert entry.title == " ".join(entry.title.split())
        assert (len(entry.title) <= MAX_TITLE, len(entry.summary) <= MAX_SUMMARY) == (True, True)
        assert repr(entry).encode()
    return document is None or len(document.entries) + document.skipped <= SIZE


ENTRY_FIRST = SOUND[: SOUND.index("</item>")] + "</item>"  # torn right behind its first entry
PIECES = [
    "<",
    "&",
    "<a ",
    "<![CDATA[",
    "<!--",
    '<a b="',
    "&#",
    "</",
    "<!",
    "<?",
    "\x00",
    "<a>",
    "<item>",
    "<x:y>",
    "]]>",
    "&lt;",
    "<title>",
]


@pytest.mark.parametrize(
    "piece", [*PIECES, "<link>", "<!DOCTYPE ", '<!ENTITY a "b">', "<item/>", "<entry><link href='/a'/></entry>", "<a:", "="]
)
@pytest.mark.parametrize("start", ["", "<rss version='2.0'><channel><item><description>", "<urlset><url>", ENTRY_FIRST])
def test_repetition(piece: str, start: str) -> None:
    """Thirty kilobytes of one thing are read like thirty kilobytes of anything, by whichever reader they are given to."""
    body = (start + piece * (SIZE // len(piece))).encode()
    for kind in FeedKind:
        document = read(body, kind)
        assert sound(document)
        if start == ENTRY_FIRST and kind in {FeedKind.AUTO, FeedKind.RSS}:
            assert document is not None
            assert document.entries[0].title == "First"


def test_laughs() -> None:
    """Entities that multiply are not followed."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{levels}]>'
    document = read((head + rss(item("/a", "A"), item("/b", "&l9;"), declaration="")).encode())
    assert document is not None
    assert document.entries[0].title == "A"
    assert all(len(entry.title) < 1_001 for entry in document.entries)


def test_outside_entities_are_not_fetched(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A feed cannot make us read a file."""
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("the secret")
    for kind in (rss(item("/a", "A &x;"), declaration=""), f"<urlset><url><loc>{SITE}/a</loc><title>&x;</title></url></urlset>"):
        document = read(f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]>{kind}'.encode(), FeedKind.AUTO)
        assert "secret" not in repr(document)


def test_a_body_is_never_taken_for_a_name(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is the path of a file, or an address, is a body."""
    folder = tmp_path_factory.mktemp("feeds")
    (folder / "feed.xml").write_text(SOUND)
    monkeypatch.chdir(folder)
    for kind in FeedKind:
        assert read(b"feed.xml", kind) is None
        assert read(b"http://127.0.0.1:9/feed.xml", kind) is None


def test_wide_and_long() -> None:
    """Thousands of tags, authors, attributes and megabyte texts in one entry are cut to size."""
    many = "".join(f"<category>{n}</category><author>a{n}</author>" for n in range(2_000))
    document = read(rss(item("/a", "T" * 500_000, many + f"<description>{'word ' * 100_000}</description>")).encode())
    assert document is not None
    (entry,) = document.entries
    assert (len(entry.title), len(entry.tags), len(entry.authors)) == (1_000, 50, 50)
    assert len(entry.summary) <= 10_000
    document = read(jsonfeed({"id": "1", "url": f"{SITE}/a", "title": "T" * 500_000, "tags": ["x" * 999] * 9_999}).encode())
    assert document is not None
    assert len(document.entries[0].tags) == 1


def within_an_item(many: str) -> bytes:
    return rss(item("/a", "A", many), B).encode()


#: What feedparser alone would take time or memory for that grows with the square of it.
SQUARES = {
    "tags": "".join(f"<category>{n}</category>" for n in range(5_000)),
    "keywords": f"<k:keywords xmlns:k='http://www.itunes.com/DTDs/PodCast-1.0.dtd'>{' '.join(map(str, range(20_000)))}</k:keywords>",
    "namespaces": "".join(f"<x{n}:a xmlns:x{n}='urn:{n}'/>" for n in range(2_500)),
    "bases": "<a xml:base='https://a.example/b/'>" + "<a xml:base='b/'>" * 4_000 + "</a>" * 4_001,
    "depth": "<a>" * 10_000 + "</a>" * 10_000,
    "an author without an address": f"<author>{'a' * 400_000}</author>",
    "a date without an end": f"<pubDate>{'1' * 400_000}</pubDate>",
    "authors": "<author>a</author>" * 3_000,
    "sources": "<source url='x'><title>x</title></source>" * 2_000,
}


@pytest.mark.parametrize("many", SQUARES.values(), ids=SQUARES)
@pytest.mark.parametrize("torn", [False, True], ids=["sound", "torn"])
def test_squares(many: str, torn: bool) -> None:
    """What is repeated within an entry costs no more than it is long, read strictly or loosely, and no other entry."""
    body = within_an_item(many)
    document = read(body.replace(b"</channel>", b"") if torn else body)
    assert document is not None
    assert [entry.title for entry in document.entries] == ["A", "Second"]


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "zlib", "undefined", "utf-7", "rot13"])
def test_charsets_that_are_none(charset: str) -> None:
    """A document cannot choose one of Python's codecs that is no charset."""
    text = SOUND.replace("utf-8", charset, 1).replace("First", "Fürst \\u0041 +AEE-")
    document = read(text.encode())
    assert document is not None
    assert document.entries[0].title == "Fürst \\u0041 +AEE-"
    assert document.bozo == "wrong-charset"


EXAMPLES = int(os.environ.get("WIREROOM_FUZZ", "150"))  # more for a longer run
SAMPLES = [case[1] for case in CASES if len(case[1]) < 3_000]


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 3_000), st.binary(max_size=3), st.integers(0, 40)), max_size=6))
def test_mutilated_feeds(body: bytes, cuts: list[tuple[int, bytes, int]]) -> None:
    """Feeds with bytes cut out and put in are read or quarantined, and what is read is sound."""
    for place, bytes_put_in, cut_out in cuts:
        body = body[:place] + bytes_put_in + body[place + cut_out :]
    for kind in FeedKind:
        assert sound(read(body, kind))


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(
        [b"", ENTRY_FIRST.encode(), b"<rss>", b"<feed>", b"{", b'{"items":[{', b"<urlset><url><loc>", b"\x1f\x8b\x08\x00", b"\xff\xfe<\x00"]
    ),
)
def test_any_bytes(body: bytes, start: bytes) -> None:
    """Bytes of every kind are read or quarantined."""
    for kind in FeedKind:
        assert sound(read(start + body, kind))
