"""Under which address an article is kept, and by which others it is known."""

from __future__ import annotations

from dataclasses import replace

from pipeline.types import Article, Hop
from pipeline.urls import url_key
from tests.clean.pages import PAGE, STORY, TITLE, URL, article_of, page_of


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
    for canonical in ("https://news.example.org/", "https://news.example.org/2026", ""):
        article = kept(canonical)
        assert (article.url, article.syndicated_from) == (URL, None)
