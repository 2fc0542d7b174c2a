"""What every measured program shares: the plan of what to fetch, the clock that watches it, and names that need no name server.

Only the standard library: the peers run this in an environment that has nothing of ours.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

LOOPBACK: Final = "127.0.0.1"
USER_AGENT: Final = "Wireroom-benchmark (+https://wireroom.invalid/about)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which pages are fetched: `pages` in all, `per_host` of them at once from each of `hosts` hosts, after `warm` unmeasured ones."""

    port: int
    hosts: int
    per_host: int
    pages: int
    warm: int
    sizes: tuple[int, ...]  # decoded bytes of the pages the server has

    @property
    def at_once(self) -> int:
        """Requests under way at once."""
        return self.hosts * self.per_host

    def walks(self) -> list[Iterator[str]]:
        """Return one walk for each request under way: URLs of one host each, together every page of the plan once."""
        return [self._walk(start) for start in range(self.at_once)]

    def _walk(self, start: int) -> Iterator[str]:
        host = f"http://site-{start % self.hosts:03}.example:{self.port}"
        return (f"{host}/page/{number}" for number in range(start, self.warm + self.pages, self.at_once))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one program needed: wall and CPU seconds for its pages; memory in bytes, at its peak and before the first page."""

    pages: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    idle_bytes: int


@dataclass(slots=True)
class Meter:
    """Sees every page, starts its clocks after the warm ones and stops them at the last."""

    plan: Plan
    seen: int = 0
    _idle_bytes: int = 0
    _started: tuple[float, float] = (0.0, 0.0)
    _ended: tuple[float, float] = field(default=(0.0, 0.0))

    def walks(self) -> list[Iterator[str]]:
        """Return the plan's walks and note how much memory the program has before it takes the first step."""
        self._idle_bytes = memory_bytes("VmRSS")
        return self.plan.walks()

    def page(self, url: str, status: int, body: bytes) -> None:
        """Note a page. Raises `ValueError` where it is not the whole page, decoded."""
        number = int(url.rpartition("/")[2])
        if status != 200 or len(body) != self.plan.sizes[number % len(self.plan.sizes)]:
            raise ValueError(f"{url}: status {status}, {len(body)} bytes")
        self.seen += 1
        if self.seen == self.plan.warm:
            gc.collect()
            self._started = _clocks()
        elif self.seen == self.plan.warm + self.plan.pages:
            self._ended = _clocks()

    def report(self) -> None:
        """Print what was measured as one line of JSON. Raises `ValueError` where pages are missing."""
        if self.seen != self.plan.warm + self.plan.pages:
            raise ValueError(f"{self.seen} pages of {self.plan.warm + self.plan.pages}")
        (wall, cpu), (wall_end, cpu_end) = self._started, self._ended
        measured = Measured(
            pages=self.plan.pages,
            seconds=wall_end - wall,
            cpu_seconds=cpu_end - cpu,
            peak_bytes=memory_bytes("VmHWM"),
            idle_bytes=self._idle_bytes,
        )
        sys.stdout.write(json.dumps(asdict(measured)) + "\n")


def open_meter() -> Meter:
    """Return the meter for the plan in the program's first argument, and make every name of a host mean this machine."""
    answer_names_here()
    plan = json.loads(sys.argv[1])
    return Meter(Plan(**{**plan, "sizes": tuple(plan["sizes"])}))


def memory_bytes(which: str) -> int:
    """Return this process's memory: VmRSS now, VmHWM the most it ever had (which is all that other systems than Linux tell).

    Not by `getrusage` on Linux: that begins with the memory of the process that this one was forked from.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith(which))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def answer_names_here() -> None:
    """Let every name be 127.0.0.1, for whatever asks the system in this process. No question leaves the machine."""

    def getaddrinfo(_host: Any, port: Any, *_arguments: Any, **_keywords: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (LOOPBACK, int(port or 0)))]

    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = lambda _host: LOOPBACK


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
