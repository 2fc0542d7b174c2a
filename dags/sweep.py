"""
### Pick up what was left

Every fifteen minutes: batches that nobody has worked on for a while are announced again, and entries whose retry is due (a host
that asked for a pause, a server that was down) join new batches, and so does what hubs delivered and nobody took in. This is
what makes a lost event a delay and not a loss. Subscriptions at hubs are renewed before their leases end.

* **Reads** and **writes** the ledger; asks hubs, where `WIREROOM_CALLBACK_URL` is set.
* **Run twice**: a batch announced twice is ingested twice with the same result; a hub that was asked is not asked again.
* **When it is red**: the ledger's database is at fault; the log names it and the remedy.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from wireroom_assets import BATCHES
from wireroom_retries import TASK_DEFAULTS


@dag(
    schedule=CronTriggerTimetable("*/15 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["wireroom"],
)
def sweep() -> None:
    @task(outlets=[BATCHES])
    def announce_again(*, outlet_events: Any = None) -> int:
        """Announce unfinished batches and new ones of due retries; return their number."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            batch_ids = rooms.sweep()
        if batch_ids:
            outlet_events[BATCHES].add_partitions(batch_ids)
        return len(batch_ids)

    @task(trigger_rule="all_done")
    def renew_leases() -> dict[str, int]:
        """Subscribe to hubs that feeds name, renew what ends soon, leave what is followed no more; return counts."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            return dict(rooms.renew_pushes())

    announce_again() >> renew_leases()


sweep()
