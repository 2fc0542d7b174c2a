"""A planned backfill given to Airflow: its own backfills for days, a DAG run for files.

    days of sitemaps and feed pages ─▶ backfill of sitemap_day ┐
    days of our archive ─────────────▶ backfill of replay_day  ├─▶ Airflow's scheduler, which knows what is done
    WARC files, folders ─────────────▶ run of import_ccnews    ┘
    lists of addresses ──────────────▶ the ledger, at once

What Airflow was given goes on after any kill of anybody, and shows in its own page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.planning import Span
from pipeline.settings import Settings
from pipeline.standalone.airflow_api import AirflowApi

T = TypeVar("T")

SURVEYS, REPLAYS, IMPORTS = "sitemap_day", "replay_day", "import_ccnews"
AT_ONCE: Final = {SURVEYS: 2, REPLAYS: 2}  # days that run side by side
TRIES, PAUSE = 40, 3.0  # Airflow on SQLite answers 503 while its database is busy
BUSY: Final = (" 500", " 503")
MET: Final = " 409"  # its scheduler wrote a run of that day at the same moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a backfill of Airflow's is."""

    number: int
    dag_id: str
    first: str
    last: str
    paused: bool
    runs: dict[str, int]  # days by the state of their run; those not begun are not among them


def open_airflow(settings: Settings, port: int) -> AirflowApi | None:
    """Return the Airflow of `wireroom up` in this home, None where it does not run."""
    try:
        passwords = json.loads((settings.home / "airflow" / "passwords.json").read_text(encoding="utf-8"))
        api = AirflowApi(port, user="admin", password=str(passwords["admin"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if api.unhealthy_parts() else api


def hand_over(api: AirflowApi, span: Span, archived: list[date], *, sleep: Callable[[float], None]) -> dict[str, str]:
    """Create what the plan needs; return the number of the backfill or run by DAG. `archived` are the days with pages of ours.

    Raises:
        ConfigurationError: Airflow has a backfill of such a DAG under way.
        RetryableError: Airflow does not answer, or its database stays busy.
    """
    wanted = {"feeds": list(span.feeds), "domains": list(span.domains)}
    given = {SURVEYS: span.days, REPLAYS: [day for day in span.days if day in archived]}
    for dag_id, days in given.items():
        if days and (standing := api.backfills(dag_id)):
            raise ConfigurationError(
                f"Airflow has a backfill of {dag_id} under way, number {standing[0]['id']}; remedy: wait for it or cancel it"
            )
    handed = {dag_id: str(_created(api, dag_id, days[0], days[-1], wanted, sleep)) for dag_id, days in given.items() if days}
    if span.warcs:
        files = [str(Path(path).resolve()) for path in span.warcs]
        conf = {"files": files, "domains": list(span.domains), "start": str(span.days[0]), "end": str(span.days[-1])}
        handed[IMPORTS] = _patiently(lambda: api.trigger(IMPORTS, conf), sleep)
    return handed


def _created(api: AirflowApi, dag_id: str, first: date, last: date, wanted: dict[str, Any], sleep: Callable[[float], None]) -> int:
    """Create a backfill. A try that failed as the database was busy may have made it all the same."""

    def create() -> int:
        standing = api.backfills(dag_id)
        return int(standing[0]["id"]) if standing else api.backfill(dag_id, first, last, wanted, at_once=AT_ONCE[dag_id])

    return _patiently(create, sleep, (*BUSY, MET))


def _patiently(ask: Callable[[], T], sleep: Callable[[float], None], passing: tuple[str, ...] = BUSY) -> T:
    for _ in range(TRIES - 1):
        try:
            return ask()
        except RetryableError as error:
            if not any(code in str(error) for code in passing):
                raise
            sleep(PAUSE)
    return ask()


def standing(api: AirflowApi) -> Iterator[Standing]:
    """Yield the backfills of ours that have not ended."""
    for dag_id in (SURVEYS, REPLAYS):
        for one in api.backfills(dag_id):
            yield Standing(
                number=int(one["id"]),
                dag_id=dag_id,
                first=str(one["from_date"])[:10],
                last=str(one["to_date"])[:10],
                paused=bool(one["is_paused"]),
                runs=dict(api.runs_of(one)),
            )


def change_all(api: AirflowApi, verb: str, *, sleep: Callable[[float], None]) -> int:
    """`pause`, `unpause` or `cancel` every backfill of ours that has not ended; return how many."""
    found = list(standing(api))
    for one in found:
        if verb == "cancel" or one.paused is (verb == "unpause"):
            _patiently(partial(api.change_backfill, one.number, verb), sleep)
    return len(found)
