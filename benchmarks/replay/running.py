"""Worker processes that begin together: each is started and warm before any of them works."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from benchmarks.environments import ARCHIVES, ROOT
from pipeline.urls import url_key

FILES: Final = ("one.warc.gz", "two.warc.gz")
WORKERS: Final = Path(__file__).parent / "workers.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What the workers of a system took together: wall seconds until the last was done, and what they found, by address."""

    seconds: float
    cpu: float
    peak: int  # bytes, of the largest process
    texts: Mapping[str, str]


def side_by_side(system: str, files: Sequence[str], folder: Path) -> Took:
    """Let a system take each file in a process of its own, all at once. Raises `RuntimeError` with the last words of one that fails."""
    if system.startswith("wireroom"):
        command = [sys.executable, "-m", "benchmarks.replay.workers"]
    else:
        ARCHIVES.install()
        command = [str(ARCHIVES.python), "-W", "ignore", str(WORKERS)]
    outs = [folder / f"{number}.jsonl" for number in range(len(files))]
    workers = [_started([*command, system, file, str(out), str(folder)], out) for file, out in zip(files, outs, strict=True)]
    for worker in workers:
        _line(worker, outs)
    began = time.perf_counter()
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [json.loads(_line(worker, outs)) for worker in workers]
    seconds = time.perf_counter() - began
    for worker in workers:
        worker.communicate()
    texts = {url_key(one["url"]): one["text"] for out in outs for one in map(json.loads, out.read_text().splitlines())}
    return Took(seconds=seconds, cpu=sum(one["cpu"] for one in told), peak=max(one["peak"] for one in told), texts=texts)


def _started(command: Sequence[str], out: Path) -> subprocess.Popen[str]:
    with out.with_suffix(".err").open("w") as errors:
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)


def _line(worker: subprocess.Popen[str], outs: Sequence[Path]) -> str:
    assert worker.stdout
    line = worker.stdout.readline()
    if not line:
        raise RuntimeError("\n".join(out.with_suffix(".err").read_text()[-800:] for out in outs))
    return line


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine while the block runs, for who reads only addresses; yields the address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""
