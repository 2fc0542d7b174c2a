"""A plan given to Airflow, against a small server that answers as Airflow does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.handover import TRIES, Standing, change_all, hand_over, open_airflow, standing
from pipeline.planning import Span
from pipeline.settings import Settings
from pipeline.standalone.airflow_api import HEALTHY_PARTS, AirflowApi
from tests.standalone.local_http import Answer, Asked, LocalHttp

DAYS = (date(2026, 11, 10), date(2026, 11, 11), date(2026, 11, 12))


@dataclass
class Backfills:
    """Airflow's backfills, one a DAG at a time; `busy` answers of a locked database come first."""

    kept: list[dict[str, Any]] = field(default_factory=list)
    triggered: list[dict[str, Any]] = field(default_factory=list)
    busy: int = 0
    makes_while_busy: bool = False
    refuses_with: int = 503

    def __call__(self, asked: Asked) -> Answer:
        url = urlsplit(asked.path)
        if url.path == "/auth/token":
            return 201, {"access_token": "token"}
        if url.path.endswith("/health"):
            return 200, {part: {"status": "healthy"} for part in HEALTHY_PARTS}
        if url.path == "/api/v2/backfills" and asked.method == "GET":
            return 200, {"backfills": [one for one in self.kept if one["dag_id"] == parse_qs(url.query)["dag_id"][0]]}
        if asked.method == "POST" and self.busy:
            self.busy -= 1
            if self.makes_while_busy:
                self._made(asked)
            return self.refuses_with, {"detail": "database is locked"}
        if url.path == "/api/v2/backfills":
            return 200, self._made(asked)
        if asked.method == "POST":
            self.triggered.append(json.loads(asked.body))
            return 200, {"dag_run_id": "manual__1"}
        if asked.method == "PUT":
            number, verb = url.path.split("/")[-2:]
            self._change(int(number), verb)
            return 200, {}
        return 200, {"dag_runs": [{"state": "success"}, {"state": "success"}, {"state": "running"}]}

    def _made(self, asked: Asked) -> dict[str, Any]:
        one = json.loads(asked.body) | {"id": len(self.kept) + 1, "is_paused": False, "completed_at": None}
        self.kept.append(one)
        return one

    def _change(self, number: int, verb: str) -> None:
        self.kept[number - 1] |= {"completed_at": "now"} if verb == "cancel" else {"is_paused": verb == "pause"}


@pytest.fixture
def small() -> Iterator[tuple[Backfills, AirflowApi]]:
    """Airflow's backfills, and a client of them."""
    airflow = Backfills()
    with LocalHttp(airflow) as server:
        yield airflow, AirflowApi(server.port, user="admin", password="x")


def no_sleep(_seconds: float) -> None:
    """Tests have no time."""


def test_days_become_backfills_and_files_a_run(small: tuple[Backfills, AirflowApi]) -> None:
    """With what was asked for; days without pages of ours are not replayed."""
    airflow, api = small
    span = Span(days=DAYS, domains=("a.example",), warcs=("/tmp/a.warc.gz",))
    handed = hand_over(api, span, [DAYS[1]], sleep=no_sleep)
    assert handed == {"sitemap_day": "1", "replay_day": "2", "import_ccnews": "manual__1"}
    surveys, replays = airflow.kept
    assert (surveys["from_date"], surveys["to_date"]) == ("2026-11-10T00:00:00Z", "2026-11-12T00:00:00Z")
    assert surveys["dag_run_conf"] == {"feeds": [], "domains": ["a.example"]}
    assert (replays["from_date"], replays["to_date"]) == ("2026-11-11T00:00:00Z", "2026-11-11T00:00:00Z")
    assert airflow.triggered[0]["conf"] == {
        "files": ["/tmp/a.warc.gz"],
        "domains": ["a.example"],
        "start": "2026-11-10",
        "end": "2026-11-12",
    }


@pytest.mark.parametrize("made", [False, True])
def test_a_busy_database_is_asked_again(small: tuple[Backfills, AirflowApi], made: bool) -> None:
    """And a backfill that it made all the same is not made twice."""
    airflow, api = small
    airflow.busy, airflow.makes_while_busy = 2 - made, made
    assert hand_over(api, Span(days=DAYS), [], sleep=no_sleep) == {"sitemap_day": "1"}
    assert len(airflow.kept) == 1


def test_a_run_that_the_scheduler_wrote_at_the_same_moment(small: tuple[Backfills, AirflowApi]) -> None:
    """The loser is told 409 and asks again."""
    airflow, api = small
    airflow.busy, airflow.refuses_with = 1, 409
    assert hand_over(api, Span(days=DAYS), [], sleep=no_sleep) == {"sitemap_day": "1"}
    assert len(airflow.kept) == 1


def test_one_that_stays_busy_is_an_error(small: tuple[Backfills, AirflowApi]) -> None:
    """After so many tries."""
    airflow, api = small
    airflow.busy = TRIES + 1
    with pytest.raises(RetryableError, match="503"):
        hand_over(api, Span(days=DAYS), [], sleep=no_sleep)
    assert airflow.busy == 1


def test_one_backfill_at_a_time(small: tuple[Backfills, AirflowApi]) -> None:
    """A second plan is refused before anything of it is created."""
    airflow, api = small
    hand_over(api, Span(days=DAYS), [], sleep=no_sleep)
    with pytest.raises(ConfigurationError, match="number 1; remedy"):
        hand_over(api, Span(days=DAYS), list(DAYS), sleep=no_sleep)
    assert len(airflow.kept) == 1


def test_watched_paused_and_cancelled(small: tuple[Backfills, AirflowApi]) -> None:
    """Days by the state of their runs; what stands as it should is left alone."""
    airflow, api = small
    hand_over(api, Span(days=DAYS), [], sleep=no_sleep)
    one = Standing(number=1, dag_id="sitemap_day", first="2026-11-10", last="2026-11-12", paused=False, runs={"success": 2, "running": 1})
    assert list(standing(api)) == [one]
    assert change_all(api, "pause", sleep=no_sleep) == 1
    assert airflow.kept[0]["is_paused"]
    assert change_all(api, "unpause", sleep=no_sleep) == 1
    assert not airflow.kept[0]["is_paused"]
    assert change_all(api, "cancel", sleep=no_sleep) == 1
    assert list(standing(api)) == []


def test_airflow_is_found_by_its_home(tmp_path: Path) -> None:
    """None where it never ran, where its passwords are no JSON, and where nothing answers."""
    settings = Settings(_env_file=None, home=tmp_path)
    with LocalHttp(Backfills()) as server:
        assert open_airflow(settings, server.port) is None
        passwords = tmp_path / "airflow" / "passwords.json"
        passwords.parent.mkdir()
        passwords.write_text("[]")
        assert open_airflow(settings, server.port) is None
        passwords.write_text('{"admin": "x"}')
        assert open_airflow(settings, server.port) is not None
    assert open_airflow(settings, server.port) is None
