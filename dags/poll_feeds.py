"""
### Poll the feeds that are due

Every five minutes: the feeds whose time has come are fetched with conditional requests, one task per shard of hosts. New
entries go to the ledger, the ledger makes batches of them, and each batch is announced as a partition of the asset
`wireroom://batches`, which starts one run of `ingest_batch`.

* **Reads** the feed file (`WIREROOM_FEEDS`) and the ledger.
* **Writes** entries, batches and polls to the ledger, feeds to the archive.
* **Run twice**: the second finds nothing due. A feed that cannot be reached is a row in `wireroom status`, not a failed task.
* **When it is red**: the ledger's database or the feed file is at fault; the log names it and the remedy.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from wireroom_assets import BATCHES
from wireroom_retries import TASK_DEFAULTS


@dag(
    schedule=CronTriggerTimetable("*/5 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["wireroom"],
)
def poll_feeds() -> None:
    @task
    def follow() -> list[int]:
        """Bring the ledger's feeds in line with the feed file; return the shard numbers."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            rooms.sync_feeds()
            return list(range(rooms.settings.shards))

    @task
    def poll(shard: int) -> dict[str, int]:
        """Poll the due feeds of one shard of hosts; return counts by outcome."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            return rooms.poll(shard=shard)

    @task(outlets=[BATCHES], trigger_rule="all_done")
    def announce(_polled: Any, *, outlet_events: Any = None) -> int:
        """Make batches of what waits and announce each as a partition; return their number."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            batch_ids = rooms.announce()
        if batch_ids:
            outlet_events[BATCHES].add_partitions(batch_ids)
        return len(batch_ids)

    announce(poll.expand(shard=follow()))


poll_feeds()
