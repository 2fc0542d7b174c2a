"""What the contract of articles leaves open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.ledger import ArticleState
from pipeline.state.articles import resolved
from pipeline.state.store import SqlState
from pipeline.types import Digest, UrlKey, Validators
from tests.state.samples import MINUTE, NOON, make_article_state, make_pointer


def saved(state: SqlState, path: str, *, checked_at: datetime = NOON, aliases: tuple[UrlKey, ...] = ()) -> ArticleState:
    """An article in the ledger."""
    article = make_article_state(path, checked_at=checked_at)
    state.articles.save(article, aliases)
    return article


def test_every_field_comes_back(state: SqlState) -> None:
    """Validators and the pointer too, which are columns of their own; an offset may be past four gigabytes."""
    article = make_article_state(
        validators=Validators(etag='W/"a\u20ac"', last_modified="Wed, 18 Nov 2026 12:00:00 GMT"),
        pointer=make_pointer(3),
        indexed_at=NOON + MINUTE,
        revision=7,
    )
    state.articles.save(article, [])
    assert state.articles.get(article.article_id) == article


def test_an_older_check_changes_no_column_but_adds_its_keys(state: SqlState) -> None:
    """A run that was overtaken may still know a key that nobody else does; one of the same moment is the newer word."""
    article = saved(state, "story", checked_at=NOON)
    old = replace(article, checked_at=NOON - MINUTE, title="Old", pointer=make_pointer(9), text_digest=Digest("00" * 32))
    state.articles.save(old, [UrlKey("https://kbay.example/amp")])
    assert state.articles.get(article.article_id) == article
    assert state.articles.resolve(UrlKey("https://kbay.example/amp")) == article.article_id
    state.articles.save(replace(article, title="Now"), [])
    found = state.articles.get(article.article_id)
    assert found is not None
    assert found.title == "Now"


def test_keys_that_differ_only_behind_any_index_row_are_different(state: SqlState) -> None:
    """They are told apart by a digest of the whole key, and compared with regard to case."""
    long = "https://kbay.example/" + "x" * 5000
    first, second = UrlKey(long + "a"), UrlKey(long + "A")
    one, other = saved(state, "one", aliases=(first,)), saved(state, "other", aliases=(second,))
    assert state.articles.resolve(first) == one.article_id
    assert state.articles.resolve(second) == other.article_id


def test_more_keys_than_fit_one_statement(state: SqlState) -> None:
    """A sitemap asks for thousands at once; keys of nobody are left out, and one asked twice is answered once."""
    keys = [UrlKey(f"https://kbay.example/{number}") for number in range(1201)]
    article = saved(state, "story", aliases=tuple(keys))
    with state._database.reading() as connection:
        found = resolved(connection, [*keys, keys[0], UrlKey("https://kbay.example/nobody")])
    assert found == dict.fromkeys(keys, article.article_id)
    with state._database.reading() as connection:
        assert resolved(connection, []) == {}
