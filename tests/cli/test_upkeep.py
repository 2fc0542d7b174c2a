"""`wireroom status`, `config` and `doctor` as they are read: on a terminal, in a pipe, by scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.settings import PREFIX, Settings
from pipeline.wiring import open_rooms
from tests.cli.conftest import DemoHome, Wireroom

# ── status ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_status_shows_feeds_batches_stages_outcomes_and_lag(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Worst first; the feed that is gone with its reason, every stage with its speed, every entry counted."""
    ran = wireroom("status")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == "feeds: 12 fine, 1 gone"
    closed = next(line for line in lines if "school closings" in line)
    assert re.fullmatch(r"KVLY 9: school closings +gone +– +– +http\S+ answered 410", closed)
    assert "polls of the last day: 12 changed, 1 gone" in lines
    sections = {line.split()[0]: number for number, line in enumerate(lines) if line in {"batches", "stages"}}
    assert lines[sections["batches"] + 2].split()[1:3] == ["finished", "111"]
    assert lines[sections["batches"] + 2].endswith("80 indexed, 31 duplicate")
    assert [line.split()[0] for line in lines[sections["stages"] + 2 :][:5]] == ["fetch", "clean", "enrich", "relate", "index"]
    assert all(line.endswith((" MB", " GB")) for line in lines[sections["stages"] + 2 :][:4])
    assert [line.split() for line in lines if line.startswith(("all ", "(waiting)", "indexed "))] == [
        ["indexed", "80"],
        ["(waiting)", "0"],
        ["all", "111"],
    ]
    assert any(line.startswith("names of people, organisations and places by: ") for line in lines)
    assert "vectors for `similar` by: none (WIREROOM_VECTOR_MODEL is not set)" in lines
    assert "not taken, and why" in lines
    assert any(line.startswith("duplicate       31  same address as another entry") for line in lines)
    assert any(line.startswith("lag: ") and line.endswith("0 batches unfinished") for line in lines)
    assert lines[-1].startswith("a batch takes ")


def test_status_as_json_has_everything(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """All that is printed, and the sums."""
    found = wireroom("status", "--json").json
    parts = "at feeds batches outcomes reasons stages polls lag entries gaps changes healths pushes names_by vectors_by"
    assert set(found) == set(parts.split())
    assert found["entries"] == 111
    assert found["healths"] == {"fine": 12, "gone": 1}
    assert found["outcomes"] == {"indexed": 80, "duplicate": 31}
    assert found["at"].endswith("Z")
    assert {"en", "de", "fr", "es", "ru"} < set(found["names_by"])
    assert {stage["stage"] for stage in found["stages"]} == {"fetch", "clean", "enrich", "relate", "index"}


def test_status_of_a_new_home(wireroom: Wireroom, home: Path) -> None:
    """Nothing is there yet, and that is said."""
    ran = wireroom("status")
    assert ran.code == 0
    assert ran.out.startswith("feeds: none\n(none)\n\nbatches\n(none)\n\nstages\n(none)\n")
    assert "a batch takes" not in ran.out


def test_status_fits_a_terminal(wireroom: Wireroom, demo_home: DemoHome, terminal: Callable[[int], None]) -> None:
    """Names, healths and times are whole; errors wrap."""
    terminal(80)
    lines = wireroom("status").out.splitlines()
    assert max(map(len, lines)) <= 80
    for word in ("Kurier Portowy – wiadomości", "gone", "80 indexed, 31 duplicate", "entries/s", "peak memory"):
        assert any(word in line for line in lines), word


def test_status_of_few_batches(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """As many as asked for."""
    assert len(wireroom("status", "--batches", "1", "--json").json["batches"]) == 1


# ── config ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_config_shows_every_setting_with_value_origin_and_meaning(wireroom: Wireroom, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets hidden."""
    monkeypatch.setenv("WIREROOM_STATE_URL", "postgresql://wire:hush@db/wireroom")
    home.mkdir()
    (home / "wireroom.env").write_text("WIREROOM_SHARDS=2\n")
    ran = wireroom("config")
    assert (ran.code, ran.err) == (0, "")
    rows = {line.split()[0]: line.split(maxsplit=3)[1:] for line in ran.out.splitlines()[1:]}
    assert list(rows) == [PREFIX + name.upper() for name in Settings.model_fields]
    assert rows["WIREROOM_STATE_URL"][:2] == ["postgresql://wire:***@db/wireroom", "environment"]
    assert rows["WIREROOM_SHARDS"] == ["2", "wireroom.env", "Parallel poll tasks; a host is always in one shard."]
    assert rows["WIREROOM_BATCH_SIZE"][:2] == ["200", "default"]
    assert rows["WIREROOM_OBEY_ROBOTS_FOR_FEEDS"][0] == "false"
    monkeypatch.delenv("WIREROOM_LOCAL_NEWSROOM")
    assert "WIREROOM_LOCAL_NEWSROOM         –" in wireroom("config").out
    assert "hush" not in ran.out


def test_config_as_json(wireroom: Wireroom, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values of their own types, secrets hidden here too."""
    monkeypatch.setenv("WIREROOM_STATE_URL", "postgresql://wire:hush@db/wireroom")
    found = wireroom("config", "--json").json
    assert found["batch_size"] == 200
    assert found["home"] == str(home)
    assert found["state_url"] == "postgresql://wire:***@db/wireroom"


@pytest.mark.parametrize(("width", "described"), [(80, False), (160, True)])
def test_config_fits_a_terminal(wireroom: Wireroom, home: Path, terminal: Callable[[int], None], width: int, described: bool) -> None:
    """What each does is shown where there is room."""
    terminal(width)
    ran = wireroom("config")
    assert max(map(len, ran.out.splitlines())) <= width
    assert ("what it does" in ran.out) is described
    assert all(PREFIX + name.upper() in ran.out for name in Settings.model_fields)


def test_a_wrong_setting_is_named_by_every_command(wireroom: Wireroom, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, one line."""
    monkeypatch.setenv("WIREROOM_HOST_DELAY", "soon")
    told = "error: WIREROOM_HOST_DELAY: got 'soon'; allowed: a number from 0 to 3,600\n"
    for words in (["config"], ["status"], ["search", "x"], ["poll"], ["run", "--once"], ["doctor"], ["feeds", "list"], ["web"], ["up"]):
        ran = wireroom(*words)
        assert (ran.code, ran.out, ran.err) == (2, "", told), words


# ── doctor ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_doctor_of_a_healthy_home(wireroom: Wireroom, demo_home: DemoHome, terminal: Callable[[int], None]) -> None:
    """A line for each component; exit code 0."""
    ran = wireroom("doctor")
    assert (ran.code, ran.err) == (0, "")
    assert all(line.split()[1] == "ok" for line in ran.out.splitlines()[1:])
    assert "80 articles searchable" in ran.out
    terminal(80)
    assert max(map(len, wireroom("doctor").out.splitlines())) <= 80


def test_doctor_says_the_remedy_below_what_is_wrong(wireroom: Wireroom, home: Path) -> None:
    """Exit code 1."""
    ran = wireroom("doctor")
    assert ran.code == 1
    lines = ran.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("feeds"))
    assert lines[at].split(maxsplit=2)[1:] == ["WRONG", f"{home}/feeds.toml is not there"]
    assert lines[at + 1].strip() == f"→ copy seeds/feeds.toml to {home}/feeds.toml, or add feeds: wireroom feeds add URL"


def test_doctor_as_json(wireroom: Wireroom, home: Path) -> None:
    """For monitoring."""
    found = {one["component"]: one for one in wireroom("doctor", "--json").json}
    assert found["python"] == {"component": "python", "well": True, "found": found["python"]["found"], "remedy": ""}
    assert not found["feeds"]["well"]
    assert found["feeds"]["remedy"]


def test_a_feed_that_is_due_says_for_how_long(wireroom: Wireroom, home: Path) -> None:
    """A poll that is to come is not "ago"."""
    wireroom("feeds", "add", "https://a.example/feed", "--id", "a", "--no-check")
    with open_rooms() as rooms:
        rooms.sync_feeds()
    assert re.search(r"^\S.* new +– +due for \d+ s$", wireroom("status").out, re.MULTILINE)
