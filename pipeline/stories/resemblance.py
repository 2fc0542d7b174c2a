"""How alike two fingerprints are, and whether that makes one a copy of the other. Pure and symmetric.

Two texts that were filled into one form (weather, results, lottery numbers) share most words, but not those with the numbers
and names in them; two reports of one speech share what is quoted, but nothing else. In a copy numbers, names and the words
between the quotes are kept about as faithfully as all the rest: that is what is asked here.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

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


def resemblance(first: Fingerprint, second: Fingerprint, similarity: float | None = None) -> Resemblance:
    """Return what two texts have in common, as their signatures show it (standard error about .04)."""
    if similarity is None:
        similarity = float((_numbers(first.signature) == _numbers(second.signature)).mean())
    shared = similarity * (first.shingles + second.shingles) / (1 + similarity)
    return Resemblance(similarity, min(1.0, shared / first.shingles), min(1.0, shared / second.shingles))


def may_be_copies(similarity: Any, containment: Any) -> Any:
    """Whether two texts have enough in common, for numbers and for whole arrays of them."""
    return (similarity >= ALIKE) | ((containment >= CONTAINED) & (similarity >= _ALIKE_ENOUGH))


def is_copy(first: Member, second: Member, found: Resemblance) -> bool:
    """Whether one of two members was made of the other; who of whom is another question."""
    if not may_be_copies(found.similarity, found.containment):
        return False
    if first.site == second.site and found.containment < _SAME_SITE:
        return False
    assert first.fingerprint is not None
    assert second.fingerprint is not None
    pairs = (
        (first.fingerprint.numbers, second.fingerprint.numbers),
        (first.fingerprint.names, second.fingerprint.names),
        (first.fingerprint.plain, second.fingerprint.plain),
    )
    return all(kept is None or kept >= _KEPT * found.containment for kept in (_kept(*pair) for pair in pairs))


def _kept(first: bytes, second: bytes) -> float | None:
    """Return how much of the smaller of two sampled sets is in the other; None where the samples are too small to tell."""
    shares = _share(first, second), _share(second, first)
    return None if shares[0] is None or shares[1] is None else max(shares[0], shares[1])


def _share(first: bytes, second: bytes) -> float | None:
    """Return how much of the first sampled set is in the second; None where the sample is too small to tell.

    What both samples hold lies below the end of either, so that only the first one's size has to be cut there.
    """
    ones, others = _sampled(first), _sampled(second)
    size = bisect_right(ones.numbers, min(ones.reach, others.reach))
    return len(ones.members & others.members) / size if size >= _FEWEST else None


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
    own, kept = _share(copy.plain, source.plain), _share(source.plain, copy.plain)
    if (found.of_first if own is None else own) >= _UNCHANGED and copy.shingles < _SHORTER * source.shingles:
        return CopyKind.CUT
    if found.similarity >= _VERBATIM or (found.of_second if kept is None else kept) >= _UNCHANGED:
        return CopyKind.VERBATIM
    return CopyKind.REWRITTEN


def signatures(members: list[Fingerprint]) -> npt.NDArray[np.uint32]:
    """Return the signatures as the rows of one table."""
    return np.frombuffer(b"".join(one.signature for one in members), "<u4").reshape(len(members), PLACES)


def _numbers(packed: bytes) -> npt.NDArray[np.uint32]:
    return np.frombuffer(packed, "<u4")
