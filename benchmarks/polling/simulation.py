"""One policy, one world, a virtual clock: who is asked when, and when each entry is first seen."""

from __future__ import annotations

import heapq
import time
from array import array
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from benchmarks.polling.ours import Ours
from benchmarks.polling.policies import Policy
from benchmarks.polling.publishers import Publication, World
from benchmarks.polling.rhythms import DAY
from benchmarks.polling.server import Answer, Servers

SPACING = 2.0  # seconds between two starts of feed requests at one host
PATIENCE = 240.0  # seconds a due feed waits for its host's slot before it goes back to the ledger
AGAIN_AT_ONCE = {0, 500}
GRACE = DAY  # entries published later than this before the end are not counted: they may still be seen in good time


@dataclass(slots=True)
class Diary:
    """What happened under one policy. Latencies are seconds by feed, of the entries that were seen."""

    policy: str
    requests: Counter[str] = field(default_factory=Counter)  # by host
    statuses: Counter[int] = field(default_factory=Counter)
    bytes: int = 0
    wasted_bytes: int = 0
    too_close: int = 0  # starts within the spacing of the one before at their host
    postponed: int = 0
    rolled_over: int = 0  # entries that left the window unseen
    latencies: list[array[float]] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)  # by feed: counted entries that were never seen
    cpu_seconds: float = 0.0


@dataclass(slots=True)
class Simulation:
    """Runs one policy through a world. `tick`: how often the due feeds are looked for, in seconds; 0: at once."""

    world: World
    policy: Policy
    tick: float = 0.0
    seed: int = 0

    def run(self) -> Diary:
        """Return what happened."""
        began, feeds = time.process_time(), self.world.feeds
        diary = Diary(self.policy.name, latencies=[array("d") for _ in feeds], unseen=[0] * len(feeds))
        servers, random = Servers(feeds), Random(f"polls {self.seed}")
        following = _Following(self.world, diary)
        queue = [(self._ticked(at), number) for number, at in enumerate(self.world.first_polls)]
        heapq.heapify(queue)
        free: dict[str, float] = {}
        while queue and queue[0][0] < self.world.seconds:
            now, number = heapq.heappop(queue)
            feed = feeds[number]
            due = self._poll(feed, now, servers, following, free, random)
            if due is not None:
                heapq.heappush(queue, (self._ticked(max(due, now + 1.0)), number))
        following.close()
        diary.cpu_seconds = time.process_time() - began
        return diary

    def _ticked(self, at: float) -> float:
        return at if not self.tick else -(-at // self.tick) * self.tick

    def _poll(
        self, feed: Publication, now: float, servers: Servers, following: _Following, free: dict[str, float], random: Random
    ) -> float | None:
        policy, host, diary, spacing = self.policy, feed.host.name, following.diary, SPACING
        if isinstance(policy, Ours):
            slot = max(now, free.get(host, 0.0), policy.paused_until(feed))
            if slot - now > PATIENCE:
                diary.postponed += 1
                return policy.postponed(feed, now, slot, random.random())
            now, spacing = slot, max(SPACING, policy.spacing(feed, slot))
        diary.too_close += now < free.get(host, 0.0)
        free[host] = now + spacing
        etag, last_modified = policy.validators(feed, now, random.random())
        answer = servers.ask(feed, now, etag, last_modified)
        following.note(feed, answer, now)
        if isinstance(policy, Ours) and answer.status in AGAIN_AT_ONCE:  # our fetcher asks a second time, in vain: spells last
            diary.requests[host] += 1
            free[host] += spacing
        if answer.redirected:  # the answer came from the second of two requests
            diary.requests[host] += 1
            free[host] += spacing
        return policy.after(feed, answer, now, random.random())


class _Following:
    """Who has seen what by now."""

    def __init__(self, world: World, diary: Diary) -> None:
        self.world, self.diary = world, diary
        self._seen = [feed.backlog for feed in world.feeds]
        self._counted_until = world.seconds - GRACE

    def note(self, feed: Publication, answer: Answer, now: float) -> None:
        diary, status = self.diary, answer.status
        diary.requests[feed.host.name] += 1
        diary.statuses[status] += 1
        if status != 200:
            return
        diary.bytes += answer.bytes
        seen = self._seen[feed.number]
        if answer.shown <= seen:
            diary.wasted_bytes += answer.bytes
            return
        first = max(seen, answer.shown - feed.window)
        diary.rolled_over += first - seen
        diary.unseen[feed.number] += sum(at < self._counted_until for at in feed.published[seen:first])
        latencies = diary.latencies[feed.number]
        for at in feed.published[first : answer.shown]:
            if at < self._counted_until:
                latencies.append(now - at)
        self._seen[feed.number] = answer.shown

    def close(self) -> None:
        """Count what was never seen. What a feed published after its 410 nobody could have seen."""
        for feed, seen in zip(self.world.feeds, self._seen, strict=True):
            end = min(self._counted_until, feed.gone_at or self._counted_until)
            late = [at for at, shown in zip(feed.published[seen:], feed.visible[seen:], strict=True) if shown < end]
            self.diary.unseen[feed.number] += len(late)
            if feed.gone_at is None:
                self.diary.rolled_over += max(0, len(late) - feed.window)
