"""The same article under a second address."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.twins import LIKE_WITHIN, SAME_WITHIN, TWIN, is_twin, sighting_of, twinned
from pipeline.types import Article, Block, BlockKind, Digest
from pipeline.urls import article_id, url_key
from tests.fakes_state import MemoryArticles
from tests.state.samples import make_article, make_article_state

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
TITLE = "Ferries to the islands stop again"
WORDS = [f"word{number}" for number in range(300)]


def article(path: str, *, words: list[str] = WORDS, digest: str = "ab", host: str = "kbay.example", **changes: Any) -> Article:
    url = f"https://{host}/{path}"
    key = url_key(url)
    named = {"url": url, "url_key": key, "article_id": article_id(key), "title": TITLE, "text_digest": Digest(digest * 32)}
    return make_article(blocks=(Block(kind=BlockKind.PARAGRAPH, text=" ".join(words)),), **(named | changes))


def twins(one: Article, other: Article) -> bool:
    return is_twin(sighting_of(one), sighting_of(other)) and is_twin(sighting_of(other), sighting_of(one))


def rewritten(count: int) -> list[str]:
    """All words but some at the end, each of which takes three runs of three words with it at most."""
    return WORDS[: len(WORDS) - count] + [f"other{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("host", "hours", "same"),
    [("kbay.example", 72, True), ("kbay.example", 72.1, False), ("www.kbay.example", 1, True), ("local.kbay.example", 1, False)],
)
def test_the_same_text_on_one_host_within_three_days(host: str, hours: float, same: bool) -> None:
    """However short its title and text are."""
    short = {"title": "Weather", "words": ["Rain."]}
    assert timedelta(hours=72) == SAME_WITHIN
    assert twins(article("a", **short), article("b", host=host, first_seen_at=NOON + timedelta(hours=hours), **short)) is same


@pytest.mark.parametrize(
    ("changed", "days", "title", "same"),
    [
        (4, 7, TITLE, True),  # similarity .97
        (4, 7.1, TITLE, False),
        (40, 1, TITLE, False),  # .76
        (4, 1, "Weather this weekend", True),  # twenty letters
        (4, 1, "Weather this weeken", False),
    ],
)
def test_nearly_the_same_text_under_one_title_within_a_week(changed: int, days: float, title: str, same: bool) -> None:
    """Of one site, on whichever host."""
    assert timedelta(days=7) == LIKE_WITHIN
    first = article("a", title=title)
    other = article("b", title=title, words=rewritten(changed), digest="cd", host="m.kbay.example")
    assert twins(first, replace(other, first_seen_at=NOON + timedelta(days=days))) is same


def test_a_text_too_short_to_be_compared_is_no_twin() -> None:
    """Unless it is the same."""
    assert not twins(article("a", words=WORDS[:20]), article("b", words=WORDS[:20], digest="cd"))


def test_a_twin_takes_the_name_of_the_first() -> None:
    """Id and address; its own is an alias. Signs and case of a title make no difference."""
    articles = MemoryArticles()
    first, second = article("a"), article("b", title=f"“{TITLE.upper()}”")
    assert twinned(first, articles) is first
    found = twinned(second, articles)
    assert (found.article_id, found.url, found.url_key) == (first.article_id, first.url, first.url_key)
    assert found.aliases == (second.url_key, *second.aliases)
    assert found.flags == (*second.flags, TWIN)
    assert found.blocks == second.blocks
    assert twinned(second, articles) == found  # again the same
    assert twinned(article("c", host="other.example"), articles).flags == ()


def test_what_is_an_article_already_is_nobody_s_twin() -> None:
    """Nor what is an alias of one."""
    articles = MemoryArticles()
    for path, alias in (("known", "known"), ("owner", "alias")):
        articles.save(make_article_state(path), [url_key(f"https://kbay.example/{alias}")])
    assert twinned(article("first"), articles).flags == ()
    for path in ("known", "alias"):
        assert twinned(article(path), articles) == article(path)
    assert article("alias").article_id not in articles.sightings
