from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index.embedded import EmbeddedIndex
from pipeline.index.embedded_places import beside, finish_placing, put_in_place
from tests.index.documents import document


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an index of one document lies, with one of two beside it."""
    folder = tmp_path / "index"
    for place, count in ((folder, 1), (beside(folder), 2)):
        index = EmbeddedIndex(place)
        index.prepare()
        index.upsert(document(f"{at}") for at in range(count))
        index.close()
    return folder


def count(path: Path) -> int:
    """How many documents the index in use has."""
    index = EmbeddedIndex(path)
    try:
        return index.count()
    finally:
        index.close()


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_placing_that_was_cut_short_is_finished(path: Path, renamed: int) -> None:
    """Killed before the renames, between them or behind them: whoever opens the index next sees the new one."""
    path.with_name("index.placing").touch()
    if renamed:
        path.rename(path.with_name("index.old"))
    if renamed == 2:
        beside(path).rename(path)
    assert count(path) == 2
    assert count(path.with_name("index.old")) == 1
    assert not path.with_name("index.placing").exists()


def test_nothing_is_placed_that_nobody_asked_for(path: Path) -> None:
    """An index that is still being filled stays beside."""
    finish_placing(path)
    assert count(path) == 1


def test_nothing_built_is_named(tmp_path: Path) -> None:
    """And nothing is touched."""
    with pytest.raises(ConfigurationError, match="nothing is being built"):
        put_in_place(tmp_path / "index")
    assert list(tmp_path.iterdir()) == []
