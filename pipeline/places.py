"""How far files of the past were read, so that an import that was killed goes on there: the value, and where it is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pipeline.types import FeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything of a file before `offset` is in the ledger or was not wanted, as `counts` say.

    It holds for that `version` of the file (its ETag or time, and its size) and for what was `asked` of it.
    """

    offset: int
    version: str
    asked: str
    counts: Mapping[str, int] = field(default_factory=dict)


class PlaceStore(Protocol):
    """Places by source and file (a path or a URL)."""

    def get(self, source: FeedId, file: str) -> Place | None: ...

    def save(self, source: FeedId, file: str, place: Place, now: datetime) -> None:
        """Keep where an import is, in place of where it was."""
        ...

    def forget(self, source: FeedId, files: Collection[str]) -> None:
        """Drop the places of files that are read to their end; those of none are none."""
        ...
