"""
### Ask the sitemaps what a day had

Every day for the day before, and for any span of days as a backfill: what the sitemaps and the older feed pages of the followed
sites list of that day and we do not have goes to the ledger, to be fetched after all live news. What was listed, seen and held is
written to the coverage ledger.

* **Reads** the ledger, robots.txt, sitemaps (indexes and their parts that may list the day), older pages of feeds.
* **Writes** entries, batches and the coverage ledger; the sitemaps to the archive; coverage and alarms to the events and the log.
* **Run twice**: the second finds what is new since, mostly nothing. Days may run side by side: the host budget is shared.
* **When it is red**: the ledger or the archive is at fault; the log names it. A sitemap that cannot be read is a line in the log.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import CronDataIntervalTimetable, Param, dag, task
from wireroom_assets import BATCHES
from wireroom_retries import TASK_DEFAULTS

WORDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}


@dag(
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=2,
    default_args={**TASK_DEFAULTS, "execution_timeout": timedelta(hours=12)},
    params={
        "feeds": Param([], description="Only the sites of these feed ids; empty: of all.", **WORDS),
        "domains": Param([], description="Only these registered domains; empty: all.", **WORDS),
    },
    doc_md=__doc__,
    tags=["wireroom"],
)
def sitemap_day() -> None:
    @task
    def survey(*, data_interval_start: Any = None, params: Any = None) -> dict[str, int]:
        """Put what is listed of the data interval's day, and we lack, into the ledger; return the counts."""
        from pipeline.backfilling import survey_day
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            rooms.sync_feeds()
            return survey_day(rooms, data_interval_start.date(), feeds=params["feeds"], domains=params["domains"])

    @task(outlets=[BATCHES])
    def announce(_surveyed: Any, *, outlet_events: Any = None) -> int:
        """Make batches of what waits and announce each as a partition; return their number."""
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            batch_ids = rooms.announce()
        if batch_ids:
            outlet_events[BATCHES].add_partitions(batch_ids)
        return len(batch_ids)

    announce(survey())


sitemap_day()
