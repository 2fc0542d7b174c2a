"""
### Bring a day's archived pages up to date

Every night for the day before, and for any span of days as a backfill: the pages that were fetched on that day are taken through
those stages again whose version has changed since, from the archive and without a network. Documents are replaced under the same
id and version; what a newer cleaner takes for no article any more is dropped from the index.

* **Reads** the ledger, the archive and the index.
* **Writes** batches and outcomes to the ledger, documents to the index.
* **Run twice**: the second finds everything current and changes nothing. Days may run side by side.
* **When it is red**: the archive, the ledger or the index cannot be reached; the log names it. `sweep` finishes what was begun.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task
from wireroom_retries import TASK_DEFAULTS

WORDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=4,
    default_args={**TASK_DEFAULTS, "execution_timeout": timedelta(hours=12)},
    params={
        "feeds": Param([], description="Only the sites of these feed ids; empty: of all.", **WORDS),
        "domains": Param([], description="Only these registered domains; empty: all.", **WORDS),
    },
    doc_md=__doc__,
    tags=["wireroom"],
)
def replay_day() -> None:
    @task
    def replay(*, data_interval_start: Any = None, params: Any = None) -> dict[str, int]:
        """Bring the pages fetched in the data interval's day up to date; return counts of pages and of outcomes."""
        from pipeline.backfilling import replay_day as bring_up_to_date
        from pipeline.replaying import wanted_of
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            return bring_up_to_date(rooms, data_interval_start.date(), wanted_of(params["feeds"], params["domains"]))

    replay()


replay_day()
