"""Events on a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import RetryableError
from pipeline.index.access import Access
from pipeline.index.elastic_events import ElasticEvents

pytestmark = pytest.mark.xdist_group("elasticsearch")
ALIAS = "test-events"
POLL = {"event_id": "f:1", "@timestamp": "2026-11-23T12:00:00Z", "kind": "poll", "feed_id": "f", "outcome": "new", "http_status": 200}


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A cluster without events."""
    with Elasticsearch([elasticsearch_url]) as opened:
        for name in opened.indices.get(index=f"{ALIAS}-*").body:
            opened.indices.delete(index=name)
        yield opened


def test_the_same_event_twice_is_one(client: Elasticsearch, elasticsearch_url: str) -> None:
    """In the index of its month, under the alias."""
    for _ in range(2):
        events = ElasticEvents(elasticsearch_url, Access(), alias=ALIAS)
        events.note([POLL, POLL | {"event_id": "f:2", "@timestamp": "2026-12-01T00:00:00Z"}])
        events.close()
    client.indices.refresh(index=ALIAS)
    assert client.count(index=ALIAS).body["count"] == 2
    assert sorted(client.indices.get_alias(name=ALIAS).body) == [f"{ALIAS}-2026.11", f"{ALIAS}-2026.12"]


def test_an_index_of_an_earlier_version_gets_the_new_fields(client: Elasticsearch, elasticsearch_url: str) -> None:
    """A month that was begun before an upgrade takes what came with it."""
    old = {"dynamic": "strict", "properties": {name: {"type": "keyword"} for name in ("event_id", "kind")}}
    old["properties"] |= {"@timestamp": {"type": "date"}}  # type: ignore[operator]
    client.indices.create(index=f"{ALIAS}-2026.11", mappings=old, aliases={ALIAS: {}})
    events = ElasticEvents(elasticsearch_url, Access(), alias=ALIAS)
    events.note([{"event_id": "c", "@timestamp": "2026-11-23T00:00:00Z", "kind": "coverage", "domain": "a.example", "recall": 0.5}])
    events.close()
    client.indices.refresh(index=ALIAS)
    assert client.count(index=ALIAS, q="domain:a.example").body["count"] == 1


def test_what_is_refused_is_told(client: Elasticsearch, elasticsearch_url: str) -> None:
    """A field nobody knows."""
    events = ElasticEvents(elasticsearch_url, Access(), alias=ALIAS)
    with pytest.raises(RetryableError, match="strict"):
        events.note([POLL | {"mood": "good"}])
    events.close()


def test_nothing_to_note_asks_nobody() -> None:
    """No connection is made."""
    ElasticEvents("http://127.0.0.1:1", Access()).note([])
