"""Questions asked aside: answered in order, together where they come together, each for itself where one fails."""

from __future__ import annotations

import asyncio
import threading

import pytest

from pipeline.aside import Aside


async def _closing(aside: Aside, *asked: object) -> list[object]:
    try:
        return await asyncio.gather(*asked, return_exceptions=True)  # type: ignore[call-overload, no-any-return]
    finally:
        aside.close()


def test_answers_come_from_another_thread_in_the_order_asked() -> None:
    """More than go there at a time, too."""
    aside, order, threads = Aside("test"), [], set()

    def question(number: int) -> int:
        order.append(number)
        threads.add(threading.current_thread().name)
        return number * 2

    answers = asyncio.run(_closing(aside, *(aside.ask(question, number) for number in range(200))))
    assert answers == [number * 2 for number in range(200)]
    assert order == list(range(200))
    assert threads == {"test_0"}


def test_one_error_is_one_answer() -> None:
    """Whoever asked gets it; the questions beside it are answered all the same."""
    aside = Aside("test")

    def question(number: int) -> int:
        if number == 1:
            raise LookupError("no such thing")
        return number

    answers = asyncio.run(_closing(aside, *(aside.ask(question, number) for number in range(3))))
    assert answers[0] == 0
    assert isinstance(answers[1], LookupError)
    assert answers[2] == 2


def test_what_is_asked_while_the_thread_is_busy_is_answered_next() -> None:
    """Nothing is left waiting when the first answers arrive."""
    aside, gate = Aside("test"), threading.Event()

    async def scene() -> list[object]:
        first = asyncio.create_task(aside.ask(gate.wait, 10))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        later = [asyncio.create_task(aside.ask(str, number)) for number in range(3)]
        await asyncio.sleep(0)
        gate.set()
        return await _closing(aside, first, *later)

    assert asyncio.run(scene()) == [True, "0", "1", "2"]


def test_cancelled_before_its_turn_is_not_asked() -> None:
    """So that nobody takes a slot for a page that is no longer wanted; the others are answered."""
    aside, gate, asked = Aside("test"), threading.Event(), []

    async def scene() -> list[object]:
        first = asyncio.create_task(aside.ask(gate.wait, 10))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        dropped, kept = (asyncio.create_task(aside.ask(asked.append, name)) for name in ("dropped", "kept"))
        await asyncio.sleep(0)
        dropped.cancel()
        await asyncio.sleep(0)
        gate.set()
        return await _closing(aside, first, dropped, kept)

    answers = asyncio.run(scene())
    assert asked == ["kept"]
    assert answers[0] is True
    assert isinstance(answers[1], asyncio.CancelledError)


def test_cancelled_while_it_is_asked_hurts_nobody() -> None:
    """Its answer comes to nothing, the next is given."""
    aside, gate = Aside("test"), threading.Event()

    async def scene() -> object:
        dropped = asyncio.create_task(aside.ask(gate.wait, 10))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        dropped.cancel()
        with pytest.raises(asyncio.CancelledError):
            await dropped
        gate.set()
        (answer,) = await _closing(aside, aside.ask(str, 7))
        return answer

    assert asyncio.run(scene()) == "7"


def test_usable_again_after_it_was_closed() -> None:
    """The next question makes a new thread, in another event loop, too."""
    aside = Aside("test")
    assert asyncio.run(_closing(aside, aside.ask(str, 1))) == ["1"]
    assert asyncio.run(_closing(aside, aside.ask(str, 2))) == ["2"]


def test_a_loop_that_ended_in_mid_question_leaves_nothing_behind() -> None:
    """The next loop's questions are answered."""
    aside, gate = Aside("test"), threading.Event()

    async def cut_short() -> None:
        asking = asyncio.create_task(aside.ask(gate.wait, 10))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asking.cancel()

    asyncio.run(cut_short())
    threading.Timer(0.05, gate.set).start()
    assert asyncio.run(_closing(aside, aside.ask(str, 2))) == ["2"]


def test_closing_may_wait_for_the_answer() -> None:
    """Whoever has something written must not go on before it is."""
    aside, begun, written = Aside("test"), threading.Event(), []

    def write() -> None:
        begun.set()
        threading.Event().wait(0.05)
        written.append("all of it")

    async def scene() -> None:
        writing = asyncio.create_task(aside.ask(write))
        await asyncio.to_thread(begun.wait, 10)
        aside.close(wait=True)
        assert written == ["all of it"]
        await writing

    asyncio.run(scene())
