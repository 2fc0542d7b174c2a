"""Blocking questions, asked from a thread of their own, so that the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_MOST: Final = 64  # questions at a time: the first should not wait for very many others

_Asked = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Aside:
    """One thread that answers one question after the other, in the order they were asked.

    Whatever is asked while it is busy goes there together: to change threads takes longer than most answers. Belongs to one
    event loop at a time.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[_Asked] = []
        self._busy = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def ask(self, question: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        """Return the question's answer, or raise what it raises. One that is cancelled before its turn is not asked."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:  # what another one had asked, it took with it when it ended
            self._loop, self._waiting, self._busy = loop, [], False
        answer: asyncio.Future[T] = loop.create_future()
        self._waiting.append((partial(question, *arguments, **keywords), answer))
        if not self._busy:
            self._busy = True
            loop.call_soon(self._send, loop)  # with what else is asked in this round of the loop
        return await answer

    def close(self, *, wait: bool = False) -> None:
        """End the thread once it has answered; whoever is to `wait` for that waits, the event loop too."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown(wait=wait)

    def _send(self, loop: asyncio.AbstractEventLoop) -> None:
        asked = [(question, answer) for question, answer in self._waiting[:_MOST] if not answer.done()]
        del self._waiting[:_MOST]
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        answers = loop.run_in_executor(self._thread, _answers, [question for question, _ in asked])
        answers.add_done_callback(partial(self._deliver, loop, [answer for _, answer in asked]))

    def _deliver(self, loop: asyncio.AbstractEventLoop, waiting: Sequence[asyncio.Future[Any]], given: asyncio.Future[Any]) -> None:
        if given.cancelled():  # the loop is ending
            return
        for answer, (value, error) in zip(waiting, given.result(), strict=True):
            if answer.done():  # cancelled meanwhile
                continue
            if error is None:
                answer.set_result(value)
            else:
                answer.set_exception(error)
        self._busy = bool(self._waiting)
        if self._busy:
            self._send(loop)


def _answers(questions: Sequence[Callable[[], Any]]) -> list[tuple[Any, Exception | None]]:
    """Ask them all; what one raises is its answer."""
    answers: list[tuple[Any, Exception | None]] = []
    for question in questions:
        try:
            answers.append((question(), None))
        except Exception as error:
            answers.append((None, error))
    return answers
