"""The fetch benchmark in small: every program fetches what it is told, and the tables add up."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext

import pytest

from benchmarks.environments import PEERS
from benchmarks.fetch import __main__ as pages
from benchmarks.fetch import due, table
from benchmarks.fetch.meter import Measured, Meter, Plan
from benchmarks.fetch.running import CLIENTS, Client, Serving, measure, serving

PLAN = Plan(port=1, hosts=3, per_host=2, pages=20, warm=6, sizes=(10, 20))


def test_a_plan_names_every_page_once() -> None:
    """However many walk it; one walk stays with one host."""
    walks = [list(walk) for walk in PLAN.walks()]
    numbers = sorted(int(url.rpartition("/")[2]) for walk in walks for url in walk)
    assert numbers == list(range(26))
    assert all(len({url.split("/")[2] for url in walk}) == 1 for walk in walks)
    assert len({url.split("/")[2] for walk in walks for url in walk}) == 3


def test_a_meter_takes_whole_pages_only() -> None:
    """Compressed or cut off bodies are no pages."""
    meter = Meter(PLAN)
    meter.page("http://site-000.example:1/page/1", 200, bytes(20))
    with pytest.raises(ValueError, match="10 bytes"):
        meter.page("http://site-000.example:1/page/1", 200, bytes(10))
    with pytest.raises(ValueError, match="status 404"):
        meter.page("http://site-000.example:1/page/0", 404, bytes(10))
    with pytest.raises(ValueError, match="1 pages of 26"):
        meter.report()


def test_rows_are_medians_beside_the_first() -> None:
    """One slow round changes nothing."""

    def measured(seconds: float) -> Measured:
        return Measured(pages=100, seconds=seconds, cpu_seconds=seconds / 2, peak_bytes=50_000_000, idle_bytes=20_000_000)

    ours, other = table.rows({"ours": [measured(1), measured(1), measured(9)], "other": [measured(2), measured(2), measured(2)]})
    assert (ours.pages_per_second, ours.pace, ours.cpu_seconds) == (100, 1, 5)
    assert (other.pages_per_second, other.pace, other.cpu_ratio) == (50, 0.5, 2)
    assert (ours.lowest, ours.highest) == (pytest.approx(100 / 9), 100)
    assert (ours.peak_megabytes, ours.grown_megabytes) == (50, 30)


@pytest.fixture(scope="module")
def site() -> Iterator[Serving]:
    """The benchmark's server."""
    with serving() as running:
        yield running


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_each_client_fetches_the_plan(client: Client, site: Serving) -> None:
    """Whole pages, all of them, in a process of its own."""
    if client.peer and not PEERS.installed:
        pytest.skip("the peers are not installed: python -m benchmarks.fetch installs them")
    plan = Plan(port=site.port, hosts=4, per_host=1, pages=16, warm=8, sizes=site.sizes)
    measured = measure(client, plan)
    assert measured.pages == 16
    assert measured.peak_bytes >= measured.idle_bytes > 0


def test_the_command_prints_rows(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """For machines with --json, else for people; every round measures every client that was asked for."""
    asked: list[tuple[str, int]] = []

    def measured(client: Client, plan: Plan) -> Measured:
        asked.append((client.name, plan.pages))
        return Measured(pages=plan.pages, seconds=0.5, cpu_seconds=0.25, peak_bytes=2, idle_bytes=1)

    monkeypatch.setattr(pages, "measure", measured)
    monkeypatch.setattr(pages, "serving", lambda: nullcontext(Serving(1, (10,))))
    pages.main(["--pages", "8", "--rounds", "2", "--only", "wireroom", "--json"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["client"] for row in rows} == {"wireroom fetcher", "wireroom, slots in SQLite", "wireroom client alone"}
    assert sorted(asked) == sorted((row["client"], 8) for row in rows for _ in range(2))
    pages.main(["--pages", "8", "--rounds", "1", "--only", "client alone"])
    assert "wireroom client alone" in capsys.readouterr().out


def test_feeds_due_at_once_are_all_polled(capsys: pytest.CaptureFixture[str]) -> None:
    """Twice: new, then not modified (or fetched whole, now and then, to find out servers that lie)."""
    due.main(["--feeds", "12", "--per-host", "1", "--json"])
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["new"]["outcomes"] == {"changed": 12}
    assert sum(row["again"]["outcomes"].values()) == 12
    assert "changed" not in row["again"]["outcomes"]
