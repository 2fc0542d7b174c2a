"""`python -m benchmarks.index [--documents N …] [--words N] [--only embedded,…] [--folder F]`: documents a second, and p50/p95."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.index.peers import IN_PROCESS, PEERS, Corpus, Pair, Times
from benchmarks.index.questions import KINDS, SIMILAR


def main() -> None:
    """Fill and ask each, then print what they took: a table for each number of documents."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[10_000])
    parser.add_argument("--words", type=int, default=400, help="of a document, on average")
    parser.add_argument("--only", default=",".join(PEERS))
    parser.add_argument("--folder", type=Path, help="kept, and what is in it already is not made again")
    options = parser.parse_args()
    for count in options.documents:
        folder = options.folder or Path(tempfile.mkdtemp(prefix="index-benchmark-"))
        folder.mkdir(exist_ok=True)
        try:
            _measure(Corpus(count, options.words), options.only.split(","), folder)
        finally:
            if not options.folder:
                shutil.rmtree(folder, ignore_errors=True)


def _measure(corpus: Corpus, names: list[str], folder: Path) -> None:
    results: dict[str, Times] = {}
    for name in names:
        seconds, results[name] = PEERS[name](corpus, folder)
        if seconds is not None:
            rate = corpus.documents / max(seconds, 0.001)
            print(f"{name}: {corpus.documents:,} documents in {seconds:.1f} s, {rate:,.0f} a second (making them not counted)", flush=True)
    columns: dict[str, dict[str, Pair]] = {}
    for name, times in results.items():
        if times:
            columns[name] = {kind: wall for kind, (wall, _) in times.items()}
        if name in IN_PROCESS:
            columns[f"{name}, CPU"] = {kind: cpu for kind, (_, cpu) in times.items()}
    print(f"\n| p50/p95 ms at {corpus.documents:,} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for kind in (*KINDS, SIMILAR):
        cells = ("{:.1f}/{:.1f}".format(*found[kind]) if kind in found else "–" for found in columns.values())
        print(f"| {kind} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
