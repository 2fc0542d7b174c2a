"""Which pages of the past are wanted, asked in the order of what an answer costs. Pure.

The WARC head alone knows domain and day, the HTTP head status and type; the language is looked for in the first bytes of
the page, and only where nothing there declares it is text weighed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from pipeline.backfill.warc_reading import WarcHead
from pipeline.urls import fetchable, registered_domain

Guess = Callable[[str], str]  # text → primary language subtag, "und" where it is too short to tell

HTML: Final = frozenset({"text/html", "application/xhtml+xml"})
_DECLARED_WITHIN: Final = 16_384  # bytes of a page in which its language is looked for
_WEIGHED: Final = 200_000  # bytes of a page whose text is weighed where it declares none
_HTML_LANG: Final = re.compile(rb"<html\b[^>]{0,2000}?\blang\s*=\s*[\"']?([A-Za-z]{2,3})(?=[-_\"'\s>])", re.IGNORECASE)
_UNSEEN: Final = re.compile(r"<(script|style|noscript|svg|head)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)
_ENOUGH_TEXT: Final = 3_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is wanted; what is empty asks for nothing. `start` and `end` bound the time of capture: [start, end)."""

    domains: frozenset[str] = frozenset()  # registered domains, or hosts below one
    languages: frozenset[str] = frozenset()  # primary subtags
    start: datetime | None = None
    end: datetime | None = None

    @property
    def spelled(self) -> str:
        """The choice in words, the same ones for the same choice in every process."""
        return f"{sorted(self.domains)} {sorted(self.languages)} {self.start} {self.end}"

    def refuse_head(self, head: WarcHead) -> str | None:
        """Return why a response is not worth reading at all, by its WARC head; None where it is."""
        if fetchable(head.url) is None:
            return "bad-url"
        if head.at is None:
            return "no-date"
        kind = head.fields.get("warc-identified-payload-type", "").partition(";")[0].strip().lower()
        if kind and kind not in HTML:
            return "not-html"
        if "warc-truncated" in head.fields:
            return "truncated"
        return self.refuse(head.url, head.at)

    def refuse(self, url: str, at: datetime | None) -> str | None:
        """Return why an address of that time is not wanted; None where it is."""
        if at is not None and ((self.start and at < self.start) or (self.end and at >= self.end)):
            return "other-day"
        if self.domains and not self._is_of_domain(url):
            return "other-domain"
        return None

    def refuse_body(self, body: bytes, guess: Guess) -> str | None:
        """Return why a page is not wanted by its language; None where it is, or where none can be told."""
        if not self.languages:
            return None
        language = declared_language(body) or guess(visible_text(body))
        return None if language in self.languages or language == "und" else "other-language"

    def _is_of_domain(self, url: str) -> bool:
        host = (urlsplit(url).hostname or "").lower()
        return registered_domain(url) in self.domains or any(host == one or host.endswith("." + one) for one in self.domains)


def declared_language(body: bytes) -> str:
    """Return the primary language of `<html lang>`; '' where the beginning of the page has none."""
    found = _HTML_LANG.search(body[:_DECLARED_WITHIN])
    return found[1].decode("ascii").lower() if found else ""


def visible_text(body: bytes) -> str:
    """Return some of the text of a page, roughly: enough to weigh its language."""
    text = _UNSEEN.sub(" ", body[:_WEIGHED].decode("utf-8", "replace"))
    return " ".join(text.split())[:_ENOUGH_TEXT]
