"""Run one service so that it cannot outlive who started it.

`python -m pipeline.standalone.leash COMMAND …` starts the command in a session of its own, and ends it with all its
descendants when its own standard input ends (the parent closed it, or died, however suddenly), on SIGTERM, or when the
command itself exits. Airflow's standalone orphans its children when it is terminated; as a child subreaper (Linux) the
leash inherits such orphans, so none is missed. Elsewhere the process group and the tree of children must do.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import psutil

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
GRACE_SECONDS = 10.0


def become_subreaper() -> None:
    """Have orphaned descendants handed to this process instead of to init. Does nothing where there is no prctl."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_descendants(*, grace_seconds: float = GRACE_SECONDS) -> int:
    """Terminate every descendant of this process, kill those that stay; return how many had to be killed."""
    deadline = time.monotonic() + grace_seconds
    asked: set[int] = set()
    killed = 0
    while descendants := _living_descendants():
        late = time.monotonic() > deadline
        for child in descendants:
            if late or child.pid not in asked:
                _signal(child, signal.SIGKILL if late else signal.SIGTERM)
                killed += late
                asked.add(child.pid)
        psutil.wait_procs(descendants, timeout=0.2)
    return killed


def _living_descendants() -> list[psutil.Process]:
    living = []
    for child in psutil.Process().children(recursive=True):
        try:
            if child.status() == psutil.STATUS_ZOMBIE:
                _reap(child.pid)
            else:
                living.append(child)
        except psutil.NoSuchProcess:
            continue
    return living


def _reap(pid: int) -> None:
    with suppress(ChildProcessError):  # somebody else's child: its parent reaps it, or we inherit it and do
        os.waitpid(pid, os.WNOHANG)


def _signal(child: psutil.Process, number: signal.Signals) -> None:
    with suppress(psutil.NoSuchProcess):
        child.send_signal(number)


class _StopAskedError(Exception):
    """SIGTERM arrived."""


def _stop_asked(_number: int, _frame: object) -> None:
    raise _StopAskedError


def main(command: Sequence[str]) -> int:
    """Run the command on the leash and return its exit status, 143 where it was asked to stop."""
    become_subreaper()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the supervisor, which then lets go of the leash
    status = 143
    try:
        signal.signal(signal.SIGTERM, _stop_asked)
        service = subprocess.Popen(list(command), stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_default_signals)  # noqa: S603, PLW1509
        while service.poll() is None:
            readable, _, _ = select.select([sys.stdin], [], [], 0.5)
            if readable and not os.read(sys.stdin.fileno(), 4096):
                break
        if service.poll() is not None:
            status = service.returncode
    except _StopAskedError:
        pass
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_descendants()
    return status


def _default_signals() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
