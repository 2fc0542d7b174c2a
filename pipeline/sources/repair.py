"""What can be mended in the text of a broken XML feed before it is read a second time.

Each repair is for a flaw that is common in the wild; on sound text none changes anything but HTML's entity names.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import name2codepoint
from typing import Final

from pipeline.sources.detection import opening

MAX_TAGS: Final = 200_000  # `<` in one document: with the next, they bound a reader's time
MAX_REFERENCES: Final = 1_000_000  # `&` in one document

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE: Final = re.compile(r"&(?:(#\d{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{0,30});)?")
_CDATA: Final = re.compile(r"<!\[CDATA\[|\]\]>")
_XML_NAMES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ROOT: Final = re.compile(r"<((?:[\w.-]+:)?(?:rss|feed|rdf|channel|urlset|sitemapindex))(?=[\s>/])", re.IGNORECASE)
_ENTRY_END: Final = re.compile(r"</(?:[\w.-]+:)?(?:item|entry|url|sitemap)\s*>", re.IGNORECASE)
_ENTRY_START: Final = re.compile(r"<(?:[\w.-]+:)?(?:item|entry|url|sitemap)(?=[\s>/])", re.IGNORECASE)
_DOCTYPE: Final = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_PREFIX: Final = re.compile(r"</?([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
_DECLARED_PREFIX: Final = re.compile(r"\bxmlns:([A-Za-z_][\w.-]{0,40})\s*=")
_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "atom10": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
}


def _without_junk(text: str) -> str:
    """Cut what stands before the document: a PHP warning, a second byte order mark, the remains of a template."""
    found = opening(text[:65_536].encode("utf-8", "replace"))
    if found is None:
        return text
    start = len(text[:65_536].encode("utf-8", "replace")[: found.start].decode("utf-8", "ignore"))
    return text[start:]


def without_prologue(text: str) -> str:
    """Drop the XML declaration, for the text is decoded, and the DOCTYPE, which may define entities without end."""
    if text.startswith("<?xml") and "?>" in text[:300]:
        text = text[text.find("?>") + 2 :].lstrip()
    root = _ROOT.search(text)
    head = _DOCTYPE.sub("", text[: root.start()], count=1) if root else ""
    return head + text[root.start() :] if root else text


def _without_illegal_characters(text: str) -> str:
    """Drop characters that XML does not have; their references go with the ampersands."""
    return _ILLEGAL.sub("", text)


def _with_sound_ampersands(text: str) -> str:
    """Escape bare `&`, spell out HTML's entity names, drop references to illegal characters; leave CDATA alone."""
    pieces, place, inside = [], 0, False
    for mark in _CDATA.finditer(text):
        if inside != (mark[0] == "]]>"):
            continue
        end = mark.end() if inside else mark.start()
        pieces.append(text[place:end] if inside else _REFERENCE.sub(_sound, text[place:end]))
        place, inside = end, not inside
    pieces.append(text[place:] if inside else _REFERENCE.sub(_sound, text[place:]))
    return "".join(pieces)


def _sound(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return match[0]
    if name.startswith("#"):
        code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        legal = code <= 0x10FFFF and not _ILLEGAL.match(chr(code))
        return f"&#{code};" if legal else ""
    return f"&#{name2codepoint[name]};" if name in name2codepoint else f"&amp;{match[0][1:]}"


def _with_declared_prefixes(text: str) -> str:
    """Declare every prefix that is used and not declared anywhere, at the root."""
    missing = sorted({found[1] for found in _PREFIX.finditer(text)} - set(_DECLARED_PREFIX.findall(text)) - {"xml", "xmlns"})
    root = _ROOT.search(text)
    if not missing or root is None or len(missing) > 100:
        return text
    declarations = "".join(f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"' for prefix in missing)
    return text[: root.end()] + declarations + text[root.end() :]


def _with_an_end(text: str) -> str:
    """Cut what follows the document; where it has no end, cut after its last complete entry and close it."""
    root = _ROOT.search(text)
    if root is None:
        return text
    end = text.rfind(f"</{root[1]}")
    if end >= 0 and (close := text.find(">", end)) >= 0:
        return text[: close + 1]
    last = max((match.end() for match in _ENTRY_END.finditer(text)), default=None)
    if last is None:  # of a torn entry nothing can be trusted, least of all its link
        last = max((match.start() for match in _ENTRY_START.finditer(text)), default=None)
    return text if last is None else _closed(text[:last], root[1])


def _closed(text: str, root: str) -> str:
    """Close the root of a document that was cut after an entry."""
    return f"{text}{'</channel>' if root.lower() == 'rss' else ''}</{root}>"


REPAIRS: Final[tuple[Callable[[str], str], ...]] = (
    _without_junk,
    without_prologue,
    _without_illegal_characters,
    _with_an_end,
    _with_sound_ampersands,
    _with_declared_prefixes,
)


def repaired(text: str) -> str:
    """Return the text of a feed with every repair made."""
    for repair in REPAIRS:
        text = repair(text)
    return text


def bounded(body: bytes, entries: int) -> tuple[bytes, int]:
    """Cut a document after so many entries, or where its tags and references are more than a reader can be asked to follow.

    Returns the document, closed where it was cut, and how many entries were cut off.
    """
    text = body.decode("latin-1")  # one character a byte: only ASCII is looked at
    ends = [match.end() for match in _ENTRY_END.finditer(text)]
    limit = min(_place(text, "<", MAX_TAGS), _place(text, "&", MAX_REFERENCES))
    if len(ends) <= entries and limit == len(text):
        return body, 0
    kept = [end for end in ends[:entries] if end <= limit]
    root = _ROOT.search(text)
    shortened = _closed(text[: kept[-1]], root[1]) if kept and root else text[:limit]
    return shortened.encode("latin-1"), len(ends) - len(kept)


def _place(text: str, mark: str, allowed: int) -> int:
    """Return where a mark stands once more than allowed, the text's end where it does not."""
    if text.count(mark) <= allowed:
        return len(text)
    return next(match.start() for number, match in enumerate(re.finditer(mark, text)) if number == allowed)
