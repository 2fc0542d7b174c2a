"""The DAG files as Airflow reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dags.airflow_home import ROOT, airflow_environment

READ_BAG = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag()

def assets_of(dag):
    condition = getattr(dag.timetable, "asset_condition", None)
    return getattr(condition, "objects", [])

shown = {
    dag_id: {
        "file": dag.fileloc,
        "doc": dag.doc_md,
        "tags": sorted(dag.tags),
        "timetable": type(dag.timetable).__name__,
        "max_active_runs": dag.max_active_runs,
        "watched": {one.name: one.trigger.serialize()[0] for asset in assets_of(dag) for one in asset.watchers},
        "tasks": {task.task_id: {"down": sorted(task.downstream_task_ids), "retries": task.retries, "policy": task.retry_policy is not None,
                  "outlets": [outlet.uri for outlet in task.outlets]} for task in dag.tasks},
    }
    for dag_id, dag in bag.dags.items()
}
libraries = {"spacy", "trafilatura", "tantivy", "aiohttp", "feedparser", "elasticsearch", "py3langid"}
heavy = sorted({name.split(".")[0] for name in sys.modules} & libraries)
ours = sorted(name for name in sys.modules if name.startswith("pipeline"))
json.dump({"errors": bag.import_errors, "dags": shown, "heavy": heavy, "ours": ours}, open(sys.argv[1], "w"))
"""

pytestmark = pytest.mark.airflow


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a fresh Airflow sees in dags/ and plugins/."""
    home = tmp_path_factory.mktemp("airflow")
    target = home / "bag.json"
    command = [sys.executable, "-c", READ_BAG, str(target)]
    done = subprocess.run(command, env=airflow_environment(home), cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(target.read_text())


def test_every_file_is_a_dag_of_its_name(bag: dict) -> None:
    """One DAG a file, nothing that fails to import, nothing unlisted."""
    assert bag["errors"] == {}
    files = {path.stem for path in (ROOT / "dags").glob("*.py")}
    assert set(bag["dags"]) == files == {Path(dag["file"]).stem for dag in bag["dags"].values()}


def test_the_docstring_is_the_page(bag: dict) -> None:
    """What the file says at its head is what Airflow shows."""
    for dag in bag["dags"].values():
        assert "**When it is red**" in dag["doc"]
        assert dag["tags"] == ["wireroom"]


def test_batches_travel_through_four_stages(bag: dict) -> None:
    """Fetch, clean, enrich, index: one run per partition."""
    ingest = bag["dags"]["ingest_batch"]
    assert ingest["timetable"] == "PartitionedAssetTimetable"
    assert {name: task["down"] for name, task in ingest["tasks"].items()} == {
        "fetch": ["clean"],
        "clean": ["enrich"],
        "enrich": ["relate"],
        "relate": ["index"],
        "index": [],
    }


def test_our_error_tree_decides_about_retries(bag: dict) -> None:
    """Each task has the policy and some retries."""
    for dag in bag["dags"].values():
        for task in dag["tasks"].values():
            assert task["policy"]
            assert task["retries"] == 3


def test_announcing_tasks_have_the_batches_as_outlet(bag: dict) -> None:
    """poll_feeds, sweep and dispatch_pushes all announce."""
    assert bag["dags"]["poll_feeds"]["tasks"]["announce"]["outlets"] == ["wireroom://batches/"]
    assert bag["dags"]["sweep"]["tasks"]["announce_again"]["outlets"] == ["wireroom://batches/"]
    assert bag["dags"]["dispatch_pushes"]["tasks"]["dispatch"]["outlets"] == ["wireroom://batches/"]


def test_pushes_wake_their_dag(bag: dict) -> None:
    """An asset of its own, watched by the trigger in plugins/."""
    dispatch = bag["dags"]["dispatch_pushes"]
    assert dispatch["timetable"] == "AssetTriggeredTimetable"
    assert dispatch["watched"] == {"wireroom_deliveries": "wireroom_pushes.DeliveriesTrigger"}


def test_parsing_imports_nothing_heavy(bag: dict) -> None:
    """The DAG processor parses often: libraries of the stages are imported inside tasks, and of ours only the errors."""
    assert bag["heavy"] == []
    assert set(bag["ours"]) <= {"pipeline", "pipeline.errors"}
