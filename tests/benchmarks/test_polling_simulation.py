"""The strict publishers of benchmarks/polling in small: what must hold for any schedule, and how ours compares."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest

from benchmarks.polling.__main__ import compare
from benchmarks.polling.against import against, matches
from benchmarks.polling.ours import MONDAY, Ours, Press
from benchmarks.polling.policies import CommaFeed, Fixed, Miniflux
from benchmarks.polling.publishers import Dates, Host, Publication, Validating, World, build_world
from benchmarks.polling.report import Row, row, table
from benchmarks.polling.rhythms import DAY, HOUR, Rhythm, times, weights
from benchmarks.polling.server import Answer, Servers
from benchmarks.polling.simulation import Simulation
from pipeline.sources.digests import body_digest, entry_set_digest


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    """Every policy over three days of twenty hosts."""
    world = build_world(hosts=20, feeds=120, days=4, seed=5)
    return {one.policy: one for one in compare(world, seed=5)}


def feed(**more: object) -> Publication:
    """A feed with an entry each hour and a window of ten."""
    published = [hour * HOUR for hour in range(-10, 96)]
    known: dict[str, object] = {
        "number": 0,
        "host": Host(name="paper.example", zone_hours=0),
        "url": "https://paper.example/feed",
        "per_day": 24.0,
        "rhythm": Rhythm.NEWSROOM,
        "window": 10,
        "published": published,
        "visible": published,
        "edits": [],
        "validating": Validating.BOTH,
        "dates": Dates.GOOD,
        "backlog": 10,
    }
    return Publication(**{**known, **more})  # type: ignore[arg-type]


def world_of(*feeds: Publication, days: float = 4) -> World:
    return World(hosts=[one.host for one in feeds], feeds=list(feeds), seconds=days * DAY, first_polls=[60.0] * len(feeds))


def test_no_host_is_ever_asked_too_soon(rows: dict[str, Row]) -> None:
    """Two seconds between two starts at one host, always; the others do not look after that."""
    assert rows["Wireroom"].too_close == 0
    assert rows["fixed 15 min"].too_close > 0


def test_the_orderings(rows: dict[str, Row]) -> None:
    """A fraction of the requests of a short interval, sooner than a long one, and sooner to the small feeds than by rate alone."""
    ours, quarter, hour = rows["Wireroom"], rows["fixed 15 min"], rows["fixed 60 min"]
    miniflux, commafeed = rows["Miniflux entry_frequency"], rows["CommaFeed empirical"]
    assert ours.requests < commafeed.requests < quarter.requests
    assert ours.wasted_megabytes < commafeed.wasted_megabytes < quarter.wasted_megabytes
    assert ours.refused <= quarter.refused
    assert ours.p50 < hour.p50
    assert ours.feed_p50 < miniflux.feed_p50
    assert ours.p95 < miniflux.p95


def test_every_entry_is_counted_once(rows: dict[str, Row]) -> None:
    """Seen or unseen, under every policy the same number."""
    assert len({one.entries for one in rows.values()}) == 1


def test_the_same_seed_gives_the_same_run() -> None:
    """Nothing depends on anything else."""
    first, second = (
        row(Simulation(world, Ours(world.feeds), seed=1).run()) for world in [build_world(hosts=4, feeds=20, days=2, seed=9)] * 2
    )
    assert replace(first, cpu_seconds=0.0) == replace(second, cpu_seconds=0.0)
    other = build_world(hosts=4, feeds=20, days=2, seed=10)
    assert [one.published for one in other.feeds] != [one.published for one in build_world(hosts=4, feeds=20, days=2, seed=9).feeds]


def test_the_table_has_a_line_for_each(rows: dict[str, Row]) -> None:
    """And a head."""
    assert len(table(list(rows.values())).splitlines()) == 6


def test_against_each_the_nearest_of_ours(rows: dict[str, Row]) -> None:
    """Whoever leads by all three measures leads; else it is told how near the nearest of ours comes."""
    peer = replace(rows["Wireroom"], policy="peer", requests=1000, p50=10.0, p95=100.0)
    dear, cheap = replace(peer, policy="dear", requests=1001, p50=1.0, p95=10.0), replace(peer, policy="cheap", requests=500, p50=9.0)
    best = replace(cheap, policy="best", p95=60.0)
    assert [(one.ours.policy, one.leads) for one in matches([dear, cheap], [peer])] == [("cheap", False)]
    assert [(one.ours.policy, one.leads) for one in matches([dear, cheap, best], [peer])] == [("best", True)]
    never = replace(peer, p95=math.inf)
    assert [one.leads for one in matches([cheap], [never])] == [True]
    assert [one.leads for one in matches([never], [never])] == [False]
    assert against(matches([best], [peer])).splitlines()[1].split()[-1] == "yes"


# ── servers ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", Validating)
def test_conditional_requests(kind: Validating) -> None:
    """An hour later there is an entry more: an honest server says so, one without a change says 304 where it can."""
    servers, one = Servers([feed()]), feed(validating=kind)
    first = servers.ask(one, 10.0, None, None)
    again = servers.ask(one, 20.0, first.etag, first.last_modified)
    later = servers.ask(one, HOUR + 1, first.etag, first.last_modified)
    assert first.status == 200
    assert again.status == (200 if kind in {Validating.NONE, Validating.RESTLESS} else 304)
    assert (later.status, later.shown) == ((304 if kind is Validating.STATIC else 200), 12)


def test_strict_hosts_refuse() -> None:
    """One feed too often, or a whole host too often a minute."""
    gap = feed(host=Host(name="gap.example", zone_hours=0, feed_gap=600.0))
    servers = Servers([gap])
    assert [servers.ask(gap, at, None, None).status for at in (0.0, 300.0, 601.0)] == [200, 429, 200]
    crowd = feed(host=Host(name="crowd.example", zone_hours=0, per_minute=2))
    servers = Servers([crowd])
    assert [servers.ask(crowd, at, None, None).status for at in (0.0, 2.0, 4.0, 70.0, 700.0)] == [200, 200, 429, 429, 200]


def test_gone_and_moved() -> None:
    """410 ends it; a redirect costs a second request."""
    gone = feed(gone_at=DAY)
    assert [Servers([gone]).ask(gone, at, None, None).status for at in (0.0, DAY)] == [200, 410]
    world = world_of(feed(moved_at=0.0))
    diary = Simulation(world, Fixed(world.feeds, 60)).run()
    assert sum(diary.requests.values()) == 2 * sum(diary.statuses.values())


def test_what_rolls_over_is_counted() -> None:
    """An entry a minute and a window of ten: who comes every hour misses five of six."""
    published = [minute * 60.0 for minute in range(-10, 2 * 1440)]
    world = world_of(feed(published=published, visible=published), days=2)
    one = row(Simulation(world, Fixed(world.feeds, 60)).run())
    assert one.rolled_over / (2 * 1440) == pytest.approx(5 / 6, abs=0.02)
    assert one.unseen / one.entries == pytest.approx(5 / 6, abs=0.02)
    assert one.p95 == math.inf


def test_latency_is_from_publication() -> None:
    """Polled a minute after each full hour, an entry of the full hour is a minute old."""
    world = world_of(feed())
    one = row(Simulation(world, Fixed(world.feeds, 60)).run())
    assert (one.p50, one.p95, one.unseen) == (1.0, 1.0, 0)


@pytest.mark.parametrize("shuffled", [False, True])
def test_what_stands_in_place_of_digests(shuffled: bool) -> None:
    """The simulation does not hash made-up bytes: what it compares instead is the same exactly where their digests are."""
    edits = [(hour * HOUR + 900, hour + 10 - hour % 5) for hour in range(40)] + [(20 * HOUR + 960, 30), (20 * HOUR + 990, 0)]
    one = feed(shuffled=shuffled, stamped=True, edits=sorted(edits), window=5)
    servers, press = Servers([one]), Press(one)
    met: dict[object, set[object]] = {}
    for quarter in range(160):
        answer = servers.ask(one, quarter * 900.0 + 10, None, None)
        order = press.order(answer)
        entries = [
            replace(entry, title=str(number in press.edited)) for number, entry in zip(order, press.entries(answer, order), strict=True)
        ]
        digests = body_digest(press.body(order, quarter)), entry_set_digest(press.document(entries, 0.0))
        said = press.said(answer)
        met.setdefault(((said, tuple(order)), said), set()).add(digests)
    assert all(len(digests) == 1 for digests in met.values())
    for place in (0, 1):  # bytes, entries
        assert len({names[place] for names in met}) == len({digests[place] for found in met.values() for digests in found})


# ── the other policies ────────────────────────────────────────────────────────────────────────────────────────────


def waits(policy: Fixed | Miniflux | CommaFeed, one: Publication, answer: Answer) -> float:
    """The minutes until the next poll."""
    due = policy.after(one, answer, HOUR, 0.5)
    assert due is not None
    return (due - HOUR) / 60


def test_their_formulas() -> None:
    """The mean gap of the last week for Miniflux, half the mean gap of the document for CommaFeed."""
    one, answer = feed(), Answer(200, shown=12)
    assert waits(Miniflux([one]), one, answer) == pytest.approx(60)
    assert waits(CommaFeed([one]), one, answer) == pytest.approx(30)
    assert waits(Miniflux([one]), feed(ttl_seconds=7_200), answer) == pytest.approx(120)
    assert waits(CommaFeed([one]), feed(ttl_seconds=7_200), answer) == pytest.approx(30)
    hinted = feed(headers=(("Cache-Control", "max-age=5400"),))
    assert (waits(Miniflux([one]), hinted, answer), waits(CommaFeed([one]), hinted, answer)) == (90, 90)
    dead = feed(published=[-40 * DAY, -39 * DAY])
    assert (waits(Miniflux([one]), dead, Answer(200, shown=2)), waits(CommaFeed([one]), dead, Answer(200, shown=2))) == (1440, 240)


def test_their_errors() -> None:
    """Retry-After is kept by all; CommaFeed tries three times before it waits for an hour, then two."""
    one = feed()
    for policy in (Fixed([one], 15), Miniflux([one]), CommaFeed([one])):
        waits(policy, one, Answer(200, shown=12))
        assert waits(policy, one, Answer(429, retry_after=3 * HOUR)) == 180
    comma = CommaFeed([one])
    assert [waits(comma, one, Answer(0)) for _ in range(5)] == [5, 5, 60, 120, 180]


# ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("rhythm", [Rhythm.WIRE, Rhythm.NEWSROOM, Rhythm.OFFICE])
def test_a_rhythm_keeps_the_rate(rhythm: Rhythm) -> None:
    """Whatever the shape, a week has as many entries as the rate says."""
    assert sum(weights(rhythm)) == pytest.approx(168)
    weeks = 20
    found = times(rhythm, 48.0, start=0.0, end=weeks * 7 * DAY, zone_hours=1, bursts=(), edition_hour=6, random=Random(1))
    assert len(found) / (weeks * 7) == pytest.approx(48, rel=0.05)
    assert found == sorted(found)


def test_the_simulation_begins_on_a_monday() -> None:
    """Weekends are where the week has them."""
    assert MONDAY.weekday() == 0
