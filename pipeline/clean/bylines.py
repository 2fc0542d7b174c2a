"""Lines and elements of a page that say who wrote the article. Pure.

A line counts that says so (`By …`), an element that is named so, and a name that stands alone where authors stand; what
signs readers' comments, other stories and pictures does not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Final
from urllib.parse import unquote

from lxml.html import HtmlElement

from pipeline.clean.hygiene import bare, phrase_key, tidy
from pipeline.clean.outline import PageBlock
from pipeline.clean.people import is_person, undated
from pipeline.clean.phrases import Phrases

_MARKED: Final = "//body//*[@rel='author' or @itemprop='author' or contains(@class, 'author-name')]"
_NAMED: Final = (
    "(//h1)[1]/following::*[@class][self::span or self::a or self::em or self::strong or self::b or self::cite]"
    "[contains(@class, 'author') or contains(@class, 'autor') or contains(@class, 'byline')]"
)
_UNSIGNED: Final = frozenset({"hidden", "nav", "footer", "related", "comments", "caption"})
MAX_BYLINE: Final = 160  # characters
BYLINE_REACH: Final = 40  # blocks after the title
MIN_CLOSING: Final = 5  # letters of the phrase that a byline below the text begins with: `von` and `by` begin sentences
UNDER_TITLE: Final = 2  # blocks
MAX_LONG: Final = 2  # of them that are paragraphs
MAX_AROUND: Final = 8  # elements around a name that are asked whose it is
BEFORE: Final = 6  # blocks above the title
CLOSE: Final = 12  # blocks from the title on in which a linked name stands
MAX_ROLE: Final = 5  # words
MAX_HREF: Final = 2_000  # characters
_HOST: Final = re.compile(r"^(?:https?:)?//[^/]*")
_FOLDER: Final = re.compile(
    r"/(?:authors?|autor(?:es|en)?|auteurs?|autor[ei]|profiles?|people|persons?|staff|team|contributors?|writers?|journalists?"
    r"|reporters?|bios?|by|redaktion|redaction|firmas?)(?:/|$)",
    re.IGNORECASE,
)
MAX_MARKED: Final = 5  # elements whose markup says that they name the author


def marked_up(root: HtmlElement) -> Iterator[str]:
    """Yield the texts of elements whose markup says that they name the author; else of such as are named so, under the title."""
    elements: list[HtmlElement] = root.xpath(_MARKED)[:MAX_MARKED] or root.xpath(_NAMED)[:1]
    for element in elements:
        text = tidy(element.text_content())
        if 2 < len(text) <= MAX_BYLINE // 2 and not _is_readers(element):
            yield text


def _is_readers(element: HtmlElement) -> bool:
    """Whether an element stands among readers' comments."""
    around = islice((element, *element.iterancestors()), MAX_AROUND)
    return any("comment" in f"{one.get('class', '')} {one.get('id', '')}".lower() for one in around)


def visible_bylines(blocks: Sequence[PageBlock], phrases: Phrases) -> tuple[list[str], list[str]]:
    """Return the lines near the title that say who wrote the article: those that say so (`By …`), and those of elements
    that are named so. Where none says so near the title, the last one that does so in several words (`Written by …`) counts.
    """
    title = next((block for block in blocks if block.tag == "h1"), None)
    begin = title.order if title else 0
    lines: list[tuple[int, str]] = []
    marked: list[str] = []
    long = 0
    for block in blocks[max(0, begin - BEFORE) : begin + BYLINE_REACH]:
        long += len(block.text) > 200 and block.order > begin
        if long > MAX_LONG:
            break
        if not _may_sign(block, title.marks if title else ()):
            continue
        if line := _byline_at(blocks, block, phrases):
            lines.append((block.order, line))
        elif block.has("author") and bare(name := undated(block.text)) and not is_label(name, phrases):
            marked.append(block.text)
    return _together(lines) or _closing_byline(blocks, phrases), marked[:1] or _alone(blocks, title, phrases)


def linked_names(root: HtmlElement, blocks: Sequence[PageBlock]) -> list[str]:
    """Return the names by the title that link to a page of theirs: the address ends in the name's own letters, below `/authors/`
    or the like. Those of one place only: whoever wrote other stories is linked, too.
    """
    title = next((block.order for block in blocks if block.tag == "h1"), 0)
    near = " ".join(block.text for block in blocks[max(0, title - BEFORE) : title + CLOSE] if _may_sign(block))
    found: dict[str, HtmlElement] = {}
    for link in root.iterfind(".//a[@href]"):
        path = _HOST.sub("", link.get("href", "")[:MAX_HREF]).partition("?")[0].partition("#")[0]
        folder, _, slug = unquote(path.rstrip("/")).rpartition("/")
        if _FOLDER.search(folder) and bare(slug) == bare(text := tidy(link.text_content()[:MAX_BYLINE])) and " " in text and text in near:
            found.setdefault(text, link)
    places = [link.getparent() for link in found.values()]
    around = [None if place is None else place.getparent() for place in places]
    return [name for name, place, wider in zip(found, places, around, strict=True) if place is places[0] or wider is around[0]]


def _alone(blocks: Sequence[PageBlock], title: PageBlock | None, phrases: Phrases) -> list[str]:
    """Return the line right under the title that holds names, roles and days only; else the name that stands there and again
    further down, as in a box about who wrote it.
    """
    under = blocks[title.order + 1 : title.order + 1 + UNDER_TITLE] if title else ()
    if line := next((one.text for one in under if _signs_with_a_role(one, phrases)), ""):
        return [line]
    block = next((one for one in under if _is_name(one, phrases)), None)
    if block is None:
        return []
    below = blocks[block.order + 1 :]
    told = any(one.text.startswith(f"{block.text} ") for one in below)
    return [block.text] if told or (block.link_share < 0.5 and any(one.key == block.key for one in below)) else []


def _signs_with_a_role(block: PageBlock, phrases: Phrases) -> bool:
    """Whether a line is a name, then a role or degrees, then perhaps a day: `Ann Lee | Senior Writer | July 2, 2025`."""
    name, *rest = re.split(r"\s*[|·•⋅,]\s+", undated(block.text), maxsplit=2)
    if not rest or block.level or not _may_sign(block) or not _is_called(name, phrases):
        return False
    words = rest[0].split()
    return len(words) <= MAX_ROLE and any(word.strip(".,").casefold() in phrases.staff for word in words)


def _is_name(block: PageBlock, phrases: Phrases) -> bool:
    """Whether a block may be somebody's name and no more."""
    return not block.level and _may_sign(block) and _is_called(block.text, phrases)


def _is_called(text: str, phrases: Phrases) -> bool:
    """Whether a text is two to four words that begin with a capital and may be somebody's name."""
    words = text.split()
    if not 2 <= len(words) <= 4 or not all(word[0].isupper() and not word.isupper() for word in words):
        return False
    return not is_label(text, phrases) and is_person(text, phrases)


def _together(lines: Sequence[tuple[int, str]]) -> list[str]:
    """Return the first line and those right below it; one further down signs something else."""
    found: list[str] = []
    last = lines[0][0] if lines else 0
    for order, line in lines[:3]:
        if order - last > 2:
            break
        found.append(line)
        last = order
    return found


def _may_sign(block: PageBlock, besides: Collection[str] = ()) -> bool:
    """Whether a block may be a byline by its place; `besides` are marks that say nothing since the title bears them too."""
    return len(block.text) <= MAX_BYLINE and _UNSIGNED.isdisjoint(block.marks.difference(besides))


def _byline_at(blocks: Sequence[PageBlock], block: PageBlock, phrases: Phrases) -> str:
    """Return the byline that a block is, or begins where it says no more than `Written by`; '' where it is none."""
    if says_byline(block.text, phrases):
        return block.text
    if phrase_key(block.text) not in phrases.bylines.phrases or block.order + 1 >= len(blocks):
        return ""
    line = f"{block.text.rstrip(':')} {blocks[block.order + 1].text}"
    return line if len(line) <= MAX_BYLINE // 2 and says_byline(line, phrases) else ""


def _closing_byline(blocks: Sequence[PageBlock], phrases: Phrases) -> list[str]:
    found = (
        line
        for block in reversed(blocks)
        if len(phrases.bylines.start(block.text[:MAX_BYLINE].casefold())) >= MIN_CLOSING
        and _may_sign(block)
        and (line := _byline_at(blocks, block, phrases))
    )
    return list(islice(found, 1))


def is_label(text: str, phrases: Phrases) -> bool:
    """Whether a text where names stand is none: a day, a word in small letters, what belongs to a page's furniture."""
    key = phrase_key(text)
    dated = sum(letter.isdigit() for letter in text) > 3
    return (
        dated
        or (text.islower() and text.isascii())
        or phrases.lines.is_line(key)
        or bool(phrases.dates.start(key))
        or key in phrases.bylines.phrases
    )


def says_byline(text: str, phrases: Phrases) -> bool:
    """Whether a line says `By` in the language and goes on with at least two words, the first with a capital."""
    start = phrases.bylines.start(text.casefold())
    rest = text[len(start) :].lstrip(": ")
    return bool(start) and rest[:1].isupper() and " " in rest
