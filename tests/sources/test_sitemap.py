"""Sitemaps beyond what the sample files show."""

from __future__ import annotations

import pytest

from pipeline.errors import QuarantineError
from pipeline.sources.sitemap import MAX_CHILDREN, SitemapSource
from pipeline.types import Feed, FeedDocument, FeedId, FeedKind
from tests.sources.malformed import SITE, SOUND, url, urlset


def parse(text: str, kind: FeedKind = FeedKind.AUTO) -> FeedDocument:
    return SitemapSource().parse(Feed(feed_id=FeedId("paper"), url=f"{SITE}/map", kind=kind), text.encode(), base_url=f"{SITE}/map")


def test_pages_without_news_are_entries_only_where_the_operator_says_so() -> None:
    """An ordinary sitemap lists a site's imprint beside its news."""
    text = urlset(url("/news", "News"), url("/imprint", None))
    assert [entry.url for entry in parse(text).entries] == [f"{SITE}/news"]
    assert parse(text).skipped == 1
    assert len(parse(text, FeedKind.SITEMAP).entries) == 2


def test_newest_first() -> None:
    """Sitemaps come in any order; where the limit cuts, the newest are kept."""
    days = [url(f"/{day}", None, f"<lastmod>2026-05-{day:02}</lastmod>") for day in (3, 1, 2)]
    document = parse(urlset(*days, url("/undated", None)), FeedKind.SITEMAP)
    assert [entry.url.removeprefix(SITE) for entry in document.entries] == ["/3", "/2", "/1", "/undated"]


def test_pictures_are_not_pages() -> None:
    """A picture has a loc and a title too, and may stand first; of two addresses of one page the first counts."""
    picture = '<i:image xmlns:i="urn:i"><i:loc>https://x.example/p.jpg</i:loc><i:title>Picture</i:title></i:image>'
    text = urlset(f"<url>{picture}<loc>{SITE}/a</loc><loc>{SITE}/b</loc></url>")
    (entry,) = parse(text, FeedKind.SITEMAP).entries
    assert (entry.url, entry.title) == (f"{SITE}/a", "")


def test_an_index_is_cut_at_its_newest_children() -> None:
    """A site with thousands of sitemaps is followed by its newest."""
    children = "".join(f"<sitemap><loc>{SITE}/{n}.xml</loc><lastmod>{1996 + n // 300}-01-01</lastmod></sitemap>" for n in range(2_000))
    found = parse(f"<sitemapindex>{children}</sitemapindex>").hints.child_sitemaps
    assert len(found) == MAX_CHILDREN
    assert found[0] == f"{SITE}/1800.xml"
    assert f"{SITE}/0.xml" not in found


def test_no_more_than_the_protocol_allows() -> None:
    """Of what is past 50,000 URLs only the number is kept."""
    text = "<urlset>" + "<url><loc>https://paper.example/a</loc></url>" * 50_010 + "</urlset>"
    assert parse(text).skipped == 50_010


@pytest.mark.parametrize("text", [SOUND, "<urlset", "<urlset><url>", "<urlset><url><loc>https://a.ex", "{}"])
def test_no_sitemap(text: str) -> None:
    """Other documents, and those torn before the first URL, are named as such."""
    with pytest.raises(QuarantineError, match="feed paper"):
        parse(text, FeedKind.SITEMAP)


def test_entities_are_not_expanded() -> None:
    """Neither those of the file itself nor those of other files."""
    head = '<?xml version="1.0"?><!DOCTYPE urlset [<!ENTITY a "boom"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    document = parse(head + urlset(url("/a", "T &a; &f;")).partition("\n")[2])
    assert [entry.title for entry in document.entries] == ["T"]
