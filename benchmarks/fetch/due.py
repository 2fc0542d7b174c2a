"""`python -m benchmarks.fetch.due`: peak memory with few and with many feeds due at once.

The real poller, fetcher, ledger (SQLite) and archive, with production's politeness, each number of feeds in a process of its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.fetch.running import run, serving
from benchmarks.fetch.table import machine


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = _parser().parse_args(arguments)
    found = [measure(count, asked.per_host) for count in asked.feeds]
    if asked.json:
        sys.stdout.write(json.dumps({"machine": machine(), "rows": found}, indent=1) + "\n")
    else:
        Console().print(_table(found))


def measure(feeds: int, per_host: int) -> dict[str, Any]:
    """Poll so many feeds that are due at once, and again, in a process of their own; return what it said."""
    with serving() as site:
        plan = {"port": site.port, "feeds": feeds, "per_host": per_host}
        return run(Path(sys.executable), "benchmarks.fetch.clients.our_poll", json.dumps(plan))


def _table(found: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="Feeds due at once", caption=machine(), box=SIMPLE, title_justify="left", caption_justify="left")
    for heading in ("feeds", "before\nMB", "peak\nMB", "peak of\nall new ×", "new:\nfeeds/s", "again:\nfeeds/s", "outcomes"):
        table.add_column(heading, justify="left" if heading == "outcomes" else "right")
    for row in found:
        first, second = row["new"], row["again"]
        table.add_row(
            f"{row['feeds']:,}",
            f"{row['idle_bytes'] / 1e6:.0f}",
            f"{second['peak_bytes'] / 1e6:.0f}",
            f"{first['peak_bytes'] / found[0]['new']['peak_bytes']:.2f}",
            f"{row['feeds'] / first['seconds']:.0f}",
            f"{row['feeds'] / second['seconds']:.0f}",
            ", ".join(f"{count} {outcome}" for poll in (first, second) for outcome, count in sorted(poll["outcomes"].items())),
        )
    return table


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fetch.due", description=__doc__)
    parser.add_argument("--feeds", type=int, nargs="+", default=[1000, 10_000], help="numbers of feeds (default 1000 10000)")
    parser.add_argument("--per-host", type=int, default=4, help="feeds of one host (default 4)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


if __name__ == "__main__":
    main()
