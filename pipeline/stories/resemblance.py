"""How alike two fingerprints are, and whether that makes one a copy of the other. Pure and symmetric.

Two texts that were filled into one form (weather, results, lottery numbers) share most words, but not those with the numbers
and names in them; two reports of one speech share what is quoted, but nothing else. In a copy numbers, names and the words
between the quotes are kept about as faithfully as all the rest: that is what is asked here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.standing import CopyKind, Fingerprint, Member
from pipeline.stories.fingerprint import PLACES, SAMPLE

ALIKE: Final = 0.3  # Jaccard similarity from which two texts of different sites are one story
CONTAINED: Final = 0.6  # share of the shorter text that is in the longer one, where one is far shorter
_ALIKE_ENOUGH: Final = 0.1  # … and what they must have in common even then
_SAME_SITE: Final = 0.8  # containment on one site, whose articles have phrases in common
_KEPT: Final = 0.5  # of the faithfulness of all words, that of numbers, names and plain text
_FEWEST: Final = 10  # shingles that a sample must hold to be a witness
_VERBATIM: Final = 0.8  # similarity: here and there a word
_UNCHANGED: Final = 0.88  # share of the words of one in the other
_SHORTER: Final = 0.93  # of the source's length: more than a closing line is missing
_NOTHING: Final = 2**32 - 1

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What two texts have in common: their Jaccard similarity, and how much of each one is in the other."""

    similarity: float
    of_first: float
    of_second: float

    @property
    def containment(self) -> float:
        """How much of the shorter is in the longer."""
        return max(self.of_first, self.of_second)


def similarity(first: bytes, second: bytes) -> float:
    """Return the Jaccard similarity of the texts that two signatures are of (standard error about .04; .027 at .9)."""
    return float((_numbers(first) == _numbers(second)).mean())


def resemblance(first: Fingerprint, second: Fingerprint, known: float | None = None) -> Resemblance:
    """Return what two texts have in common, as their signatures show it; `known` is their similarity, where it was found before."""
    alike = similarity(first.signature, second.signature) if known is None else known
    shared = alike * (first.shingles + second.shingles) / (1 + alike)
    return Resemblance(alike, min(1.0, shared / first.shingles), min(1.0, shared / second.shingles))


class Columns(NamedTuple):
    """Many fingerprints by column, one row for each."""

    shingles: npt.NDArray[np.float64]
    signatures: npt.NDArray[np.uint32]
    sites: npt.NDArray[np.int64]  # equal for equal sites
    samples: tuple[_Samples, ...]  # in the order in which forms are most easily told

    @classmethod
    def of(cls, members: Sequence[Member]) -> Columns:
        """Lay out the fingerprints of members who all have one."""
        prints = [one.fingerprint for one in members if one.fingerprint]
        sites = {site: number for number, site in enumerate({one.site for one in members})}
        return cls(
            shingles=np.array([one.shingles for one in prints], np.float64),
            signatures=_numbers(b"".join(one.signature for one in prints)).reshape(len(prints), PLACES),
            sites=np.array([sites[one.site] for one in members]),
            samples=tuple(_samples([getattr(one, kind) for one in prints]) for kind in ("numbers", "names", "plain")),
        )


class _Samples(NamedTuple):
    numbers: npt.NDArray[np.uint32]  # ascending, filled up with _NOTHING
    sizes: npt.NDArray[np.int64]
    reaches: npt.NDArray[np.uint32]  # up to where the sample is the whole set


def _samples(packed: Sequence[bytes]) -> _Samples:
    whole = 4 * SAMPLE
    filled = [one if len(one) == whole else one.ljust(whole, b"\xff") for one in packed]
    numbers = _numbers(b"".join(filled)).reshape(len(packed), SAMPLE)
    return _Samples(numbers, np.array([len(one) // 4 for one in packed]), numbers[:, -1])


def similarities(columns: Columns, ones: Places, others: Places) -> npt.NDArray[np.float64]:
    """Return the similarity of each pair."""
    same = columns.signatures[ones] == columns.signatures[others]
    alike: npt.NDArray[np.float64] = np.add.reduce(same.view(np.uint8), axis=1, dtype=np.uint8) / PLACES  # at most 128
    return alike


def are_copies(columns: Columns, ones: Places, others: Places, similarity: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether one of each pair was made of the other; who of whom is another question."""
    sizes = columns.shingles
    shared = similarity * (sizes[ones] + sizes[others]) / (1 + similarity)
    containment = np.minimum(1.0, shared / np.minimum(sizes[ones], sizes[others]))
    verdict = (similarity >= ALIKE) | ((containment >= CONTAINED) & (similarity >= _ALIKE_ENOUGH))
    verdict &= (containment >= _SAME_SITE) | (columns.sites[ones] != columns.sites[others])
    for samples in columns.samples:
        left = np.flatnonzero(verdict)  # only who is not ruled out yet is looked at more closely
        verdict[left] = _is_kept(samples, ones[left], others[left], _KEPT * containment[left])
    return verdict


def _is_kept(samples: _Samples, ones: Places, others: Places, least: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether at least that much of the smaller of two sampled sets is in the other, or the samples are too small to tell.

    What both samples hold lies below the end of either, so that only their sizes have to be cut there.
    """
    first, second = samples.numbers[ones], samples.numbers[others]
    reach = np.minimum(samples.reaches[ones], samples.reaches[others])[:, None]
    sizes = [
        np.minimum((numbers <= reach).sum(axis=1), samples.sizes[of])  # what fills up counts where a sample has no end
        for numbers, of in ((first, ones), (second, others))
    ]
    smaller = np.minimum(*sizes)
    both = np.sort(np.concatenate((first, second), axis=1), axis=1)
    shared = ((both[:, 1:] == both[:, :-1]) & (both[:, 1:] != _NOTHING)).sum(axis=1)
    kept: npt.NDArray[np.bool_] = (smaller < _FEWEST) | (shared / np.maximum(smaller, 1) >= least)
    return kept


def _shares(first: bytes, second: bytes) -> tuple[float | None, float | None]:
    """Return how much of either sampled set is in the other; None where a sample is too small to tell.

    What both samples hold lies below the end of either, so that only their sizes have to be cut there.
    """
    ones, others = _sampled(first), _sampled(second)
    shared, reach = len(ones.members & others.members), min(ones.reach, others.reach)
    sizes = (bisect_right(ones.numbers, reach), bisect_right(others.numbers, reach))
    of_first, of_second = (shared / size if size >= _FEWEST else None for size in sizes)
    return of_first, of_second


class _Sampled(NamedTuple):
    numbers: list[int]  # ascending
    members: frozenset[int]
    reach: int  # up to where the sample is the whole set


@lru_cache(maxsize=2048)  # of a flood of forms each is held against hundreds of others
def _sampled(packed: bytes) -> _Sampled:
    numbers = _numbers(packed).tolist()
    return _Sampled(numbers, frozenset(numbers), numbers[-1] if len(numbers) == SAMPLE else 2**32 - 1)


def kind_of(copy: Fingerprint, source: Fingerprint, found: Resemblance) -> CopyKind:
    """Return what the copy is, `found` being of copy and source in this order.

    Where the samples are large enough they are asked: of a text that is wholly in another one they say so without any error.
    """
    own, kept = _shares(copy.plain, source.plain)
    if (found.of_first if own is None else own) >= _UNCHANGED and copy.shingles < _SHORTER * source.shingles:
        return CopyKind.CUT
    if found.similarity >= _VERBATIM or (found.of_second if kept is None else kept) >= _UNCHANGED:
        return CopyKind.VERBATIM
    return CopyKind.REWRITTEN


def _numbers(packed: bytes) -> npt.NDArray[np.uint32]:
    return np.frombuffer(packed, "<u4")
