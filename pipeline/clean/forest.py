"""Boosted trees, read from one small file and asked with numpy alone. Pure but for reading the file.

A tree's inner nodes ask "is trait f at most t?"; its leaves hold numbers that are summed over the trees. All nodes are asked
at once: each that answers no rules out the leaves on its left, and of the leaves that no node ruled out the leftmost is the
tree's answer (QuickScorer, Lucchese et al., SIGIR 2015). An answer is one bit and 64 rows are one word, so that a single `and`
rules a leaf out for all of them.
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
ROWS_AT_ONCE: Final = 64  # the bits of a word


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Forest:
    """Trees over named traits. What they ask is asked once for all of them, and one question more, to which all say yes."""

    traits: tuple[str, ...]
    asked: NDArray[np.intp]  # which trait a question is about
    limits: NDArray[np.float32]  # and up to which value the answer is yes
    needed: NDArray[np.intp]  # the questions that rule a leaf out by a no, leaf by leaf, tree by tree
    begins: NDArray[np.intp]  # where each leaf's questions begin among these
    values: NDArray[np.float32]  # (trees, leaves)
    start: float  # added to every sum

    def sums(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sum of the trees' answers for each row; columns are `traits`, in order."""
        parts = [self._sums(rows[begin : begin + ROWS_AT_ONCE]) for begin in range(0, len(rows), ROWS_AT_ONCE)]
        return np.concatenate(parts) + self.start if parts else np.zeros(0)

    def chances(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the sums as probabilities."""
        return 1.0 / (1.0 + np.exp(-self.sums(rows)))

    def _sums(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        yes = np.ones((len(self.limits) + 1, ROWS_AT_ONCE), bool)
        np.less_equal(rows.T[self.asked], self.limits[:, None], out=yes[:-1, : len(rows)])
        words = np.packbits(yes.ravel(), bitorder="little").view("<u8")  # whatever the order of bytes here
        left = np.bitwise_and.reduceat(words[self.needed], self.begins).reshape(self.values.shape)
        first = left.copy()  # of the leaves left, in each tree the leftmost alone
        first[:, 1:] &= ~np.bitwise_or.accumulate(left, axis=1)[:, :-1]
        place = np.arange(0, self.values.size, LEAVES)[:, None]  # of each tree's answer to each row, among all values
        for digit, with_digit in enumerate(_WITH_DIGIT):
            bits = np.unpackbits(np.bitwise_or.reduce(first[:, with_digit], axis=1).view(np.uint8), bitorder="little")
            place = place + (bits.astype(np.intp) << digit).reshape(-1, ROWS_AT_ONCE)
        answers = self.values.ravel()[place[:, : len(rows)]]
        return np.asarray(answers.sum(axis=0, dtype=np.float64))


_WITH_DIGIT: Final = tuple(np.flatnonzero(np.arange(LEAVES) >> digit & 1) for digit in range(LEAVES.bit_length() - 1))


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
    of, counts = told["forests"][name], arrays[f"{name}.counts"]
    questions = int(counts.sum())
    firsts = np.cumsum(counts, dtype=np.intp) - counts
    numbers = firsts[arrays[f"{name}.asked"]] + arrays[f"{name}.rank"]
    out = np.ascontiguousarray(~arrays[f"{name}.ruled_out"].T, "<u4")
    tree, node, leaf = np.nonzero(np.unpackbits(out.view(np.uint8), bitorder="little").reshape(*out.shape, LEAVES))
    leaves = len(out) * LEAVES
    of_leaf = np.concatenate([tree * LEAVES + leaf, np.arange(leaves)])  # and to each leaf the question that rules nothing out
    order = np.argsort(of_leaf, kind="stable")
    return Forest(
        traits=tuple(of["traits"]),
        asked=np.repeat(np.arange(len(counts)), counts),
        limits=arrays[f"{name}.edges"].astype(np.float32),
        needed=np.concatenate([numbers.T[tree, node], np.full(leaves, questions)])[order],
        begins=np.searchsorted(of_leaf[order], np.arange(leaves)),
        values=arrays[f"{name}.values"].astype(np.float32) * np.float32(of["unit"]),
        start=float(of["start"]),
    )
