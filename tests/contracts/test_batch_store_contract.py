"""What every batch store promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import RetryableError
from pipeline.ports import BatchStore
from pipeline.state.batch_files import FileBatchStore
from pipeline.types import Article, BatchId, EnrichedArticle, Entity, Place, Quote
from tests.fakes_state import MemoryBatchStore
from tests.state.samples import make_article

BATCH = BatchId("20261118T120000-0000000a")
OTHER = BatchId("20261118T120000-0000000b")
STORES: dict[str, Callable[[Path], BatchStore]] = {
    "files": FileBatchStore,
    "memory": lambda _root: MemoryBatchStore(),
}


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BatchStore:
    """Each store, empty."""
    return STORES[request.param](tmp_path / "batches")


def make_enriched(number: int = 1) -> EnrichedArticle:
    return EnrichedArticle(
        article=make_article(number),
        language="en",
        entities=(Entity(name="Tass", label="ORG", mentions=((0, 4), (9, 13))),),
        places=(Place(name="Reykjavik", country="IS", latitude=64.15, longitude=-21.95),),
        keywords=("summit",),
        quotes=(Quote(text="“No.”", speaker=None, start=3, end=8),),
        words=7,
        enrichers=("language/1",),
    )


class TestBatchStoreContract:
    def test_articles_come_back_as_they_were(self, store: BatchStore) -> None:
        """In order, every field."""
        written = [make_article(number) for number in range(3)]
        store.write_articles(BATCH, iter(written))
        assert list(store.read_articles(BATCH)) == written

    def test_enriched_articles_come_back_as_they_were(self, store: BatchStore) -> None:
        """In order, every field, and apart from the articles."""
        written = [make_enriched(number) for number in range(3)]
        store.write_articles(BATCH, [])
        store.write_enriched(BATCH, iter(written))
        assert list(store.read_enriched(BATCH)) == written
        assert list(store.read_articles(BATCH)) == []

    def test_writing_replaces_the_whole(self, store: BatchStore) -> None:
        """A stage that runs again leaves nothing of its first run; other batches are not concerned."""
        store.write_articles(OTHER, [make_article(9)])
        store.write_articles(BATCH, [make_article(1), make_article(2)])
        store.write_articles(BATCH, [make_article(3)])
        assert list(store.read_articles(BATCH)) == [make_article(3)]
        assert list(store.read_articles(OTHER)) == [make_article(9)]

    def test_a_stage_that_breaks_leaves_what_was(self, store: BatchStore) -> None:
        """Its own error comes through, and the file of the run before stays whole."""

        def breaking() -> Iterator[Article]:
            yield make_article(2)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            store.write_articles(OTHER, breaking())
        store.write_articles(BATCH, [make_article(1)])
        with pytest.raises(ZeroDivisionError):
            store.write_articles(BATCH, breaking())
        assert list(store.read_articles(BATCH)) == [make_article(1)]
        with pytest.raises(RetryableError):
            list(store.read_articles(OTHER))

    def test_what_is_missing_names_the_stage_to_run(self, store: BatchStore) -> None:
        """It can be made again, so it is worth another try."""
        with pytest.raises(RetryableError, match=rf"{BATCH}.*missing.*`clean`"):
            next(store.read_articles(BATCH))
        with pytest.raises(RetryableError, match=rf"{BATCH}.*missing.*`enrich`"):
            next(store.read_enriched(BATCH))

    def test_discarding(self, store: BatchStore) -> None:
        """Drops both files of that batch; twice is the same as once."""
        store.write_articles(BATCH, [make_article(1)])
        store.write_enriched(BATCH, [make_enriched(1)])
        store.write_articles(OTHER, [make_article(9)])
        store.discard(BATCH)
        store.discard(BATCH)
        for read in (store.read_articles, store.read_enriched):
            with pytest.raises(RetryableError):
                next(read(BATCH))  # type: ignore[operator]
        assert list(store.read_articles(OTHER)) == [make_article(9)]
