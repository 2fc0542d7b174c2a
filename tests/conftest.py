"""What all tests share: where the optional data lies, and the fixtures of the demo newsroom."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.elasticsearch_node.node import MissingError, temporary_node

settings.register_profile("suite", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_or_none() -> Path | None:
    """The folder of labelled pages, which is not part of the project; None where it is absent."""
    folder = Path(os.environ.get("WIREROOM_SHARED", ROOT.parent / "shared"))
    return folder if (folder / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared_folder(shared_or_none: Path | None) -> Path:
    """The same folder; tests that need it skip where it is absent."""
    if shared_or_none is None:
        pytest.skip("the labelled pages are not here: set WIREROOM_SHARED to the folder that holds data/")
    return shared_or_none


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """An Elasticsearch: the one of ELASTICSEARCH_URL, else a node of our own; without either, its tests skip with the reason.

    Whoever uses it belongs to the xdist group `elasticsearch`: one process, one node.
    """
    if given := os.environ.get("ELASTICSEARCH_URL"):
        yield given
        return
    try:
        with temporary_node() as node:
            yield node.url
    except MissingError as missing:
        pytest.skip(f"no Elasticsearch: ELASTICSEARCH_URL is not set, and {missing}")


@pytest.fixture(autouse=True)
def no_settings_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see no WIREROOM_* variable of whoever runs them."""
    for name in list(os.environ):
        if name.startswith("WIREROOM_") and name not in {"WIREROOM_SHARED", "WIREROOM_TEST_POSTGRES_URL"}:
            monkeypatch.delenv(name)
