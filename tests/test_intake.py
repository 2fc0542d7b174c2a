"""How many answers may lie about unread."""

from __future__ import annotations

import asyncio

from pipeline.intake import Intake


def test_there_is_room_for_so_many() -> None:
    """Who comes when there are that many waits until there are fewer, and then goes on."""

    async def seen() -> list[str]:
        intake, told = Intake(2), []

        async def next_one() -> None:
            await intake.room()
            told.append("let in")

        with intake.one():
            await intake.room()
            with intake.one():
                waiting = asyncio.create_task(next_one())
                for _ in range(5):
                    await asyncio.sleep(0)
                told.append("two unread")
            await waiting
        return told

    assert asyncio.run(seen()) == ["two unread", "let in"]


def test_an_answer_that_is_given_up_counts_no_more() -> None:
    """Whatever ends it."""

    async def seen() -> bool:
        intake = Intake(1)
        try:
            with intake.one():
                raise RuntimeError("given up")
        except RuntimeError:
            await asyncio.wait_for(intake.room(), 5)
        return True

    assert asyncio.run(seen())
