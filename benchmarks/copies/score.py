"""Pairs and clusters against the truth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Score:
    """Recall and precision over pairs of texts that tell the same story."""

    recall: float
    precision: float


def of_pairs(found: Iterable[Pair], stories: Sequence[int | None]) -> Score:
    """Score pairs as they were found."""
    pairs = {(min(pair), max(pair)) for pair in found}
    right = sum(stories[a] is not None and stories[a] == stories[b] for a, b in pairs)
    return _score(right, len(pairs), stories)


def of_clusters(clusters: Sequence[int], stories: Sequence[int | None]) -> Score:
    """Score clusters: text number → number of its cluster. Every pair within one counts as found."""
    sizes = Counter(clusters)
    found = sum(size * (size - 1) // 2 for size in sizes.values())
    both = Counter((cluster, story) for cluster, story in zip(clusters, stories, strict=True) if story is not None)
    right = sum(size * (size - 1) // 2 for size in both.values())
    return _score(right, found, stories)


def _score(right: int, found: int, stories: Sequence[int | None]) -> Score:
    true = sum(size * (size - 1) // 2 for size in Counter(one for one in stories if one is not None).values())
    return Score(recall=right / true if true else 1.0, precision=right / found if found else 1.0)


def groups(clusters: Sequence[int]) -> dict[int, list[int]]:
    """Return the members of each cluster."""
    found: dict[int, list[int]] = defaultdict(list)
    for at, cluster in enumerate(clusters):
        found[cluster].append(at)
    return found
