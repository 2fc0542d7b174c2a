"""What a trial keeps below HOME/lab: its question, its pages in portions, and what came of each portion.

A file is complete or it is not there; a portion whose result is there is done. So a trial that was killed goes on where it was.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.ledger import Replayable
from pipeline.trials import Example, Looked, Trial, TrialState

_TRIAL: Final = "trial.json"
_LOCK: Final = "lab.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What came of one portion of the pages."""

    looked: tuple[Looked, ...]
    examples: tuple[Example, ...] = ()


class Notebook:
    """The files of the one trial that a home can have. Nothing is made before a trial is begun."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def kept(self) -> Path:
        """Where the articles that came out are kept until they are promoted."""
        return self._root / "articles"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else work on the trial while the block runs. Raises `RetryableError` where somebody does."""
        lock = self._root.parent / _LOCK
        with _our_errors(lock):
            lock.parent.mkdir(parents=True, exist_ok=True)
            file = lock.open("a")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RetryableError(f"lab: another process is at work on the trial ({lock})") from error
            yield

    def begin(self, trial: Trial, portions: Iterable[Sequence[Replayable]]) -> Trial:
        """Write a new trial in place of one that was; return it with its numbers of pages and portions."""
        draft = self._root.with_name(f".lab-{secrets.token_hex(4)}")
        with _our_errors(self._root):
            draft.mkdir(parents=True)
            try:
                pages = count = 0
                for count, portion in enumerate(portions, 1):
                    _write(draft / _pages(count), list(portion))
                    pages += len(portion)
                trial = replace(trial, pages=pages, portions=count)
                _write(draft / _TRIAL, trial)
                shutil.rmtree(self._root, ignore_errors=True)
                draft.rename(self._root)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        return trial

    def trial(self) -> Trial | None:
        """Return the trial, None where there is none."""
        return _read(self._root / _TRIAL, Trial) if (self._root / _TRIAL).exists() else None

    def note(self, state: TrialState) -> None:
        """Note where the trial stands."""
        trial = self.trial()
        assert trial is not None
        _write(self._root / _TRIAL, replace(trial, state=state))

    def pages(self, number: int) -> list[Replayable]:
        """Return the pages of a portion, the first of which is number 1."""
        return list(_read(self._root / _pages(number), tuple[Replayable, ...]))

    def save(self, number: int, portion: Portion) -> None:
        """Keep what came of a portion: it is done."""
        _write(self._root / _done(number), portion)

    def portion(self, number: int) -> Portion | None:
        """Return what came of a portion, None where it is not done."""
        path = self._root / _done(number)
        return _read(path, Portion) if path.exists() else None

    def portions(self) -> Iterator[Portion]:
        """Yield what came of each portion that is done."""
        trial = self.trial()
        for number in range(1, (trial.portions if trial else 0) + 1):
            if (portion := self.portion(number)) is not None:
                yield portion

    def mark(self, name: str) -> None:
        """Note that a step of promoting is done."""
        with _our_errors(self._root):
            (self._root / f"promoted-{name}").touch()

    def is_marked(self, name: str) -> bool:
        """Whether that step was done."""
        return (self._root / f"promoted-{name}").exists()

    def drop(self) -> None:
        """Forget the trial."""
        shutil.rmtree(self._root, ignore_errors=True)


def _pages(number: int) -> str:
    return f"pages-{number:06}.json"


def _done(number: int) -> str:
    return f"done-{number:06}.json"


def _write(path: Path, value: Any) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with _our_errors(path):
        try:
            with draft.open("wb") as file:
                file.write(msgspec.json.encode(value))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def _read(path: Path, kind: Any) -> Any:
    with _our_errors(path):
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except msgspec.MsgspecError as error:
            raise ConfigurationError(f"{path}: damaged ({error}); remedy: `wireroom lab drop`") from error


@contextmanager
def _our_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RetryableError(f"{path}: {error.strerror or error}") from error
