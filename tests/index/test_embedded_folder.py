from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import RetryableError
from pipeline.index.embedded_folder import (
    create_search_folder,
    engine_errors,
    open_search_folder,
    remove_search_folders,
    search_folder,
    state_of,
    writer_lock,
)


class PanicException(BaseException):
    """Looks like the one that pyo3 raises, which cannot be imported."""


def test_the_lock_is_one_for_all(tmp_path: Path) -> None:
    """Even within a process only one holds it, and it is free again afterwards."""
    with writer_lock(tmp_path, wait_seconds=0) as first, writer_lock(tmp_path, wait_seconds=0.03) as second:
        assert (first, second) == (True, False)
    with writer_lock(tmp_path, wait_seconds=0) as third:
        assert third


def test_a_folder_that_vanished_is_worth_another_try(tmp_path: Path) -> None:
    """A volume that is not mounted yet, say."""
    with pytest.raises(RetryableError, match=r"writer\.lock"), writer_lock(tmp_path / "gone", wait_seconds=0):
        raise AssertionError("never reached")


@pytest.mark.parametrize("error", [ValueError("no"), OSError("no"), PanicException("no")])
def test_whatever_the_engine_raises_is_retryable(tmp_path: Path, error: BaseException) -> None:
    """The folder is named, the cause chained; a panic of the engine does not take the process down."""
    with pytest.raises(RetryableError, match=str(tmp_path)) as caught, engine_errors(tmp_path):
        raise error
    assert caught.value.__cause__ is error


def test_other_errors_pass(tmp_path: Path) -> None:
    """A KeyboardInterrupt is nobody's fault."""
    with pytest.raises(KeyboardInterrupt), engine_errors(tmp_path):
        raise KeyboardInterrupt


def test_search_folders_come_and_go(tmp_path: Path) -> None:
    """A half-made folder is made anew, old ones are removed, and a folder that is none cannot be opened."""
    (search_folder(tmp_path, 2) / "rubbish").mkdir(parents=True)
    for generation in (1, 2):
        create_search_folder(tmp_path, generation)
    assert open_search_folder(search_folder(tmp_path, 2)).searcher().num_docs == 0
    assert state_of(search_folder(tmp_path, 2)) != (0, 0)
    remove_search_folders(tmp_path, but=2)
    assert [folder.name for folder in tmp_path.iterdir()] == ["search-000002"]
    assert state_of(search_folder(tmp_path, 1)) == (0, 0)
    with pytest.raises(RetryableError, match="search-000001"):
        open_search_folder(search_folder(tmp_path, 1))
