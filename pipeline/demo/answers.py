"""Answers of the demo newsroom's server, before they are sent: what is there, and how conditional requests are met."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. `changed_at` becomes Last-Modified; the ETag is made of the body; neither where `changed_at` is None."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    changed_at: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str | None:
        """A strong validator: same body, same tag."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:24]}"' if self.changed_at else None

    def all_headers(self) -> dict[str, str]:
        """Return the headers to send with the body."""
        return {"Content-Type": self.content_type, **self.validators(), **self.headers}

    def validators(self) -> dict[str, str]:
        """Return ETag and Last-Modified, where the answer has them."""
        if self.changed_at is None or self.etag is None:
            return {}
        return {"ETag": self.etag, "Last-Modified": format_datetime(self.changed_at.astimezone(UTC), usegmt=True)}

    def matches(self, asked: Mapping[str, str]) -> bool:
        """Whether the client that sent these headers has this body already (RFC 9110, section 13.2.2: tags go before dates)."""
        if self.status != 200 or self.changed_at is None:
            return False
        tags = asked.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or self.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        since = _http_date(asked.get("If-Modified-Since"))
        return since is not None and self.changed_at.replace(microsecond=0) <= since


def moved(location: str, *, status: int = 301) -> Answer:
    """Return a redirect."""
    return Answer(status=status, body=b"Moved\n", headers={"Location": location})


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
