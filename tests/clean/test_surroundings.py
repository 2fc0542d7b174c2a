"""Where a block stands and what is around it, in numbers."""

from __future__ import annotations

import numpy as np

from pipeline.clean.surroundings import GROUPS, MASS, NAMES, PLACES, grouped, groups, mass, names, places, shifted
from tests.clean.pages import STORY
from tests.clean.test_traits import MARKUP, blocks_of, evidence_of


def test_neighbours_beyond_the_page_are_told_apart() -> None:
    """From a neighbour that has nothing."""
    column = np.array([[1.0], [2.0], [3.0]], np.float32)
    assert shifted(column, 1).ravel().tolist() == [2.0, 3.0, -2.0]
    assert shifted(column, -2).ravel().tolist() == [-2.0, -2.0, 1.0]


def test_a_group_is_told_without_the_one_that_asks() -> None:
    """Weighted by length; one alone has no group."""
    values, weights = np.array([1, 0, 1], np.float32), np.array([1, 3, 9], np.float32)
    mean, sizes = grouped(["a", "a", "b"], values, weights)
    assert mean.tolist() == [0.0, 1.0, -1.0]
    assert sizes.tolist() == [2, 2, 1]


def test_every_part_has_its_columns() -> None:
    """One row a block, whatever is looked at."""
    blocks = blocks_of(MARKUP)
    evidence = evidence_of(blocks, {2, 3})
    looked = blocks[1:4]
    assert places(blocks, looked, evidence).shape == (3, len(PLACES))
    assert names(looked, evidence).shape == (3, len(NAMES))
    assert mass(blocks, looked).shape == (3, len(MASS))
    assert groups(looked, np.array([0, 1, 1], np.float32)).shape == (3, len(GROUPS))


def test_the_prose_lies_where_most_of_it_lies() -> None:
    """Whatever was kept: the column's share is nearly all, the distance to it nothing; a footer is far."""
    blocks = blocks_of(MARKUP + f"<footer><div><div><p>{STORY[2]}</p></div></div></footer>")
    found = dict(zip((block.text[:12] for block in blocks), mass(blocks, blocks), strict=True))
    best, distance, share = MASS.index("prose_best"), MASS.index("distance_best"), MASS.index("prose_parent")
    assert (found["It took nine"][best], found["It took nine"][share]) == (1.0, 1.0)
    assert found[STORY[2][:12]][distance] > found["It took nine"][distance]


def test_how_far_the_next_kept_block_is() -> None:
    """Before and after; far off where there is none."""
    since, until = GROUPS.index("since_kept"), GROUPS.index("until_kept")
    rows = groups(blocks_of("<p>a</p><p>b</p><p>c</p><p>d</p>"), np.array([0, 1, 0, 0], np.float32))
    assert rows[:, since].tolist() == [60, 0, 1, 2]
    assert rows[:, until].tolist() == [1, 0, 60, 60]
