"""Free memory goes back to the system, where the C library can do that."""

from __future__ import annotations

import ctypes

import psutil
import pytest

from pipeline.giving_back import give_back

BLOCK, COUNT = 64_000, 1_600  # small enough for the heap, a hundred megabytes in all


def test_holes_in_the_heap_are_given_back() -> None:
    """What lies behind a block that is still in use, too, which no `free` gives back."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "malloc_trim"):
        pytest.skip("no glibc")
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    blocks = [libc.malloc(BLOCK) for _ in range(COUNT)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:
        libc.free(block)
    before = psutil.Process().memory_info().rss
    give_back()
    assert psutil.Process().memory_info().rss < before - BLOCK * COUNT // 2
    libc.free(blocks[-1])


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another C library has no such function."""
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    give_back()
