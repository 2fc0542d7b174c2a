"""What every source promises, whatever it reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC

import pytest

from pipeline.errors import QuarantineError
from pipeline.ports import Source
from pipeline.sources import SOURCES, read_feed
from pipeline.types import Feed, FeedDocument, FeedId, FeedKind
from pipeline.urls import article_id, fetchable, url_key
from tests.sources.malformed import SITE, item, jsonfeed, rss, url, urlset

URL = f"{SITE}/feed"
NASTY = "&lt;b&gt;T&lt;/b&gt; &amp;amp; &lt;script&gt;x()&lt;/script&gt;"
LINKS = ("/a?utm_source=rss#top", "/b", "/c")


def _rss(links: tuple[str, ...]) -> str:
    return rss(*(item(link, NASTY, "<pubDate>Tue, 12 May 2026 10:00:00</pubDate>") for link in links))


def _jsonfeed(links: tuple[str, ...]) -> str:
    title = "<b>T</b> &amp; <script>x()</script>"
    return jsonfeed(*({"id": link, "url": SITE + link, "title": title, "date_published": "2026-05-12T10:00:00"} for link in links))


def _sitemap(links: tuple[str, ...]) -> str:
    date = "<news:news><news:publication_date>2026-05-12T10:00:00</news:publication_date></news:news>"
    return urlset(*(url(link, NASTY).replace("</news:title>", "</news:title>" + date[11:-12]) for link in links))


#: How to write a feed of each kind with entries at these paths.
WRITERS: dict[FeedKind, Callable[[tuple[str, ...]], str]] = {
    FeedKind.RSS: _rss,
    FeedKind.JSONFEED: _jsonfeed,
    FeedKind.SITEMAP: _sitemap,
}


@pytest.mark.parametrize(("kind", "source"), SOURCES, ids=[str(kind) for kind, _ in SOURCES])
class TestSourceContract:
    """Each registered source passes all of this."""

    def _body(self, kind: FeedKind, links: tuple[str, ...] = LINKS) -> bytes:
        return WRITERS[kind](links).encode()

    def _parse(self, kind: FeedKind, source: Source, links: tuple[str, ...] = LINKS) -> FeedDocument:
        return source.parse(_feed(kind), self._body(kind, links), base_url=URL)

    def test_knows_its_own_and_nothing_else(self, kind: FeedKind, source: Source) -> None:
        """Detection never takes one kind for another."""
        for other in WRITERS:
            for prefix in (b"", b"\xef\xbb\xbf", b"\r\n "):
                assert source.matches(prefix + self._body(other)) is (other is kind)
        assert not source.matches(b"<!DOCTYPE html><html><body>x</body></html>")
        assert not source.matches(b"")

    def test_same_bytes_same_document(self, kind: FeedKind, source: Source) -> None:
        """Parsing is pure."""
        assert self._parse(kind, source) == self._parse(kind, source)

    def test_entries_are_complete(self, kind: FeedKind, source: Source) -> None:
        """Each entry has its ids, an absolute URL without fragment, plain text, and its feed's fields."""
        document = self._parse(kind, source)
        assert document.kind is kind
        assert [entry.url.removeprefix(SITE) for entry in document.entries] == ["/a?utm_source=rss", "/b", "/c"]
        assert len({entry.entry_id for entry in document.entries}) == 3
        for entry in document.entries:
            assert fetchable(entry.url) == entry.url
            assert entry.url_key == url_key(entry.url)
            assert entry.article_id == article_id(entry.url_key)
            assert (entry.feed_id, entry.publisher, entry.country, entry.timezone) == ("paper", "Paper", "DE", "Europe/Berlin")
            assert entry.title == "T &"

    def test_dates_are_utc(self, kind: FeedKind, source: Source) -> None:
        """A date without a zone is in the feed's."""
        for entry in self._parse(kind, source).entries:
            assert entry.published is not None
            assert entry.published.tzinfo is UTC
            assert entry.published.hour == 8
            assert entry.published_raw

    def test_ids_do_not_depend_on_the_company(self, kind: FeedKind, source: Source) -> None:
        """An entry keeps its id when others come and go."""
        full = {entry.url: entry.entry_id for entry in self._parse(kind, source).entries}
        part = {entry.url: entry.entry_id for entry in self._parse(kind, source, ("/new", *LINKS[:2])).entries}
        assert full[f"{SITE}/b"] == part[f"{SITE}/b"]

    def test_at_most_two_thousand_entries(self, kind: FeedKind, source: Source) -> None:
        """What is past the limit is counted."""
        document = self._parse(kind, source, tuple(f"/{number}" for number in range(2_050)))
        assert (len(document.entries), document.skipped) == (2_000, 50)

    def test_no_entries_is_no_error(self, kind: FeedKind, source: Source) -> None:
        """A new feed may be empty."""
        document = self._parse(kind, source, ())
        assert (document.entries, document.skipped, document.bozo) == ((), 0, None)

    @pytest.mark.parametrize("body", [b"", b"\x00\xff" * 50, b"nothing", b"<", b"{", b"<x/>", b"[]"])
    def test_garbage_is_quarantined(self, kind: FeedKind, source: Source, body: bytes) -> None:
        """Where nothing can be read, the error names the feed."""
        with pytest.raises(QuarantineError, match="paper"):
            source.parse(_feed(kind), body, base_url=URL)

    def test_found_by_content(self, kind: FeedKind, source: Source) -> None:
        """A feed of kind AUTO is read by the source that its bytes ask for."""
        by_hand = source.parse(_feed(FeedKind.AUTO), self._body(kind), base_url=URL)
        assert read_feed(_feed(FeedKind.AUTO), self._body(kind), base_url=URL) == by_hand


def _feed(kind: FeedKind) -> Feed:
    return Feed(feed_id=FeedId("paper"), url=URL, kind=kind, publisher="Paper", country="DE", timezone="Europe/Berlin")


def test_every_kind_has_a_source() -> None:
    """A kind that nobody reads would be found out by its first feed only."""
    assert {kind for kind, _ in SOURCES} == set(FeedKind) - {FeedKind.AUTO} == set(WRITERS)
