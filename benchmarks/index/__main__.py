"""`python -m benchmarks.index [--documents N …] [--words N] [--only embedded,…] [--folder F]`: documents a second, and p50/p95."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.index.asking import Pair, Times
from benchmarks.index.filling import Corpus
from benchmarks.index.peers import IN_PROCESS, PEERS, Run
from benchmarks.index.questions import KINDS, SIMILAR


def main() -> None:
    """Fill and ask each, then print what they took: a table for each number of documents."""
    options = _options()
    for count in options.documents:
        folder = options.folder or Path(tempfile.mkdtemp(prefix="index-benchmark-"))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            _measure(Run(Corpus(count, options.words), folder, options.heap, not options.fill), options.only.split(","))
        finally:
            if not options.folder:
                shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000])
    parser.add_argument("--words", type=int, default=400, help="of a document, on average")
    parser.add_argument("--only", default=",".join(PEERS), help="which of %(default)s, in this order")
    parser.add_argument("--folder", type=Path, help="kept: what is in it already is not put in again, what was cut short goes on")
    parser.add_argument("--heap", default="1g", help="of the node of Elasticsearch, where ELASTICSEARCH_URL names none")
    parser.add_argument("--fill", action="store_true", help="ask nothing")
    return parser.parse_args()


def _measure(run: Run, names: list[str]) -> None:
    results: dict[str, Times] = {}
    for name in names:
        filling, results[name] = PEERS[name](run)
        print(f"{name}: {filling.text()} (making them not counted)", flush=True)
    columns: dict[str, dict[str, Pair]] = {}
    for name, times in results.items():
        if times:
            columns[name] = {kind: wall for kind, (wall, _) in times.items()}
        if times and name in IN_PROCESS:
            columns[f"{name}, CPU"] = {kind: cpu for kind, (_, cpu) in times.items()}
    if not columns:
        return
    print(f"\n| p50/p95 ms at {run.corpus.documents:,} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for kind in (*KINDS, SIMILAR):
        cells = ("{:.1f}/{:.1f}".format(*found[kind]) if kind in found else "–" for found in columns.values())
        print(f"| {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
