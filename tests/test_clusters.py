from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.clusters import access_of, open_events
from pipeline.eventing import NoEventLog
from pipeline.index.elastic_events import ElasticEvents
from pipeline.settings import load_settings


def test_access_is_what_the_settings_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets in the clear, for the client alone; nothing where nothing is set."""
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path))
    assert access_of(load_settings()).password is None
    for name, value in {"USER": "wire", "PASSWORD": "hush", "CA": str(tmp_path / "ca.pem"), "TIMEOUT": "7"}.items():
        monkeypatch.setenv(f"WIREROOM_INDEX_{name}", value)
    access = access_of(load_settings())
    assert (access.user, access.password, access.ca, access.timeout_seconds) == ("wire", "hush", tmp_path / "ca.pem", 7.0)


def test_events_are_noted_where_there_is_a_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one the ledger is enough."""
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path))
    assert isinstance(open_events(load_settings()), NoEventLog)
    monkeypatch.setenv("WIREROOM_INDEX_URL", "https://127.0.0.1:1")
    assert isinstance(open_events(load_settings()), ElasticEvents)
