"""
### Take one batch from the feed to the index

One run per partition of the asset `wireroom://batches`; the partition key is the batch id. Five stages, in order: fetch the
pages into the archive, clean the articles out of them, enrich them, relate them to the stories they tell, index them. Each
returns its counts by outcome, which sum to the number of entries that came in.

* **Reads** the batch and its entries from the ledger, then what the stage before left.
* **Writes** pages to the archive, outcomes and reports to the ledger, documents to the index.
* **Run twice**: the same result. Pages that are archived are not fetched again, documents are upserted under the article's id.
* **When it is red**: the log of the red stage names the cause. `sweep` announces an unfinished batch again after a while.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from wireroom_assets import BATCHES
from wireroom_retries import TASK_DEFAULTS


def run_stage(stage: str, batch_id: str | None) -> dict[str, Any]:
    """Run one stage and return its counts: what XCom carries."""
    from pipeline.errors import ConfigurationError
    from pipeline.ledger import Stage
    from pipeline.types import BatchId
    from pipeline.wiring import open_rooms

    if batch_id is None:
        raise ConfigurationError("ingest_batch was triggered without a partition; give it a partition_key: the id of a batch")
    with open_rooms() as rooms:
        report = rooms.run(Stage(stage), BatchId(batch_id))
    return {"batch_id": batch_id, "inputs": report.inputs, **{str(outcome): count for outcome, count in report.counts.items()}}


@dag(
    schedule=PartitionedAssetTimetable(assets=BATCHES),
    catchup=False,
    max_active_runs=2,
    default_args=TASK_DEFAULTS,
    doc_md=__doc__,
    tags=["wireroom"],
)
def ingest_batch() -> None:
    @task
    def fetch(partition_key: str | None = None) -> dict[str, Any]:
        """Fetch the batch's pages into the archive."""
        return run_stage("fetch", partition_key)

    @task
    def clean(partition_key: str | None = None) -> dict[str, Any]:
        """Clean the articles out of the pages."""
        return run_stage("clean", partition_key)

    @task
    def enrich(partition_key: str | None = None) -> dict[str, Any]:
        """Find language, entities, places and keywords."""
        return run_stage("enrich", partition_key)

    @task
    def relate(partition_key: str | None = None) -> dict[str, Any]:
        """Find the story of each article: who had it first, who copied whom."""
        return run_stage("relate", partition_key)

    @task
    def index(partition_key: str | None = None) -> dict[str, Any]:
        """Make the articles searchable and close the batch."""
        return run_stage("index", partition_key)

    fetch() >> clean() >> enrich() >> relate() >> index()


ingest_batch()
