"""Airflow's own backfills, by the commands that docs/operations.md gives: a lost day comes back, and old pages meet newer code."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, date
from pathlib import Path

import pytest

from pipeline.demo.addresses import page_path
from pipeline.ledger import Outcome
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.urls import article_id, url_key
from tests.newsroom import RunningNewsroom, demo_content, newsroom
from tests.scheduler.test_real_scheduler import Standalone, standalone
from tests.test_importing import story, warc

__all__ = ["newsroom", "standalone"]

pytestmark = [pytest.mark.scheduler, pytest.mark.airflow, pytest.mark.timeout(900), pytest.mark.xdist_group("scheduler")]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
LOST = date(2026, 11, 12)
PUBLISHERS = ("northern-wire", "the-meridian")  # those with a sitemap


def commands(name: str) -> str:
    """The block of docs/operations.md that is marked with this name."""
    found = re.search(rf"<!-- run by tests/scheduler/test_backfills.py: {name} -->\n```sh\n(.+?)```", DOCS.read_text(), re.DOTALL)
    assert found, name
    return found[1]


def run_documented(running: Standalone, name: str, first: date, last: date) -> str:
    """Run a block of the docs as an operator would: again, where Airflow's SQLite is busy, as the docs say."""
    days = {"FIRST_DAY": first.isoformat(), "LAST_DAY": last.isoformat()}
    path = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    outputs = []
    for _ in range(40):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands(name)],
            env=running.environment | days | path,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        if done.returncode == 0:
            return done.stdout
        outputs.append(done.stdout + done.stderr)
        assert "is locked" in outputs[-1] or ("is locked" in outputs[0] and "another backfill" in outputs[-1].lower()), outputs[-1]
        time.sleep(5)
    raise AssertionError(outputs[-1])


def lose(database: Path, articles: list[str]) -> None:
    """Take articles out of the ledger as if they had never been seen."""
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        ids = [bytes.fromhex(one) for one in articles]
        marks = ",".join("?" * len(ids))
        entries = [row[0] for row in connection.execute(f"SELECT entry_id FROM entries WHERE article_id IN ({marks})", ids)]
        which = ",".join("?" * len(entries))
        for table in ("batch_entries", "checks", "entries"):
            connection.execute(f"DELETE FROM {table} WHERE entry_id IN ({which})", entries)
        connection.execute(f"DELETE FROM bands WHERE teller IN (SELECT number FROM tellers WHERE article_id IN ({marks}))", ids)
        for table in ("aliases", "tellers", "revisions", "articles"):
            connection.execute(f"DELETE FROM {table} WHERE article_id IN ({marks})", ids)


def test_a_lost_day_comes_back_and_old_pages_meet_newer_code(standalone: Standalone, newsroom: RunningNewsroom) -> None:
    """The demo is followed; a day is lost, missed by the coverage ledger and restored by `airflow backfill create`; then the
    archived pages of that day are replayed through the REST API, which finds all of them current."""
    standalone.wait_for(lambda: standalone.captured() >= 1)
    standalone.wait_for(standalone.settled, seconds=400)
    rooms = standalone.rooms
    assert rooms.index.count() == 80
    lost = [
        article_id(url_key(newsroom.url(one.publisher.publisher_id, page_path(one))))
        for one in demo_content().articles
        if one.published.astimezone(UTC).date() == LOST and one.publisher.publisher_id in PUBLISHERS
    ]
    assert len(lost) == 2
    lose(rooms.settings.home / "state" / "wireroom.sqlite", lost)
    rooms.index.delete(lost)
    rooms.index.refresh()
    newsroom.clear()

    run_documented(standalone, "command line", LOST, LOST)
    standalone.wait_for(lambda: all(rooms.index.get(one) is not None for one in lost), seconds=300)
    standalone.wait_for(standalone.settled, seconds=120)
    for publisher in PUBLISHERS:
        (survey,) = [one for one in rooms.state.coverage.surveys(LOST, LOST) if one.domain.startswith(publisher)]
        assert survey.listed - survey.held == 1, "what was missing is told"
    assert len(_pages(newsroom)) == len(set(_pages(newsroom))) == 2, "nothing but what was lost is fetched again"

    imported = standalone.wireroom("import", "warc", warc(rooms.settings.home, *(story(n, at=f"{LOST}T10:00:00Z") for n in range(3))))
    assert imported.returncode == 0, imported.stderr
    before = rooms.state.ledger.counts()
    newsroom.clear()
    backfill, _ = json.JSONDecoder().raw_decode(run_documented(standalone, "REST", LOST, LOST))
    assert backfill["dag_id"] == "replay_day"
    passwords = json.loads((rooms.settings.home / "airflow" / "passwords.json").read_text())
    api = AirflowApi(int(standalone.environment["AIRFLOW_PORT"]), user="admin", password=passwords["admin"])
    standalone.wait_for(lambda: api._call("GET", f"/api/v2/backfills/{backfill['id']}")["completed_at"] is not None, seconds=200)
    runs = api._call("GET", "/api/v2/dags/replay_day/dagRuns")["dag_runs"]
    assert [run["state"] for run in runs if run["run_type"] == "backfill"] == ["success"]
    value = api._call("GET", f"/api/v2/dags/replay_day/dagRuns/{runs[-1]['dag_run_id']}/taskInstances/replay/xcomEntries/return_value")
    assert str(value["value"]).replace('"', "'") == "{'current': 3}"
    assert rooms.state.ledger.counts() == before
    assert before[Outcome.INDEXED] == 83
    assert _pages(newsroom) == []

    lose(rooms.settings.home / "state" / "wireroom.sqlite", lost)
    rooms.index.delete(lost)
    rooms.index.refresh()
    handed_over(standalone)
    standalone.wait_for(lambda: all(rooms.index.get(one) is not None for one in lost), seconds=300)
    assert len(_pages(newsroom)) == len(set(_pages(newsroom))) == 2, "nothing but what was lost is fetched again"


def handed_over(standalone: Standalone) -> None:
    """`wireroom backfill start` gives its plan to Airflow, where it can be paused and goes on when resumed."""
    started = standalone.wireroom("backfill", "start", "--from", str(LOST), "--json")
    assert started.returncode == 0, started.stderr
    handed = json.loads(started.stdout)["airflow"]
    assert sorted(handed) == ["replay_day", "sitemap_day"]
    for verb, paused in (("pause", True), ("resume", False)):
        done = standalone.wireroom("backfill", verb)
        assert done.returncode == 0, done.stderr
        status = json.loads(standalone.wireroom("backfill", "status", "--json").stdout)
        assert (status["paused_since"] is not None) is paused
        assert {one["paused"] for one in status["airflow"]} <= {paused}, "what has ended by then is not there any more"
    standalone.wait_for(lambda: json.loads(standalone.wireroom("backfill", "status", "--json").stdout)["airflow"] == [], seconds=300)


def _pages(newsroom: RunningNewsroom) -> list[tuple[str, str]]:
    """The article pages that were asked for."""
    articles = {(one.publisher.host, page_path(one)) for one in demo_content().articles}
    return [(one.host, one.path) for one in newsroom.requests if (one.host, one.path) in articles]
