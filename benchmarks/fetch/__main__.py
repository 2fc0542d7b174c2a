"""`python -m benchmarks.fetch`: the same pages from one local server, by our fetcher and by others, round after round.

Everybody fetches the same URLs with the same number of requests under way, reads whole bodies and undoes their gzip, in a process of
its own. Politeness is off: no delays. Rounds take turns, so that whatever else the machine does meets all alike.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.environments import PEERS
from benchmarks.fetch import table
from benchmarks.fetch.meter import Measured, Plan
from benchmarks.fetch.running import CLIENTS, Client, measure, serving


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    asked = _parser().parse_args(arguments)
    clients = [client for client in CLIENTS if not asked.only or any(word in client.name for word in asked.only)]
    if any(client.peer for client in clients):
        PEERS.install()
    with serving() as site:
        at_once = asked.hosts * asked.connections
        plan = Plan(port=site.port, hosts=asked.hosts, per_host=asked.connections, pages=asked.pages, warm=2 * at_once, sizes=site.sizes)
        found = table.rows(_rounds(clients, plan, asked.rounds))
    if asked.json:
        sys.stdout.write(json.dumps({"machine": table.machine(), "rows": [asdict(row) for row in found]}, indent=1) + "\n")
    else:
        requests = f"{plan.at_once} requests under way, {asked.connections} to each of {asked.hosts} hosts"
        table.show(f"{asked.pages:,} pages of 37 kB gzipped, {requests}; medians of {asked.rounds} rounds", found)


def _rounds(clients: Sequence[Client], plan: Plan, count: int) -> dict[str, list[Measured]]:
    rounds: dict[str, list[Measured]] = {client.name: [] for client in clients}
    for number in range(count):
        for client in clients if number % 2 == 0 else reversed(clients):
            sys.stderr.write(f"round {number + 1} of {count}: {client.name}\n")
            rounds[client.name].append(measure(client, plan))
    return rounds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fetch", description=__doc__)
    parser.add_argument("--pages", type=_positive, default=3000, help="pages a client and round (default 3000)")
    parser.add_argument("--hosts", type=_positive, default=96, help="host names they are on (default 96)")
    parser.add_argument("--connections", type=_positive, default=1, help="requests at once to each host (default 1, as ours is built)")
    parser.add_argument("--rounds", type=_positive, default=5, help="rounds (default 5)")
    parser.add_argument("--only", action="append", metavar="WORD", help="clients with this word in their name; may be repeated")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}'; allowed: a whole number of at least 1")
    return int(text)


if __name__ == "__main__":
    main()
