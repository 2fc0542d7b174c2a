"""Environments of programs that ours are measured beside, or made with: below build/, from pinned and hashed packages."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment below build/ and the requirements file that it is made from."""

    name: str
    requirements: Path

    @property
    def folder(self) -> Path:
        """Where it is, there or not."""
        return ROOT / "build" / self.name

    @property
    def python(self) -> Path:
        """Its interpreter, there or not."""
        return self.folder / "bin" / "python"

    @property
    def installed(self) -> bool:
        """Whether it is there and has what the requirements say."""
        stamp = self.folder / ".requirements"
        return self.python.exists() and stamp.exists() and stamp.read_text() == self._wanted()

    def install(self) -> None:
        """Make it where it is missing or old. Raises `subprocess.CalledProcessError`; pip says why."""
        if self.installed:
            return
        sys.stderr.write(f"installing {self.requirements.relative_to(ROOT)} into {self.folder} …\n")
        subprocess.run([sys.executable, "-m", "venv", "--clear", self.folder], check=True)
        # The list is complete. With --no-deps pip need not work that out again, which it cannot where an extra is pinned by its name alone.
        pip = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--require-hashes", "--requirement", self.requirements], check=True)
        (self.folder / ".requirements").write_text(self._wanted())

    def _wanted(self) -> str:
        return hashlib.sha256(self.requirements.read_bytes()).hexdigest()


PEERS: Final = Environment("peers", ROOT / "benchmarks" / "requirements.txt")  # fetchers
EXTRACTORS: Final = Environment("extractors", ROOT / "benchmarks" / "quality" / "requirements.txt")
ARCHIVES: Final = Environment("archives", ROOT / "benchmarks" / "replay" / "requirements.txt")  # readers of CC-NEWS
TRAINING: Final = Environment("training", ROOT / "training" / "requirements.txt")
