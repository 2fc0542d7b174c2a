"""`wireroom backfill` over the demo newsroom: planned, fetched, held back, given up."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.ledger import Priority, Stage
from pipeline.wiring import open_rooms
from tests.cli.conftest import Wireroom
from tests.newsroom import RunningNewsroom

SPAN = ("--from", "2026-11-10", "--to", "2026-11-12")
SITE = ("--domain", "the-meridian.localhost")


def test_a_plan_asks_for_nothing_but_sitemaps(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Per day and source: listed, held, to fetch; and what it costs. Nothing is written."""
    plan = wireroom("backfill", "plan", *SPAN, *SITE, "--json").json
    assert [(day["domain"], day["listed"], day["held"], day["missing"]) for day in plan["days"]] == [
        ("the-meridian.localhost", listed, 0, listed) for listed in (1, 0, 1)
    ]
    assert (plan["cost"]["pages"], plan["cost"]["slowest"]) == (2, "the-meridian.localhost")
    assert not [one for one in demo.requests if one.path.endswith(".html")]
    assert wireroom("backfill", "status", "--json").json == {"waiting": 0, "outcomes": {}, "paused_since": None}
    shown = wireroom("backfill", "plan", *SPAN, *SITE)
    assert re.search(r"2026-11-12\s+the-meridian\.localhost\s+1\s+0\s+1", shown.out)
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


def test_wrong_days(wireroom: Wireroom, home: Path) -> None:
    """Named, with exit code 2."""
    ran = wireroom("backfill", "plan", "--from", "2026-11-10", "--to", "2026-11-09")
    assert (ran.code, "--to: got '2026-11-09'" in ran.err) == (2, True)
    assert wireroom("backfill", "plan").code == 2
