"""The protocol of gaps. Part of `ports`, which is where to get it from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pipeline.ledger import Gap, Visit
from pipeline.types import FeedId


class GapStore(Protocol):
    """What may have passed unseen, and the documents it is to be filled from."""

    def save(self, gap: Gap, planned: Sequence[Visit] = ()) -> None:
        """Write a gap and what is to be read for it, together; the same gap again replaces it."""
        ...

    def save_visits(self, planned: Sequence[Visit]) -> None:
        """Write visits; a feed has one for each address."""
        ...

    def gaps(self, feed_id: FeedId | None = None, *, since: datetime | None = None, limit: int = 100) -> tuple[Gap, ...]:
        """Return gaps, the latest found first."""
        ...

    def due_visits(self, now: datetime, *, limit: int = 100) -> tuple[Visit, ...]:
        """Return what is to be read by now, longest due first."""
        ...

    def visits(self, feed_id: FeedId) -> tuple[Visit, ...]:
        """Return every visit of a feed, done ones too."""
        ...
