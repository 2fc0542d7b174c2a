"""
### Take in what hubs have pushed

Woken by an event trigger when a hub (WebSub) has delivered something: the deliveries that wait in the ledger become entries,
the ledger makes batches of them, and each batch is announced as a partition of the asset `wireroom://batches`, which starts
one run of `ingest_batch`.

* **Reads** deliveries from the ledger; the callback that the search page serves has written them there.
* **Writes** entries and batches to the ledger, the deliveries to the archive.
* **Run twice**: the second finds nothing waiting. Triggered by hand it does the same.
* **When it is red**: the ledger's database or the archive's disk is at fault; the log names it. No delivery is lost: the next
  poll, `sweep`, or the next run takes it in.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import dag, task
from wireroom_assets import BATCHES, PUSHES
from wireroom_retries import TASK_DEFAULTS


@dag(
    schedule=[PUSHES],
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["wireroom"],
)
def dispatch_pushes() -> None:
    @task(outlets=[BATCHES])
    def dispatch(*, outlet_events: Any = None) -> dict[str, int]:
        """Make entries and batches of what was delivered, announce the batches; return counts."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            counts = dict(rooms.dispatch())
            batch_ids = rooms.announce()
        if batch_ids:
            outlet_events[BATCHES].add_partitions(batch_ids)
        return counts | {"batches": len(batch_ids)}

    dispatch()


dispatch_pushes()
