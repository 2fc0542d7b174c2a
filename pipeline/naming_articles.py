"""By which address an article is kept, where what its page says is not enough: what only several pages together show.

A template may call one address the canonical one of every page it makes. And an address may be known already as one more of
an article that is kept under another.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Final

from pipeline.ports import ArticleStore
from pipeline.types import Article, Digest, FeedEntry, FetchedPage
from pipeline.urls import article_id, url_key

CLAIM_SECONDS: Final = 86_400.0
MOST_TITLES: Final = 3  # that one address may have within that time; headlines are edited
SHARED: Final = "canonical-shared"


def settled(article: Article, page: FetchedPage, entry: FeedEntry, articles: ArticleStore, now: datetime) -> Article:
    """Return the article under the address it is to be kept by.

    An address that more than three different titles claimed within a day is no article's own: the page's is taken instead.
    One that is an alias of a known article means that article.
    """
    if article.url_key not in {url_key(page.final_url), url_key(page.url), entry.url_key}:
        titles = articles.claim(article.url_key, _digest(article.title), now, within_seconds=CLAIM_SECONDS)
        if titles > MOST_TITLES:
            article = under_own_address(article, page)
    known = articles.resolve(article.url_key)
    return article if known is None or known == article.article_id else replace(article, article_id=known)


def under_own_address(article: Article, page: FetchedPage) -> Article:
    """Return the article under its page's address instead of the one that the page claims."""
    key = url_key(page.final_url)
    aliases = tuple(alias for alias in article.aliases if alias not in {key, article.url_key})
    return replace(article, url=page.final_url, url_key=key, article_id=article_id(key), aliases=aliases, flags=(*article.flags, SHARED))


def _digest(title: str) -> Digest:
    return Digest(hashlib.sha256(" ".join(title.casefold().split()).encode("utf-8", "surrogatepass")).hexdigest())
