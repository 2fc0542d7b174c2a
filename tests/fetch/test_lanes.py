"""pipeline/fetch/lanes.py: one at a time, live first, and nobody is forgotten."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from pipeline.fetch.lanes import Lanes, Rank
from tests.fakes_fetch import NOON


def test_a_lane_serves_one_at_a_time_by_rank_and_age() -> None:
    """Redirects first, then live, then backfill; equals in the order they came."""
    order: list[str] = []

    async def go(lanes: Lanes, name: str, rank: Rank) -> None:
        async with lanes.turn("a.example", rank, 5) as lane:
            assert lane.busy
            order.append(name)
            await asyncio.sleep(0)

    async def scenario() -> int:
        lanes = Lanes()
        plan = [
            ("first", Rank.BACKFILL),
            ("b1", Rank.BACKFILL),
            ("l1", Rank.LIVE),
            ("b2", Rank.BACKFILL),
            ("l2", Rank.LIVE),
            ("r", Rank.REDIRECT),
        ]
        await asyncio.gather(*(go(lanes, name, rank) for name, rank in plan))
        return len(lanes)

    assert asyncio.run(scenario()) == 0
    assert order == ["first", "r", "l1", "l2", "b1", "b2"]


def test_lanes_do_not_wait_for_each_other() -> None:
    """Two domains are served at the same time."""

    async def scenario() -> int:
        lanes = Lanes()
        async with lanes.turn("a.example", Rank.LIVE, 5), lanes.turn("b.example", Rank.LIVE, 5):
            return len(lanes)

    assert asyncio.run(scenario()) == 2


def test_the_wait_is_told_beforehand() -> None:
    """Those ahead times the spacing; live does not count the backfill behind it."""

    async def scenario() -> None:
        lanes = Lanes()
        assert lanes.wait("a.example", Rank.LIVE, 5) == 0
        async with lanes.turn("a.example", Rank.LIVE, 5) as lane:
            waiting = [asyncio.create_task(enter(lanes, rank)) for rank in (Rank.BACKFILL, Rank.BACKFILL, Rank.LIVE)]
            await asyncio.sleep(0)
            assert lanes.wait("a.example", Rank.LIVE, 5) == 2 * 5
            assert lanes.wait("a.example", Rank.BACKFILL, 5) == 4 * 5
            lane.delay = 60.0  # robots.txt asked for more
            assert lanes.wait("a.example", Rank.LIVE, 5) == 2 * 60
        await asyncio.gather(*waiting)

    async def enter(lanes: Lanes, rank: Rank) -> None:
        async with lanes.turn("a.example", rank, 5):
            pass

    asyncio.run(scenario())


@pytest.mark.parametrize("moment", ["waiting", "called"])
def test_a_cancelled_waiter_does_not_block_the_lane(moment: str) -> None:
    """Whether it is cancelled in the queue or in the moment of its call, the next one comes."""

    async def scenario() -> list[str]:
        lanes, order = Lanes(), []

        async def go(name: str) -> None:
            async with lanes.turn("a.example", Rank.LIVE, 5):
                order.append(name)

        async with lanes.turn("a.example", Rank.LIVE, 5):
            doomed, next_one = asyncio.create_task(go("doomed")), asyncio.create_task(go("next"))
            await asyncio.sleep(0)
            if moment == "waiting":
                doomed.cancel()
                await asyncio.sleep(0)
        doomed.cancel()
        await asyncio.gather(doomed, next_one, return_exceptions=True)
        assert len(lanes) == 0
        return order

    assert asyncio.run(asyncio.wait_for(scenario(), 5)) == ["next"]


def test_an_error_within_a_turn_frees_the_lane() -> None:
    """Whatever happens at the head, the lane goes on."""

    async def scenario() -> int:
        lanes = Lanes()
        with pytest.raises(ZeroDivisionError):
            async with lanes.turn("a.example", Rank.LIVE, 5):
                raise ZeroDivisionError
        return len(lanes)

    assert asyncio.run(scenario()) == 0


def test_a_late_start_is_remembered() -> None:
    """A lane is kept where forgetting it would bring the next request too early, and only there."""

    async def scenario(lateness: float) -> int:
        lanes = Lanes()
        async with lanes.turn("a.example", Rank.LIVE, 5) as lane:
            lane.slot = NOON
            lane.begin(NOON + timedelta(seconds=lateness))
        return len(lanes)

    assert asyncio.run(scenario(3)) == 1
    assert asyncio.run(scenario(0.01)) == 0


def test_remembered_lanes_do_not_pile_up() -> None:
    """Ten thousand hosts that were late leave no more than a few thousand lanes."""

    async def scenario() -> int:
        lanes = Lanes()
        for number in range(10_000):
            async with lanes.turn(f"{number}.example", Rank.LIVE, 5) as lane:
                lane.slot = NOON
                lane.begin(NOON + timedelta(seconds=9))
        return len(lanes)

    assert asyncio.run(scenario()) <= 4096
