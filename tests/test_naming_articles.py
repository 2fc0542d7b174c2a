"""By which address an article is kept: claims that several pages share, and addresses that are known already."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.naming_articles import MOST_TITLES, SHARED, settled
from pipeline.types import Article, Digest, FetchedPage
from pipeline.urls import article_id, url_key
from tests.fakes_state import MemoryArticles
from tests.state.samples import make_article, make_article_state, make_entry

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
CLAIMED = "https://kbay.example/template/one-for-all"


def fetched(url: str) -> FetchedPage:
    return FetchedPage(url=url, final_url=url, status=200, headers=(), body=b"", digest=Digest("00" * 32), fetched_at=NOON)


def one(number: int, articles: MemoryArticles, *, claims: str = CLAIMED, title: str = "", at: datetime = NOON) -> Article:
    """The article of a page that calls another address its own."""
    entry = make_entry(number)
    key = url_key(claims)
    named = {"title": title or f"Story {number}", "url": claims, "url_key": key, "article_id": article_id(key)}
    read = replace(make_article(), aliases=(entry.url_key,), flags=(), **named)
    return settled(read, fetched(entry.url), entry, articles, at)


def test_an_address_of_one_article_is_its_own() -> None:
    """AMP and mobile twins, trackers: the canonical one; a headline may change three times."""
    articles = MemoryArticles()
    assert [one(1, articles, title=f"Edited {number}").url for number in range(MOST_TITLES)] == [CLAIMED] * MOST_TITLES


def test_an_address_that_many_claim_is_nobody_s() -> None:
    """From the fourth title on, each is kept under its page's address, and that is told."""
    articles = MemoryArticles()
    found = [one(number, articles) for number in range(1, 7)]
    assert [article.url == CLAIMED for article in found] == [True] * 3 + [False] * 3
    assert found[-1].url == make_entry(6).url
    assert found[-1].article_id == make_entry(6).article_id
    assert (found[-1].flags, found[-1].aliases) == ((SHARED,), ())


def test_claims_of_other_days_do_not_count() -> None:
    """A live page may have one headline a day."""
    articles = MemoryArticles()
    assert {one(number, articles, at=NOON + timedelta(days=number, minutes=number)).url for number in range(1, 8)} == {CLAIMED}


def test_a_page_s_own_address_is_no_claim() -> None:
    """Nothing is counted for it."""
    articles = MemoryArticles()
    assert one(1, articles, claims=make_entry(1).url).url == make_entry(1).url
    assert articles.claims == {}


def test_an_alias_means_the_article_it_is_of() -> None:
    """The article keeps its id when its address changes."""
    articles = MemoryArticles()
    known = make_article_state("old-address")
    articles.save(known, [url_key(CLAIMED)])
    assert one(1, articles).article_id == known.article_id
    assert one(2, MemoryArticles()).article_id == article_id(url_key(CLAIMED))
