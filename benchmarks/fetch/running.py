"""Starts the server and the measured programs, each in a process of its own, and ends them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.environments import PEERS, ROOT
from benchmarks.fetch.meter import Measured, Plan

PATIENCE: Final = 1800  # seconds for one program


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program that fetches a plan."""

    name: str
    module: str
    argument: str = ""
    peer: bool = True  # another's, in the peers' environment

    @property
    def interpreter(self) -> Path:
        """The Python that has what the client needs."""
        return PEERS.python if self.peer else Path(sys.executable)


CLIENTS: Final = (
    Client(name="wireroom fetcher", module="our_fetcher", argument="memory", peer=False),
    Client(name="wireroom, slots in SQLite", module="our_fetcher", argument="sqlite", peer=False),
    Client(name="wireroom client alone", module="our_client", peer=False),
    Client(name="httpx", module="httpx_async", argument="httpx"),
    Client(name="httpx2", module="httpx_async", argument="httpx2"),
    Client(name="requests, threads", module="requests_threads"),
    Client(name="Scrapy", module="scrapy_spider"),
    Client(name="aiohttp, nothing checked", module="aiohttp_plain", peer=False),
)


@dataclass(frozen=True, slots=True)
class Serving:
    """A running server."""

    port: int
    sizes: tuple[int, ...]


@contextmanager
def serving() -> Iterator[Serving]:
    """Run the server until the block ends. It ends with this process, too, however that ends."""
    command = [sys.executable, "-m", "benchmarks.fetch.server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            said = json.loads(process.stdout.readline())
            yield Serving(said["port"], tuple(said["sizes"]))
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def measure(client: Client, plan: Plan) -> Measured:
    """Run a client. Raises `RuntimeError` with its last words where it fails."""
    arguments = [json.dumps(asdict(plan)), *([client.argument] if client.argument else [])]
    said = run(client.interpreter, f"benchmarks.fetch.clients.{client.module}", *arguments)
    return Measured(**said)


def run(interpreter: Path, module: str, *arguments: str) -> dict[str, Any]:
    """Run a module and return the JSON it prints last. Raises `RuntimeError` with its last words where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WIREROOM_")}
    command = [interpreter, "-m", module, *arguments]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if ended.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments[1:])}: exit code {ended.returncode}\n{ended.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return said
