"""The event trigger that wakes `dispatch_pushes` when a hub has delivered something.

It runs in the triggerer and asks the ledger each second, which costs a look into an index. Airflow may lose its events, and
joins several into one run: the ledger has the deliveries, and every run takes all that wait.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

log = logging.getLogger(__name__)

AGAIN_SECONDS = 30.0  # a delivery that still waits after that long is announced once more
PAUSE_SECONDS = 15.0  # after the ledger could not be asked


class DeliveriesTrigger(BaseEventTrigger):
    """Fires when deliveries wait in the ledger: at each new one, and again for one that goes on waiting."""

    def __init__(self, poke_seconds: float = 1.0) -> None:
        super().__init__()
        self.poke_seconds = poke_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what Airflow makes this trigger anew from."""
        return "wireroom_pushes.DeliveriesTrigger", {"poke_seconds": self.poke_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Look into the ledger for ever; it is opened once it can be."""
        announced: tuple[str, float] | None = None
        rooms = None
        while True:
            try:
                if rooms is None:
                    rooms = await asyncio.to_thread(_open)
                waiting = await asyncio.to_thread(rooms.state.pushes.waits)
            except Exception as error:  # the triggerer would not start it again: better late than never
                log.warning("the ledger cannot be asked for deliveries, trying again: %s", error)
                if rooms is not None:
                    rooms.close()
                rooms = None
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            now = time.monotonic()
            if waiting and (announced is None or announced[0] != waiting or now - announced[1] > AGAIN_SECONDS):
                announced = (waiting, now)
                yield TriggerEvent({"latest": waiting})
            await asyncio.sleep(self.poke_seconds)


def _open() -> Any:
    from pipeline.wiring import open_rooms

    return open_rooms()
