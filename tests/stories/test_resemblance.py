from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.standing import Fingerprint
from pipeline.stories.fingerprint import SAMPLE
from pipeline.stories.resemblance import Columns, are_copies, resemblance
from pipeline.types import ArticleId
from tests.stories.wires import member, story

WHOLE = member(0, story(1, 300))
_sets = st.sets(st.integers(0, 90) | st.integers(2**32 - 40, 2**32 - 2), max_size=120)


def _sampled(numbers: set[int]) -> bytes:
    return np.array(sorted(numbers)[:SAMPLE], "<u4").tobytes()


def _kept(one: set[int], other: set[int]) -> float:
    """How much of the smaller set is in the other as samples tell it, worked out from the definition: 1.0 where they cannot."""
    samples = sorted(one)[:SAMPLE], sorted(other)[:SAMPLE]
    reach = min(found[-1] if len(found) == SAMPLE else 2**32 for found in samples)
    cut = [{number for number in found if number <= reach} for found in samples]
    smaller = min(map(len, cut))
    return len(cut[0] & cut[1]) / smaller if smaller >= 10 else 1.0


@given(one=_sets, other=_sets)
def test_what_is_kept_of_numbers_decides(one: set[int], other: set[int]) -> None:
    """Texts that are the same otherwise are copies where half of the sampled numbers are kept, or too few are there to tell."""
    first, second = (replace(WHOLE, site=f"{at}", fingerprint=_with(numbers)) for at, numbers in enumerate((one, other)))
    verdict = are_copies(Columns.of([first, second]), np.array([0]), np.array([1]), np.array([1.0]))
    assert verdict.tolist() == [_kept(one, other) >= 0.5]


def _with(numbers: set[int]) -> Fingerprint:
    assert WHOLE.fingerprint is not None
    return replace(WHOLE.fingerprint, numbers=_sampled(numbers))


def test_how_much_of_each_is_in_the_other() -> None:
    """A hundred words of three hundred: all of the one, a third of the other."""
    text = story(3, 300)
    whole, part = member(1, text).fingerprint, member(2, " ".join(text.split()[:100])).fingerprint
    assert whole is not None
    assert part is not None
    found = resemblance(part, whole)
    assert found.of_first > 0.75 > 0.45 > found.of_second
    assert found.containment == found.of_first


@pytest.mark.parametrize(
    ("shingles", "similarity", "verdict"),
    [(1000, 0.31, True), (1000, 0.29, False), (250, 0.15, True), (250, 0.12, False), (60, 0.05, False)],
)
def test_how_alike_is_alike_enough(shingles: int, similarity: float, verdict: bool) -> None:
    """Three tenths in common, or three fifths of the shorter text in the longer, but then a tenth of both."""
    assert WHOLE.fingerprint is not None
    prints = [replace(WHOLE.fingerprint, shingles=1000), replace(WHOLE.fingerprint, shingles=shingles)]
    members = [replace(WHOLE, site=f"{at}", fingerprint=one) for at, one in enumerate(prints)]
    assert are_copies(Columns.of(members), np.array([0]), np.array([1]), np.array([similarity])).tolist() == [verdict]


def test_on_one_site_more_must_be_the_same() -> None:
    """Its articles have phrases in common: there eight tenths of the shorter one have to be in the other."""
    for similarity, verdict in ((0.6, False), (0.7, True)):  # of equal lengths: .75 and .82 of either
        columns = Columns.of([WHOLE, replace(WHOLE, article_id=ArticleId("e" * 32))])
        assert are_copies(columns, np.array([0]), np.array([1]), np.array([similarity])).tolist() == [verdict]


@pytest.mark.parametrize("kind", ["numbers", "names", "plain"])
def test_each_kind_of_words_can_say_no(kind: str) -> None:
    """Two texts alike in all but their numbers, their names or what stands outside quotes."""
    assert WHOLE.fingerprint is not None
    other = np.frombuffer(getattr(WHOLE.fingerprint, kind), "<u4") ^ np.uint32(1)
    changed = replace(WHOLE, site="other", fingerprint=replace(WHOLE.fingerprint, **{kind: np.sort(other).tobytes()}))
    columns = Columns.of([WHOLE, changed])
    assert are_copies(columns, np.array([0]), np.array([1]), np.array([0.9])).tolist() == [False]
