"""Trees answer as they would node by node, and a file that is none is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.clean.forest import ROWS_AT_ONCE, Forest, read_forests
from pipeline.errors import ConfigurationError
from tests.clean.trees import dumped, grown, walked, written

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize("leaves", [1, 2, 7, 31, 32])
def test_a_forest_answers_as_its_trees(tmp_path: Path, leaves: int) -> None:
    """However lopsided they grew; a tree of one leaf says the same to everything."""
    trees = [grown(RANDOM, leaves, traits=5) for _ in range(9)]
    forest = written(tmp_path / "f.npz", dumped(trees), 5)
    rows = RANDOM.normal(size=(2 * ROWS_AT_ONCE + 3, 5)).astype(np.float32)
    expected = [sum(walked(tree, row) for tree in trees) for row in rows]
    assert forest.sums(rows) == pytest.approx(expected, abs=0.01)


def test_a_value_that_is_asked_about_says_yes(tmp_path: Path) -> None:
    """ "At most" includes the limit itself."""
    tree: dict[str, Any] = {"split_feature": 0, "threshold": 1.5, "decision_type": "<=", "left_child": {"leaf_value": 1.0}}
    forest = written(tmp_path / "f.npz", dumped([{**tree, "right_child": {"leaf_value": -1.0}}]), 1)
    assert forest.sums(np.array([[1.5], [1.6], [-9.0]], np.float32)) == pytest.approx([1.0, -1.0, 1.0], abs=1e-3)


def test_chances_are_between_nothing_and_certain(tmp_path: Path) -> None:
    """And there are none where there are no rows."""
    forest = written(tmp_path / "f.npz", dumped([grown(RANDOM, 8, traits=3) for _ in range(4)]), 3)
    chances = forest.chances(RANDOM.normal(size=(20, 3)).astype(np.float32))
    assert ((chances > 0) & (chances < 1)).all()
    assert forest.chances(np.zeros((0, 3), np.float32)).size == 0


@pytest.mark.parametrize("content", [b"", b"no model at all", None])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, content: bytes | None) -> None:
    """Whoever damaged it sees which."""
    file = tmp_path / "blocks.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"blocks\.npz"):
        read_forests(file)


def test_another_format_is_refused(tmp_path: Path) -> None:
    """Rather than misread."""
    written(tmp_path / "f.npz", dumped([grown(RANDOM, 3, traits=2)]), 2, file_format=99)
    with pytest.raises(ConfigurationError, match="format 99; readable: 1"):
        read_forests(tmp_path / "f.npz")


def test_forests_are_frozen(tmp_path: Path) -> None:
    """They are shared by every page."""
    forest = written(tmp_path / "f.npz", dumped([grown(RANDOM, 3, traits=2)]), 2)
    assert isinstance(forest, Forest)
    with pytest.raises(AttributeError):
        forest.start = 1.0  # type: ignore[misc]
