"""Where a site says its feeds are."""

from __future__ import annotations

import pytest

from pipeline.sources.discovery import (
    FEED_PATHS,
    MAX_LEADS,
    NEWS_SITEMAP_PATHS,
    leads_in_page,
    news_sitemaps,
    sitemaps_in_robots,
    usual_places,
)

SITE = "https://paper.example/"


def page(*tags: str) -> bytes:
    return f"<!doctype html><html><head>{''.join(tags)}</head><body><p>News</p></body></html>".encode()


def link(href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = "") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}" title="{title}">'


def urls(body: bytes) -> list[str]:
    return [lead.url for lead in leads_in_page(body, base_url=SITE)]


@pytest.mark.parametrize("kind", ["application/rss+xml", "application/atom+xml", "Application/Feed+JSON; charset=utf-8", "text/xml"])
def test_declared_feeds(kind: str) -> None:
    """Links of the right type, resolved against the page."""
    assert urls(page(link("/rss", kind))) == [f"{SITE}rss"]
    assert urls(page('<base href="https://cdn.paper.example/x/">', link("rss", kind))) == ["https://cdn.paper.example/x/rss"]


@pytest.mark.parametrize(
    "tag",
    [
        link("/de/", "text/html"),
        link("/wp-json/wp/v2/pages/1", "application/json"),
        link("/oembed", "application/json+oembed"),
        link("/style.css", "application/rss+xml", "stylesheet"),
        link("javascript:alert(1)"),
        '<link rel="alternate" type="application/rss+xml">',
    ],
)
def test_what_declares_no_feed(tag: str) -> None:
    """Other languages, interfaces of the site's software, links to nowhere."""
    assert urls(page(tag)) == []


def test_feeds_of_comments_come_last() -> None:
    """They are about articles and list none."""
    body = page(link("/comments/feed", title="Paper » Comments Feed"), link("/feed", title="Paper » Feed"), link("/feed"))
    assert [(lead.url, lead.title) for lead in leads_in_page(body, base_url=SITE)] == [
        (f"{SITE}feed", "Paper » Feed"),
        (f"{SITE}comments/feed", "Paper » Comments Feed"),
    ]


def test_anchors_count_where_nothing_is_declared() -> None:
    """Those of the same house whose path looks like a feed's."""
    anchors = [
        '<a href="/rss/world.xml">RSS</a>',
        '<a href="https://feeds.paper.example/atom">',
        '<a href="https://elsewhere.example/rss">',
    ]
    others = ['<a href="/feedback">', '<a href="/news">', '<a href="/rssing">']
    assert urls(page(*anchors, *others)) == [f"{SITE}rss/world.xml", "https://feeds.paper.example/atom"]
    assert urls(page(link("/feed"), *anchors)) == [f"{SITE}feed"]


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff", b"<", b"<link " * 10_000, b"<a href='/rss'>" * 50_000, page(*(link(f"/{n}") for n in range(99)))]
)
def test_hostile_pages(body: bytes) -> None:
    """Neither nonsense nor plenty does harm."""
    assert len(urls(body)) <= MAX_LEADS


def test_usual_places() -> None:
    """Of the site's root, wherever on it we are."""
    assert [lead.url for lead in usual_places("https://paper.example/a/b?c")] == [f"https://paper.example{path}" for path in FEED_PATHS]


ROBOTS = b"User-agent: *\nDisallow:\nSitemap: https://paper.example/sitemap.xml\nSITEMAP:https://paper.example/sitemaps/news.xml\nSitemap: ftp://x\n"


def test_sitemaps_of_a_robots_txt() -> None:
    """Those of news first."""
    assert [lead.url for lead in sitemaps_in_robots(ROBOTS, site=SITE)] == [f"{SITE}sitemaps/news.xml", f"{SITE}sitemap.xml"]


def test_news_sitemaps() -> None:
    """What is called one; else what there is, and the usual places."""
    assert news_sitemaps(ROBOTS, site=SITE) == (f"{SITE}sitemaps/news.xml",)
    plain = ROBOTS.replace(b"news", b"all")
    assert news_sitemaps(plain, site=SITE)[:2] == (f"{SITE}sitemap.xml", f"{SITE}sitemaps/all.xml")
    assert news_sitemaps(b"", site=SITE) == tuple(f"https://paper.example{path}" for path in NEWS_SITEMAP_PATHS)
