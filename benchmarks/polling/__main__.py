"""`python -m benchmarks.polling`: ours beside four other schedules in one run."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

from benchmarks.polling.against import against, matches, matches_as_json
from benchmarks.polling.ours import Ours
from benchmarks.polling.policies import CommaFeed, Fixed, Miniflux, Policy
from benchmarks.polling.publishers import World, build_world
from benchmarks.polling.report import Row, as_json, row, table
from benchmarks.polling.simulation import Simulation
from pipeline.sources.schedule import PATIENCE

BRISKER = PATIENCE / 12  # where entries count more than requests: what is needed to be ahead of the busiest of the others
FRUGAL = 1.3 * PATIENCE  # and of the one that asks least


def policies(world: World, patience: Sequence[float] = (PATIENCE,)) -> list[Policy]:
    """Return the policies that are compared, ours first: once for each patience, in entry-hours."""
    feeds = world.feeds
    return [*(Ours(feeds, patience=hours) for hours in patience), Fixed(feeds, 15), Fixed(feeds, 60), Miniflux(feeds), CommaFeed(feeds)]


def compare(world: World, *, seed: int, tick: float = 0.0, patience: Sequence[float] = (PATIENCE,), processes: int = 1) -> list[Row]:
    """Return the measures of each policy in this world, ours first; they know nothing of each other, so several may run side by
    side. Ours with the least patience takes longest and begins.
    """
    patience = sorted(patience)
    simulations = [Simulation(world, policy, tick=tick, seed=seed) for policy in policies(world, patience)]
    if processes == 1:
        return list(map(_measured, simulations))
    gc.freeze()  # the world stays: forked processes need not look through it again and again
    with ThreadPoolExecutor(processes) as side_by_side:
        return list(side_by_side.map(_measured_apart, simulations))


def _measured(simulation: Simulation) -> Row:
    return row(simulation.run())


def _measured_apart(simulation: Simulation) -> Row:
    """Run it in a forked process, which has the world already: to send it over would take longer."""
    ours, theirs = get_context("fork").Pipe()
    child = get_context("fork").Process(target=lambda: theirs.send(_measured(simulation)))
    child.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        child.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.polling", description=__doc__)
    parser.add_argument("--days", type=float, default=14.0)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--feeds", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tick", type=float, default=0.0, help="seconds between two looks for due feeds (ours: 300); 0: at once")
    parser.add_argument(
        "--patience", type=float, nargs="+", default=[60 * BRISKER, 60 * PATIENCE, 60 * FRUGAL], help="ours with these, in entry-minutes"
    )
    parser.add_argument("--processes", type=int, default=2, help="policies simulated side by side")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    began = time.perf_counter()
    world = build_world(hosts=asked.hosts, feeds=asked.feeds, days=asked.days, seed=asked.seed)
    minutes = asked.patience
    rows = compare(world, seed=asked.seed, tick=asked.tick, patience=[one / 60 for one in minutes], processes=asked.processes)
    seconds = time.perf_counter() - began
    found = matches(rows[: len(minutes)], rows[len(minutes) :])
    if asked.json:
        measured = {"policies": as_json(rows), "against": matches_as_json(found)}
        json.dump({"seed": asked.seed, "days": asked.days, "seconds": seconds, **measured}, sys.stdout, indent=1)
        return
    print(f"{asked.feeds:,} feeds of {asked.hosts} hosts, {asked.days:g} days, seed {asked.seed}: {rows[0].entries:,} entries")
    print(table(rows))
    print()
    print(against(found))
    print()
    print(f"{seconds:.0f} s of wall time for all. An entry never seen counts as infinitely late.")


if __name__ == "__main__":
    main()
