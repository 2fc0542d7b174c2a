"""Calls that end only while the event loop goes round: whoever makes one inside the loop is found out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

PATIENCE = 10.0  # seconds; reached only by what is wrong


class Loops:
    """Makes methods wait for a sign that only the running event loop can give. `waited` names the calls that got it."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None
        self.waited: list[str] = []

    async def run(self, work: Callable[[], Any]) -> Any:
        """Do async work in this loop."""
        self.loop = asyncio.get_running_loop()
        return await work()

    def needed_by(self, owner: object, *names: str) -> None:
        """From now on these methods of the owner need the loop to go round."""
        for name in names:
            setattr(owner, name, self._waiting(name, getattr(owner, name)))

    def _waiting(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def wait(*arguments: Any, **keywords: Any) -> Any:
            assert self.loop is not None
            sign = threading.Event()
            self.loop.call_soon_threadsafe(sign.set)
            assert sign.wait(PATIENCE), f"{name} was called inside the event loop"
            self.waited.append(name)
            return method(*arguments, **keywords)

        return wait
