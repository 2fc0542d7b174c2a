"""Boosted trees, read from one small file and asked with numpy alone. Pure but for reading the file.

A tree's inner nodes ask "is trait f at most t?"; its leaves hold numbers that are summed over the trees. All nodes are asked
at once: each that answers no rules out the leaves on its left, and of the leaves that no node ruled out the leftmost is the
tree's answer (QuickScorer, Lucchese et al., SIGIR 2015). Traits are compared as small whole numbers: their rank among
the values that any tree asks about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ConfigurationError

FORMAT: Final = 1
LEAVES: Final = 32  # most leaves of a tree: one bit each
ROWS_AT_ONCE: Final = 48  # keeps what is compared within a core's own cache


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Forest:
    """Trees over named traits. Arrays are (nodes a tree, trees) and (trees, leaves); trees with fewer nodes are padded."""

    traits: tuple[str, ...]
    edges: tuple[NDArray[np.float32], ...]  # a trait's values that are asked about, ascending
    asked: NDArray[np.intp]  # which trait a node asks
    rank: NDArray[np.uint8]  # which of its values
    ruled_out: NDArray[np.uint32]  # bits of the leaves that stay where the answer is no
    values: NDArray[np.float32]
    start: float  # added to every sum

    def sums(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sum of the trees' answers for each row; columns are `traits`, in order."""
        ranks = np.zeros(rows.shape, np.uint8)
        for place, edges in enumerate(self.edges):
            if edges.size:
                ranks[:, place] = np.searchsorted(edges, rows[:, place])
        parts = [self._sums(ranks[begin : begin + ROWS_AT_ONCE]) for begin in range(0, len(ranks), ROWS_AT_ONCE)]
        return np.concatenate(parts) + self.start if parts else np.zeros(0)

    def chances(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sums as probabilities."""
        return 1.0 / (1.0 + np.exp(-self.sums(rows)))

    def _sums(self, ranks: NDArray[np.uint8]) -> NDArray[np.float64]:
        above = ranks[:, self.asked] > self.rank
        left = np.bitwise_and.reduce(np.where(above, self.ruled_out, np.uint32(0xFFFFFFFF)), axis=1)
        lowest = (left & (~left + np.uint32(1))).astype(np.float32)
        leaf = (lowest.view(np.int32) >> 23) - 127  # the exponent of a power of two is its bit's number
        answers = self.values[np.arange(leaf.shape[1]), leaf]
        return np.asarray(answers.sum(axis=1, dtype=np.float64))


def read_forests(file: Path) -> tuple[dict[str, Forest], dict[str, Any]]:
    """Return (the forests of a file by name, what the file says about itself). Raises `ConfigurationError` naming the file."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            told = json.loads(bytes(arrays["about"]).decode())
            if told.get("format") != FORMAT:
                raise ValueError(f"format {told.get('format')}; readable: {FORMAT}")
            return {name: _forest(arrays, name, told) for name in told["forests"]}, told
    except (OSError, EOFError, BadZipFile, ValueError, KeyError) as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _forest(arrays: Any, name: str, told: dict[str, Any]) -> Forest:
    of = told["forests"][name]
    ends = np.cumsum(arrays[f"{name}.counts"])
    return Forest(
        traits=tuple(of["traits"]),
        edges=tuple(np.split(arrays[f"{name}.edges"].astype(np.float32), ends[:-1])),
        asked=arrays[f"{name}.asked"].astype(np.intp),
        rank=arrays[f"{name}.rank"],
        ruled_out=arrays[f"{name}.ruled_out"],
        values=arrays[f"{name}.values"].astype(np.float32) * np.float32(of["unit"]),
        start=float(of["start"]),
    )
