"""One request, asked politely: its slot waited for, how the host takes it noted, and asked again where the fault may pass.

Asked again within a task is only what broke on the way or ended in a 5xx, twice at most, ever later and never at the same time
for all; every other fault is for those who come back in an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from pipeline.fetch.client import Answer, HttpClient, Wanted
from pipeline.fetch.faults import BrokenConnectionError, HostDownError
from pipeline.fetch.lanes import Lane
from pipeline.fetch.politeness import Manners, retry_after
from pipeline.fetch.statuses import BUSY
from pipeline.fetch.walls import wall
from pipeline.ports import Before
from pipeline.types import Rejected

FORBIDDEN: Final = 403


class Asker:
    """Asks for URLs through one client, with the manners that all tasks share."""

    def __init__(
        self,
        client: HttpClient,
        manners: Manners,
        *,
        clock: Callable[[], datetime],
        random: Callable[[], float],
        at_once: int,
        notes_down: bool,
    ) -> None:
        """`notes_down`: whether a host where nothing answers is left alone for a while by everybody."""
        self._client = client
        self._manners = manners
        self._clock = clock
        self._random = random
        self._notes_down = notes_down
        self._under_way = asyncio.Semaphore(at_once)

    async def ask(
        self,
        lane: Lane,
        url: str,
        wanted: Wanted,
        *,
        delay: float,
        deadline: datetime,
        retries: int = 0,
        before: Before | None = None,
    ) -> Answer | Rejected:
        """Return the answer, a redirect or an error status being one like any other. `before` is awaited when all waiting is over.

        Raises `HostBusyError` after a 429 or 503, `RetryableError` for faults of the wire, `PostponedError` where the slot
        is beyond the deadline.
        """
        for tried in range(retries + 1):
            pause = timedelta(seconds=delay * 2**tried * (0.5 + self._random()))
            last = tried == retries or self._clock() + pause > deadline
            try:
                answer = await self._once(lane, url, wanted, delay=delay, deadline=deadline, before=before)
            except BrokenConnectionError as error:
                if last:
                    if isinstance(error, HostDownError) and self._notes_down:
                        await self._manners.note_down(lane.domain, str(error))
                    raise
            else:
                if last or not self._may_pass(answer, self._clock() + pause):
                    return answer
            await self._manners.back_off(pause.total_seconds())
        raise AssertionError("the last try returns or raises")

    async def _once(
        self, lane: Lane, url: str, wanted: Wanted, *, delay: float, deadline: datetime, before: Before | None
    ) -> Answer | Rejected:
        await self._manners.wait_for_slot(lane, delay=delay, deadline=deadline)
        async with self._under_way:
            if before is not None:
                await before()
            lane.begin(self._clock())
            answer = await self._client.get(url, wanted)
        if isinstance(answer, Rejected):
            return answer
        if product := wall(answer):
            return Rejected(url=url, reason="bot-wall", detail=f"status {answer.status}, a challenge by {product}")
        if answer.status in BUSY or (answer.status == FORBIDDEN and await self._manners.takes_forbidden_for_busy(lane.domain)):
            raise await self._manners.note_refusal(lane.domain, status=answer.status, asked=answer.header("retry-after"), url=url)
        await self._manners.note_answer(lane.domain, seconds=answer.seconds, delay=delay)
        return answer

    def _may_pass(self, answer: Answer | Rejected, again_at: datetime) -> bool:
        """Whether asking again may help, and the server does not ask for more time than that."""
        if isinstance(answer, Rejected) or answer.status < 500:
            return False
        asked = retry_after(answer.header("retry-after"), self._clock())
        return asked is None or asked <= again_at
