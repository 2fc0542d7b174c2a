"""The embedded index against the fake that looks at every document: the same queries must find the same documents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from pipeline.errors import ConfigurationError
from pipeline.index.document import ArticleDocument
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.parser import parse_query
from pipeline.index.query import FACETS, SearchRequest, Sort
from tests.fakes_index import InMemoryIndex
from tests.index.documents import LANGUAGES, NAMES, TIMES, WORDS, document
from tests.index.questions import any_text, sensible_texts

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def made_documents(count: int) -> Iterator[ArticleDocument]:
    """Documents of few words, so that queries often hit; always the same ones."""
    chance = random.Random(20)
    for at in range(count):
        title, body, summary = (" ".join(chance.choices(WORDS, k=chance.randrange(6))) for _ in range(3))
        yield document(
            f"made{at}",
            title=title,
            body=body,
            summary=summary,
            language=chance.choice(LANGUAGES),
            people=chance.sample(NAMES, chance.randrange(3)),
            source=chance.choice(NAMES),
            noindex=chance.random() < 0.1,
            superseded_at=chance.choice((None, None, "2026-11-20T12:30:00Z", "2026-11-20T13:00:00Z")),
            **{"@timestamp": chance.choice(TIMES)},
        )


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedIndex, InMemoryIndex]]:
    """The same documents in both, in the embedded one over several segments."""
    embedded, fake = EmbeddedIndex(Path(tmp_path_factory.mktemp("parity"))), InMemoryIndex()
    made = list(made_documents(90))
    for at in range(0, len(made), 30):
        embedded.upsert(made[at : at + 30])
    fake.upsert(made)
    fake.refresh()
    yield embedded, fake
    embedded.close()


@given(text=sensible_texts())
def test_the_same_documents_are_found(both: tuple[EmbeddedIndex, InMemoryIndex], text: str) -> None:
    """Whatever is asked, in both sorts."""
    query = parse_query(text, now=NOW)
    embedded, fake = both
    expected = {hit.article_id for hit in fake.search(SearchRequest(query=query, size=1000)).hits}
    for sort in Sort:
        page = embedded.search(SearchRequest(query=query, size=1000, sort=sort))
        assert {hit.article_id for hit in page.hits} == expected
        assert page.total == len(expected)


@given(text=any_text())
def test_no_text_breaks_the_search(both: tuple[EmbeddedIndex, InMemoryIndex], text: str) -> None:
    """Whatever is typed and understood is answered, by both alike."""
    try:
        query = parse_query(text, now=NOW)
    except ConfigurationError:
        return
    assert both[0].search(SearchRequest(query=query, facets=FACETS)).total == both[1].count(query)


@given(text=sensible_texts())
def test_the_same_facets_are_counted(both: tuple[EmbeddedIndex, InMemoryIndex], text: str) -> None:
    """Facets of both agree, and marks are made in what was found by its words."""
    request = SearchRequest(query=parse_query(text, now=NOW), facets=("day", "people", "language", "source"), facet_size=50)
    assert both[0].search(request).facets == both[1].search(request).facets
