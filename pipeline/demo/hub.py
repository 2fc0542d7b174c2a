"""A WebSub hub for the demo newsroom: takes subscriptions, verifies them, signs what it delivers.

It talks to callbacks of this machine only. https://www.w3.org/TR/websub/ has the terms.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import secrets
from collections.abc import Coroutine, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

log = logging.getLogger(__name__)

PATH = "/hub"
LONGEST_LEASE = 864_000  # seconds
SECONDS = 20.0  # for an answer of a callback
RETRIES_AFTER = (1.0, 5.0, 20.0)  # seconds, where a callback does not take a delivery
LOCAL = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One verified subscription."""

    topic: str
    callback: str
    secret: str


class Hub:
    """One hub for every topic. Belongs to the event loop it is first asked in.

    With a file, its subscriptions outlive it: whoever holds a lease counts on it.
    """

    algorithm = "sha256"

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.grants: dict[tuple[str, str], Grant] = _read_grants(file)
        self._session: aiohttp.ClientSession | None = None
        self.under_way: set[asyncio.Task[None]] = set()

    async def asked(self, request: web.Request) -> web.Response:
        """Answer a subscription request; whether it was meant is found out afterwards."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        topic, callback = form.get("hub.topic", ""), form.get("hub.callback", "")
        if form.get("hub.mode") not in {"subscribe", "unsubscribe"} or not topic:
            return web.Response(status=400, text="hub.mode and hub.topic are needed\n")
        if urlsplit(callback).hostname not in LOCAL:
            return web.Response(status=400, text="hub.callback: the demo's hub delivers to this machine only\n")
        self.begin(self.verify(form))
        return web.Response(status=202)

    async def verify(self, form: Mapping[str, str]) -> None:
        """Ask the callback whether it wants what was asked for in its name; keep or drop the subscription where it does."""
        topic, callback, mode = form["hub.topic"], form["hub.callback"], form["hub.mode"]
        challenge = secrets.token_urlsafe(16)
        lease = min(int(form.get("hub.lease_seconds", LONGEST_LEASE)), LONGEST_LEASE)
        params = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge, "hub.lease_seconds": str(lease)}
        status, text = await self.call(callback, params)
        if status != 200 or text != challenge:
            log.warning("hub: %s of %s was not confirmed (%d)", mode, topic, status)
        elif mode == "subscribe":
            self.grants[topic, callback] = Grant(topic=topic, callback=callback, secret=form.get("hub.secret", ""))
            self._keep()
        else:
            self._drop(topic, callback)

    async def call(self, callback: str, params: Mapping[str, str]) -> tuple[int, str]:
        """Send a GET to a callback and return status and text; (0, "") where nobody answers."""
        try:
            async with self._open().get(callback, params=params) as answer:
                return answer.status, await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            return 0, ""

    def publish(self, topic: str, body: bytes, content_type: str) -> int:
        """Begin to deliver what a topic has become; return to how many."""
        told = [grant for grant in self.grants.values() if grant.topic == topic]
        for grant in told:
            self.begin(self._deliver(grant, body, content_type))
        return len(told)

    async def _deliver(self, grant: Grant, body: bytes, content_type: str) -> None:
        for pause in (*RETRIES_AFTER, None):
            status = await self.post(grant, body, content_type)
            if status == 410:
                self._drop(grant.topic, grant.callback)
            if 200 <= status < 300 or status == 410 or pause is None:
                return
            await asyncio.sleep(pause)

    async def post(self, grant: Grant, body: bytes, content_type: str) -> int:
        """Deliver once and return the status; 0 where nobody answers."""
        headers = {"Content-Type": content_type, "X-Hub-Signature": self.signature(grant, body)}
        headers["Link"] = f'<{grant.topic}>; rel="self"'
        try:
            async with self._open().post(grant.callback, data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def signature(self, grant: Grant, body: bytes) -> str:
        """Return the header that proves who sent this body."""
        return f"{self.algorithm}={hmac.new(grant.secret.encode(), body, self.algorithm).hexdigest()}"

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something while others go on."""
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def close(self, _app: web.Application | None = None) -> None:
        """Break off what is under way."""
        for task in tuple(self.under_way):
            task.cancel()
        await asyncio.gather(*self.under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _drop(self, topic: str, callback: str) -> None:
        if self.grants.pop((topic, callback), None) is not None:
            self._keep()

    def _keep(self) -> None:
        if self._file is None:
            return
        draft = self._file.with_suffix(".draft")
        draft.touch(mode=0o600)  # secrets are in it
        draft.write_text(json.dumps([asdict(grant) for grant in self.grants.values()]) + "\n", encoding="utf-8")
        draft.replace(self._file)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS))
        return self._session


def _read_grants(file: Path | None) -> dict[tuple[str, str], Grant]:
    """Return the grants in a file; none where it is missing or cannot be read: subscribers ask again."""
    if file is None:
        return {}
    try:
        kept = [Grant(**grant) for grant in json.loads(file.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError) as error:
        log.warning("hub: %s cannot be read (%s); it begins without subscribers", file, error)
        return {}
    return {(grant.topic, grant.callback): grant for grant in kept}
