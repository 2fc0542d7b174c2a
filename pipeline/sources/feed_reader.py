"""feedparser, kept within bounds: what it makes of the text of an RSS or Atom document, strictly or as loosely as it can.

Its two readers are used directly instead of `feedparser.parse`, which takes a text for a file's name or an address if it
looks like one, guesses encodings per document, and does work that grows with the square of what a hostile feed repeats:
tags, namespaces, nested bases, dates and addresses of any length (feedparser 6.0.12).
"""

from __future__ import annotations

import io
import re
import xml.sax
from dataclasses import dataclass, field
from typing import Any, Final

from feedparser.api import LooseFeedParser, StrictFeedParser

MAX_DEPTH: Final = 500  # elements within elements; deeper ones are passed over
MAX_TAGS: Final = 50  # of an entry
MAX_NAMESPACES: Final = 100
MAX_BASE: Final = 2_048  # characters of nested xml:base

_ENTRY: Final = re.compile(r"(?:[^:]*:)?(?:item|entry)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read; `flaw` is the reader's complaint as a kebab-case word, None where it had none."""

    channel: dict[str, Any] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    version: str = ""
    flaw: str | None = None


def read_strictly(text: str) -> Reading:
    """Read well-formed XML without a DOCTYPE; anything else gives a flaw and no entries."""
    reader = _StrictReader(None, None, "utf-8")
    source = xml.sax.InputSource()
    source.setCharacterStream(io.StringIO(text))
    parser = xml.sax.make_parser()  # noqa: S317 - the caller cuts the DOCTYPE, and with it every entity
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setFeature(xml.sax.handler.feature_external_ges, False)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    try:
        parser.parse(source)
    except Exception as error:  # feedparser's handlers promise nothing: huge references alone raise three kinds
        return Reading(flaw=_flaw(error))
    return _reading(reader, None)


def read_loosely(text: str, flaw: str | None) -> Reading:
    """Read whatever can be made out between angle brackets."""
    reader = _LooseReader(None, None, "utf-8", {})
    try:
        reader.feed(text)
    except Exception as error:
        flaw = flaw or _flaw(error)  # what was read until here is kept
    return _reading(reader, flaw)


def _reading(reader: Any, flaw: str | None) -> Reading:
    return Reading(channel=dict(reader.feeddata), entries=[dict(one) for one in reader.entries], version=reader.version or "", flaw=flaw)


def _flaw(error: Exception) -> str:
    """Name a complaint in few words, for a counter: undefined-entity, mismatched-tag, unbound-prefix."""
    words = error.getMessage() if isinstance(error, xml.sax.SAXException) else type(error).__name__
    return "-".join(re.findall(r"[a-z]+", str(words).partition("(")[0].lower()))[:60] or "flawed"


class _Bounds:
    """What both readers do otherwise than feedparser's own."""

    sanitize_html = False  # plain_text does it, for all kinds of feeds
    resolve_relative_uris = False
    _passed_over = 0

    def unknown_starttag(self: Any, tag: str, attributes: list[tuple[str, str]]) -> None:
        if _ENTRY.fullmatch(tag) and self._passed_over:  # a loose reader never sees some ends: each entry begins anew
            self._passed_over = self.depth = 0
        if self._passed_over or self.depth >= MAX_DEPTH:
            self._passed_over += 1
            return
        room = MAX_BASE - len(self.baseuri or "")
        kept = [(name, value) for name, value in attributes if name.lower() not in {"xml:base", "base"} or len(value) < room]
        super().unknown_starttag(tag, kept)  # type: ignore[misc]

    def unknown_endtag(self: Any, tag: str) -> None:
        if self._passed_over:
            self._passed_over -= 1
        else:
            super().unknown_endtag(tag)  # type: ignore[misc]

    def track_namespace(self: Any, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) < MAX_NAMESPACES:
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def _add_tag(self: Any, term: str | None, scheme: str | None, label: str | None) -> None:
        if len(self._get_context().setdefault("tags", [])) < MAX_TAGS:
            super()._add_tag(term, scheme, label)  # type: ignore[misc]

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        """Take the author's text as the name, whole: addresses are taken out of it later, and in linear time."""
        context = self._get_context()
        names = context.get(f"{key}s") or [{}]
        if not names[-1] and context.get(key):
            names[-1]["name"] = context[key]

    def _end_published(self: Any) -> None:
        self.pop("published")

    def _end_updated(self: Any) -> None:
        self.pop("updated")

    def _end_created(self: Any) -> None:
        self.pop("created")

    def _end_expirationdate(self: Any) -> None:
        self.pop("expired")

    _end_issued = _end_pubdate = _end_published
    _end_modified = _end_lastbuilddate = _end_dc_date = _end_updated
    _end_dcterms_created = _end_created


class _StrictReader(_Bounds, StrictFeedParser):  # type: ignore[misc]
    pass


class _LooseReader(_Bounds, LooseFeedParser):  # type: ignore[misc]
    pass
