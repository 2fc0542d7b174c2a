"""Work on one page in a thread of its own, with an end to it: what a page leaves behind goes with the thread.

libxml2 keeps the name of every tag and attribute that it ever met, for the thread that met it and as long as that lives: one page
of 9 MB of made-up names costs 9 MB for good, though its tree is long gone. And whatever size and number of things are bounded
by, no bound foresees every way of being slow; so the work has a budget of the process's own time, and is broken off beyond it.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Final, TypeVar

Result = TypeVar("Result")

LOOK: Final = 0.25  # seconds between two looks at the clock


class OverBudgetError(Exception):
    """The work took longer than it may."""


class _BrokenOff(SystemExit):
    """Raised within the thread; threads end with it without a word."""


def alone(work: Callable[[], Result], seconds: float, clock: Callable[[], float]) -> Result:
    """Return what the work returns, and raise what it raises; `OverBudgetError` where it takes longer than so many seconds.

    The clock counts the process's own time, so that a busy machine breaks nothing off. Python's code is broken off at once, a
    call into a library where it returns.
    """
    results: list[Result] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:
            raised.append(error)

    begun = clock()
    thread = threading.Thread(target=run, name="page", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK)
        if thread.is_alive() and clock() - begun > seconds:
            _break_off(thread)
    if results:
        return results[0]
    if not raised or isinstance(raised[0], _BrokenOff):
        raise OverBudgetError(f"more than {seconds:g} s of work")
    raise raised[0]


def _break_off(thread: threading.Thread) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_BrokenOff))


def trim_memory() -> None:
    """Give back to the system what was freed in pieces. Only some C libraries have a function for that; with others nothing is done."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
