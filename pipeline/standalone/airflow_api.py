"""The few calls to Airflow's REST API that the supervisor needs. 127.0.0.1 only."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from pipeline.errors import RetryableError

TIMEOUT_SECONDS = 10.0
HEALTHY_PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")


class AirflowApi:
    """A client of one Airflow at `http://127.0.0.1:port`."""

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
        except RetryableError:
            return False
        return True

    def trigger(self, dag_id: str) -> str:
        """Start a run of the DAG now and return its id."""
        run = self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": {}})
        return str(run["dag_run_id"])

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None, *, authorised: bool = True) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if authorised:
            headers["Authorization"] = f"Bearer {self._access_token()}"
        request = urllib.request.Request(  # noqa: S310 - the base is always http://127.0.0.1
            self._base + path, method=method, headers=headers, data=None if body is None else json.dumps(body).encode()
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise RetryableError(f"{method} {self._base}{path}: {error}") from error

    def _access_token(self) -> str:
        if self._token is None:
            answer = self._call("POST", "/auth/token", dict(self._credentials), authorised=False)
            self._token = str(answer["access_token"])
        return self._token
