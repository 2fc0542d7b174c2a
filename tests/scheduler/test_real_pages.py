"""Real pages of many publishers through a real scheduler: `wireroom up --pages FOLDER --until-done`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.ledger import Outcome
from pipeline.settings import Settings
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.scheduler.test_real_scheduler import free_ports

pytestmark = [pytest.mark.scheduler, pytest.mark.airflow, pytest.mark.timeout(900), pytest.mark.xdist_group("scheduler")]

AS_GOOD_AS = {"nb": "no", "nn": "no"}


def test_every_page_has_one_outcome_and_nearly_all_are_articles(tmp_path: Path, shared_folder: Path) -> None:
    """257 news pages as the feeds of their publishers, at the pace that real publishers are asked at."""
    folder = shared_folder / "data" / "fundus-pages"
    airflow, web, newsroom, worker_logs, triggerer_logs = free_ports(5)
    ports = ("--airflow-port", airflow, "--web-port", web, "--newsroom-port", newsroom, "--worker-log-port", worker_logs)
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "up",
        "--pages",
        folder,
        "--until-done",
        *ports,
        "--triggerer-log-port",
        triggerer_logs,
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WIREROOM_"))}
    done = subprocess.run(
        list(map(str, command)), env=kept | {"WIREROOM_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=800, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for stage in ("fetch", "clean", "enrich", "relate", "index"):
        assert stage in done.stdout + done.stderr, "the report has articles per second and peak memory of each stage"
    with Rooms(Settings(_env_file=None, home=tmp_path)) as rooms:
        counts = rooms.state.ledger.counts()
        assert sum(counts.values()) == 257
        assert set(counts) <= {Outcome.INDEXED, Outcome.REJECTED, Outcome.DUPLICATE, Outcome.UNCHANGED}
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        assert sum(_is_right(rooms, page["url"], page["lang"]) for page in truth.values()) >= 245


def _is_right(rooms: Rooms, url: str, languages: list[str]) -> bool:
    """Whether the page is searchable with a title, a date and the right language."""
    key = url_key(url)
    document = rooms.index.get(rooms.state.articles.resolve(key) or article_id(key))
    if document is None or not document["title"] or not document["published"]:
        return False
    language = document["language"].partition("-")[0]
    return AS_GOOD_AS.get(language, language) in {AS_GOOD_AS.get(one, one) for one in languages}
