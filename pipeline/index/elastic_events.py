"""The index of events beside the articles: one a month, for the operations dashboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from elasticsearch import BadRequestError, Elasticsearch

from pipeline.errors import RetryableError
from pipeline.index.access import Access
from pipeline.index.elastic_bulk import Action, BulkSender
from pipeline.index.elastic_client import client_errors, connect, shown_url

EVENTS = "wireroom-events"
_PAUSES = (0.2, 1.0)  # nobody waits long for these
FIELDS: dict[str, Any] = {
    **{name: {"type": "keyword"}
       for name in ("event_id", "kind", "stage", "batch_id", "feed_id", "outcome", "domain", "language", "alarm", "subject", "reason")},
    **{name: {"type": "long"} for name in ("entries", "new", "bytes", "peak_rss_bytes", "missed", "filled")},
    **{name: {"type": "long"} for name in ("by_feed", "by_push", "by_sitemap", "by_import", "listed", "missing")},
    **{name: {"type": "float"} for name in ("seconds", "estimated", "estimated_low", "estimated_high", "recall", "usual")},
    "@timestamp": {"type": "date"}, "http_status": {"type": "short"},
    "error": {"type": "keyword", "ignore_above": 300},
}  # fmt: skip


class ElasticEvents:
    """`EventLog` on a cluster. Connects when there is something to note."""

    def __init__(self, url: str, access: Access, *, alias: str = EVENTS) -> None:
        self._url = url
        self._access = access
        self._alias = alias
        self._client: Elasticsearch | None = None
        self._ready: set[str] = set()  # indices that are known to have every field

    def note(self, events: Sequence[Mapping[str, object]]) -> None:
        if not events:
            return
        if self._client is None:
            self._client = connect(self._url, self._access)
        indices = {f"{self._alias}-{str(event['@timestamp'])[:7].replace('-', '.')}" for event in events}
        with client_errors(self._url):
            for index in sorted(indices):
                self._make(self._client, index)
        actions = [
            Action(
                kind="index",
                index=f"{self._alias}-{str(event['@timestamp'])[:7].replace('-', '.')}",
                article_id=str(event["event_id"])[:500],
                body=msgspec.json.encode(event),
            )
            for event in events
        ]
        refused = [answer.reason for answer in BulkSender(self._client, self._url, pauses=_PAUSES).send(actions) if answer.refused]
        if refused:
            raise RetryableError(f"events: {shown_url(self._url)}: {len(refused)} refused: {refused[0]}")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def _make(self, client: Elasticsearch, index: str) -> None:
        if index in self._ready:
            return
        if client.indices.exists(index=index):
            client.indices.put_mapping(index=index, properties=FIELDS)  # a version before this one made it with fewer
            self._ready.add(index)
            return
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        try:
            client.indices.create(
                index=index, settings=settings, mappings={"dynamic": "strict", "properties": FIELDS}, aliases={self._alias: {}}
            )
        except BadRequestError as error:
            if "resource_already_exists_exception" not in repr(error.body):
                raise
        self._ready.add(index)
