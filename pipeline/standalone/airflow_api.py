"""The few calls to Airflow's REST API that the supervisor needs. 127.0.0.1 only, past any proxy."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from pipeline.errors import RetryableError

TIMEOUT_SECONDS = 10.0
LARGEST_ANSWER = 10_000_000  # bytes
HEALTHY_PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
ENDED = {"success", "failed"}

# A proxy of the environment (http_proxy) knows nothing of this machine's own 127.0.0.1.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class AirflowApi:
    """A client of one Airflow at `http://127.0.0.1:port`. Raises `RetryableError` alone, naming method and URL."""

    def __init__(self, port: int, *, user: str, password: str) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._credentials = {"username": user, "password": password}
        self._token: str | None = None

    def unhealthy_parts(self) -> tuple[str, ...]:
        """Return which of Airflow's parts are not healthy yet; all of them while nothing answers."""
        try:
            health = self._call("GET", "/api/v2/monitor/health", authorised=False)
        except RetryableError:
            return HEALTHY_PARTS
        return tuple(part for part in HEALTHY_PARTS if (health.get(part) or {}).get("status") != "healthy")

    def knows(self, dag_id: str) -> bool:
        """Whether the DAG has been parsed."""
        try:
            self._call("GET", f"/api/v2/dags/{dag_id}")
        except RetryableError as error:
            if isinstance(error.__cause__, urllib.error.HTTPError) and error.__cause__.code == 404:
                return False
            raise
        return True

    def trigger(self, dag_id: str, conf: Mapping[str, object] | None = None) -> str:
        """Start a run of the DAG now, with parameters where there are some, and return its id."""
        run = self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf or {})})
        return str(run.get("dag_run_id"))

    def backfill(self, dag_id: str, first: date, last: date, conf: Mapping[str, Any], *, at_once: int) -> int:
        """Create a backfill of a daily DAG over these days, both included, and return its number. One that is under way for the
        same DAG, or an Airflow whose database is busy, makes it fail.
        """
        span = {"from_date": f"{first}T00:00:00Z", "to_date": f"{last}T00:00:00Z", "max_active_runs": at_once}
        again = {"reprocess_behavior": "completed"}  # the DAGs are no-ops where nothing is to be done
        made = self._call("POST", "/api/v2/backfills", {"dag_id": dag_id, "dag_run_conf": dict(conf)} | span | again)
        return int(made["id"])

    def backfills(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the backfills of a DAG that have not ended, as Airflow tells of them."""
        found = self._call("GET", f"/api/v2/backfills?dag_id={dag_id}&limit=100").get("backfills") or []
        return [one for one in found if one.get("completed_at") is None]

    def runs_of(self, backfill: Mapping[str, Any]) -> Counter[str]:
        """Count the runs of a backfill's days by state."""
        span = f"logical_date_gte={quote(str(backfill['from_date']))}&logical_date_lte={quote(str(backfill['to_date']))}"
        runs = self._call("GET", f"/api/v2/dags/{backfill['dag_id']}/dagRuns?run_type=backfill&limit=100&{span}").get("dag_runs") or []
        return Counter(str(run.get("state")) for run in runs)

    def change_backfill(self, number: int, verb: str) -> None:
        """`pause`, `unpause` or `cancel` a backfill."""
        self._call("PUT", f"/api/v2/backfills/{number}/{verb}")

    def has_ended(self, dag_id: str, run_id: str) -> bool:
        """Whether a run has come to its end, good or bad."""
        return self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}").get("state") in ENDED

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None, *, authorised: bool = True) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if authorised:
            headers["Authorization"] = f"Bearer {self._access_token()}"
        request = urllib.request.Request(  # noqa: S310 - the base is always http://127.0.0.1
            self._base + path, method=method, headers=headers, data=None if body is None else json.dumps(body).encode()
        )
        try:
            with DIRECTLY.open(request, timeout=TIMEOUT_SECONDS) as answer:
                found = json.loads(answer.read(LARGEST_ANSWER))
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as error:
            if isinstance(error, urllib.error.HTTPError) and error.code == 401:
                self._token = None  # it has expired: the next call asks for a new one
            raise RetryableError(f"{method} {self._base}{path}: {error}") from error
        if not isinstance(found, dict):
            raise RetryableError(f"{method} {self._base}{path}: answered with no JSON object")
        return found

    def _access_token(self) -> str:
        if self._token is None:
            answer = self._call("POST", "/auth/token", dict(self._credentials), authorised=False)
            if not isinstance(answer.get("access_token"), str):
                raise RetryableError(f"POST {self._base}/auth/token: gave no access_token")
            self._token = str(answer["access_token"])
        return self._token
