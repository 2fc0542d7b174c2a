"""scripts/env writes secrets that nobody can guess, for their owner alone, once."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

ENV = Path(__file__).resolve().parents[2] / "scripts" / "env"


def write(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, ENV, path], capture_output=True, text=True, check=False)


def values(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if line and not line.startswith("#"))


def test_secrets_are_random_and_private(tmp_path: Path) -> None:
    """No two alike within a file or between two; safe within addresses; readable for the owner alone."""
    one, two = tmp_path / "one", tmp_path / "two"
    assert write(one).returncode == write(two).returncode == 0
    assert one.stat().st_mode & 0o777 == 0o600
    secret = {name for name in values(one) if re.search("(PASSWORD|KEY|SECRET)$", name)}
    assert len(secret) == 16
    found = [values(path)[name] for path in (one, two) for name in secret]
    assert len(set(found)) == 32
    assert all(re.fullmatch("[0-9a-f]{48,}", value) for value in found if not value.endswith("="))
    assert len(base64.urlsafe_b64decode(values(one)["AIRFLOW_FERNET_KEY"])) == 32
    assert len(values(one)["AIRFLOW_JWT_SECRET"]) >= 64


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    """A second call changes nothing, says so, and fails: the databases know the first secrets only."""
    path = tmp_path / ".env"
    path.write_text("KEEP=me\n")
    done = write(path)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert path.read_text() == "KEEP=me\n"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """One line that names the file, no traceback."""
    done = write(tmp_path / "absent" / ".env")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "absent/.env cannot be written" in done.stderr
