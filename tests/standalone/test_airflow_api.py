"""Calls to Airflow's REST API, against a small server that answers as Airflow does, and as it should not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import RetryableError
from pipeline.standalone import airflow_api
from pipeline.standalone.airflow_api import HEALTHY_PARTS, AirflowApi
from tests.standalone.local_http import Answer, Asked, LocalHttp

ROOT = Path(__file__).resolve().parents[2]
HEALTHY = {part: {"status": "healthy"} for part in HEALTHY_PARTS}


class SmallAirflow:
    """Answers by path; hands out tokens one after another and takes only the last."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.tokens = 0

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/auth/token":
            assert json.loads(asked.body) == {"username": "admin", "password": "open sesame"}
            self.tokens += 1
            return 201, {"access_token": f"token-{self.tokens}"}
        if asked.path != "/api/v2/monitor/health" and asked.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return 401, {"detail": "Invalid token"}
        return self.answers.get((asked.method, asked.path), (404, {"detail": "not found"}))


@pytest.fixture
def airflow() -> Iterator[tuple[SmallAirflow, LocalHttp, AirflowApi]]:
    """What answers, the server it answers through, and a client of it."""
    small = SmallAirflow()
    with LocalHttp(small) as server:
        yield small, server, AirflowApi(server.port, user="admin", password="open sesame")


def test_health_needs_no_token(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi]) -> None:
    """Each part that is not healthy, or not mentioned, is named."""
    small, server, api = airflow
    small.answers["GET", "/api/v2/monitor/health"] = 200, HEALTHY
    assert api.unhealthy_parts() == ()
    small.answers["GET", "/api/v2/monitor/health"] = 200, HEALTHY | {"scheduler": {"status": "unhealthy"}, "triggerer": None}
    assert api.unhealthy_parts() == ("scheduler", "triggerer")
    assert all(asked.path != "/auth/token" for asked in server.asked)


def test_while_nothing_answers_no_part_is_healthy(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi]) -> None:
    """Airflow takes its time to start; that is no error."""
    small, _, api = airflow
    assert AirflowApi(1, user="admin", password="").unhealthy_parts() == HEALTHY_PARTS
    small.answers["GET", "/api/v2/monitor/health"] = 503, b"starting"
    assert api.unhealthy_parts() == HEALTHY_PARTS


def test_one_token_serves_many_calls(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi]) -> None:
    """Logging in is slow on purpose."""
    small, _, api = airflow
    small.answers["GET", "/api/v2/dags/poll_feeds"] = 200, {"dag_id": "poll_feeds"}
    assert api.knows("poll_feeds")
    assert not api.knows("no_such_dag")
    assert small.tokens == 1


def test_an_expired_token_is_replaced(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi]) -> None:
    """The call that meets it fails and may be repeated."""
    small, _, api = airflow
    small.answers["GET", "/api/v2/dags/poll_feeds"] = 200, {}
    assert api.knows("poll_feeds")
    small.tokens = 7  # what was handed out before is worth nothing now
    with pytest.raises(RetryableError, match="401"):
        api.knows("poll_feeds")
    assert api.knows("poll_feeds")


def test_a_dag_is_unknown_only_by_404(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi]) -> None:
    """A server in trouble says nothing about the DAG."""
    small, _, api = airflow
    small.answers["GET", "/api/v2/dags/poll_feeds"] = 500, {}
    with pytest.raises(RetryableError, match=r"GET http://127\.0\.0\.1:\d+/api/v2/dags/poll_feeds: .*500"):
        api.knows("poll_feeds")


def test_a_run_is_started_and_followed(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi]) -> None:
    """It has ended when it succeeded or failed, and not before."""
    small, server, api = airflow
    small.answers["POST", "/api/v2/dags/poll_feeds/dagRuns"] = 200, {"dag_run_id": "manual__1"}
    assert api.trigger("poll_feeds") == "manual__1"
    assert json.loads(server.asked[-1].body) == {"logical_date": None, "conf": {}}
    for state, ended in (("queued", False), ("running", False), ("success", True), ("failed", True)):
        small.answers["GET", "/api/v2/dags/poll_feeds/dagRuns/manual__1"] = 200, {"state": state}
        assert api.has_ended("poll_feeds", "manual__1") is ended


@pytest.mark.parametrize(
    "answer", [(200, b"<html>"), (200, [1]), (200, b""), (0, b"no HTTP at all\r\n\r\n"), (0, b""), (200, b"[" * 100_000)], ids=repr
)
def test_nonsense_is_an_error_of_our_tree(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi], answer: Answer) -> None:
    """Something else may listen there, or the server may be stopping."""
    small, _, api = airflow
    small.answers["GET", "/api/v2/dags/poll_feeds"] = answer
    with pytest.raises(RetryableError, match="/api/v2/dags/poll_feeds: "):
        api.knows("poll_feeds")


def test_a_login_without_token_is_an_error_of_our_tree() -> None:
    """And it is the login that is named."""
    with LocalHttp(lambda asked: (201, {"detail": "hello"})) as server, pytest.raises(RetryableError, match="/auth/token: gave no"):
        AirflowApi(server.port, user="admin", password="").knows("poll_feeds")


def test_an_endless_answer_is_cut_off(airflow: tuple[SmallAirflow, LocalHttp, AirflowApi], monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is read than an answer can have."""
    small, _, api = airflow
    monkeypatch.setattr(airflow_api, "LARGEST_ANSWER", 100)
    small.answers["GET", "/api/v2/dags/poll_feeds"] = 200, {"dag_id": "x" * 1000}
    with pytest.raises(RetryableError):
        api.knows("poll_feeds")


def test_proxies_are_passed_by() -> None:
    """Somebody's http_proxy cannot reach this machine's own 127.0.0.1."""
    code = "import sys; from pipeline.standalone.airflow_api import AirflowApi as Api; print(Api(int(sys.argv[1]), user='', password='')"
    code += ".unhealthy_parts())"
    with LocalHttp(lambda asked: (200, HEALTHY)) as server:
        environment = {**os.environ, "http_proxy": "http://127.0.0.1:1/", "no_proxy": ""}
        done = subprocess.run(
            [sys.executable, "-c", code, str(server.port)], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == "()"
