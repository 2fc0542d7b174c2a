"""The doctor: every check can find something wrong, and then says what to do about it."""

from __future__ import annotations

import socket
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import doctor
from pipeline.doctor import CHECKS, Finding, examine
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.sources.registry import write_feed_file
from pipeline.subscriptions import SubscriptionStatus
from pipeline.wiring import Rooms, open_rooms
from tests.state.samples import DAY, make_delivery, make_subscription

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with all that is needed."""
    monkeypatch.setenv("WIREROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WIREROOM_CONTACT", "https://example.org/bot")
    write_feed_file(tmp_path / "home" / "feeds.toml", [{"id": "a", "url": "https://a.example/"}])
    return tmp_path / "home"


def finding(component: str) -> Finding:
    """What the doctor says of one component, with the settings of the environment."""
    with open_rooms() as rooms:
        return next(one for one in examine(rooms) if one.component == component)


def test_a_home_in_order(home: Path) -> None:
    """Every component is well, in the order of the checks, and no remedy is offered."""
    with open_rooms() as rooms:
        findings = list(examine(rooms))
    assert [one.component for one in findings] == list(CHECKS)
    assert all(one.well and one.found and not one.remedy for one in findings), findings
    found = {one.component: one.found for one in findings}
    assert found["feeds"] == f"1 feed in {home}/feeds.toml"
    assert found["settings"] == "2 set, the others as they come; `wireroom config` shows them"
    assert found["state"] == "0 entries of 0 feeds in the ledger"
    assert found["index"] == "0 articles searchable"
    assert found["newsroom"] == "feeds and pages are fetched from their publishers"
    assert "example.org/bot" in found["contact"]
    assert "language/" in found["enrichers"]


# component → what is done to it, what is found, what is the remedy
def _unknown_setting(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_BATCHSIZE", "3")


def _little_space(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: Usage(10**12, 10**12, 1_500_000_000))


def _file_for_a_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_HOME", str(home / "feeds.toml"))


def _no_feeds(home: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "feeds.toml").unlink()


def _broken_feeds(home: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "feeds.toml").write_text("[[feed]")


def _silent_newsroom(home: Path, _monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "standalone.env").write_text("WIREROOM_LOCAL_NEWSROOM=127.0.0.1:1\n")


def _foreign_state(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_STATE_URL", "mysql://db/wireroom")


def _archive_in_a_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_ARCHIVE_URL", str(home / "feeds.toml"))


def _read_only_archive(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.os, "access", lambda path, _mode: path != home / "archive")


def _broken_cleaner(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rooms, "cleaner", property(lambda _rooms: 1 / 0))


def _missing_model(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.enrich.open_enrichers", lambda *_: __import__("no_such_module"))


def _no_vector_model(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.enrich.vectors.find_spec", lambda _: object())
    monkeypatch.setenv("WIREROOM_VECTOR_MODEL", "tiny")


def _unknown_index(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_INDEX_URL", "ftp://search")


def _hubs_that_never_came(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_CALLBACK_URL", "https://wireroom.example/push")
    with open_rooms() as rooms:
        rooms.state.pushes.add(make_subscription(status=SubscriptionStatus.ASKED))
        rooms.state.pushes.add(make_subscription("other", status=SubscriptionStatus.DENIED))


def _delivery_left_lying(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREROOM_CALLBACK_URL", "https://wireroom.example/push")
    with open_rooms() as rooms:
        rooms.state.pushes.receive(make_delivery(received_at=datetime.now(UTC) - DAY))


def _no_airflow(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.util, "find_spec", lambda _name: None)


def _no_contact(_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIREROOM_CONTACT")


AILMENTS: list[tuple[str, Callable[[Path, pytest.MonkeyPatch], None], str, str]] = [
    ("settings", _unknown_setting, "no such setting: WIREROOM_BATCHSIZE", "correct the name (docs/settings.md"),
    ("home", _little_space, "1.5 GB free below", "free some space, or move WIREROOM_HOME to a larger disk"),
    ("home", _file_for_a_home, "allowed: a folder that can be written to", "set WIREROOM_HOME to one that is"),
    ("feeds", _no_feeds, "feeds.toml is not there", "copy seeds/feeds.toml to"),
    ("feeds", _broken_feeds, "feeds.toml: no TOML", "`wireroom feeds list` reads it again"),
    ("newsroom", _silent_newsroom, "127.0.0.1:1, and nobody answers there (Connection", "unset WIREROOM_LOCAL_NEWSROOM (standalone.env)"),
    ("state", _foreign_state, "WIREROOM_STATE_URL: got 'mysql'", "make the database of WIREROOM_STATE_URL reachable"),
    ("archive", _archive_in_a_file, "File exists", "set WIREROOM_ARCHIVE_URL to a folder"),
    ("archive", _read_only_archive, "archive cannot be written to", "make it writable, or set WIREROOM_ARCHIVE_URL"),
    ("cleaner", _broken_cleaner, "ZeroDivisionError: division by zero", "run scripts/setup again"),
    ("enrichers", _missing_model, "ModuleNotFoundError: No module named 'no_such_module'", "run scripts/setup again"),
    ("vectors", _no_vector_model, "articles get no vectors: there is no model in", "or unset WIREROOM_VECTOR_MODEL"),
    ("index", _unknown_index, "ftp://search", "make WIREROOM_INDEX_URL reachable"),
    ("push", _hubs_that_never_came, "1 asked, 1 denied", "let hubs reach WIREROOM_CALLBACK_URL"),
    ("push", _delivery_left_lying, "a delivery for kbay waits since 20", "or run `wireroom push dispatch`"),
    ("airflow", _no_airflow, "Airflow is not installed here", "run scripts/setup; without Airflow, `wireroom run` does the same work"),
    ("contact", _no_contact, "publishers cannot reach you", "set WIREROOM_CONTACT to a page"),
]  # fmt: skip


@pytest.mark.parametrize(("component", "ail", "found", "remedy"), AILMENTS, ids=lambda one: getattr(one, "__name__", None))
def test_what_ails_is_found_with_its_remedy(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    component: str,
    ail: Callable[[Path, pytest.MonkeyPatch], None],
    found: str,
    remedy: str,
) -> None:
    """One component at a time."""
    ail(home, monkeypatch)
    told = finding(component)
    assert not told.well
    assert found in told.found
    assert remedy in told.remedy


def test_every_check_is_seen_to_fail() -> None:
    """A new check needs a case above; Python itself cannot be missing here."""
    assert {component for component, *_ in AILMENTS} | {"python"} == set(CHECKS)


def test_no_check_stops_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever each of them meets, with a remedy for each."""

    def failing(_rooms: Rooms) -> str:
        raise next(errors)

    kinds = (RetryableError("locked"), ConfigurationError("wrong"), OSError(28, "No space left on device"), RecursionError("deep"))
    errors = iter(kinds * 5)
    monkeypatch.setattr(doctor, "CHECKS", {name: (failing, f"remedy for {name}") for name in CHECKS})
    with open_rooms() as rooms:
        findings = list(examine(rooms))
    assert [one.well for one in findings] == [False] * len(CHECKS)
    assert [one.found for one in findings[:4]] == ["locked", "wrong", "[Errno 28] No space left on device", "RecursionError: deep"]
    assert findings[0].remedy == "remedy for python"
    assert all(one.remedy for one in findings)


def test_a_newsroom_that_answers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nobody needs to say who they are: nothing leaves the machine."""
    monkeypatch.delenv("WIREROOM_CONTACT")
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("WIREROOM_LOCAL_NEWSROOM", f"127.0.0.1:{server.getsockname()[1]}")
        assert finding("newsroom").well
        assert finding("contact").well


def test_push_that_works_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many hubs keep their promise; off, it is no ailment."""
    assert "WIREROOM_CALLBACK_URL is not set" in finding("push").found
    monkeypatch.setenv("WIREROOM_CALLBACK_URL", "https://wireroom.example/push")
    assert finding("push").found == "no feed names a hub"
    with open_rooms() as rooms:
        rooms.state.pushes.add(make_subscription("new", status=SubscriptionStatus.ASKED, failures=1))
    assert finding("push").well, "a hub has time to answer"
    with open_rooms() as rooms:
        lease = rooms.clock() + DAY
        rooms.state.pushes.add(make_subscription(status=SubscriptionStatus.ACTIVE, lease_until=lease))
        rooms.state.pushes.add(make_subscription("other", status=SubscriptionStatus.ASKED))
        rooms.state.pushes.receive(make_delivery(received_at=rooms.clock()))
    told = finding("push")
    assert (told.well, told.found) == (True, "1 active, 2 asked")


def test_the_doctor_leaves_no_trace(home: Path) -> None:
    """But for the folders and the empty ledger that a first start makes anyway."""
    with open_rooms() as rooms:
        list(examine(rooms))
    assert {path.name for path in home.iterdir()} == {"feeds.toml", "state", "archive", "index"}
    assert list((home / "archive").iterdir()) == []
