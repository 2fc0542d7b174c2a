"""Nothing outlives its leash: real processes, real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

# A service as unruly as they come: a grandchild in a session of its own that ignores SIGTERM, orphaned at once.
UNRULY = """
import os, signal, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open(sys.argv[1] + "/orphan", "w").write(str(os.getpid()))
        time.sleep(600)
    os._exit(0)
os.wait()
open(sys.argv[1] + "/service", "w").write(str(os.getpid()))
time.sleep(600)
"""
HASTY = "from pipeline.standalone import leash; leash.GRACE_SECONDS = 0.5; leash.end_descendants.__kwdefaults__['grace_seconds'] = 0.5; "


@pytest.fixture
def leashed(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A leash that holds the unruly service."""
    command = [sys.executable, "-c", HASTY + "import sys; sys.exit(leash.main(sys.argv[1:]))", sys.executable, "-c", UNRULY, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as leash:
        _wait_for(lambda: (tmp_path / "service").exists() and (tmp_path / "orphan").exists())
        yield leash
        if leash.poll() is None:
            leash.terminate()


def _wait_for(true: object, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def _pids(folder: Path) -> list[int]:
    _wait_for(lambda: all((folder / name).read_text() for name in ("service", "orphan")))
    return [int((folder / name).read_text()) for name in ("service", "orphan")]


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a subreaper")
@pytest.mark.parametrize("ending", ["end of input", "SIGTERM"])
def test_every_descendant_ends_with_the_leash(leashed: subprocess.Popen[bytes], tmp_path: Path, ending: str) -> None:
    """Even an orphan in another session that ignores SIGTERM."""
    pids = _pids(tmp_path)
    assert not any(map(_gone, pids))
    if ending == "SIGTERM":
        leashed.send_signal(signal.SIGTERM)
    else:
        assert leashed.stdin is not None
        leashed.stdin.close()
    assert leashed.wait(timeout=30) == 143
    assert all(map(_gone, pids))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands orphans to a subreaper")
def test_orphans_end_when_the_service_itself_ends(leashed: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """And the leash passes the service's status on."""
    service, orphan = _pids(tmp_path)
    psutil.Process(service).kill()
    assert leashed.wait(timeout=30) == -signal.SIGKILL % 256
    assert _gone(orphan)


def test_a_killed_parent_takes_everything_with_it(tmp_path: Path) -> None:
    """SIGKILL leaves the parent no time to clean up; the leash notices the end of its input."""
    parent_code = (
        "import subprocess, sys, time; "
        "subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.executable, '-c', sys.argv[2], sys.argv[3]], "
        "stdin=subprocess.PIPE, start_new_session=True); time.sleep(600)"
    )
    leash_code = HASTY + "import sys; sys.exit(leash.main(sys.argv[1:]))"
    with subprocess.Popen([sys.executable, "-c", parent_code, leash_code, UNRULY, str(tmp_path)]) as parent:
        _wait_for(lambda: (tmp_path / "service").exists() and (tmp_path / "orphan").exists())
        pids = _pids(tmp_path)
        parent.kill()
        parent.wait(timeout=30)
        _wait_for(lambda: all(map(_gone, pids)))
