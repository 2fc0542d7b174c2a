"""Documents and the articles they were made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.index.build import of_cleaning, to_document
from pipeline.index.document import ArticleDocument
from pipeline.index.reading_back import article_of
from pipeline.types import Article, Candidate, Caption, DatePrecision, EnrichedArticle, Removed, Rights, UrlKey
from tests.state.samples import NOON, make_article

RICH: dict[str, Any] = {
    "aliases": (UrlKey("https://kbay.example/amp/1"),),
    "agency": "AP",
    "dateline": "REYKJAVIK, Iceland",
    "captions": (Caption(text="A pier", credit="AP Photo"),),
    "published": NOON,
    "published_precision": DatePrecision.DAY,
    "modified": NOON + timedelta(hours=1),
    "tags": ("pier", "storm"),
    "flags": ("tz-assumed",),
    "rights": Rights(noarchive=True),
    "removed": (Removed(text="Advertisement", rule="line", position=3, score=0.5),),
    "candidates": (Candidate(field="title", value="x", source="meta", chosen=True),),
    "language": "is",
}


def stored(article: Article) -> ArticleDocument:
    enriched = EnrichedArticle(article=article, language=article.language or "und", words=3)
    return to_document(enriched, revision=2, indexed_at=NOON, pipeline={"clean": article.cleaner})


@pytest.mark.parametrize("changes", [{}, RICH], ids=["plain", "rich"])
def test_what_was_stored_comes_back(changes: dict[str, Any]) -> None:
    """All that the stages after cleaning look at."""
    article = replace(make_article(), **changes)
    assert article_of(stored(article), entry_id=article.entry_id, text_digest=article.text_digest) == article


@pytest.mark.parametrize("name", sorted(of_cleaning(make_article(), 1)))
def test_what_is_not_understood_is_cleaned_again(name: str) -> None:
    """A document whose field says something that an article of ours would not say is no base to go on from."""
    article = replace(make_article(), **RICH)
    document: Any = {**stored(article), name: "something new"}
    again = article_of(document, entry_id=article.entry_id, text_digest=article.text_digest)
    assert again is None or of_cleaning(again, document["revision"]) == {key: document[key] for key in of_cleaning(article, 2)}


def test_an_older_shape_is_cleaned_again() -> None:
    """A missing field, a date that is none."""
    article = make_article()
    document: Any = stored(article)
    del document["flags"]
    assert article_of(document, entry_id=article.entry_id, text_digest=article.text_digest) is None
    assert article_of({**stored(article), "fetched_at": "?"}, entry_id=article.entry_id, text_digest=article.text_digest) is None
    assert article_of({**stored(article), "body": "other"}, entry_id=article.entry_id, text_digest=article.text_digest) is None
