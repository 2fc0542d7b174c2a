"""The environment of the clients that ours is measured beside: below build/, from pinned and hashed packages."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
REQUIREMENTS: Final = ROOT / "benchmarks" / "requirements.txt"
FOLDER: Final = ROOT / "build" / "peers"


def python() -> Path:
    """Return the environment's interpreter, there or not."""
    return FOLDER / "bin" / "python"


def installed() -> bool:
    """Whether the environment is there and has what the requirements say."""
    stamp = FOLDER / ".requirements"
    return python().exists() and stamp.exists() and stamp.read_text() == _wanted()


def install() -> None:
    """Make the environment where it is missing or old. Raises `subprocess.CalledProcessError`; pip says why."""
    if installed():
        return
    sys.stderr.write(f"installing the peers into {FOLDER} …\n")
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
    pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", REQUIREMENTS], check=True)
    (FOLDER / ".requirements").write_text(_wanted())


def _wanted() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
