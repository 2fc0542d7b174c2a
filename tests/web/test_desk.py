"""Opening once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from pipeline.errors import RetryableError
from pipeline.web.desk import Opened


def test_many_threads_open_once() -> None:
    """However many ask at once, the adapter is opened once and all get the same."""
    made: list[object] = []
    two_at_once = threading.Barrier(2)

    def open_it() -> object:
        with suppress(threading.BrokenBarrierError):
            two_at_once.wait(0.1)
        made.append(object())
        return made[-1]

    opened = Opened(open_it)
    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(lambda _: opened(), range(64)))
    assert got == set(made)
    assert len(made) == 1


def test_a_failed_opening_is_tried_again() -> None:
    """A passing fault is raised, not remembered."""
    answers = iter([RetryableError("down"), "index"])

    def open_it() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    opened = Opened(open_it)
    with pytest.raises(RetryableError):
        opened()
    assert [opened(), opened()] == ["index", "index"]
