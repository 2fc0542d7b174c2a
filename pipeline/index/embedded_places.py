"""Where a second embedded index is built beside the one in use, and how it takes its place.

- `PATH.building/`: the new one, while it is filled
- `PATH.placing`: it is whole, and taking its place; whoever finds this goes on where another was cut short
- `PATH.old/`: the one before, kept until it is dropped
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.embedded_folder import DOCUMENTS


def beside(path: Path) -> Path:
    """Return the folder of the index that is built beside one."""
    return path.with_name(f"{path.name}.building")


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.old")


def _placing(path: Path) -> Path:
    return path.with_name(f"{path.name}.placing")


def is_begun(path: Path) -> bool:
    """Whether an index is being built beside this one."""
    return (beside(path) / DOCUMENTS).exists()


def put_in_place(path: Path) -> None:
    """Let the new index take the place of the one in use, which is kept as the old one.

    Raises:
        ConfigurationError: nothing was built.
    """
    if not is_begun(path):
        raise ConfigurationError(f"index: {beside(path)} is not there: nothing is being built")
    try:
        shutil.rmtree(_old(path), ignore_errors=True)
        _placing(path).touch()
    except OSError as error:
        raise RetryableError(f"index: {path}: {error.strerror}") from error
    finish_placing(path)


def finish_placing(path: Path) -> None:
    """Do the two renames, or the one that is left where somebody was killed between them."""
    if not _placing(path).exists():
        return
    try:
        if is_begun(path):
            if path.exists():
                path.rename(_old(path))
            beside(path).rename(path)
        _placing(path).unlink(missing_ok=True)
    except OSError as error:
        raise RetryableError(f"index: {path}: {error.strerror}") from error


def remove_others(path: Path) -> tuple[str, ...]:
    """Remove the old index and one that is being built; return the names of the folders."""
    found = tuple(each.name for each in (_old(path), beside(path)) if each.is_dir())
    for name in found:
        shutil.rmtree(path.with_name(name), ignore_errors=True)
    return found
