r"""The article's text out of the state that a page hands to its own scripts, for pages that draw everything by script. Pure.

Such pages hold their text as markup inside strings of JSON or JavaScript (`"\u003cp\u003eThe old …"`), at times as JSON
inside a string. It is looked for only where a page shows nothing: whoever looks at the page sees it, and so should we.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from pipeline.clean.hygiene import bare, without_controls
from pipeline.clean.outline import PageBlock, outline

MAX_SCRIPTS: Final = 60
MAX_SCRIPT: Final = 2_000_000  # characters
MAX_STRINGS: Final = 200
MAX_MARKUP: Final = 300_000  # characters
MIN_PROSE: Final = 400  # characters; less is a teaser
DEPTH: Final = 2  # JSON in a string in JSON
RIVAL: Final = 0.5  # of the longest text's length: another so long leaves in doubt which is the page's
# A string of at least 400 characters, by characters that need no look back.
_STRING: Final = re.compile(r'"((?:[^"\\]|\\.){400,}+)"', re.DOTALL)
_PARAGRAPH: Final = re.compile(r"<p[\s>]", re.IGNORECASE)
_PLACEHOLDER: Final = re.compile(r"\W*[A-Z0-9_]+\W*")


def state_blocks(root: HtmlElement, title: str) -> tuple[PageBlock, ...]:
    """Return the blocks of the longest text that the page's scripts hold as markup.

    () where there is none of MIN_PROSE characters, where two different ones are about as long, and where the text lacks two
    thirds of the words of the title: notices about cookies and other stories are kept so, too.
    """
    found: dict[str, tuple[PageBlock, ...]] = {}
    for markup in _markups(root):
        blocks = tuple(block for block in _blocks(markup) if not _PLACEHOLDER.fullmatch(block.text))
        found["".join(block.key for block in blocks)] = blocks
    longest = sorted(found, key=len, reverse=True)[:2]
    if not longest or _prose(found[longest[0]]) < MIN_PROSE:
        return ()
    if len(longest) > 1 and len(longest[1]) > RIVAL * len(longest[0]) and longest[1] not in longest[0]:
        return ()
    return found[longest[0]] if _is_about(longest[0], title) else ()


def _is_about(letters: str, title: str) -> bool:
    """Whether a text holds at least a third of a title's words; words of three letters are everybody's, but not in Chinese."""
    words = [bare(word) for word in title.split()]
    telling = [word for word in words if len(word) > 3 or any(letter > "\u2e80" for letter in word)]
    return bool(telling) and 3 * sum(word in letters for word in telling) >= len(telling)


def _markups(root: HtmlElement) -> Iterator[str]:
    count = 0
    for script in list(root.iter("script"))[:MAX_SCRIPTS]:
        if script.get("src") or "ld+json" in script.get("type", "") or len(script.text or "") > MAX_SCRIPT:
            continue
        for text in _strings(script.text or "", DEPTH):
            count += 1
            if count > MAX_STRINGS:
                return
            if len(text) <= MAX_MARKUP and len(_PARAGRAPH.findall(text, 0, 20_000)) > 1:
                yield text


def _strings(text: str, depth: int) -> Iterator[str]:
    """Yield the long strings of a script, and those that are in them."""
    for found in _STRING.finditer(text):
        try:
            plain = json.loads(f'"{found[1]}"', strict=False)
        except ValueError:
            continue
        if depth > 1 and '"' in plain:
            inner = list(_strings(plain, depth - 1))
            yield from inner
            if inner:
                continue
        yield without_controls(plain)


def _blocks(markup: str) -> tuple[PageBlock, ...]:
    try:
        root = etree.fromstring(f"<html><body>{markup}</body></html>", parser=HTMLParser(remove_comments=True))
    except (etree.LxmlError, ValueError):
        return ()
    return outline(root) if root is not None else ()


def _prose(blocks: tuple[PageBlock, ...]) -> int:
    return sum(len(block.text) for block in blocks if block.is_prose)
