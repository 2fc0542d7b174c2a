"""Medians over the rounds, as a table for people and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.fetch.meter import Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One client's medians. `pace` is its pages per second in proportion to the first row's."""

    client: str
    pages_per_second: float
    lowest: float
    highest: float
    cpu_seconds: float  # for 1,000 pages
    peak_megabytes: float
    grown_megabytes: float  # beyond what the program and its libraries take before the first page
    pace: float
    cpu_ratio: float


def rows(rounds: Mapping[str, Sequence[Measured]]) -> list[Row]:
    """Return a row for each client, in their order."""
    first = next(iter(rounds.values()))
    pace, cpu = _pace(first), _cpu(first)
    return [
        Row(
            client=name,
            pages_per_second=_pace(measured),
            lowest=min(each.pages / each.seconds for each in measured),
            highest=max(each.pages / each.seconds for each in measured),
            cpu_seconds=_cpu(measured),
            peak_megabytes=median(each.peak_bytes for each in measured) / 1e6,
            grown_megabytes=median(each.peak_bytes - each.idle_bytes for each in measured) / 1e6,
            pace=_pace(measured) / pace,
            cpu_ratio=_cpu(measured) / cpu,
        )
        for name, measured in rounds.items()
    ]


def show(title: str, wanted: Sequence[Row]) -> None:
    """Print the table."""
    table = Table(title=title, caption=machine(), box=SIMPLE, padding=(0, 1, 0, 0), title_justify="left", caption_justify="left")
    for heading in ("client", "pages/s", "×", "CPU s per\n1,000", "×", "peak\nMB", "for\npages"):
        table.add_column(heading, justify="left" if heading == "client" else "right", no_wrap=True)
    for row in wanted:
        table.add_row(
            row.client,
            f"{row.pages_per_second:,.0f}",
            f"{row.pace:.2f}",
            f"{row.cpu_seconds:.2f}",
            f"{row.cpu_ratio:.2f}",
            f"{row.peak_megabytes:.0f}",
            f"{row.grown_megabytes:.0f}",
        )
    Console().print(table)


def machine() -> str:
    """Return what the numbers depend on."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores{load}"


def _pace(measured: Sequence[Measured]) -> float:
    return median(each.pages / each.seconds for each in measured)


def _cpu(measured: Sequence[Measured]) -> float:
    return median(each.cpu_seconds / each.pages for each in measured) * 1000
