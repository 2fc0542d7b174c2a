"""What is no article is told so, and what is one is never turned away for how it looks."""

from __future__ import annotations

import pytest

from pipeline.types import Article, Rejected
from tests.clean.odd_pages import LIVE_BLOG, ODD_PAGES, SITE
from tests.clean.pages import STORY, clean, page_of, story_page

LINKS = "".join(f'<li><a href="/{number}">Story number {number} of the day is here</a></li>' for number in range(60))
NO_ARTICLES = {
    "a shell for a script": "<html><body><div id='root'></div><script>app()</script></body></html>",
    "a list of links": f"<html><head><title>News</title></head><body><h1>News</h1><ul>{LINKS}</ul></body></html>",
    "nothing to read": "<html><head><title>Story</title></head><body><h1>Story</h1></body></html>",
}


@pytest.mark.parametrize("kind", ODD_PAGES)
def test_each_kind_by_its_name(kind: str) -> None:
    """A page as such pages look is turned away as what it is, and its title is told."""
    url, markup = ODD_PAGES[kind]
    cleaned = clean(page_of(markup, url=url))
    assert isinstance(cleaned, Rejected)
    assert cleaned.reason == f"not-an-article:{kind}"
    assert markup.partition("<title>")[2].partition("</title>")[0][:40] in cleaned.detail


@pytest.mark.parametrize("address", ["/2026/11/18/storm", "/live/storm"])
def test_a_live_blog_is_kept_as_one(address: str) -> None:
    """Its posts are its text; the address says so as well as JSON-LD."""
    told = LIVE_BLOG if "live" not in address else LIVE_BLOG.replace("LiveBlogPosting", "NewsArticle")
    cleaned = clean(page_of(told, url=SITE + address))
    assert isinstance(cleaned, Article)
    assert cleaned.page_type == "live-blog"
    assert all(f"pier number {hour}" in cleaned.text for hour in range(6, 12))


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        ('<html id="XF"><body>', "forum"),
        ('<html><body id="phpbb">', "forum"),
        ('<html><head><meta name="generator" content="Discourse 3.4"></head><body>', "forum"),
        ('<html><head><meta name="generator" content="Docutils 0.21"></head><body>', "documentation"),
        ('<html><head><script src="../_static/documentation_options.js?v=1"></script></head><body>', "documentation"),
        ('<html><head><meta name="generator" content="WordPress 6.7"></head><body class="single">', ""),
        ('<html><head><meta name="generator" content="Discourse"><meta property="og:type" content="article"></head><body>', ""),
    ],
)
def test_software_that_makes_one_kind_of_page(mark: str, kind: str) -> None:
    """Whatever text it holds, a page of a forum's software is no article, unless it says so itself."""
    told = "".join(f"<p>{line}</p>" for line in STORY)
    cleaned = clean(page_of(f"{mark}<h1>Storm</h1>{told}</body></html>", url=f"{SITE}/2026/storm"))
    assert (cleaned.reason if isinstance(cleaned, Rejected) else "") == (f"not-an-article:{kind}" if kind else "")


@pytest.mark.parametrize("kind", NO_ARTICLES)
def test_pages_that_are_no_articles(kind: str) -> None:
    """The reason names the type, the detail the page's title."""
    cleaned = clean(page_of(NO_ARTICLES[kind]))
    assert isinstance(cleaned, Rejected)
    assert cleaned.reason.startswith("not-an-article:")


@pytest.mark.parametrize("places", [
    {"bottom": f"<ul>{LINKS}</ul>"},
    {"among": '<div class="paywall"><p>Subscribe to read on.</p></div>'},
    {"top": '<div class="cookie-banner"><p>We value your privacy. Accept all cookies?</p></div>'},
    {"bottom": '<form action="/login"><input name="user"><input type="password"></form>'},
])  # fmt: skip
def test_an_article_among_other_things_is_an_article(places: dict[str, str]) -> None:
    """A long list under it, a wall in it, a banner over it, a login beside it."""
    cleaned = clean(story_page(**places))
    assert isinstance(cleaned, Article)
    assert STORY[0] in cleaned.text
