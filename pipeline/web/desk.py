"""What the pages are served from: callables and ports, handed in. The room knows no other room."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from pipeline.index.query import Query
from pipeline.ports import ArticleIndex, StateStore
from pipeline.standing import SentenceChange
from pipeline.trials import TrialReport
from pipeline.types import ArchivePointer, FetchedPage

T = TypeVar("T")


class Parse(Protocol):
    """Reads a query. Raises `ConfigurationError`, worded for the person who typed it."""

    def __call__(self, text: str, *, now: datetime) -> Query: ...


class Callback(Protocol):
    """Answers hubs that push. Called from several threads."""

    def knows(self, callback_id: str) -> bool:
        """Whether there is such a callback."""
        ...

    def verify(self, callback_id: str, asked_with: Mapping[str, str]) -> tuple[int, str]:
        """Return status and text for a hub that verifies or denies."""
        ...

    def deliver(self, callback_id: str, body: bytes, *, signature: str | None, content_type: str) -> int:
        """Keep a delivery durably and return the status to answer with."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where the pages get their answers.

    `open_index` and `open_state` are called when first needed and their adapters kept; one that raises is asked again by
    the next request. Both adapters are used by several threads. `compare` tells what
    became of each sentence; without it no revisions are shown. `read_page` reads the archive; without it no page as it
    came is offered. `read_trial` gives what the lab tried, None where there is no trial. Without `open_callback` hubs find
    nobody; with it they may deliver `most_delivered` bytes at once.
    """

    open_index: Callable[[], ArticleIndex]
    open_state: Callable[[], StateStore]
    parse: Parse
    clock: Callable[[], datetime]
    read_page: Callable[[ArchivePointer], FetchedPage] | None = None
    compare: Callable[[str, str], Sequence[SentenceChange]] | None = None
    read_trial: Callable[[], TrialReport | None] | None = None
    open_callback: Callable[[], Callback] | None = None
    most_delivered: int = 1_000_000


class Opened(Generic[T]):
    """A thing that is opened once, by whichever thread needs it first."""

    def __init__(self, opening: Callable[[], T]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._kept: list[T] = []

    def __call__(self) -> T:
        """Return the open thing, opening it where nobody has. Raises what the opening raises, and keeps nothing then."""
        with self._lock:
            if not self._kept:
                self._kept.append(self._opening())
            return self._kept[0]
