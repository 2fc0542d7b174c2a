"""Work in a thread of its own: its answer, its errors, its end."""

from __future__ import annotations

import threading
from functools import partial
from itertools import count

import psutil
import pytest
from lxml import etree
from lxml.html import HTMLParser

from pipeline.clean.alone import OverBudgetError, alone, trim_memory


def still() -> float:
    """A clock that stands."""
    return 0.0


def test_the_answer_comes_from_another_thread() -> None:
    """Which is gone by then."""
    answered = alone(threading.current_thread, 1.0, still)
    assert answered is not threading.current_thread()
    assert not answered.is_alive()


def test_none_is_an_answer() -> None:
    """And no sign of having been broken off."""
    assert alone(lambda: None, 1.0, still) is None


def test_an_error_is_raised_as_it_is() -> None:
    """With its own type."""

    def work() -> None:
        raise ValueError("odd")

    with pytest.raises(ValueError, match="odd"):
        alone(work, 1.0, still)


def test_work_without_end_is_broken_off() -> None:
    """Though it catches every error there is; no clock but the one it was given decides."""
    ended = threading.Event()

    def work() -> None:
        try:
            while True:
                try:
                    sum(range(100))
                except Exception:
                    continue
        finally:
            ended.set()

    clock = count()
    with pytest.raises(OverBudgetError, match="more than 3 s"):
        alone(work, 3.0, lambda: float(next(clock)))
    assert ended.is_set()


def test_work_within_its_budget_is_left_alone() -> None:
    """However long it takes by other clocks: here, until somebody looked at this one twice."""
    looked = threading.Semaphore(0)

    def clock() -> float:
        looked.release()
        return 0.0

    def work() -> str:
        assert looked.acquire(timeout=30)
        assert looked.acquire(timeout=30)
        return "done"

    assert alone(work, 1.0, clock) == "done"


def test_names_go_with_the_thread() -> None:
    """The parser's dictionary of names is a thread's: forty megabytes of names that no page had before leave next to nothing."""

    def count_names(page: int) -> int:
        markup = b"".join(b"<p x%d-%d-%s=1>" % (page, number, b"y" * 80) for number in range(20_000))
        return len(list(etree.fromstring(markup, parser=HTMLParser()).iter("p")))

    def after(pages: range) -> float:
        for page in pages:
            assert alone(partial(count_names, page), 60.0, still) == 20_000
        trim_memory()
        return psutil.Process().memory_info().rss / 1e6

    before = after(range(4))
    assert after(range(4, 24)) - before < 15


def test_memory_may_be_trimmed_anywhere() -> None:
    """Also where the C library has no function for it."""
    trim_memory()
