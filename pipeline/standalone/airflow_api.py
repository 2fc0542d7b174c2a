"""The few calls to Airflow's REST API that the supervisor needs. 127.0.0.1 only, past any proxy."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

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
