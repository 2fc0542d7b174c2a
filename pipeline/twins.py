"""The same article under a second address of its site: made known by what the pages say, where no address of theirs does.

Some sites take any words for the last part of an address and list one article under hundreds of them
(https://github.com/commoncrawl/news-crawl/issues/44); others give a new address to a story that they run again. Pure, but for
the meeting in the ledger.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from pipeline.ports import ArticleStore
from pipeline.standing import Sighting
from pipeline.stories.fingerprint import fingerprint
from pipeline.stories.resemblance import similarity
from pipeline.types import Article, Digest
from pipeline.urls import registered_domain

TWIN: Final = "twin"
SAME_WITHIN: Final = timedelta(hours=72)  # the same title and text on one host
LIKE_WITHIN: Final = timedelta(days=7)  # the same title of one site with nearly the same text
LIKE: Final = 0.9  # similarity of the texts
FEWEST_LETTERS: Final = 20  # of such a title: "Weather" says nothing
_SIGNS: Final = re.compile(r"[\W_]+")


def is_twin(one: Sighting, other: Sighting) -> bool:
    """Whether two pages of one site with one title are the same article."""
    apart = abs(one.at - other.at)
    if one.host == other.host and one.text_digest == other.text_digest and apart <= SAME_WITHIN:
        return True
    if apart > LIKE_WITHIN or min(one.title_length, other.title_length) < FEWEST_LETTERS:
        return False
    return one.signature is not None and other.signature is not None and similarity(one.signature, other.signature) >= LIKE


def sighting_of(article: Article) -> Sighting:
    """Return what is remembered of a page."""
    words = " ".join(_SIGNS.sub(" ", article.title).casefold().split())
    likeness = fingerprint(article.text)
    return Sighting(
        article_id=article.article_id,
        url=article.url,
        url_key=article.url_key,
        host=(urlsplit(article.url).hostname or "").removeprefix("www."),
        site=registered_domain(article.url),
        title_digest=Digest(hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()),
        title_length=len(words),
        text_digest=article.text_digest,
        signature=likeness.signature if likeness else None,
        at=article.first_seen_at,
    )


def twinned(article: Article, articles: ArticleStore) -> Article:
    """Return an article that is new by its address as the one of which it is a twin, or as it is.

    A twin keeps its text and has the other's id and address; its own is an alias from then on.
    """
    known = articles.resolve(article.url_key)
    if known is not None and known != article.article_id:
        return article
    first = articles.meet(sighting_of(article), is_twin, known=known is not None, within_seconds=LIKE_WITHIN.total_seconds())
    held = articles.get(first.article_id) if first is not None else None
    if first is None or (held is not None and held.pointer == article.pointer):  # that very page, under the address newer code reads on it
        return article
    aliases = tuple(alias for alias in dict.fromkeys((article.url_key, *article.aliases)) if alias != first.url_key)
    named = replace(article, article_id=first.article_id, url=first.url, url_key=first.url_key)
    return replace(named, aliases=aliases, flags=(*article.flags, TWIN))
