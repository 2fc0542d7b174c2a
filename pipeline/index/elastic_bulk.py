"""Sends bulks: tries again what the cluster had no room for, splits what is too large, and says how each action ended."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import msgspec
from elasticsearch import ApiError, ConnectionError, ConnectionTimeout, Elasticsearch

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_client import client_errors, reason_of, shown_url
from pipeline.index.elastic_mapping import stored

BULK_DOCUMENTS = 500
BULK_BYTES = 8_000_000  # far below the 100 MB a server takes, and a bound for our memory
PAUSES: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before each further try

_NO_ROOM = frozenset({429, 502, 503, 504})
Sleep = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line of a bulk. With a version it only replaces, or deletes, what is not newer."""

    kind: Literal["index", "delete"]
    index: str
    article_id: str
    version: int | None = None
    body: bytes = b""

    def lines(self) -> Iterator[bytes]:
        """Yield what is sent."""
        target: dict[str, object] = {"_index": self.index, "_id": self.article_id}
        if self.version is not None:
            target |= {"version": self.version, "version_type": "external_gte"}
        yield msgspec.json.encode({self.kind: target})
        if self.kind == "index":
            yield self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """How an action ended: the HTTP status, and the server's reason where it is an error."""

    status: int
    reason: str = ""

    @property
    def refused(self) -> bool:
        """Whether the document can never be taken as it is. An older version is no such case: the newer one is there."""
        return self.status >= 400 and self.status not in {404, 409}


class BulkSender:
    """Sends actions and returns one answer for each, in their order."""

    def __init__(self, client: Elasticsearch, url: str, *, pauses: Sequence[float] = PAUSES, sleep: Sleep = time.sleep) -> None:
        self._client = client
        self._url = url
        self._pauses = pauses
        self.sleep = sleep

    def send(self, actions: Sequence[Action]) -> list[Answer]:
        """Send all of them.

        Raises:
            RetryableError: the cluster is away, full or read-only for longer than we wait. What it has taken stays taken.
            ConfigurationError: it does not let us in.
        """
        answers: dict[int, Answer] = {}
        if not actions:
            return []
        waiting = list(range(len(actions)))
        for pause in (*self._pauses, None):
            found = self._post([actions[at] for at in waiting])
            answers |= dict(zip(waiting, found, strict=True))
            waiting = [at for at in waiting if _may_pass(answers[at], actions[at])]
            if not waiting:
                return [answers[at] for at in range(len(actions))]
            if pause is not None:
                self.sleep(pause * (0.5 + random.random()))  # noqa: S311 - so that writers turned away together do not come back together
        first = answers[waiting[0]]
        raise RetryableError(f"index: {shown_url(self._url)}: {len(waiting)} documents not taken: {first.status} {first.reason}")

    def _post(self, actions: Sequence[Action]) -> list[Answer]:
        lines = [line for action in actions for line in action.lines()]
        try:
            items = self._client.bulk(operations=cast("Sequence[Mapping[str, Any]]", lines)).body[
                "items"
            ]  # lines that are ready are taken too
        except (ConnectionError, ConnectionTimeout) as error:  # a timeout is no connection error to this client
            with client_errors(self._url):
                return _unless_wrong(error, len(actions), self._url)
        except ApiError as error:
            return self._refused_whole(error, actions)
        return [_answer(one) for one in items]

    def _refused_whole(self, error: ApiError, actions: Sequence[Action]) -> list[Answer]:
        status, reason = error.meta.status, reason_of(error)
        if status == 413 and len(actions) > 1:
            half = len(actions) // 2
            return [*self._post(actions[:half]), *self._post(actions[half:])]
        if status == 413:
            return [Answer(413, "413: larger than the cluster takes at once (its setting http.max_content_length)")]
        if status in _NO_ROOM or "cluster_block_exception" in reason:
            return [Answer(429, reason)] * len(actions)
        with client_errors(self._url):
            raise error


def _unless_wrong(error: ConnectionError | ConnectionTimeout, count: int, url: str) -> list[Answer]:
    """A connection that failed may work in a moment, unless it is a certificate or the like that fails it."""
    try:
        with client_errors(url):
            raise error
    except ConfigurationError:
        raise
    except RetryableError as passing:
        return [Answer(503, str(passing.__cause__)[:300])] * count


def _answer(one: Mapping[str, Any]) -> Answer:
    (result,) = one.values()
    error = result.get("error")
    if error is None:
        return Answer(result["status"])
    cause = error.get("caused_by", {})
    because = f" ({cause['reason']})" if cause.get("reason") else ""
    return Answer(result["status"], f"{error.get('type')}: {error.get('reason')}{because}"[:1000])


def _may_pass(answer: Answer, action: Action) -> bool:
    away = answer.status == 404 and action.kind == "index"  # its index was removed under our hands
    return answer.status in _NO_ROOM or away or "cluster_block_exception" in answer.reason


def bulks(documents: Iterable[ArticleDocument]) -> Iterator[list[tuple[ArticleDocument, bytes]]]:
    """Yield documents with what is sent of them, as many as fit into one bulk; only one bulk is held at a time."""
    bulk: list[tuple[ArticleDocument, bytes]] = []
    size = 0
    for document in documents:
        body = msgspec.json.encode(stored(document))
        if bulk and (len(bulk) == BULK_DOCUMENTS or size + len(body) > BULK_BYTES):
            yield bulk
            bulk, size = [], 0
        bulk.append((document, body))
        size += len(body)
    if bulk:
        yield bulk
