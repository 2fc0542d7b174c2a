"""The search index on an Elasticsearch cluster: one alias, and behind it an index for each language group and month."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import RLock
from urllib.parse import parse_qsl, urlsplit

from elasticsearch import Elasticsearch

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.access import Access
from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_bulk import PAUSES, BulkSender
from pipeline.index.elastic_client import check_version, client_errors, connect
from pipeline.index.elastic_generations import begin_generation, drop_generations, promote_generation
from pipeline.index.elastic_mapping import Names, as_it_was
from pipeline.index.elastic_search import ElasticSearcher, every_hit
from pipeline.index.elastic_setup import prepare
from pipeline.index.elastic_writer import ElasticWriter, Shown
from pipeline.index.query import Everything, Hit, Query, SearchPage, SearchRequest
from pipeline.index.requests import check_request
from pipeline.index.spelling import put_right
from pipeline.types import ArticleId

_ALIAS = re.compile("[a-z]+(?:-[a-z]+){0,5}")


def open_elastic(url: str, access: Access | None = None) -> ElasticIndex:
    """Return the index of a URL: `https://host:9200`, with `?alias=NAME` where several newsrooms share a cluster.

    Raises:
        ConfigurationError: the URL asks for something else, or the alias is no name for one.
    """
    asked = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    alias = asked.pop("alias", Names().alias)
    if asked or not _ALIAS.fullmatch(alias):
        raise ConfigurationError.of("WIREROOM_INDEX_URL", f"?{urlsplit(url).query}", "?alias=NAME, of small letters and hyphens")
    return ElasticIndex(url, access, names=Names(alias))


class ElasticIndex:
    """`ArticleIndex` on a cluster. For several threads and processes at once; connects when it is first used.

    A document with `noindex` is kept and can be got, but is never found or counted: the alias filters it. What was written is
    searchable after `refresh`, or a second later.
    """

    def __init__(
        self, url: str, access: Access | None = None, *, names: Names | None = None, pauses: Sequence[float] = PAUSES, part: str = ""
    ) -> None:
        self._url = url
        self._access = access or Access()
        self._names = names or Names()
        self._part = part or self._names.alias  # the alias that is searched
        self._pauses = pauses
        self._lock = RLock()
        self._parts: tuple[Elasticsearch, ElasticWriter, ElasticSearcher] | None = None

    def prepare(self) -> None:
        with self._lock:
            client = self._parts[0] if self._parts else connect(self._url, self._access)
            check_version(client, self._url)
            with client_errors(self._url):
                prepare(client, self._names)
            if self._parts is None:
                sender = BulkSender(client, self._url, pauses=self._pauses)
                self._parts = client, ElasticWriter(client, self._url, self._names, sender), ElasticSearcher(client, self._part)

    def upsert(self, documents: Iterable[ArticleDocument]) -> Mapping[ArticleId, str]:
        _, writer, _ = self._opened()
        return writer.upsert(documents, self._shown())

    def delete(self, article_ids: Sequence[ArticleId]) -> None:
        _, writer, _ = self._opened()
        writer.delete(article_ids, self._shown())
        self.refresh()

    def get(self, article_id: ArticleId) -> ArticleDocument | None:
        client, _, _ = self._opened()
        if not article_id:  # the server refuses to look for it
            return None
        pattern = f"{self._names.generation(self._shown().generations[0][0])}-*"
        with client_errors(self._url):
            hits = client.search(index=pattern, query={"ids": {"values": [article_id]}}, size=4, version=True).body["hits"]["hits"]
        newest = max(hits, key=lambda hit: int(hit["_version"]), default=None)
        return as_it_was(newest["_source"]) if newest else None

    def search(self, request: SearchRequest) -> SearchPage:
        began = time.perf_counter()
        check_request(request)
        _, _, searcher = self._opened()
        with client_errors(self._url):
            page = searcher.page(request)
        return replace(page, milliseconds=(time.perf_counter() - began) * 1000)

    def count(self, query: Query | None = None) -> int:
        _, _, searcher = self._opened()
        with client_errors(self._url):
            return searcher.count(query or Everything())

    def similar(self, article_id: ArticleId, *, size: int = 10) -> tuple[Hit, ...]:
        _, _, searcher = self._opened()
        document = self.get(article_id)
        with client_errors(self._url):
            return searcher.similar(document, size=size) if document else ()

    def did_you_mean(self, query: Query) -> Query | None:
        _, _, searcher = self._opened()
        with client_errors(self._url):
            return put_right(query, searcher.nearest)

    def refresh(self) -> None:
        client, _, _ = self._opened()
        with client_errors(self._url):
            client.indices.refresh(index=self._names.every)

    def close(self) -> None:
        with self._lock:
            if self._parts is not None:
                client, _, searcher = self._parts
                searcher.close()
                client.close()
                self._parts = None

    def _opened(self) -> tuple[Elasticsearch, ElasticWriter, ElasticSearcher]:
        with self._lock:
            if self._parts is None:
                self.prepare()
            assert self._parts is not None
            return self._parts

    def documents(self) -> Iterator[ArticleDocument]:
        client, _, _ = self._opened()
        pattern = f"{self._names.generation(self._shown().generations[0][0])}-*"
        with client_errors(self._url):
            self.refresh()
            for found in every_hit(client, pattern):
                yield as_it_was(found["_source"])

    def building(self) -> ElasticIndex | None:
        client, _, _ = self._opened()
        with client_errors(self._url):
            if not client.indices.exists_alias(name=self._names.building):
                return None
        return ElasticIndex(self._url, self._access, names=self._names, pauses=self._pauses, part=self._names.building)

    def begin_building(self) -> ElasticIndex:
        client, _, _ = self._opened()
        if (there := self.building()) is not None:
            return there
        with client_errors(self._url):
            begin_generation(client, self._names)
        return ElasticIndex(self._url, self._access, names=self._names, pauses=self._pauses, part=self._names.building)

    def promote(self) -> None:
        client, _, _ = self._opened()
        with client_errors(self._url):
            promote_generation(client, self._names)

    def drop(self) -> tuple[str, ...]:
        client, _, _ = self._opened()
        with client_errors(self._url):
            return drop_generations(client, self._names)

    def _shown(self) -> Shown:
        """Ask which generations there are: each time, for another process may have changed it."""
        client, _, _ = self._opened()
        aliases = [self._names.alias, self._names.building]
        with client_errors(self._url):
            answer = client.options(ignore_status=404).indices.get_alias(name=aliases).body
        found: dict[str, set[int]] = {alias: set() for alias in aliases}
        for index, entry in answer.items():
            number = self._names.generation_of(index)
            if number is not None:
                for name in entry["aliases"]:
                    found.setdefault(name, set()).add(number)
        if not found[self._names.alias]:  # somebody has removed everything: begin anew
            self.prepare()
            return self._shown()
        written = [(max(found[alias]), alias) for alias in aliases if found[alias] and self._part in {self._names.alias, alias}]
        if not written:
            raise RetryableError(f"index: {self._names.building} is not there any more: it was promoted or dropped")
        return Shown(tuple(written), frozenset(answer))
