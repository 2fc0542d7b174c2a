"""How many answers may lie about unread. What is asked for comes faster than a busy disk writes it down, and each takes memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Intake:
    """A count of the answers that were received and not yet written down. Belongs to one event loop.

    Whoever is about to ask for one more waits until there is room; whoever has an answer never waits here. So nobody waits for
    somebody who waits, and beyond `most` there are only answers to what was under way when that many were reached.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._fewer = asyncio.Event()

    async def room(self) -> None:
        """Return as soon as there are fewer than `most`."""
        while self._held >= self._most:
            self._fewer.clear()
            await self._fewer.wait()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one answer until the block ends."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self._fewer.set()
