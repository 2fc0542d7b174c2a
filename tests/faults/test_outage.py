"""The search cluster is away for a fortnight: what was fetched meanwhile waits in the ledger, and is found when it is back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from pipeline.errors import RetryableError
from pipeline.index.elastic import ElasticIndex
from pipeline.ledger import Outcome, Stage
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.stages import STAGES
from pipeline.types import BatchId
from pipeline.wiring import Rooms
from tests.elasticsearch_node.node import MissingError, RunningNode
from tests.newsroom import open_newsroom

pytestmark = [pytest.mark.xdist_group("elasticsearch"), pytest.mark.timeout(600)]
DAYS = 14


def work_on(rooms: Rooms, batches: Sequence[BatchId], prepared: set[BatchId]) -> int:
    """Take these batches to the last stage, which they may have reached before; return how many of them the index was away for."""
    failed = 0
    for batch in batches:
        for stage in STAGES[:-1]:
            if batch not in prepared:
                rooms.run(stage, batch)
        prepared.add(batch)
        try:
            rooms.run(Stage.INDEX, batch)
        except RetryableError:
            failed += 1
    return failed


def test_an_outage_of_any_length_delays_and_loses_nothing(tmp_path: Path) -> None:
    """Every sweep announces again what waits, however often it failed; no entry ends before it was indexed, and none twice."""
    node = RunningNode(tmp_path / "node")
    try:
        node.start()
    except MissingError as missing:
        pytest.skip(f"no Elasticsearch of our own: {missing}")
    news = open_newsroom()
    try:
        write_feed_file(tmp_path / "feeds.toml", news.feeds()[:3])
        settings = Settings(
            _env_file=None, home=tmp_path, local_newsroom=f"127.0.0.1:{news.port}", host_delay=0, feed_host_delay=0, index_url=node.url,
            batch_size=5,
        )  # fmt: skip
        with Rooms(settings, clock=lambda: news.now) as rooms:
            rooms.index.close()
            rooms.__dict__["index"] = ElasticIndex(node.url, pauses=(0.01,))
            rooms.sync_feeds()
            rooms.poll()
            first, *others = rooms.announce()
            prepared: set[BatchId] = set()
            assert work_on(rooms, [first], prepared) == 0
            node.kill()
            assert work_on(rooms, others, prepared) == len(others) > 1
            expected = {each.article.article_id for batch in others for each in rooms.batches.read_enriched(batch)}
            assert len(expected) > 5
            announced: set[BatchId] = set()
            for _ in range(DAYS):
                news.advance(24 * 60)
                again = set(rooms.sweep()) & set(others)  # beside them come pages to look at again
                announced |= again
                assert work_on(rooms, sorted(again), prepared) == len(again)
            assert announced == set(others)
            assert rooms.state.ledger.counts().get(Outcome.QUARANTINED) is None
            node.start()
            rooms.index.close()
            rooms.__dict__["index"] = ElasticIndex(node.url, pauses=(0.2,) * 150)  # its shards are a while behind its first answer
            failed = []
            for _ in range(4):  # a batch that was announced in vain for so long is announced more rarely
                news.advance(24 * 60)
                failed.append(work_on(rooms, rooms.sweep(), prepared))
            assert failed[-1] == 0, failed  # a shard may be a moment behind
            rooms.index.refresh()
            left = {batch.batch_id for batch in rooms.state.ledger.unfinished(news.now, older_than_seconds=0)}
            assert not left & prepared
            there = [document["article_id"] for document in cast("ElasticIndex", rooms.index).documents() if not document["revision_of"]]
            assert expected <= set(there)
            assert len(there) == len(set(there))
            assert Outcome.QUARANTINED not in rooms.state.ledger.counts()
    finally:
        news.close()
        node.stop()
