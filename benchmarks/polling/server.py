"""What the servers answer: a pure function of the world and the time, and of what this one client asked before."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from benchmarks.polling.publishers import Host, Publication, Spell, Validating


@dataclass(slots=True)
class Answer:
    """One answer. `shown` counts all entries that ever appeared, so the window is the last of them; `edits` the edits so far."""

    status: int  # 0: no connection
    etag: str | None = None
    last_modified: str | None = None
    bytes: int = 0
    shown: int = 0
    edits: int = 0
    retry_after: float | None = None
    redirected: bool = False


@dataclass(slots=True)
class _HostSide:
    """What a host remembers of a client."""

    starts: deque[float] = field(default_factory=deque)
    barred_until: float = 0.0


@dataclass(slots=True)
class _FeedSide:
    """Where a feed stands at the time of the last request."""

    shown: int = 0
    edits: int = 0
    changed_at: float = -1e9
    answered_at: float = -1e9
    requests: int = 0


class Servers:
    """Every server, as one client meets them. Time only goes on."""

    def __init__(self, feeds: list[Publication]) -> None:
        self._feeds = [_FeedSide() for _ in feeds]
        self._hosts: dict[str, _HostSide] = {feed.host.name: _HostSide() for feed in feeds}

    def ask(self, feed: Publication, now: float, etag: str | None, last_modified: str | None) -> Answer:
        """Answer one request."""
        host, side = feed.host, self._feeds[feed.number]
        if (spell := _spell(host.spells, now)) or (spell := _spell(feed.spells, now)):
            return Answer(spell.status, retry_after=spell.retry_after)
        if feed.gone_at is not None and now >= feed.gone_at:
            return Answer(410)
        if (wait := self._too_fast(host, side, now)) is not None:
            return Answer(429, retry_after=wait if host.says_retry_after else None)
        side.answered_at = now
        answer = _content(feed, side, now, etag, last_modified)
        answer.redirected = feed.moved_at is not None and now >= feed.moved_at
        return answer

    def _too_fast(self, host: Host, side: _FeedSide, now: float) -> float | None:
        """Return for how many seconds the client is refused, or None."""
        if host.feed_gap is not None and now - side.answered_at < host.feed_gap:
            return host.feed_gap - (now - side.answered_at)
        if host.per_minute is None:
            return None
        seen = self._hosts[host.name]
        if now < seen.barred_until:
            return seen.barred_until - now
        while seen.starts and seen.starts[0] <= now - 60:
            seen.starts.popleft()
        if len(seen.starts) >= host.per_minute:
            seen.barred_until = now + 600
            return 600.0
        seen.starts.append(now)
        return None


def _spell(spells: tuple[Spell, ...], now: float) -> Spell | None:
    for spell in spells:
        if spell.start <= now < spell.end:
            return spell
    return None


def _content(feed: Publication, side: _FeedSide, now: float, etag: str | None, last_modified: str | None) -> Answer:
    _advance(feed, side, now)
    size = 900 + feed.entry_bytes * min(feed.window, side.shown)
    answer = Answer(200, bytes=size, shown=side.shown, edits=side.edits)
    kind = feed.validating
    if kind is Validating.NONE:
        return answer
    if kind is Validating.STATIC:
        answer.etag = '"feed"'
    elif kind is Validating.RESTLESS:
        side.requests += 1
        answer.etag = f'"{side.requests}"'
    else:
        if kind is not Validating.LAST_MODIFIED:
            answer.etag = f'"{side.shown}-{side.edits}"'
        if kind is not Validating.ETAG:
            answer.last_modified = str(int(side.changed_at))
    # With both sent only the ETag counts (RFC 9110, 13.1.3).
    fresh = etag == answer.etag if etag and answer.etag else bool(last_modified) and last_modified == answer.last_modified
    if fresh:
        answer.status, answer.bytes = 304, 0
    return answer


def _advance(feed: Publication, side: _FeedSide, now: float) -> None:
    visible, shown = feed.visible, side.shown
    while shown < len(visible) and visible[shown] <= now:
        side.changed_at = max(side.changed_at, visible[shown])
        shown += 1
    side.shown = shown
    edits = feed.edits
    while side.edits < len(edits) and edits[side.edits][0] <= now:
        side.changed_at = max(side.changed_at, edits[side.edits][0])
        side.edits += 1
