"""A program in Airflow's place: healthy at once, knows every DAG, and a run of any of them is `wireroom run --once`,
or the words of SMALL_AIRFLOW_RUNS.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tests.standalone.local_http import Answer, Asked

runs: list[subprocess.Popen[bytes]] = []


def answer(asked: Asked) -> Answer:
    """Answer as Airflow's REST API does."""
    if asked.path == "/auth/token":
        return 201, {"access_token": "token"}
    if asked.path == "/api/v2/monitor/health":
        return 200, {part: {"status": "healthy"} for part in ("metadatabase", "scheduler", "dag_processor", "triggerer")}
    if asked.method == "POST":
        words = os.environ.get("SMALL_AIRFLOW_RUNS", "run --once").split()
        runs.append(subprocess.Popen([sys.executable, "-m", "pipeline.cli", *words]))
        return 200, {"dag_run_id": "manual__1"}
    if asked.path.endswith("/dagRuns/manual__1"):
        return 200, {"state": "running" if runs[-1].poll() is None else "success"}
    return 200, {"dag_id": asked.path.rpartition("/")[2]}


def main() -> None:
    """Serve on the port that Airflow would."""
    from tests.standalone.local_http import LocalHttp

    with LocalHttp(answer, port=int(os.environ["AIRFLOW__API__PORT"])):
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()
