"""Rules that judge a block by where it stands: inside what, before what, after what, and whether it stood there already."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from pipeline.clean.bylines import says_byline
from pipeline.clean.hygiene import bare, phrase_key
from pipeline.clean.opening import is_title
from pipeline.clean.outline import PageBlock
from pipeline.clean.rules import Page, Verdict
from pipeline.clean.selection import Layout
from pipeline.types import BlockKind

# Of the marks that say "something else", those that hold for blocks which were voted for, too. The others (hidden, nav,
# consent, widget …) stand as often on elements that hold the body.
CERTAIN: Final = frozenset({"advert", "aside", "author", "caption", "comments", "footer", "infobox", "newsletter", "share", "tags"})
LOOSE: Final = frozenset({"related", "consent", "nav"})  # only for links and points of lists
_DATE: Final = re.compile(r"\d{1,4}[./\s-]{1,3}(?:\d{1,2}|[^\W\d_]{3,12})[./,\s-]{1,3}\d{2,4}|\d{1,2}:\d{2}|\d{4}年")
_LEAD_IN: Final = re.compile(r"[^.!?:]{2,40}\s?[|>»→]\s")
MIN_QUOTE: Final = 25  # letters; shorter ones may be said twice
MAX_BOX: Final = 1500  # characters
_ENDING: Final = re.compile(r"[.!?…。！？:][\"'”’»)\]]*$")


def regions(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Blocks inside an element whose name says that it holds something else, and which holds the smaller part of the text."""
    found = {}
    for block in blocks:
        mark = page.layout.foreign(block, CERTAIN)
        if not mark and (block.link_share > 0.5 or block.kind is BlockKind.ENUMERATION):
            mark = page.layout.foreign(block, LOOSE)
        if mark:
            found[block.order] = f"region-{mark}"
        elif block.kind is BlockKind.PARAGRAPH and page.layout.foreign(block, {"figure"}):
            found[block.order] = "caption"
    return found


def other_articles(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Everything from a second main heading on that begins another article, as pages do that scroll on for ever."""
    heads = [block for block in page.blocks if block.tag == "h1" and len(block.key) > 5]
    own = next((head for head in heads if head.key in page.titles), None)
    if own is None or _article(own) is None:
        return {}
    for head in heads:
        if head.order > page.start and head.key not in page.titles and _article(head) not in {None, _article(own)}:
            begin = next(block.order for block in page.blocks if _article(head) in block.regions)
            before = sum(len(block.text) for block in blocks if block.order < begin)
            if begin > own.order and before * 4 > sum(len(block.text) for block in blocks):
                return {block.order: "next-article" for block in blocks if block.order >= begin}
    return {}


def _article(block: PageBlock) -> object | None:
    return next((region for region in reversed(block.regions) if region.tag == "article"), None)


def before_body(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """What stands before the first paragraph: the title again, kickers, bylines, dates, the standfirst."""
    found = {}
    ahead = [block for block in blocks if block.order < page.start]
    titled = max((block.order for block in ahead if is_title(block, page.titles)), default=-1)
    for block in ahead:
        if is_title(block, page.titles):
            found[block.order] = "title"
        elif says_byline(block.text, page.phrases) and len(block.text) < 160:
            found[block.order] = "byline"
        elif _is_date(block, page):
            found[block.order] = "date"
        elif block.order in page.standfirst:
            found[block.order] = "summary"
        elif block.order < titled:
            found[block.order] = "before-title"
        elif block.key in {bare(name) for name in page.authors}:
            found[block.order] = "byline"
        elif len(block.text) <= 80 and block.kind is not BlockKind.HEADING and not _ENDING.search(block.text):
            found[block.order] = "before-body"
    return found


def _is_date(block: PageBlock, page: Page) -> bool:
    if len(block.text) > 120 or not _DATE.search(block.text):
        return False
    return bool(page.phrases.dates.start(phrase_key(block.text))) or len(_DATE.sub("", block.text)) <= 25


def bylines(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines within the body that only name who wrote it."""
    names = {bare(name) for name in page.authors}
    found = {}
    for block in blocks:
        start = page.phrases.bylines.start(block.text[:80].casefold())
        if block.key in names or (start and len(block.text) <= 80 and bare(block.text[len(start) :]) in names):
            found[block.order] = "byline"
    return found


def about_author(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Who the author is, at the end: the last blocks that name an author the body does not."""
    tail = [block for block in blocks[max(2, len(blocks) * 2 // 3) :][-5:] if len(block.text) <= 600]
    body = " ".join(block.text for block in blocks if block not in tail)
    names = [name for name in page.authors if " " in name and name not in body]
    return {block.order: "author-bio" for block in tail if any(name in block.text for name in names)}


def after_end(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """A heading such as `Related stories` in the last half, and all after it where that is links and short lines."""
    total = sum(len(block.text) for block in blocks) or 1
    so_far = 0
    for place, block in enumerate(blocks):
        if so_far * 2 > total and len(block.text) <= 80 and page.phrases.ends.is_line(phrase_key(block.text)):
            rest = blocks[place + 1 :]
            prose = [one for one in rest if one.is_prose and one.kind is not BlockKind.ENUMERATION]
            goes_on = any(page.layout.depth(one) < max(1, page.layout.depth(block)) for one in prose)
            if not goes_on and sum(len(one.text) for one in prose) * 10 <= total:
                return {one.order: "after-end" for one in (block, *rest)}
        so_far += len(block.text)
    return {}


def boxes(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Boxes within the column that open with a line such as `Read more`, or ask something of the reader: all that is in them."""
    found = {}
    for block in page.blocks[page.layout.first : page.layout.last + 1]:
        if len(block.text) > MAX_BOX:
            continue
        key = phrase_key(block.text)
        leads = len(block.text) <= 80 and (page.phrases.ends.is_line(key) or key in page.phrases.starts.phrases)
        asks = not leads and bool(page.phrases.promos.inside(key))
        box = _box(block, page.layout) if leads or asks else 0
        inside = [one for one in blocks if box in one.path and (asks or one.order > block.order)] if box else []
        if sum(len(one.text) for one in inside) <= (MAX_BOX if leads else MAX_BOX // 3):
            found.update({one.order: "box" for one in inside})
    return found


def _box(block: PageBlock, layout: Layout) -> int:
    """Return the number of the outermost element around a block that lies below the column; 0 where there is none."""
    below = [number for number in block.path if number not in layout.columns]
    at = max((block.path.index(number) for number in layout.columns if number in block.path), default=-1)
    inner = [number for number in below if block.path.index(number) > at >= 0]
    return inner[0] if len(inner) > 1 else 0


def link_lines(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines that are nothing but a link, perhaps after a word and a colon: teasers of other articles among the paragraphs."""
    found = {}
    for block in blocks:
        if len(block.text) > 200 or block.kind not in {BlockKind.PARAGRAPH, BlockKind.QUOTE}:
            continue
        if block.link_share > 0.9 or (block.link_share > 0.4 and _LEAD_IN.match(block.text)):
            found[block.order] = "link-line"
    return found


def link_lists(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lists whose points are links: other articles, topics, tables of contents."""
    points: dict[tuple[int, ...], list[PageBlock]] = {}
    for block in blocks:
        if block.kind is BlockKind.ENUMERATION:
            points.setdefault(_list_of(block), []).append(block)
    found = {}
    for listed in points.values():
        letters = sum(len(block.text) for block in listed)
        if sum(len(block.text) * block.link_share for block in listed) > 0.8 * letters:
            found.update({block.order: "link-list" for block in listed})
    return found


def _list_of(block: PageBlock) -> tuple[int, ...]:
    """Return the path to the list that a point stands in."""
    return block.path[:-1] if block.tag == "li" else block.path[:-2]


def doubles(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Paragraphs and quotes that stood there already, and pull quotes: lines that a longer paragraph holds word for word."""
    seen: set[str] = set()
    found = {}
    for block in blocks:
        whole_quote = block.kind is BlockKind.QUOTE and len(block.key) >= MIN_QUOTE
        if (block.is_prose or whole_quote) and block.key in seen:
            found[block.order] = "double"
        seen.add(block.key)
    whole = "\n".join(block.key for block in blocks if block.is_prose and block.kind is not BlockKind.QUOTE)
    for block in blocks:
        quoted = block.kind is BlockKind.QUOTE
        pulled = block.order not in found and MIN_QUOTE <= len(block.key) <= 400 and (quoted or page.layout.foreign(block, {"quote"}))
        if pulled and whole.count(block.key) > (block.is_prose and not quoted):
            found[block.order] = "pull-quote"
    return found


def empty_headings(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """One or two headings at the end, with nothing under them."""
    tail = list(takewhile(lambda block: block.kind is BlockKind.HEADING, reversed(blocks)))
    return {block.order: "empty-heading" for block in tail} if len(tail) <= 2 else {}
