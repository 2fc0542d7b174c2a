"""Writes documents so that each lies in exactly one index, the one of its language and month, and only the newest counts.

Where a document lies is asked before each bulk. Changes its language or month, the same bulk puts it into the new index and
takes it out of the old one; was it refused there, the old one is put back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from elasticsearch import Elasticsearch

from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_bulk import Action, Answer, BulkSender, bulks
from pipeline.index.elastic_client import client_errors
from pipeline.index.elastic_mapping import Names
from pipeline.index.elastic_setup import create_index
from pipeline.index.refusal import refusal
from pipeline.types import ArticleId

_MOST_COPIES = 4  # of one id, in as many indices: there should be one
_MOST_ROUNDS = 3  # of asking again, where somebody else wrote the same article meanwhile, or it was deleted a moment ago
_GRAVE_SECONDS = 0.3  # the cluster remembers a deleted version for as long as its clock is coarse


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document lies, and in which version."""

    index: str
    version: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The generations that are written to, each with the alias of its indices, the one that is searched first; and the indices
    that are there.
    """

    generations: tuple[tuple[int, str], ...]
    indices: frozenset[str]


Places = Mapping[str, Sequence[Place]]
Written = tuple[ArticleDocument, bytes]


class ElasticWriter:
    """Writes into the generations it is told."""

    def __init__(self, client: Elasticsearch, url: str, names: Names, sender: BulkSender) -> None:
        self._client = client
        self._url = url
        self._names = names
        self._sender = sender

    def upsert(self, documents: Iterable[ArticleDocument], shown: Shown) -> dict[ArticleId, str]:
        """Write documents, bulk by bulk, into every generation there is; return those refused with the reason.

        Raises as `BulkSender.send`.
        """
        known = set(shown.indices)
        refused: dict[ArticleId, str] = {}
        for bulk in bulks(_sound(documents, refused)):
            newest = _newest(bulk)
            for generation, alias in shown.generations:
                refused |= self._write(newest, generation, alias, known)
        return refused

    def delete(self, article_ids: Sequence[ArticleId], shown: Shown) -> None:
        """Take articles out, wherever they are."""
        for generation, _ in shown.generations:
            places = self.places(article_ids, generation)
            actions = [Action(kind="delete", index=place.index, article_id=key) for key, found in places.items() for place in found]
            self._sender.send(actions)

    def places(self, article_ids: Sequence[str], generation: int) -> Places:
        """Return where articles lie, whoever wrote them and however lately."""
        pattern = f"{self._names.generation(generation)}-*"
        found: dict[str, list[Place]] = defaultdict(list)
        with client_errors(self._url):
            self._client.indices.refresh(index=pattern)
            for at in range(0, len(article_ids), 1_000):
                asked = list(article_ids[at : at + 1_000])
                answer = self._client.search(
                    index=pattern,
                    query={"ids": {"values": asked}},
                    size=_MOST_COPIES * len(asked),
                    source=False,
                    version=True,
                    allow_partial_search_results=False,
                )
                for hit in answer.body["hits"]["hits"]:
                    found[hit["_id"]].append(Place(hit["_index"], hit["_version"]))
        return found

    def _write(self, bulk: Sequence[Written], generation: int, alias: str, known: set[str]) -> dict[ArticleId, str]:
        refused: dict[ArticleId, str] = {}
        for _ in range(_MOST_ROUNDS):
            places = self.places([document["article_id"] for document, _ in bulk], generation)
            homes = [self._names.index_of(generation, document) for document, _ in bulk]
            self._make_indices(set(homes) - known, alias)
            known |= set(homes)
            actions = [
                action for (document, body), home in zip(bulk, homes, strict=True) for action in planned(document, body, home, places)
            ]
            kept = self._sources(actions, places)
            answers = dict(zip(actions, self._sender.send(actions), strict=True))
            refused |= _refused(answers)
            self._put_back(answers, kept)
            met = {action.article_id for action, answer in answers.items() if answer.status == 409}
            bulk = [written for written in bulk if written[0]["article_id"] in met]
            if not bulk:
                break
            self._sender.sleep(_GRAVE_SECONDS)
        return refused

    def _make_indices(self, names: set[str], alias: str) -> None:
        with client_errors(self._url):
            for name in sorted(names):
                create_index(self._client, self._names, name, alias=alias)

    def _sources(self, actions: Sequence[Action], places: Places) -> dict[str, tuple[Place, bytes]]:
        """Fetch what is about to move, to put it back where it is refused."""
        moving = [action for action in actions if action.kind == "delete"]
        if not moving:
            return {}
        with client_errors(self._url):
            found = self._client.mget(docs=[{"_index": action.index, "_id": action.article_id} for action in moving]).body["docs"]
        return {
            each["_id"]: (Place(each["_index"], each["_version"]), msgspec.json.encode(each["_source"]))
            for each in found
            if each.get("found")
        }

    def _put_back(self, answers: Mapping[Action, Answer], kept: Mapping[str, tuple[Place, bytes]]) -> None:
        lost = [kept[action.article_id] for action, answer in answers.items() if answer.refused and action.article_id in kept]
        ids = [action.article_id for action, answer in answers.items() if answer.refused and action.article_id in kept]
        if lost:
            self._sender.send(
                [
                    Action(kind="index", index=place.index, article_id=key, version=place.version, body=body)
                    for key, (place, body) in zip(ids, lost, strict=True)
                ]
            )


def planned(document: ArticleDocument, body: bytes, index: str, places: Places) -> list[Action]:
    """Return what puts a document into its index and leaves it nowhere else. A newer one that is there stays, and alone."""
    key, version = document["article_id"], document["version"]
    found = places.get(key, ())
    newest = max(found, key=lambda place: place.version, default=None)
    overtaken = newest is not None and newest.version > version
    keeps = newest.index if overtaken and newest is not None else index
    put = [] if overtaken else [Action(kind="index", index=index, article_id=key, version=version, body=body)]
    return put + [
        Action(kind="delete", index=place.index, article_id=key, version=place.version) for place in found if place.index != keeps
    ]


def _sound(documents: Iterable[ArticleDocument], refused: dict[ArticleId, str]) -> Iterable[ArticleDocument]:
    for document in documents:
        if reason := refusal(document):
            refused[ArticleId(str(document.get("article_id")))] = reason
        else:
            yield document


def _newest(bulk: Sequence[Written]) -> list[Written]:
    """Of several documents of one article, the newest; of several as new, the last."""
    chosen: dict[str, Written] = {}
    for written in bulk:
        known = chosen.get(written[0]["article_id"])
        if known is None or written[0]["version"] >= known[0]["version"]:
            chosen[written[0]["article_id"]] = written
    return list(chosen.values())


def _refused(answers: Mapping[Action, Answer]) -> dict[ArticleId, str]:
    return {ArticleId(action.article_id): answer.reason for action, answer in answers.items() if action.kind == "index" and answer.refused}
