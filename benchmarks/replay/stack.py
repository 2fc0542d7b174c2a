"""`python -m benchmarks.replay.stack`: WARC files through the DAG import_ccnews with two Celery workers, and with one of them.

The services are those of scripts/stack_check: PostgreSQL, Redis, a node of Elasticsearch, Airflow with its CeleryExecutor, as processes
of this machine. Each worker takes one task at a time. Before them both workers take small files, so that nothing is read from the disk
for the first time; then both runs get as many files of the same pages, each as if of other hosts. Busy is the time in tasks, by worker.
Two workers cannot have more than the cores that the services and other programs leave: what these took is told beside.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import psutil
import yaml

from benchmarks.replay.files import Page, labelled_pages, repeated, write_warc
from pipeline.ledger import Outcome
from pipeline.settings import PREFIX, Settings
from pipeline.sources.registry import write_feed_file
from pipeline.standalone.airflow_api import AirflowApi
from pipeline.wiring import Rooms
from scripts import stack_check
from scripts.stack_check import Place, wait_for
from tests.elasticsearch_node.node import RunningNode
from tests.quality.corpus import data_folder

DAG: Final = "import_ccnews"
MOST_SECONDS: Final = 3600.0
RUNS: Final = 3  # the warm-up, two workers, one
WARM: Final = 2  # pages of a file of the warm-up


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 without the labelled pages, saying so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.replay.stack", description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=4, help="in a run (default 4)")
    parser.add_argument("--pages", type=int, default=200, help="in a file (default 200)")
    parser.add_argument("--cold", action="store_true", help="without the warm-up, where time is short")
    asked = parser.parse_args(arguments)
    folder = data_folder()
    if folder is None:
        sys.stderr.write("Skipped: the labelled pages are not here; WIREROOM_SHARED names the folder that holds data/.\n")
        return 0
    pages = labelled_pages(folder, most=asked.files * asked.pages)
    with tempfile.TemporaryDirectory(prefix="wireroom-replay-", ignore_cleanup_errors=True) as name:
        runs = _files(Path(name), pages, asked.files)
        sys.stdout.write(_measured(Path(name), runs[asked.cold :]))
    return 0


def _files(folder: Path, pages: Sequence[Page], files: int) -> list[list[str]]:
    """Write the files of the warm-up and of both runs; return their paths."""
    runs: list[list[str]] = [[] for _ in range(RUNS)]
    for number in range(files):
        some = pages[number::files]
        rounds = repeated(some, RUNS)
        for run in range(RUNS):
            path = folder / f"run{run}-{number}.warc.gz"
            mine = list(islice(rounds, len(some)))
            write_warc(path, mine[:WARM] if run == 0 else mine)
            path.chmod(0o644)
            runs[run].append(str(path))
    return runs


def _measured(folder: Path, runs: Sequence[Sequence[str]]) -> str:
    compose = yaml.safe_load((stack_check.ROOT / "docker-compose.yml").read_text())
    with RunningNode(folder / "elasticsearch") as node, stack_check.place_of(folder, node.url) as place:
        place.values["WORKER_CONCURRENCY"] = "1"  # type: ignore[index]
        stack_check.start_postgres(place)
        stack_check.start_redis(place, compose)
        stack_check.set_up(place, compose)
        write_feed_file(folder / "wireroom" / "feeds.toml", [])  # nobody is followed meanwhile
        stack_check.start_all(place, compose)
        given = stack_check.environment(place, compose["services"]["setup"])
        settings = {name.removeprefix(PREFIX).lower(): value for name, value in given.items() if name.startswith(PREFIX)}
        with Rooms(Settings(_env_file=None, **settings)) as rooms:  # type: ignore[arg-type]
            rates = [_run(place, rooms, files, workers=workers) for files, workers in zip(runs, (2, 2, 1)[-len(runs) :], strict=True)]
        return f"two workers take {rates[-2] / rates[-1]:.2f} times the pages of one\n"


def _run(place: Place, rooms: Rooms, files: Sequence[str], *, workers: int) -> float:
    """Take the files through, say how long it took and who did it, and return pages a second."""
    if workers == 1:
        _let_go(place, "airflow-worker-two")
    api = AirflowApi(place.ports["airflow"], user="admin", password=place.values["AIRFLOW_ADMIN_PASSWORD"])
    wait_for(place, DAG, lambda: stack_check.quietly(lambda: api.knows(DAG)))
    before, done = busy(place), _ended(rooms)
    worked, all_worked = _worked(place), _all_worked()
    began = time.monotonic()
    run = api.trigger(DAG, {"files": list(files)})
    wait_for(place, DAG, lambda: stack_check.quietly(lambda: api.has_ended(DAG, run)), seconds=MOST_SECONDS)
    seconds = time.monotonic() - began
    worked, all_worked = _worked(place) - worked, _all_worked() - all_worked
    spent = ", ".join(f"{name} {each - before[name]:.0f} s" for name, each in busy(place).items())
    counts = {outcome: count - done.get(outcome, 0) for outcome, count in _ended(rooms).items()}
    ended = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()) if count)
    rate = sum(counts.values()) / seconds
    cpu = f"CPU seconds: workers {worked:.0f}, all else on this machine {all_worked - worked:.0f}, of {seconds * (os.cpu_count() or 1):.0f}"
    sys.stdout.write(f"{workers} workers: {len(files)} files in {seconds:.0f} s, {rate:.1f} pages/s; {ended}; busy: {spent}; {cpu}\n")
    sys.stdout.flush()
    return rate


def _worked(place: Place) -> float:
    """CPU seconds of the workers and of the tasks they started, ended or not."""
    sums = 0.0
    for name, process in place.processes.items():
        if name.startswith("airflow-worker-"):
            worker = psutil.Process(process.pid)
            for one in (worker, *worker.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    sums += sum(one.cpu_times()[:4])  # its own and those of its children that have ended
    return sums


def _all_worked() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def busy(place: Place) -> dict[str, float]:
    """Return the seconds that each Celery worker has spent in tasks."""
    logs = {one: (place.folder / f"airflow-worker-{one}.log").read_text() for one in stack_check.WORKERS}
    return {one: sum(map(float, re.findall(r"\] succeeded in ([0-9.]+)s", log))) for one, log in logs.items()}


def _ended(rooms: Rooms) -> dict[Outcome, int]:
    return {outcome: count for outcome, count in rooms.state.ledger.counts().items() if outcome is not None}


def _let_go(place: Place, name: str) -> None:
    worker = place.processes.pop(name)
    assert worker.stdin
    worker.stdin.close()
    worker.wait(timeout=120)


if __name__ == "__main__":
    sys.exit(main())
