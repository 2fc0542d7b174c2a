"""What one call of the fetcher is out for, and what it has met on its way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pipeline.fetch.client import Answer, Refuse, Wanted
from pipeline.fetch.lanes import Rank
from pipeline.ports import Before
from pipeline.types import Digest, FetchedPage, Hop, NotModified, Validators

PAGE_ACCEPT: Final = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
FEED_ACCEPT: Final = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)


LISTING_ACCEPT: Final = "application/xml, text/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
MAX_LISTING: Final = 50_000_000  # bytes: what the sitemap protocol allows


def _anything(_status: int, _headers: object) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One URL to be fetched, and on what terms."""

    url: str
    validators: Validators
    rank: Rank
    deadline: datetime  # when patience ends
    delay: float  # seconds between two starts on one domain, before robots.txt is asked
    obeys_robots: bool
    seconds: float  # for all hops together, waiting for slots not counted
    max_bytes: int
    accept: str
    form: Mapping[str, str] | None = None  # to be posted
    retries: int = 0  # tries more, at most, within this errand: after a broken connection or a 5xx
    asks_rights: bool = False  # whether the site's tdmrep.json is asked for too
    keeps_connection: bool = True
    refuse: Refuse = _anything
    before: Before | None = None  # awaited once, before the first request for the URL itself

    def wanted(self, seconds_used: float) -> Wanted:
        """Return what the next hop asks for, within what is left of the time."""
        return Wanted(
            seconds=max(self.seconds - seconds_used, 0.001),
            max_bytes=self.max_bytes,
            headers=self._headers(),
            form=self.form,
            refuse=self.refuse,
        )

    def _headers(self) -> Mapping[str, str]:
        headers = {"Accept": self.accept}
        if not self.keeps_connection:
            headers["Connection"] = "close"
        for name, value in (("If-None-Match", self.validators.etag), ("If-Modified-Since", self.validators.last_modified)):
            if value and value.isprintable():  # as it came; what cannot stand in a header never came in one
                headers[name] = value
        return headers


@dataclass(slots=True, kw_only=True)
class Journey:
    """An errand under way: where it is, how it came there, what robots.txt said."""

    errand: Errand
    url: str
    hops: list[Hop] = field(default_factory=list)
    seconds: float = 0.0
    ai_allowed: bool | None = None
    tdm_reserved: bool | None = None
    begun: bool = False

    async def begin(self) -> None:
        """Do what the errand wants done before its first request; later ones, of redirects and second tries, are the same errand."""
        if not self.begun:
            self.begun = True
            if self.errand.before is not None:
                await self.errand.before()

    def moved(self, target: str, status: int) -> None:
        """Go on at the target of a redirect."""
        self.hops.append(Hop(url=self.url, status=status))
        self.url = target

    def has_seen(self, url: str) -> bool:
        """Whether a redirect leads back to where we have been."""
        return url == self.url or any(hop.url == url for hop in self.hops)

    def page(self, answer: Answer, now: datetime) -> FetchedPage:
        """Return the end of the journey as a page."""
        return FetchedPage(
            url=self.errand.url,
            final_url=self.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            digest=Digest(hashlib.sha256(answer.body).hexdigest()),
            fetched_at=now,
            seconds=self.seconds,
            hops=tuple(self.hops),
            ai_allowed=self.ai_allowed,
            tdm_reserved=self.tdm_reserved,
        )

    def not_modified(self, answer: Answer, now: datetime) -> NotModified:
        """Return a 304 with the validators it carried."""
        return NotModified(
            url=self.errand.url,
            validators=Validators(etag=answer.header("etag"), last_modified=answer.header("last-modified")),
            fetched_at=now,
            seconds=self.seconds,
            headers=answer.headers,
            final_url=self.url if self.hops else "",
            hops=tuple(self.hops),
        )
