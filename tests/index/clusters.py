"""Indices on the test cluster, each under an alias of its own."""

from __future__ import annotations

from collections.abc import Sequence

from elasticsearch import Elasticsearch

from pipeline.index.access import Access
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_mapping import Names

QUICK = (0.01, 0.02, 0.05)  # pauses between tries


def remove_indices(url: str, alias: str) -> None:
    """Remove every index of an alias, whoever made it; templates stay, for they cost two seconds."""
    with Elasticsearch([url]) as client:
        names = list(client.indices.get(index=f"{alias}-0*,{alias}", ignore_unavailable=True, features=["aliases"]).body)
        if names:
            client.indices.delete(index=names)


def empty_elastic(url: str, alias: str, *, pauses: Sequence[float] = QUICK, access: Access | None = None) -> ElasticIndex:
    """Return an index without documents, not prepared."""
    remove_indices(url, alias)
    return ElasticIndex(url, access, names=Names(alias), pauses=pauses)
