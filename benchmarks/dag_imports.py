"""`python -m benchmarks.dag_imports`: how long each DAG file takes to parse beyond what Airflow itself takes.

Airflow's DAG processor reads every file again and again, each time in a new process. Here each is read so too, several times:
first whatever the file, and what it takes from plugins/, import from Airflow, then, under a second clock, the file. Files take turns.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from runpy import run_path
from statistics import median
from tempfile import TemporaryDirectory

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.fetch.table import machine

ROOT = Path(__file__).resolve().parents[1]
ALLOWED_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """One reading of one file. `ours` are the modules of the pipeline it brought in."""

    dag: str
    airflow_seconds: float
    seconds: float  # beyond those
    ours: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 where a file takes longer than it may."""
    asked = _parser().parse_args(arguments)
    if asked.read is not None:
        sys.stdout.write(json.dumps(asdict(read(asked.read))) + "\n")
        return 0
    files = sorted((ROOT / "dags").glob("*.py"))
    with TemporaryDirectory() as home:
        readings = [measure(file, Path(home)) for _ in range(asked.rounds) for file in files]
    found = [medians([one for one in readings if one.dag == file.stem]) for file in files]
    if asked.json:
        sys.stdout.write(json.dumps({"machine": machine(), "rows": [asdict(one) for one in found]}, indent=1) + "\n")
    else:
        Console().print(_table(found))
    return int(any(one.seconds > ALLOWED_SECONDS for one in found))


def measure(file: Path, home: Path) -> Parsed:
    """Read a DAG file in a process of its own, with a private Airflow."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "WIREROOM_"))}
    private = {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-m", "benchmarks.dag_imports", "--read", str(file)]
    ended = subprocess.run(command, env=kept | private, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{file}: exit code {ended.returncode}\n{ended.stderr[-2000:]}")
    said = json.loads(ended.stdout.splitlines()[-1])
    return Parsed(**said | {"ours": tuple(said["ours"])})


def read(file: Path) -> Parsed:
    """Read a DAG file in this process, which has imported nothing of Airflow yet."""
    sys.path[:0] = [str(ROOT / "plugins"), str(ROOT)]
    begun = time.perf_counter()
    for module, name in names_of_airflow(file):
        getattr(import_module(module), name)  # airflow.sdk imports a name when it is asked for it
    airflow_done = time.perf_counter()
    run_path(str(file))
    done = time.perf_counter()
    ours = tuple(sorted(name for name in sys.modules if name.split(".")[0] == "pipeline"))
    return Parsed(dag=file.stem, airflow_seconds=airflow_done - begun, seconds=done - airflow_done, ours=ours)


def names_of_airflow(file: Path) -> list[tuple[str, str]]:
    """Return (module, name) of what a file imports from Airflow as it is imported, and so do the plugins that it imports."""
    found = []
    for node in ast.parse(file.read_text()).body:
        module = node.module if isinstance(node, ast.ImportFrom) and node.module else ""
        if module.split(".")[0] == "airflow":
            found += [(module, alias.name) for alias in node.names]
        elif (plugin := ROOT / "plugins" / f"{module}.py").exists():
            found += names_of_airflow(plugin)
    return found


def medians(readings: Sequence[Parsed]) -> Parsed:
    """Return the medians of several readings of one file."""
    return Parsed(
        dag=readings[0].dag,
        airflow_seconds=median(one.airflow_seconds for one in readings),
        seconds=median(one.seconds for one in readings),
        ours=readings[0].ours,
    )


def _table(found: Sequence[Parsed]) -> Table:
    caption = f"allowed beyond Airflow: {ALLOWED_SECONDS} s; {machine()}"
    table = Table(title="Parsing DAG files", caption=caption, box=SIMPLE, title_justify="left", caption_justify="left")
    table.add_column("DAG")
    for heading in ("Airflow's own\ns", "beyond it\ns"):
        table.add_column(heading, justify="right")
    table.add_column("of the pipeline")
    for one in found:
        table.add_row(one.dag, f"{one.airflow_seconds:.2f}", f"{one.seconds:.3f}", ", ".join(one.ours) or "–")
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dag_imports", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="readings of each file (default 5)")
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.add_argument("--read", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
