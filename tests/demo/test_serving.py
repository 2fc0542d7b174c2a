"""serving.py: blocking runs, as the command line starts them."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.demo.samples import ask, write

ROOT = Path(__file__).parents[2]
NEWSROOM = "from pipeline.demo.server import run_newsroom; run_newsroom({port}, Path({home!r}))"
PAGES = "from pipeline.demo.pages import read_page_folder, run_page_folder; run_page_folder(read_page_folder(Path({home!r})), port={port})"


@pytest.mark.parametrize(
    ("code", "host", "path", "ending"),
    [(NEWSROOM, "kbay6.localhost", "/robots.txt", signal.SIGTERM), (PAGES, "own.example", "/p", signal.SIGINT)],
    ids=["newsroom", "pages"],
)
def test_it_serves_until_asked_to_stop(tmp_path, code, host, path, ending):
    """The blocking entries serve, and end cleanly and silently on either signal."""
    write(tmp_path, "own.html", '<link rel="canonical" href="https://own.example/p">')
    port = free_port()
    code = "from pathlib import Path; " + code.format(port=port, home=str(tmp_path))
    child = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
    try:
        status = patiently(port, host, path)
    finally:
        os.kill(child.pid, ending)
        _, errors = child.communicate(timeout=20)
    assert (status, child.returncode, errors) == (200, 0, b"")
    assert (tmp_path / "demo" / "opened.json").is_file() == (code.count("run_newsroom") > 0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def patiently(port, host, path):
    for _ in range(200):
        try:
            return ask(port, host, path).status
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("nobody listens")
