"""feeds.py: what parsers read out of the newsroom's feeds, flaws or not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import feedparser
import pytest

from pipeline.demo.feeds import CONTENT_TYPES, feed_bytes, lay_out
from pipeline.demo.newsroom import Edition, Newsroom
from pipeline.demo.publishers import FeedSpec
from tests.demo.samples import PUBLISHED, article, publisher
from tests.newsroom import demo_content

NOW = datetime(2027, 1, 1, tzinfo=UTC)
NEWSROOM = Newsroom(demo_content(), clock=lambda: NOW, opened_at=NOW)
FEEDS = [(one, feed) for one in demo_content().publishers for feed in one.feeds if not feed.gone]
XML_FEEDS = [(one, feed) for one, feed in FEEDS if feed.shape in ("rss2", "rdf", "atom")]
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def written(house, spec, editions=None):
    editions = NEWSROOM.editions(house) if editions is None else editions
    return lay_out(house, spec, editions, site=f"http://{house.host}:8123")


def name_of(case):
    return f"{case[0].publisher_id}-{case[1].name}"


def parsed(house, spec):
    body = feed_bytes(written(house, spec))
    return feedparser.parse(
        body, response_headers={"content-type": CONTENT_TYPES[spec.shape], "content-location": f"http://{house.host}:8123{spec.path}"}
    )


@pytest.mark.parametrize("case", XML_FEEDS, ids=name_of)
def test_every_xml_feed_gives_its_entries(case):
    """feedparser finds each article with title, page address and time, whatever is wrong with the feed."""
    house, spec = case
    editions = NEWSROOM.editions(house)[: spec.limit]
    entries = parsed(house, spec).entries
    assert len(entries) == len(editions) > 0
    for entry, edition in zip(entries, editions, strict=True):
        assert entry.title == edition.article.title
        assert entry.link.partition("?")[0] == f"http://{house.host}:8123{edition.path}"
        when = entry.get("published_parsed") or entry.updated_parsed
        assert datetime(*when[:6], tzinfo=UTC) == edition.article.published


@pytest.mark.parametrize("case", XML_FEEDS, ids=name_of)
def test_flawed_feeds_are_noticed_and_sound_ones_are_not(case):
    """The flaws are real: feedparser calls a feed ill-formed exactly where its bytes were spoilt."""
    house, spec = case
    assert bool(parsed(house, spec).bozo) == bool(set(spec.flaws) - {"missing_guids", "relative_links"})


def test_json_feed_gives_its_entries():
    """Version, ids, addresses, times and the whole text."""
    house = publisher("the-meridian")
    spec = next(feed for feed in house.feeds if feed.shape == "jsonfeed")
    document = json.loads(feed_bytes(written(house, spec)))
    editions = NEWSROOM.editions(house)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert [one["title"] for one in document["items"]] == [edition.article.title for edition in editions]
    assert [one["date_published"] for one in document["items"]] == [edition.article.published.isoformat() for edition in editions]
    assert editions[0].article.blocks[0].text[:40] in document["items"][0]["content_html"]


@pytest.mark.parametrize("publisher_id", ["northern-wire", "the-meridian"])
def test_news_sitemaps_give_their_entries(publisher_id):
    """Each address has the name of the paper, a time and a title."""
    house = publisher(publisher_id)
    spec = next(feed for feed in house.feeds if feed.shape == "sitemap")
    urls = ET.fromstring(feed_bytes(written(house, spec))).findall(f"{MAP}url")
    editions = NEWSROOM.editions(house)
    assert [url.findtext(f"{MAP}loc") for url in urls] == [f"http://{house.host}:8123{edition.path}" for edition in editions]
    assert [url.findtext(f"{NEWS}news/{NEWS}title") for url in urls] == [edition.article.title for edition in editions]
    assert urls[0].findtext(f"{NEWS}news/{NEWS}publication/{NEWS}name") == house.name


def test_the_charset_lie_is_three_different_claims():
    """Header, file and bytes each say another encoding, and the typographic quotes only fit the bytes'."""
    house = publisher("la-costa")
    editions = (edition(article("la-costa", title="“¿Adónde?” – señor €")),)
    body = feed_bytes(written(house, house.feeds[0], editions))
    assert body.startswith(b'<?xml version="1.0" encoding="iso-8859-1"?>')
    assert "charset=utf-8" in CONTENT_TYPES["rss2"]
    assert "“¿Adónde?” – señor €" in body.decode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_some_links_carry_trackers_and_some_guids_are_missing():
    """Of the station's entries some are tracked and some are not, some have a guid and some have none."""
    house = publisher("kbay6")
    listed = written(house, house.feeds[0]).listed
    assert {"utm_source=rss" in one.link for one in listed} == {True, False}
    assert {one.guid is None for one in listed} == {True, False}


def test_relative_links_are_relative():
    """The German Atom feed leaves the site's address to xml:base."""
    house = publisher("nordlicht")
    body = feed_bytes(written(house, house.feeds[0])).decode()
    assert 'xml:base="http://nordlicht.localhost:8123/"' in body
    assert not any(one.link.startswith(("http", "/")) for one in written(house, house.feeds[0]).listed)


def test_full_text_survives_markup_in_the_article():
    """Markup and the end mark of CDATA in a body come out as text."""
    house, evil = publisher("kurier-portowy"), "<script>x</script> ]]> & done"
    body = feed_bytes(written(house, house.feeds[0], (edition(article("kurier-portowy", body=evil)),)))
    (entry,) = feedparser.parse(body).entries
    assert entry.content[0].value == "<p>&lt;script&gt;x&lt;/script&gt; ]]&gt; &amp; done</p>"


@pytest.mark.parametrize("shape", CONTENT_TYPES)
def test_same_editions_same_bytes(shape):
    """Bytes depend on nothing but the arguments; an empty feed is a feed."""
    house, spec = publisher(), FeedSpec(name="x", path="/x", shape=shape, title="X & Y")
    assert feed_bytes(written(house, spec)) == feed_bytes(written(house, spec))
    assert feed_bytes(written(house, spec, ()))
    assert written(house, spec, ()).changed_at is None


def test_limit_and_change_time():
    """A feed lists the newest up to its limit, and its time is that of the latest change."""
    late = replace(edition(article(slug="late")), changed_at=PUBLISHED + timedelta(days=2))
    sheet = written(
        publisher(), FeedSpec(name="x", path="/x", shape="rss2", title="X", limit=2), (edition(article()), late, edition(article(slug="c")))
    )
    assert [one.article.slug for one in sheet.listed] == ["a-lighthouse-moves", "late"]
    assert sheet.changed_at == late.changed_at


def edition(one):
    return Edition(path=f"/{one.slug}", article=one, changed_at=one.published)
