"""`wireroom backfill` over the demo newsroom: planned, fetched, held back, given up."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pipeline import catching_up
from pipeline.ledger import Priority, Stage
from pipeline.wiring import Rooms, open_rooms
from tests.cli.conftest import Wireroom
from tests.newsroom import RunningNewsroom
from tests.test_importing import story, warc

SPAN = ("--from", "2026-11-10", "--to", "2026-11-12")
SITE = ("--domain", "the-meridian.localhost")


def test_a_plan_asks_for_nothing_but_sitemaps(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Per day and source: listed, held, to fetch; and what it costs. Nothing is written."""
    plan = wireroom("backfill", "plan", *SPAN, *SITE, "--json").json
    assert [(day["domain"], day["source"], day["offered"], day["held"], day["to_fetch"], day["to_process"]) for day in plan["days"]] == [
        ("the-meridian.localhost", "sitemap", offered, 0, offered, offered) for offered in (1, 0, 1)
    ]
    assert (plan["cost"]["pages"], plan["cost"]["processed"], plan["cost"]["slowest"]) == (2, 2, "the-meridian.localhost")
    assert not [one for one in demo.requests if one.path.endswith(".html")]
    assert wireroom("backfill", "status", "--json").json == {
        "waiting": 0,
        "outcomes": {},
        "paused_since": None,
        "steps_left": 0,
        "airflow": [],
    }
    shown = wireroom("backfill", "plan", *SPAN, *SITE)
    assert re.search(r"2026-11-12\s+the-meridian\.localhost\s+sitemap\s+1\s+0\s+1\s+1", shown.out)
    assert "2 pages to fetch" in shown.out


def test_start_fetches_what_is_missing(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Here and now; what is held afterwards is told, and a second start finds nothing."""
    assert wireroom("backfill", "start", *SPAN, *SITE, "--json").json == {"new": 2, "outcomes": {"indexed": 2}}
    assert wireroom("backfill", "start", *SPAN, *SITE).err == "0 new\n"
    assert wireroom("backfill", "plan", *SPAN, *SITE).out.endswith("nothing is missing\n")
    assert wireroom("backfill", "status", "--json").json["outcomes"] == {"indexed": 2}
    covered = wireroom("coverage", "--from", "2026-11-12", "--json").json
    assert [(day["domain"], day["listed"], day["missing"]) for day in covered["days"]] == [("the-meridian.localhost", 1, 0)]
    assert "the-meridian" in wireroom("coverage", "--from", "2026-11-10", "--to", "2026-11-12").out


def test_paused_until_it_is_resumed(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Live news goes on meanwhile."""
    wireroom("backfill", "pause")
    assert wireroom("backfill", "start", *SPAN, *SITE, "--json").json == {"new": 2, "outcomes": {}}
    status = wireroom("backfill", "status")
    assert "2 entries wait or are under way; paused" in status.out
    assert wireroom("backfill", "resume", "--json").json["outcomes"] == {"indexed": 2}
    assert wireroom("backfill", "status", "--json").json["paused_since"] is None


def test_cancelled_and_asked_for_again(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """What was never begun is forgotten."""
    assert wireroom("backfill", "start", *SPAN, *SITE, "--queue").err == "2 new\n"
    assert wireroom("backfill", "cancel").err == "2 entries given up\n"
    with open_rooms() as rooms:
        assert rooms.state.ledger.counts(Priority.BACKFILL) == {}
    assert wireroom("backfill", "start", *SPAN, *SITE, "--queue").err == "2 new\n"


def test_killed_and_resumed(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Exactly where it was: nothing is fetched a second time."""
    assert wireroom("backfill", "start", *SPAN, *SITE, "--queue").code == 0
    with open_rooms() as rooms:
        (batch_id,) = rooms.announce()
        rooms.run(Stage.FETCH, batch_id)
    demo.clear()
    assert wireroom("backfill", "resume", "--json").json["outcomes"] == {"indexed": 2}
    assert demo.requests == ()


def test_every_source_of_the_past_in_one_plan(wireroom: Wireroom, demo: RunningNewsroom, tmp_path: Path) -> None:
    """Sitemaps, a WARC file and a list of addresses: planned, brought, and then held."""
    listed = tmp_path / "list.csv"
    listed.write_text("url,date\nhttps://far.example/a,2024-05-03\nhttps://far.example/b,2023-01-01\nhttps://far.example/c,\n")
    files = ("--warc", warc(tmp_path, *(story(number) for number in range(3))), "--list", str(listed))
    span = ("--from", "2024-05-03", "--to", "2024-05-03", *files)
    rows = wireroom("backfill", "plan", *span, "--json").json["days"]
    found = {(row["day"], row["domain"], row["source"]): (row["offered"], row["held"], row["to_fetch"], row["to_process"]) for row in rows}
    assert {key: counts for key, counts in found.items() if key[2] != "sitemap"} == {
        ("2024-05-03", "far.example", "list.csv"): (1, 0, 1, 1),
        (None, "far.example", "list.csv"): (1, 0, 1, 1),
        **{("2024-05-03", f"paper{number}.example", "a.warc.gz"): (1, 0, 0, 1) for number in range(3)},
    }
    started = wireroom("backfill", "start", *span, "--queue", "--json").json
    assert started == {"new": 2, "outcomes": {"indexed": 3}}
    rows = wireroom("backfill", "plan", *span, "--json").json["days"]
    assert {(row["source"], row["offered"] - row["held"], row["to_process"]) for row in rows if row["offered"]} == {
        ("list.csv", 0, 0),
        ("a.warc.gz", 0, 0),
        ("archive", 0, 0),
    }


def test_killed_between_two_days(wireroom: Wireroom, demo: RunningNewsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The days that were not asked for yet are not forgotten; a second plan waits until the first is done."""
    asked: list[date] = []

    def killed(rooms: Rooms, day: date, **wanted: object) -> dict[str, int]:
        asked.append(day)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return {"new": 0}

    with monkeypatch.context() as patched:
        patched.setattr(catching_up, "survey_day", killed)
        assert wireroom("backfill", "start", *SPAN, *SITE).code != 0
    assert wireroom("backfill", "status", "--json").json["steps_left"] == 2
    again = wireroom("backfill", "start", *SPAN, *SITE)
    assert "2026-11-10 to 2026-11-12, 2 steps left" in again.err
    assert wireroom("backfill", "resume", "--json").json == {"new": 1, "outcomes": {"indexed": 1}}
    assert wireroom("backfill", "status", "--json").json["steps_left"] == 0


def test_wrong_days(wireroom: Wireroom, home: Path) -> None:
    """Named, with exit code 2."""
    ran = wireroom("backfill", "plan", "--from", "2026-11-10", "--to", "2026-11-09")
    assert (ran.code, "--to: got '2026-11-09'" in ran.err) == (2, True)
    assert wireroom("backfill", "plan").code == 2
