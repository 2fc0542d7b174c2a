"""The article as it is put together: its address and aliases, every field with its candidates, one of them chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.types import Article, DatePrecision, Hop
from pipeline.urls import url_key
from tests.clean.pages import NOON, PAGE, STORY, TITLE, URL, article_of, clean, entry_of, page_of, story_page

LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "A lighthouse moves", "datePublished": "%s",'
    ' "dateModified": "2026-11-18T09:00:00Z", "author": {"@type": "Person", "name": "Jane Doe"}, "articleSection": "Coast",'
    ' "keywords": ["storm", "sea"], "image": "/a.jpg", "description": "A tower goes for a walk."}</script>'
)
FULL = LD % "2026-11-18T07:42:00Z"


def chosen(article: Article) -> dict[str, tuple[str, str]]:
    """The chosen reading of each field: source and value."""
    return {one.field: (one.source, one.value) for one in article.candidates if one.chosen}


def test_every_field_has_one_chosen_reading() -> None:
    """And what was chosen is what the article says."""
    article = article_of(story_page(head=FULL, top="<p>By Jane Doe</p>"))
    found = chosen(article)
    assert len(found) == sum(one.chosen for one in article.candidates)
    assert set(found) == {"title", "authors", "published", "modified", "url", "summary", "section", "tags", "image", "language"}
    assert found["section"] == ("json-ld", article.section)
    assert found["tags"] == ("json-ld", ", ".join(article.tags))
    assert found["image"] == ("json-ld", article.image)
    assert found["summary"] == ("json-ld", article.summary)
    assert found["authors"] == ("json-ld", "Jane Doe")
    assert found["title"] == ("meta", article.title)
    assert found["url"] == ("meta", URL)
    assert article.modified == datetime(2026, 11, 18, 9, tzinfo=UTC)


def test_readings_that_lost_are_kept() -> None:
    """What was not believed can be asked for, too."""
    article = article_of(story_page(head=FULL, top="<p>By Ana Li</p>"))
    assert ("authors", "By Ana Li", "visible", False) in [(one.field, one.value, one.source, one.chosen) for one in article.candidates]
    assert ("title", "A lighthouse moves", "json-ld", False) in [
        (one.field, one.value, one.source, one.chosen) for one in article.candidates
    ]


def test_what_is_said_twice_is_told_once() -> None:
    """og:title and twitter:title with the same words are one reading of the meta tags, chosen if either is."""
    article = article_of(story_page(head=f'<meta name="twitter:title" content="{TITLE}"><meta name="description" content="x">'))
    told = [(one.field, one.source, one.value) for one in article.candidates]
    assert len(told) == len(set(told))
    assert chosen(article)["title"] == ("meta", TITLE)


@pytest.mark.parametrize(("in_sitemap", "source"), [(False, "feed"), (True, "sitemap")])
def test_what_a_feed_says(in_sitemap: bool, source: str) -> None:
    """It is called a sitemap's where it was a sitemap that said so."""
    page = page_of(story_page().body.replace(b'<meta property="article:published_time" content="2026-11-18T07:42:00Z">', b""))
    entry = entry_of(URL, published=NOON - timedelta(hours=3), in_sitemap=in_sitemap)
    article = clean(page, entry)
    assert isinstance(article, Article)
    assert chosen(article)["published"] == (source, "2026-11-18T09:00:00+00:00")
    assert "feed-date" in article.flags


UNDATED = "https://news.example.org/lighthouse-moves"


def dated(text: str, **fields: object) -> Article:
    """The story with one time told in JSON-LD, or none."""
    markup = story_page(head=LD % text).body.decode().replace('<meta property="article:published_time" content="2026-11-18T07:42:00Z">', "")
    article = clean(
        page_of(markup.replace(URL, UNDATED).replace('"dateModified": "2026-11-18T09:00:00Z",', ""), url=UNDATED),
        entry_of(UNDATED, **fields),
    )
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("text", "at", "precision", "flag"),
    [
        ("2026-11-18T07:42:00Z", "2026-11-18T07:42", "second", ""),
        ("2026-11-17", "2026-11-17T00:00", "day", ""),
        ("2026-11-18T07:42:00", "2026-11-18T07:42", "second", "tz-assumed"),
        ("2026-09-01T07:42:00Z", "2026-09-01T07:42", "second", "old-entry"),
        ("2026-11-18T20:00:00Z", "2026-11-18T12:00", "second", "future-date"),
        ("1970-01-01T00:00:00Z", "2026-11-18T12:00", "second", "first-seen-date"),
        ("9999-12-31T00:00:00Z", "2026-11-18T12:00", "second", "first-seen-date"),
        ("1994-12-31T00:00:00Z", "2026-11-18T12:00", "second", "first-seen-date"),
        ("2027-02-20T00:00:00Z", "2026-11-18T12:00", "second", "first-seen-date"),
    ],
)
def test_dates(text: str, at: str, precision: str, flag: str) -> None:
    """What cannot be is not believed, what is ahead of the fetch is kept as it was told, every doubt is flagged."""
    article = dated(text)
    assert article.published is not None
    assert (article.published.strftime("%Y-%m-%dT%H:%M"), article.published_precision) == (at, DatePrecision(precision))
    assert set(article.flags) & {"tz-assumed", "old-entry", "future-date", "first-seen-date"} == ({flag} if flag else set())
    told = [one for one in article.candidates if one.field == "published"]
    assert sum(one.chosen for one in told) == 1
    assert any(one.value.startswith(text[:10]) for one in told)
    assert (told[-1].source == "first-seen") is (flag in {"future-date", "first-seen-date"})


def test_the_zone_of_the_source() -> None:
    """A clock without a zone is read in the feed's."""
    assert dated("2026-11-17T07:42:00", timezone="America/New_York").published == datetime(2026, 11, 17, 12, 42, tzinfo=UTC)


def test_page_and_feed_contradict_each_other() -> None:
    """By more than two days: flagged, and the page believed."""
    article = dated("2026-11-14T07:42:00Z", published=NOON - timedelta(hours=2))
    assert "date-conflict" in article.flags
    assert article.published == datetime(2026, 11, 14, 7, 42, tzinfo=UTC)
    assert "date-conflict" not in dated("2026-11-17T07:42:00Z", published=NOON - timedelta(hours=2)).flags


def test_a_page_without_a_title() -> None:
    """The feed's is taken, else the first words."""
    markup = story_page().body.decode().replace(TITLE, "").replace(" | Harbor News", "")
    article = clean(page_of(markup), entry_of(URL, title="Out of the feed"))
    assert isinstance(article, Article) and article.title == "Out of the feed"
    bare = clean(page_of(markup))
    assert isinstance(bare, Article) and bare.title.startswith("The old lighthouse") and "title-assumed" in bare.flags


def kept(canonical: str, *, url: str = URL, head: str = "", hops: tuple[Hop, ...] = (), asked: str = "") -> Article:
    """The article of a page at `url` that names this canonical address."""
    text = "".join(f"<p>{line}</p>" for line in STORY)
    page = page_of(PAGE.format(title=TITLE, url=canonical, head=head, top="", body=text, bottom=""), url=url)
    return article_of(replace(page, url=asked or url, hops=hops))


def test_amp_and_mobile_twins_are_aliases() -> None:
    """Of the address that their pages name: the publisher's AMP page, a cache's copy, the mobile host."""
    copies = (f"{URL}/amp", "https://news-example-org.cdn.ampproject.org/c/s/" + URL.removeprefix("https://"), URL.replace("news.", "m."))
    for copy in copies:
        article = kept(URL, url=copy)
        assert (article.url, article.url_key) == (URL, url_key(URL))
        assert url_key(copy) in article.aliases
        assert article.syndicated_from is None


def test_the_amp_page_that_is_named_is_an_alias_before_it_is_met() -> None:
    """So that a feed that lists it later lists nothing new."""
    assert url_key(f"{URL}?amp=1") in kept(URL, head=f'<link rel="amphtml" href="{URL}?amp=1">').aliases


def test_every_address_on_the_way_is_an_alias() -> None:
    """A redirector's, the hops', the last."""
    asked, between = "https://feedproxy.example/~r/1", "https://short.example/x"
    article = kept(URL, url=f"{URL}?page=all", hops=(Hop(url=asked, status=301), Hop(url=between, status=302)), asked=asked)
    assert set(article.aliases) == {url_key(one) for one in (asked, between, f"{URL}?page=all")}


def test_an_article_taken_over_from_another_site() -> None:
    """Kept under its page's own address; where it came from is told."""
    article = kept("https://wire.example/stories/lighthouse-moves-inland")
    assert (article.url, article.syndicated_from) == (URL, "https://wire.example/stories/lighthouse-moves-inland")
    assert "syndicated-from-other-site" in article.flags


def test_a_broken_canonical_link_is_no_address() -> None:
    """The front page, the section: the page's own address is kept, and nothing is syndicated."""
    for canonical in ("https://news.example.org/", "https://news.example.org/2026", "", "https://[news.example.org/x"):
        article = kept(canonical)
        assert (article.url, article.syndicated_from) == (URL, None)
