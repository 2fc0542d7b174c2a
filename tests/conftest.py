"""What all tests share: where the optional data lies, and the fixtures of the demo newsroom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of labelled pages that is not part of the project; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("WIREROOM_SHARED", ROOT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip("the labelled pages are not here: set WIREROOM_SHARED to the folder that holds data/")
    return folder


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no WIREROOM_* variable of whoever runs them."""
    for name in list(os.environ):
        if name.startswith("WIREROOM_") and name not in {"WIREROOM_SHARED", "WIREROOM_TEST_POSTGRES_URL"}:
            monkeypatch.delenv(name)
