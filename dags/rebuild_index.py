"""
### Build the search index anew, beside the old one

By hand, after an update that takes words apart otherwise, or when the index is lost: a new index is filled from the ledger and the
archive while searching and writing go on, and compared with the old one. It is put in place only where `promote` says so and nothing
is missing; the old one is kept until `wireroom index drop`.

* **Reads** the ledger, the archive and the old index.
* **Writes** the new index; batches and outcomes to the ledger.
* **Run twice**: the second goes on where the first was cut short.
* **When it is red**: the archive, the ledger or the index cannot be reached, or documents are missing; the log names it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import Param, dag, task
from wireroom_retries import TASK_DEFAULTS


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={"promote": Param(False, type="boolean", description="Put the new index in place where nothing is missing from it.")},
    default_args={**TASK_DEFAULTS, "execution_timeout": timedelta(days=2)},
    doc_md=__doc__,
    tags=["wireroom"],
)
def rebuild_index() -> None:
    @task
    def rebuild(*, params: Any = None) -> dict[str, int]:
        """Fill and compare the new index, and put it in place where that is asked for; return counts."""
        from pipeline.backfilling import rebuild_index as fill_and_compare
        from pipeline.wiring import open_rooms

        with open_rooms() as rooms:
            return fill_and_compare(rooms, promoting=params["promote"]).as_counts()

    rebuild()


rebuild_index()
