"""How waiting entries are laid into batches. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def spread(waiting: Sequence[tuple[T, str]], size: int) -> list[list[T]]:
    """Return runs of at most `size` out of (entry, domain) pairs given oldest first.

    Domains take turns: first the oldest entry of each, then the second oldest, and so on. A batch thus meets as many hosts
    as there are, and a host with a thousand entries does not keep the others waiting behind it.
    """
    seen: Counter[str] = Counter()
    turns = []
    for number, (entry, domain) in enumerate(waiting):
        turns.append((seen[domain], number, entry))
        seen[domain] += 1
    turns.sort(key=lambda turn: turn[:2])
    ordered = [entry for _, _, entry in turns]
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]
