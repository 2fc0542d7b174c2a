"""How long each kind of question takes: by the clock, and of this process's CPU."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

from benchmarks.index.questions import KINDS, SIMILAR, VARIANTS

WARMING = 3  # questions of each kind that are not counted

Pair = tuple[float, float]  # p50 and p95, in milliseconds
Times = dict[str, tuple[Pair, Pair]]  # kind → by the clock, and of CPU time of this process
Ask = Callable[[str, int], object]  # kind and variant → an answer; None where there is no such question


def asked(ask: Ask) -> Times:
    """Ask every variant of every kind."""
    found = {}
    for kind in (*KINDS, SIMILAR):
        taken: list[tuple[float, float]] = []
        if kind == SIMILAR:
            ask(kind, VARIANTS)  # finds what is to be liked
        for at in range(-WARMING, VARIANTS):
            began = time.perf_counter(), time.process_time()
            if ask(kind, abs(at)) is None:
                break
            if at >= 0:
                taken.append((time.perf_counter() - began[0], time.process_time() - began[1]))
        if taken:
            wall, cpu = zip(*taken, strict=True)
            found[kind] = _pair(wall), _pair(cpu)
    return found


def _pair(seconds: Sequence[float]) -> Pair:
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000
