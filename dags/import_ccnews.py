"""
### Import WARC files of Common Crawl News

By hand, with parameters: WARC files (paths on this machine, URLs, or paths as Common Crawl lists them) are read as streams, and
what is wanted by domain, language and day goes through the same stages as live news, without asking any publisher. One mapped
task a file, so more workers take more files at once.

* **Reads** the WARC files, a URL piece by piece as it comes, nothing of it on the disk.
* **Writes** pages to the archive, entries, batches and outcomes to the ledger, documents to the index.
* **Run twice**: the second run passes over every page it knows. A run that was killed goes on where it was in
  each file.
* **When it is red**: the log names the file and what is wrong with it. A damaged page is a count, not a red task.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, dag, task
from wireroom_retries import TASK_DEFAULTS

DAY = {"type": ["null", "string"], "format": "date"}
WORDS = {"type": "array", "items": {"type": "string"}}


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    default_args={**TASK_DEFAULTS, "execution_timeout": None},
    params={
        "files": Param([], minItems=1, maxItems=500, description="WARC files: paths, URLs, or Common Crawl's own paths.", **WORDS),
        "domains": Param([], description="Only pages of these domains; empty: of all.", **WORDS),
        "languages": Param([], description="Only pages in these languages, as en or de; empty: in all.", **WORDS),
        "start": Param(None, description="Only pages captured on this day or later.", **DAY),
        "end": Param(None, description="Only pages captured on this day or earlier.", **DAY),
    },
    doc_md=__doc__,
    tags=["wireroom"],
)
def import_ccnews() -> None:
    @task
    def files(*, params: dict[str, Any]) -> list[str]:
        """Return the files that were asked for, each once."""
        return list(dict.fromkeys(params["files"]))

    @task(max_active_tis_per_dagrun=8)
    def take(file: str, *, params: dict[str, Any]) -> dict[str, int]:
        """Take the wanted pages of one file through all stages; return the counts of pages and of outcomes."""
        from pipeline.backfilling import import_warcs, spelled_choice
        from pipeline.wiring import open_rooms

        choice = spelled_choice(params["domains"], params["languages"], params["start"], params["end"], names=("start", "end"))
        with open_rooms() as rooms:
            return import_warcs(rooms, [file], choice, ccnews=True).as_counts()

    take.expand(file=files())


import_ccnews()
