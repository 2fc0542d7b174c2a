"""Bulks that meet a cluster which is full, small, read-only, or killed in the middle: on a real node of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec
import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import RetryableError
from pipeline.index.document import ArticleDocument
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_bulk import Action, Answer, BulkSender, bulks
from pipeline.index.elastic_mapping import Names, stored
from tests.elasticsearch_node.node import MissingError, RunningNode
from tests.index.documents import document
from tests.index.impostors import error_reply, greeting_of, serving

pytestmark = [pytest.mark.xdist_group("elasticsearch"), pytest.mark.timeout(600)]
QUICK = (0.02, 0.05, 0.1)
PATIENT = (0.02, 0.05, 0.1, 0.2, *[0.4] * 150)


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node with room for two bulks at once and for bodies of at most 300 kB."""
    settings = {"thread_pool__write__size": "1", "thread_pool__write__queue_size": "1", "http__max_content_length": "300kb"}
    node = RunningNode(tmp_path_factory.mktemp("frail"), **settings)
    try:
        node.start()
    except MissingError as missing:
        pytest.skip(f"no Elasticsearch of our own: {missing}")
    yield node
    node.stop()


@pytest.fixture
def index(frail: RunningNode, request: pytest.FixtureRequest) -> Iterator[ElasticIndex]:
    """An empty index on the frail node."""
    with Elasticsearch([frail.url]) as client:
        names = list(client.indices.get(index="wireroom-articles-*").body)
        if names:
            client.indices.delete(index=names)
    opened = ElasticIndex(frail.url, pauses=PATIENT)
    opened.prepare()
    yield opened
    opened.close()


def many(count: int, prefix: str = "", size: int = 100) -> Iterator[ArticleDocument]:
    """So many documents."""
    for at in range(count):
        yield document(f"{prefix}{at}", body="word " * (size // 5))


def test_a_full_queue_delays_and_loses_nothing(frail: RunningNode, index: ElasticIndex) -> None:
    """Five writers at a node with room for two: some are turned away, all are taken in the end."""
    index.upsert([document("first")])
    refused: list[object] = []

    def write(name: str) -> None:
        own = ElasticIndex(frail.url, pauses=PATIENT)
        refused.append(own.upsert(many(150, name, size=1_000)))
        own.close()

    writers = [threading.Thread(target=write, args=(f"writer{at}-",)) for at in range(5)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    index.refresh()
    assert refused == [{}] * 5
    assert index.count() == 5 * 150 + 1


def test_a_bulk_that_is_too_large_is_split(index: ElasticIndex) -> None:
    """And a document that is too large alone is refused with the reason, the others taken."""
    given = [*many(20, size=40_000), document("giant", body="x" * 400_000)]
    refused = index.upsert(given)
    index.refresh()
    assert list(refused) == [given[-1]["article_id"]]
    assert "http.max_content_length" in refused[given[-1]["article_id"]]
    assert index.count() == 20


def test_a_full_disk_makes_the_index_read_only(frail: RunningNode) -> None:
    """That is no fault of the documents: nothing is refused, all is taken once there is room again."""
    index = ElasticIndex(frail.url, pauses=QUICK, names=Names("test-flood"))
    index.upsert([document("first")])
    block = {"index.blocks.read_only_allow_delete": True}
    with Elasticsearch([frail.url]) as client:
        client.indices.put_settings(index="test-flood-0*", settings=block)
        with pytest.raises(RetryableError, match=r"flood-stage|read-only"):
            index.upsert([document("second")])
        client.indices.put_settings(index="test-flood-0*", settings={"index.blocks.read_only_allow_delete": None})
    assert index.upsert([document("second")]) == {}
    index.refresh()
    assert index.count() == 2
    index.close()


def test_a_node_killed_in_mid_bulk_loses_nothing(frail: RunningNode, index: ElasticIndex) -> None:
    """The write fails as a passing fault; done again when the node is back, every document is there once."""
    index.upsert([document("first")])

    def killing() -> Iterator[ArticleDocument]:
        for at, each in enumerate(many(1_500, size=200)):
            if at == 1_100:
                frail.kill()
            yield each

    hasty = ElasticIndex(frail.url, pauses=QUICK)
    with pytest.raises(RetryableError, match=r"127\.0\.0\.1"):
        hasty.upsert(killing())
    with pytest.raises(RetryableError):
        hasty.upsert(many(1))
    frail.start()
    waiting = ElasticIndex(frail.url, pauses=PATIENT)
    assert waiting.upsert(many(1_500, size=200)) == {}
    waiting.refresh()
    assert waiting.count() == 1_501
    hasty.close()
    waiting.close()


def test_a_node_that_hangs_is_asked_again(frail: RunningNode, index: ElasticIndex) -> None:
    """A bulk without an answer may have been taken or not: sent again, each document is there once."""
    index.upsert(many(1))
    body = msgspec.json.encode(stored(document("hanging")))
    action = Action(kind="index", index="wireroom-articles-000001-anchor", article_id="hanging", version=1, body=body)
    with Elasticsearch([frail.url], request_timeout=0.5, max_retries=0) as client:
        frail.freeze()
        try:
            answers = BulkSender(client, frail.url, pauses=[0.1] * 100, sleep=lambda _: frail.thaw()).send([action])
            frail.freeze()
            with pytest.raises(RetryableError, match="timed out"):
                BulkSender(client, frail.url, pauses=[]).send([action])
        finally:
            frail.thaw()
    assert [answer.refused for answer in answers] == [False]
    index.refresh()
    assert index.count() == 2


def test_what_may_pass_is_tried_again_and_then_given_up() -> None:
    """As often as there are pauses; the reason is in the message."""
    with serving(lambda *_: error_reply(429, "es_rejected_execution_exception", "queue is full")) as url, Elasticsearch([url]) as client:
        slept: list[float] = []
        sender = BulkSender(client, url, pauses=(1.0, 2.0), sleep=slept.append)
        with pytest.raises(RetryableError, match="queue is full"):
            sender.send([Action(kind="index", index="i", article_id="a", body=b"{}")])
    assert [0.5 <= slept[0] < 1.5, 1.0 <= slept[1] < 3.0] == [True, True]
    assert len(slept) == 2


def test_nothing_to_send_is_not_sent() -> None:
    """No request, no answers."""
    with serving(lambda *_: greeting_of("9.5.3")) as url, Elasticsearch([url]) as client:
        assert BulkSender(client, url).send([]) == []


@pytest.mark.parametrize(("status", "refused"), [(200, False), (201, False), (409, False), (404, False), (400, True), (413, True)])
def test_what_counts_as_refused(status: int, refused: bool) -> None:
    """An older version is not: the newer one is there."""
    assert Answer(status).refused is refused


def test_bulks_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, and by size but for a single document that is larger."""
    monkeypatch.setattr("pipeline.index.elastic_bulk.BULK_DOCUMENTS", 4)
    monkeypatch.setattr("pipeline.index.elastic_bulk.BULK_BYTES", 10_000)
    sizes = [len(bulk) for bulk in bulks([*many(6), *many(1, size=30_000), *many(2, size=6_000)])]
    assert sizes == [4, 2, 1, 1, 1]
