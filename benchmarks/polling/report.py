"""What a run of all policies amounts to, as a table and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain

from benchmarks.polling.simulation import Diary


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One policy's measures. Latencies in minutes, over every entry that was published; one never seen counts as infinitely late."""

    policy: str
    requests: int
    host_p50: int
    host_p95: int
    host_max: int
    not_modified: float  # share of answers
    megabytes: float
    wasted_megabytes: float  # of bodies without a new entry
    too_close: int
    refused: int  # 429
    rolled_over: int
    unseen: int
    entries: int
    p50: float
    p95: float
    mean: float  # of those that were seen
    feed_p50: float  # each feed with the same weight
    feed_p95: float
    seen_p95: float  # of those that were seen
    cpu_seconds: float


def row(diary: Diary) -> Row:
    """Return the measures of a run."""
    hosts = sorted(diary.requests.values())
    answers = sum(diary.statuses.values())
    plain = sorted(chain.from_iterable(diary.latencies))
    unseen = sum(diary.unseen)
    weighted = _by_feed(diary)
    return Row(
        policy=diary.policy,
        requests=sum(hosts),
        host_p50=_rank(hosts, 0.5),
        host_p95=_rank(hosts, 0.95),
        host_max=hosts[-1],
        not_modified=diary.statuses[304] / answers,
        megabytes=diary.bytes / 1e6,
        wasted_megabytes=diary.wasted_bytes / 1e6,
        too_close=diary.too_close,
        refused=diary.statuses[429],
        rolled_over=diary.rolled_over,
        unseen=unseen,
        entries=len(plain) + unseen,
        p50=_late(plain, unseen, 0.5),
        p95=_late(plain, unseen, 0.95),
        mean=sum(plain) / len(plain) / 60 if plain else math.inf,
        feed_p50=_weighted_late(weighted, 0.5),
        feed_p95=_weighted_late(weighted, 0.95),
        seen_p95=_late(plain, 0, 0.95),
        cpu_seconds=diary.cpu_seconds,
    )


def _rank(values: Sequence[int], share: float) -> int:
    return values[min(len(values) - 1, int(share * len(values)))]


def _late(latencies: Sequence[float], unseen: int, share: float) -> float:
    """Return a quantile in minutes."""
    place = int(share * (len(latencies) + unseen))
    return latencies[place] / 60 if place < len(latencies) else math.inf


def _by_feed(diary: Diary) -> list[tuple[float, float]]:
    """Return sorted (latency, weight); the weights of a feed sum to one."""
    found: list[tuple[float, float]] = []
    for latencies, unseen in zip(diary.latencies, diary.unseen, strict=True):
        if total := len(latencies) + unseen:
            found.extend((latency, 1 / total) for latency in latencies)
            found.append((math.inf, unseen / total))
    return sorted(found)


def _weighted_late(weighted: Sequence[tuple[float, float]], share: float) -> float:
    wanted, reached = share * sum(weight for _, weight in weighted), 0.0
    for latency, weight in weighted:
        reached += weight
        if reached >= wanted:
            return latency / 60
    return math.inf


COLUMNS = {
    "policy": ("policy", "{}"),
    "requests": ("requests", "{:,}"),
    "host p50/p95/max": ("host_p50 host_p95 host_max", "{:,} / {:,} / {:,}"),
    "304": ("not_modified", "{:.0%}"),
    "wasted MB": ("wasted_megabytes", "{:,.0f}"),
    "too close": ("too_close", "{:,}"),
    "429": ("refused", "{:,}"),
    "rolled over": ("rolled_over", "{:,}"),
    "never seen": ("unseen", "{:,}"),
    "p50 min": ("p50", "{:.1f}"),
    "p95 min": ("p95", "{:.1f}"),
    "mean": ("mean", "{:.0f}"),
    "by feed p50": ("feed_p50", "{:.0f}"),
    "by feed p95": ("feed_p95", "{:.0f}"),
    "CPU s": ("cpu_seconds", "{:.0f}"),
}


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a table for people."""
    lines = [list(COLUMNS)]
    for one in rows:
        lines.append([shape.format(*(getattr(one, name) for name in names.split())) for names, shape in COLUMNS.values()])
    return aligned(lines)


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Return lines of as many cells each, the first to the left, the others to the right."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(_cell(text, width, column) for column, (text, width) in enumerate(zip(line, widths, strict=True))) for line in lines
    )


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)


def as_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return the rows for programs."""
    return [asdict(one) for one in rows]
