"""What one poll saw, and which kind of failure it was. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from pipeline.ledger import PollOutcome
from pipeline.sources.freshness import Headers
from pipeline.types import Digest, FeedDocument, FeedEntry, Hop


class Failure(StrEnum):
    """Why a poll failed, as far as it matters for the next one."""

    DNS = "dns"
    PROXY = "proxy"
    CONNECTION = "connection"  # also TLS
    TIMEOUT = "timeout"
    STATUS = "status"  # 404, 408, 5xx
    REFUSED = "refused"  # 400, 401, 403
    RATE_LIMITED = "rate-limited"  # 429, and 503 with Retry-After
    BOT_WALL = "bot-wall"
    BAD_URL = "bad-url"
    UNREADABLE = "unreadable"  # what came is a feed that cannot be parsed
    WEB_PAGE = "web-page"  # what came is no feed
    OTHER = "other"


WEIGHTS: Final = {
    Failure.DNS: 0.25,
    Failure.PROXY: 0.25,
    Failure.CONNECTION: 0.5,
    Failure.TIMEOUT: 0.5,
    Failure.STATUS: 0.5,
    Failure.REFUSED: 1.0,
    Failure.RATE_LIMITED: 0.5,
    Failure.BOT_WALL: 1.0,
    Failure.BAD_URL: 1.0,
    Failure.UNREADABLE: 0.5,
    Failure.WEB_PAGE: 1.0,
    Failure.OTHER: 0.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one poll saw. `document` is there where the body was read; `new` counts its entries not seen before."""

    outcome: PollOutcome
    http_status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    failure: Failure | None = None  # where FAILED; told from the status where left out
    error: str | None = None
    not_before: datetime | None = None  # the host's wish: Retry-After, or the end of its pause
    document: FeedDocument | None = None
    body_digest: Digest | None = None
    entry_set_digest: Digest | None = None
    new: int = 0
    arrived: tuple[FeedEntry, ...] = ()  # these new entries
    shared: bool = True  # whether an entry was there at the poll before, as far as can be told
    final_url: str = ""  # after redirects; '' where there were none
    hops: tuple[Hop, ...] = ()
    gap: bool = False  # entries passed unseen since the poll before
    bytes: int = 0
    seconds: float = 0.0


def failure_of(status: int, headers: Headers = ()) -> Failure:
    """Return what a final HTTP status means for the next poll."""
    named = {name.lower(): value.lower() for name, value in headers}
    if status == 403 and named.get("cf-mitigated") == "challenge":
        return Failure.BOT_WALL
    if status == 429 or (status == 503 and "retry-after" in named):
        return Failure.RATE_LIMITED
    return Failure.REFUSED if status in {400, 401, 402, 403, 407, 451} else Failure.STATUS
