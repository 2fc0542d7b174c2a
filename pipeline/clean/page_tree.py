"""The bytes of a page → one tree, within bounds. The only place where bytes become characters and markup elements.

Bounds come before cost: attributes of one tag are counted before libxml2 sees them (it looks at each for each, so a
million of them would take days), nesting ends at libxml2's own 256 levels, and whatever was cut short is told, never
cleaned as if it were the whole page.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HTMLParser, HtmlProcessingInstruction
from trafilatura.utils import detect_encoding

from pipeline.clean.hygiene import without_controls
from pipeline.clean.twice_encoded import once
from pipeline.types import FetchedPage, Rejected

MAX_BYTES: Final = 10_000_000
MAX_ELEMENTS: Final = 30_000  # the longest of some 1,750 real pages held 21,000
MAX_ATTRIBUTES: Final = 500  # in one tag
MAX_BRACKETS: Final = 120_000  # "<" before parsing: tags, end tags, and comparisons in scripts
DETECTOR_BYTES: Final = 6_000  # shown to the detector, from where the first letters beyond ASCII are

# Counting stops at 200 pieces of a tag; long names and unquoted values count as several, which errs to the safe side:
# what is suspected is counted exactly. Every step is possessive, so that no input makes the search go back, and each
# "<" is tried by itself, so that no quote or script before a tag can hide it.
_ATTRIBUTE: Final = rb"[\s/]*+[^\s/>][^\s/>=]{0,15}+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]{0,15}+))?+"  # name, maybe a value
_CROWDED_TAG: Final = re.compile(rb"<[a-zA-Z](?:" + _ATTRIBUTE + rb"){200}")
_META_CHARSET: Final = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADER_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
FEW: Final = 20  # control characters that stray into a text; beyond them one byte in 25 is one in films, fonts and what is encrypted
_CONTROLS: Final = bytes({*range(32)} - {*b"\t\n\f\r\x1b"})  # but for blanks, and for what ISO-2022 changes alphabets by
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# What a label means in browsers (https://encoding.spec.whatwg.org/#names-and-labels), by Python's name of what it says.
_MEANT: Final = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_SUPERSETS: Final = frozenset({"utf-8", "koi8-r", "koi8-u", "euc_jp", "iso2022_jp", "mac-roman", "mac-cyrillic", *_MEANT.values()})

# lxml.html asks a function of Python's for each element's class, so that forms have methods that nobody here needs; a table does
# without, and every walk over a tree takes half the time.
_CLASSES: Final = etree.ElementDefaultClassLookup(element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTree:
    """A parsed page. `root` is the html element; whoever changes it changes it for all."""

    root: HtmlElement
    charset: str
    elements: int


class _CrowdedError(Exception):
    """More attributes in one tag than any page needs."""


class _AttributeCount:
    """A parser target that builds nothing and gives up at a crowded tag."""

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        if len(attributes) > MAX_ATTRIBUTES:
            raise _CrowdedError

    def close(self) -> None:
        return None


def read_page(page: FetchedPage) -> PageTree | Rejected:
    """Decode and parse a page. Rejected: `empty`, `too-large`, `too-deep`, or `not-html` where the bytes are no text."""
    body = page.body
    if not body.strip(b"\0 \t\r\n"):
        return Rejected(url=page.url, reason="empty", detail="no bytes but blanks")
    if len(body) > MAX_BYTES:
        return Rejected(url=page.url, reason="too-large", detail=f"{len(body)} bytes; allowed: {MAX_BYTES}")
    if is_binary(body):
        return Rejected(url=page.url, reason="not-html", detail=f"begins with {body[:8]!r}")
    text, charset = decode(body, page.header("content-type"))
    data = without_controls(once(text)).encode()
    if data.count(b"<") > MAX_BRACKETS:
        return Rejected(url=page.url, reason="too-large", detail=f"{data.count(b'<')} tags; allowed: {MAX_BRACKETS}")
    if _crowded(data):
        return Rejected(url=page.url, reason="too-large", detail=f"a tag with more than {MAX_ATTRIBUTES} attributes")
    return _parse(page.url, data, charset)


def is_binary(body: bytes) -> bool:
    """Whether the bytes are no text in any encoding a page may have: known file heads, or control characters without being UTF-16."""
    if body.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x00\x00\x00")):
        return True
    head = body[:2048]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    strewn = head.count(0) * 4 > len(head) or (controls > FEW and controls * 25 > len(head))
    return strewn and not body.startswith((b"\xff\xfe", b"\xfe\xff")) and _bare_utf16(body) is None


def decode(body: bytes, content_type: str | None) -> tuple[str, str]:
    """Return (text, charset by which it was read): BOM, then bytes that are UTF-8, the header, the meta tag, a detector.

    UTF-8 goes before what is declared: legacy text is hardly ever valid UTF-8, and declarations are often wrong.
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(charset, "replace"), charset
    try:
        return body.decode(), "utf-8"
    except UnicodeDecodeError:
        pass
    if wide := _bare_utf16(body):
        return body.decode(wide, "replace"), wide
    declared = [_HEADER_CHARSET.search(content_type or ""), _META_CHARSET.search(body[:4096])]
    labels = [found.group(1) for found in declared if found]
    charsets = [_charset(label if isinstance(label, str) else label.decode("ascii")) for label in labels]
    return _best_decoding(body, [charset for charset in charsets if charset])


def _best_decoding(body: bytes, declared: list[str]) -> tuple[str, str]:
    """Try what is declared, then what the letters look like; what decodes with few holes wins."""
    for charset in (*declared, *_detected(body)):
        text = body.decode(charset, "replace")
        if text.count("�") * 200 <= len(_BEYOND_ASCII.findall(body)):
            return text, charset
    charset = declared[0] if declared else "cp1252"
    return body.decode(charset, "replace"), charset


def _detected(body: bytes) -> list[str]:
    first = _BEYOND_ASCII.search(body)
    start = max(0, first.start() - 200) if first else 0
    guesses = (_charset(guess) for guess in detect_encoding(body[start : start + DETECTOR_BYTES]))
    return [guess for guess in guesses if guess]


def _charset(label: str) -> str | None:
    """Return the codec that browsers would use for a label; None for unknown ones and for what is no text encoding."""
    try:
        name = codecs.lookup(label.strip().lower().replace("x-sjis", "shift_jis").replace("ks_c_5601-1987", "euc_kr")).name
    except (LookupError, ValueError):
        return None
    meant = _MEANT.get(name, name)
    return meant if meant in _SUPERSETS or meant.startswith(("cp", "iso8859")) else None


def _bare_utf16(body: bytes) -> str | None:
    """Return the kind of UTF-16 whose first characters are markup, without a byte order mark."""
    head = body[:64].lstrip()
    if head[:1] == b"<" and head[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:2] == b"\0<" else None


def _crowded(data: bytes) -> bool:
    if not _CROWDED_TAG.search(data):
        return False
    parser = etree.HTMLParser(target=_AttributeCount(), encoding="utf-8")  # type: ignore[arg-type] # the stubs want data() too
    try:
        parser.feed(data)
        parser.close()
    except _CrowdedError:
        return True
    except etree.LxmlError:
        return False
    return False


def _parse(url: str, data: bytes, charset: str) -> PageTree | Rejected:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = etree.fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        return Rejected(url=url, reason="not-html", detail=str(error)[:200])
    limit = parser.error_log.last_error
    if limit is not None and limit.type_name == "ERR_RESOURCE_LIMIT":
        return Rejected(url=url, reason="too-deep" if "depth" in limit.message else "too-large", detail=limit.message[:200])
    if root is None:
        return Rejected(url=url, reason="empty", detail="no markup")
    _take_in(root)
    counted = root.xpath("count(//*)")
    elements = int(counted) if isinstance(counted, float) else 0
    if elements > MAX_ELEMENTS:
        return Rejected(url=url, reason="too-large", detail=f"{elements} elements; allowed: {MAX_ELEMENTS}")
    return PageTree(root=root, charset=charset, elements=elements)


def _take_in(root: HtmlElement) -> None:
    """Put what follows the page's end tag, which libxml2 makes a page of its own, at the end of the body, as browsers do."""
    inside = root.find("body")
    for other in list(root.itersiblings()) if inside is not None else ():
        for child in list(other):
            inside.extend(list(child) if child.tag in {"head", "body"} else [child])
