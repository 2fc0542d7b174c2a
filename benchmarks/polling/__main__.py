"""`python -m benchmarks.polling`: ours beside four other schedules in one run."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence

from benchmarks.polling.ours import Ours
from benchmarks.polling.policies import CommaFeed, Fixed, Miniflux, Policy
from benchmarks.polling.publishers import World, build_world
from benchmarks.polling.report import Row, as_json, row, table
from benchmarks.polling.simulation import Simulation
from pipeline.sources.schedule import PATIENCE


def policies(world: World, patience: Sequence[float] = (PATIENCE,)) -> list[Policy]:
    """Return the policies that are compared, ours first: once for each patience, in entry-hours."""
    feeds = world.feeds
    return [*(Ours(feeds, patience=hours) for hours in patience), Fixed(feeds, 15), Fixed(feeds, 60), Miniflux(feeds), CommaFeed(feeds)]


def compare(world: World, *, seed: int, tick: float = 0.0, patience: Sequence[float] = (PATIENCE,)) -> list[Row]:
    """Return the measures of each policy in this world."""
    return [row(Simulation(world, policy, tick=tick, seed=seed).run()) for policy in policies(world, patience)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling", description=__doc__)
    parser.add_argument("--days", type=float, default=14.0)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tick", type=float, default=0.0, help="seconds between two looks for due feeds (ours: 300); 0: at once")
    parser.add_argument("--patience", type=float, nargs="+", default=[60 * PATIENCE], help="ours with these, in entry-minutes")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    began = time.perf_counter()
    world = build_world(hosts=asked.hosts, feeds=asked.feeds, days=asked.days, seed=asked.seed)
    rows = compare(world, seed=asked.seed, tick=asked.tick, patience=[minutes / 60 for minutes in asked.patience])
    seconds = time.perf_counter() - began
    if asked.json:
        json.dump({"seed": asked.seed, "days": asked.days, "seconds": seconds, "policies": as_json(rows)}, sys.stdout, indent=1)
        return
    print(f"{asked.feeds:,} feeds of {asked.hosts} hosts, {asked.days:g} days, seed {asked.seed}: {rows[0].entries:,} entries")
    print(table(rows))
    print(f"{seconds:.0f} s of wall time for all. An entry never seen counts as infinitely late.")


if __name__ == "__main__":
    main()
