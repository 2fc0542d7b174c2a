"""Markup and entities out of a feed's texts. What is left is plain, NFC, one line, and never markup again."""

from __future__ import annotations

import re
import unicodedata
from html.entities import html5
from typing import Any, Final, cast

from lxml import etree

MAX_MARKUP: Final = 100_000  # characters of one text that are looked at
_MAX_PASSES: Final = 3  # publishers escape what was escaped; three times is the most that was seen

_INLINE_NAMES: Final = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q rb rp rt ruby s samp small span strike "
    "strong sub sup time tt u var wbr"
)
_HIDDEN_NAMES: Final = "applet audio canvas head iframe math noscript object script select style svg template textarea video"
_OTHER_NAMES: Final = (
    "address amp-img area article aside base basefont blockquote body br button caption center col colgroup datalist dd details dialog "
    "dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hgroup hr html img input legend "
    "li link main map marquee menu meta meter nav noframes ol optgroup option p param picture pre progress search section source summary "
    "table tbody td tfoot th thead title tr track ul xmp"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())
_HIDDEN: Final = frozenset(_HIDDEN_NAMES.split())
_ELEMENT: Final = f"(?:{'|'.join(sorted(_INLINE | _HIDDEN | set(_OTHER_NAMES.split())))})" + r"(?=[\s/>]|$)"

_NO_TAG: Final = re.compile(rf"<(?!/?{_ELEMENT}|!--|!\[|!doctype\b|\?)", re.IGNORECASE)
_TAG: Final = re.compile(rf"</?{_ELEMENT}|<!--|<!\[|<!doctype\b|<\?", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ufeff\ufffe\uffff\ud800-\udfff]")  # \x85 and \t..\r are space


class _Words:
    """Collects the visible text of a fragment; what ends a line of text becomes a space."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._hidden = 0

    def start(self, tag: str, _attributes: object) -> None:
        self._hidden += tag in _HIDDEN
        if tag not in _INLINE:
            self.pieces.append(" ")

    def end(self, tag: str) -> None:
        self._hidden -= tag in _HIDDEN
        if tag not in _INLINE:
            self.pieces.append(" ")

    def data(self, text: str) -> None:
        if not self._hidden:
            self.pieces.append(text)

    def close(self) -> str:
        return "".join(self.pieces)


def plain_text(markup: str | None, limit: int) -> str:
    """Return the visible text of a fragment of HTML, at most `limit` characters, white space collapsed, entities decoded.

    `<` before anything but an HTML element is text: `a < b` and `<3` survive. Scripts, styles and comments do not.
    """
    if not markup:
        return ""
    text = _UNWANTED.sub("", markup[:MAX_MARKUP]).replace("<![CDATA[", "").replace("]]>", "")
    for _ in range(_MAX_PASSES):
        if not _TAG.search(text) and not _has_entity(text):
            break
        text = _shown(text)
    if _TAG.search(text):
        text = text.replace("<", " ")
    text = _UNWANTED.sub("", unicodedata.normalize("NFC", text))
    return _cut(" ".join(text.split()), limit)


def _has_entity(text: str) -> bool:
    return any(match[0][1] == "#" or match[0][1:] in html5 for match in _ENTITY.finditer(text))


def _shown(text: str) -> str:
    parser = etree.HTMLParser(target=cast("Any", _Words()), no_network=True, remove_comments=True, remove_pis=True)
    return cast("str", etree.fromstring(f"<div>{_NO_TAG.sub('&lt;', text)}</div>", parser))


def _cut(text: str, limit: int) -> str:
    """Cut at a word, and within one only where it would take more than a tenth of the text."""
    if len(text) <= limit:
        return text
    end = text.rfind(" ", limit - limit // 10, limit + 1)
    return text[: end if end > 0 else limit].rstrip()
