"""A page's tree → its blocks of text in reading order, each with what stands around it. The unit that every rule works on.

A block is the text between two block-level boundaries (tags, double line breaks), whole or not at all. Regions are the
ancestors whose tag, role or name says what they hold; blocks share them by identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from pipeline.clean.hygiene import bare, tidy
from pipeline.clean.marks import MAX_NAME, read_name, role_mark
from pipeline.clean.tables import table_rows
from pipeline.types import BlockKind

_SKIPPED_WORDS: Final = (
    "script style noscript template svg iframe object embed audio video canvas map button select option input textarea head "
    "math dialog progress meter datalist rp rt"
)
SKIPPED: Final = frozenset(_SKIPPED_WORDS.split())
_BOUNDARIES_WORDS: Final = (
    "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote section article main header footer aside nav figure figcaption "
    "table tbody thead tfoot tr td th caption pre address form fieldset legend details summary hr body html center menu dir "
    "label picture"
)
BOUNDARIES: Final = frozenset(_BOUNDARIES_WORDS.split())
PICTURES: Final = frozenset({"img", "amp-img", "source"})
SMALL: Final = frozenset({"span", "small", "cite", "em", "i", "b", "strong", "a"})
LEVELS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Names by which style sheets take words out of sight that are for screen readers: "opens in a new window".
_UNSEEN: Final = re.compile(
    r"(?:^|[\s_-])(?:sr-only|srOnly|visually-?hidden|visuallyHidden|hidden-visually|screen-?reader(?:-text|-only)?|screenReader\w*"
    r"|assistive-text|is-vishidden|vh|show-for-sr)(?:$|[\s_-])"
)
_UNSPACED: Final = re.compile("[\u2e80-\ud7af]")
_TAG_MARKS: Final = {
    "article": "article",
    "aside": "aside",
    "blockquote": "blockquote",
    "details": "details",
    "figcaption": "caption",
    "figure": "figure",
    "footer": "footer",
    "form": "form",
    "header": "header",
    "li": "li",
    "main": "main",
    "nav": "nav",
}


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """An element that bears marks. `number` counts a page's regions in document order."""

    number: int
    tag: str
    marks: frozenset[str]
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PageBlock:
    """One block as the page has it. `link_share` is the part of its characters inside links, 0 to 1."""

    order: int
    text: str
    key: str  # letters and digits only
    kind: BlockKind
    level: int
    tag: str
    link_share: float
    regions: tuple[Region, ...]  # outermost first
    marks: frozenset[str]  # of all its regions
    path: tuple[int, ...]  # numbers of the block-level elements around the text, outermost first
    pictured: int = 0  # number of the innermost element around it that holds an image before it; 0 for none

    @property
    def is_prose(self) -> bool:
        """Whether a block is a sentence or more: no heading, mostly no links, and long (half as long in Chinese and the like)."""
        if self.level or self.link_share >= 0.5:
            return False
        return len(self.text) >= 80 or (len(self.text) >= 40 and len(_UNSPACED.findall(self.text[:40])) > 10)

    def has(self, *marks: str) -> bool:
        """Whether a region around the block bears one of the marks."""
        return not self.marks.isdisjoint(marks)


@dataclass(slots=True)
class _Open:
    """A block-level element that is being walked."""

    tag: str
    number: int
    regions: int  # regions that were open before it
    heading: str  # the heading it is, or stands in


@dataclass(slots=True)
class _Outliner:
    """Collects text between boundaries; `blocks` grows as elements open and close."""

    blocks: list[PageBlock] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    marked: list[frozenset[str]] = field(default_factory=lambda: [frozenset()])  # marks of the regions so far, one more than these
    pieces: list[str] = field(default_factory=list)
    linked: int = 0  # characters in links so far
    links: int = 0  # links open
    numbers: int = 0
    made: int = 0  # regions made
    last_break: int = -1  # place in pieces after the last br
    joint: bool = False  # an inline element closed and nothing came since
    pictures: set[int] = field(default_factory=set)  # numbers of the elements closest around images
    signed: list[HtmlElement] = field(default_factory=list)  # inline elements open that name a picture's maker

    def enter(self, element: HtmlElement, tag: str) -> None:
        if tag in BOUNDARIES or self.is_credit(element, tag):
            self.flush()
            self.numbers += 1
            heading = tag if tag in LEVELS else self.open[-1].heading if self.open else ""
            self.open.append(_Open(tag, self.numbers, len(self.regions), heading))
            self.note_region(element, tag)
        elif tag == "br":
            self.line_break()
            return
        elif tag in PICTURES:
            self.pictures.update(one.number for one in self.open[-3:])
        else:
            self.links += tag == "a"
        if element.text:
            self.write(element.text)

    def is_credit(self, element: HtmlElement, tag: str) -> bool:
        """Whether an inline element inside a caption holds the credit, so that it is a block of its own."""
        if tag not in SMALL or not self.regions or "caption" not in self.regions[-1].marks:
            return False
        if tag == "small" or "credit" in read_name(_name(element.attrib))[1]:
            self.signed.append(element)
            return True
        return False

    def leave(self, element: HtmlElement, tag: str) -> None:
        tail = element.tail
        signed = bool(self.signed) and self.signed[-1] is element
        if tag in BOUNDARIES or signed:
            if signed:
                self.signed.pop()
            self.flush()
            closed = self.open.pop()
            del self.regions[closed.regions :], self.marked[closed.regions + 1 :]
        elif tag != "br" and tag not in SKIPPED:
            self.links -= tag == "a"
            self.joint = True
        if tail:
            self.write(tail)

    def write(self, text: str) -> None:
        if not self.pieces and text.isspace():
            return
        if self.joint and self.pieces and _runs_together(self.pieces[-1], text):
            self.pieces.append(" ")
        self.joint = False
        self.pieces.append(text)
        if self.links:
            self.linked += len(text.strip())

    def line_break(self) -> None:
        """One br is a blank, two with nothing between them end the block."""
        if self.last_break >= 0 and not "".join(self.pieces[self.last_break :]).strip():
            self.flush()
        self.pieces.append("\n")
        self.last_break = len(self.pieces)

    @property
    def in_heading(self) -> bool:
        """Whether a heading is open."""
        return bool(self.open) and bool(self.open[-1].heading)

    def flush(self) -> None:
        if not self.pieces:
            return
        text = tidy("".join(self.pieces))
        if text:
            self.blocks.append(self.block(text))
        self.pieces.clear()
        self.linked = 0
        self.last_break, self.joint = -1, False

    def block(self, text: str) -> PageBlock:
        tag = (self.open[-1].heading or self.open[-1].tag) if self.open else "body"
        level = LEVELS.get(tag, 0)
        kind = BlockKind.HEADING if level else self.kind()
        share = min(1.0, self.linked / len(text))
        return PageBlock(
            order=len(self.blocks),
            text=text,
            key=bare(text),
            kind=kind,
            level=level,
            tag=tag,
            link_share=share,
            regions=tuple(self.regions),
            marks=self.marked[-1],
            path=tuple([one.number for one in self.open]),
            pictured=next((one.number for one in reversed(self.open) if one.number in self.pictures), 0) if self.pictures else 0,
        )

    def kind(self) -> BlockKind:
        for region in reversed(self.regions):
            if region.tag == "li":
                return BlockKind.ENUMERATION
            if region.tag == "blockquote":
                return BlockKind.QUOTE
        return BlockKind.PARAGRAPH

    def note_region(self, element: HtmlElement, tag: str) -> None:
        if tag in {"body", "html"}:  # their names tell of the whole page: has-sidebar, single-post
            return
        names = element.attrib
        words, marks = read_name(_name(names)) if names else ("", frozenset())
        extra = _extra_marks(tag, names) if names else ({_TAG_MARKS[tag]} if tag in _TAG_MARKS else None)
        if marks or extra:
            self.made += 1
            self.regions.append(Region(self.made, tag, marks | extra if extra else marks, words))
            self.marked.append(self.marked[-1] | self.regions[-1].marks)


def outline(root: HtmlElement) -> tuple[PageBlock, ...]:
    """Return the blocks of a page. Elements that hold no text to read (scripts, controls, frames) are passed over."""
    outliner = _Outliner()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "end":
            outliner.leave(element, tag)
        elif tag in SKIPPED and not (tag == "button" and (outliner.in_heading or element.find(".//p[2]") is not None)):
            walk.skip_subtree()  # but accordions keep headings in buttons, and a button left open holds the rest of the page
        elif tag in SMALL and tag != "a" and _UNSEEN.search(element.get("class", "")):
            walk.skip_subtree()
        elif tag == "table" and (rows := table_rows(element)):
            outliner.enter(element, tag)
            _write_rows(outliner, rows)
            walk.skip_subtree()
        else:
            outliner.enter(element, tag)
    outliner.flush()
    return tuple(outliner.blocks)


def _write_rows(outliner: _Outliner, rows: Iterable[str]) -> None:
    for row in rows:
        outliner.pieces.append(row)
        text = tidy(row)
        if text:
            outliner.blocks.append(replace(outliner.block(text), kind=BlockKind.TABLE, level=0, tag="tr"))
        outliner.pieces.clear()


def _name(attributes: Mapping[str, str]) -> str:
    return f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('data-component', '')}"[:MAX_NAME]


def _extra_marks(tag: str, attributes: Mapping[str, str]) -> set[str]:
    """Return the marks of an element that lie elsewhere than in its class and id."""
    extra = {_TAG_MARKS[tag]} if tag in _TAG_MARKS else set()
    style = attributes.get("style")
    hidden = style is not None and "display:none" in style.replace(" ", "").lower()
    if hidden or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        extra.add("hidden")
    if (role := attributes.get("role")) and (mark := role_mark(role)):
        extra.add(mark)
    if attributes.get("itemprop") == "articleBody":
        extra.add("body")
    return extra


def _runs_together(before: str, after: str) -> bool:
    """Whether two inline pieces without a blank between them are two words: `lower`, `.` or `1911` + `Upper`, `,` + `and`."""
    last, first = before[-1:], after[:1]
    if first.isupper():
        return last.islower() or last in '.!?:;,"”“»' or (last.isdigit() and after[1:2].islower())
    return last in ",;" and first.isalpha()
