"""Where documents lie, and what becomes of them when they move, on a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_bulk import Action
from pipeline.index.elastic_writer import Place, planned
from pipeline.types import ArticleId
from tests.index.clusters import empty_elastic
from tests.index.documents import document

pytestmark = pytest.mark.xdist_group("elasticsearch")
ALIAS = "test-writer"
ID = ArticleId(document("one")["article_id"])


@pytest.fixture
def index(elasticsearch_url: str) -> Iterator[ElasticIndex]:
    """An empty index."""
    opened = empty_elastic(elasticsearch_url, ALIAS)
    opened.prepare()
    yield opened
    opened.close()


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A look from outside."""
    with Elasticsearch([elasticsearch_url]) as opened:
        yield opened


def homes(client: Elasticsearch) -> set[str]:
    """Language and month of every copy of the article."""
    client.indices.refresh(index=f"{ALIAS}-0*")
    hits = client.search(index=f"{ALIAS}-0*", query={"ids": {"values": [ID]}}).body["hits"]["hits"]
    return {hit["_index"].removeprefix(f"{ALIAS}-000001-") for hit in hits}


def test_a_document_moves_with_its_language_and_month(index: ElasticIndex, client: Elasticsearch) -> None:
    """It is in one index at any time, and the newest wins wherever it lies."""
    index.upsert([document("one", version=1)])
    assert homes(client) == {"en-2026.11"}
    index.upsert([document("one", version=2, language="de")])
    assert homes(client) == {"de-2026.11"}
    index.upsert([document("one", version=3, language="de", **{"@timestamp": "2026-10-31T00:00:00Z"})])
    assert homes(client) == {"de-2026.10"}
    index.upsert([document("one", version=2, language="fr")])
    assert homes(client) == {"de-2026.10"}
    index.upsert([document("one", version=3, language="en", title="Back")])
    assert homes(client) == {"en-2026.11"}
    stored = index.get(ID)
    assert stored is not None
    assert stored["title"] == "Back"


def test_a_move_that_is_refused_leaves_the_old_one(index: ElasticIndex, client: Elasticsearch) -> None:
    """The server's reason comes back, and nothing is lost."""
    index.upsert([document("one", version=1, title="Good")])
    nowhere = [{"name": "Nowhere", "country": None, "location": {"lat": 1000.0, "lon": 0.0}}]
    refused = index.upsert([document("one", version=2, language="de", locations=nowhere), document("two")])
    assert list(refused) == [ID]
    assert "latitude" in refused[ID]
    assert homes(client) == {"en-2026.11"}
    index.refresh()
    assert index.count() == 2


def test_copies_that_should_not_be_are_cleared_away(index: ElasticIndex, client: Elasticsearch) -> None:
    """Whoever left a second copy: the next write of the article leaves one."""
    index.upsert([document("one", version=5)])
    client.index(index=f"{ALIAS}-000001-anchor", id=ID, document={"article_id": ID}, version=4, version_type="external")
    index.upsert([document("one", version=3)])
    assert homes(client) == {"en-2026.11"}


def test_what_is_planned() -> None:
    """An older document is not written; a newer one that is there stays alone."""
    given = document("one", version=5)
    assert planned(given, b"{}", "b", {}) == [Action(kind="index", index="b", article_id=ID, version=5, body=b"{}")]
    assert planned(given, b"{}", "b", {ID: [Place("b", 9)]}) == []
    assert planned(given, b"{}", "b", {ID: [Place("a", 9), Place("b", 4)]}) == [Action(kind="delete", index="b", article_id=ID, version=4)]
    moved = planned(given, b"{}", "b", {ID: [Place("a", 5)]})
    assert [(action.kind, action.index) for action in moved] == [("index", "b"), ("delete", "a")]


def test_many_documents_go_in_bulks(index: ElasticIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounded by number and by size; what comes is not held longer than for one bulk."""
    monkeypatch.setattr("pipeline.index.elastic_bulk.BULK_DOCUMENTS", 10)
    monkeypatch.setattr("pipeline.index.elastic_bulk.BULK_BYTES", 20_000)
    seen: list[int] = []
    bodies = (document(f"{at}", body="x" * (3_000 if at > 20 else 10)) for at in range(40) if seen.append(index.count()) is None)
    assert index.upsert(bodies) == {}
    index.refresh()
    assert index.count() == 40
    assert 0 < seen[-1] < 40
