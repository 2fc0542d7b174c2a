"""What trafilatura takes for the article, as votes for the page's own blocks. The home of that library.

trafilatura reads a copy of the tree and answers with text; here its lines are found again among the blocks, so that every
later rule sees the element, the regions and the order, which the answer lost.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from copy import deepcopy
from itertools import accumulate
from typing import Final

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from pipeline.clean.hygiene import bare
from pipeline.clean.marks import FOREIGN
from pipeline.clean.outline import PageBlock

SHORT: Final = 16  # letters; shorter lines are found only as whole blocks
SHINGLE: Final = 4
COVERED: Final = 0.6  # share of a block's shingles among the lines that were not found as they are
_WORD: Final = re.compile(r"\w+")
# Not worth a second look: without these a copy is read faster, with the same words found on each of 650 pages measured.
# Navigation and buttons are not among them: trafilatura goes by them, and accordions keep their headings in buttons.
_UNREAD: Final = "script style noscript template svg iframe object embed audio video canvas input select textarea footer link meta"


MIN_FAST: Final = 250  # characters
MAX_BLOCKS: Final = 4000  # trafilatura's time grows with the square of it; the longest of 1,750 real pages has 2,641
MAX_CHILDREN: Final = 5000  # of one element: with the square of that, too; the most on a real page were 1,521
MAX_NAME: Final = 600  # characters of a class that it may search through
ENOUGH: Final = 0.9  # of the page's prose


def vote(root: HtmlElement, blocks: Sequence[PageBlock]) -> frozenset[int]:
    """Return the orders of the blocks that trafilatura takes for the article. The tree is left as it is.

    Its fast way first; the one that compares with two other extractors only where the fast one leaves prose behind. On
    650 labelled pages that is as good, and on news better, than always comparing, at 60 % of the time.
    """
    if len(blocks) > MAX_BLOCKS or root.xpath(f"boolean(//*[count(*) > {MAX_CHILDREN}])"):
        return frozenset()
    tree = deepcopy(root)
    etree.strip_elements(tree, *_UNREAD.split(), with_tail=False)
    for element in tree.xpath(f"//*[string-length(@class) > {MAX_NAME}]"):
        element.set("class", element.get("class")[:MAX_NAME])
    quick = votes(blocks, _lines(tree, fast=True))
    return quick if _covers(blocks, quick) else votes(blocks, _lines(tree, fast=False))


def _lines(tree: HtmlElement, *, fast: bool) -> list[str]:
    try:
        found = trafilatura.bare_extraction(tree, include_comments=False, with_metadata=False, fast=fast)
    except Exception:  # whatever hostile markup does to it: then it has no vote
        return []
    return found.text.splitlines() if found is not None and not isinstance(found, dict) and found.text else []


def _covers(blocks: Sequence[PageBlock], voted: Collection[int]) -> bool:
    """Whether the votes are for some prose, and for nearly all that stands in nothing named otherwise."""
    prose = [block for block in blocks if block.is_prose and not block.has(*FOREIGN)]
    got = sum(len(block.text) for block in prose if block.order in voted)
    return got > MIN_FAST and got >= ENOUGH * sum(len(block.text) for block in prose)


def votes(blocks: Sequence[PageBlock], lines: Sequence[str]) -> frozenset[int]:
    """Return the orders of the blocks that make up the lines, matching letters and digits in reading order."""
    letters = _PageLetters(blocks)
    missed = [line for line in lines if not letters.take(bare(line))]
    return frozenset(letters.taken() | _covered(blocks, missed))


class _PageLetters:
    """The page's letters as one long string, to find lines in that run over several blocks or are part of one."""

    def __init__(self, blocks: Sequence[PageBlock]) -> None:
        self._blocks = [block for block in blocks if block.key]
        self._page = "".join(block.key for block in self._blocks)
        self._ends = list(accumulate(len(block.key) for block in self._blocks))
        self._found = [0] * len(self._blocks)  # letters of each block that lines were found to hold
        self._whole: dict[str, list[int]] = {}  # places of each key
        for place, block in enumerate(self._blocks):
            self._whole.setdefault(block.key, []).append(place)
        self._free: dict[str, int] = {}  # how many places of a key are known to be found, from the first
        self._cursor = 0  # end of the line found last

    def taken(self) -> set[int]:
        """Return the orders of blocks of which at least half was found."""
        return {block.order for block, found in zip(self._blocks, self._found, strict=True) if found * 2 >= len(block.key)}

    def take(self, key: str) -> bool:
        """Find a line after the last one, else anywhere; False where it is not there as it stands."""
        if not key:
            return True
        begin = self._begin(key)
        if begin < 0:
            return False
        self._cursor = end = begin + len(key)
        place = bisect_right(self._ends, begin)
        while place < len(self._ends) and (start := self._ends[place] - len(self._blocks[place].key)) < end:
            self._found[place] += min(self._ends[place], end) - max(start, begin)
            place += 1
        return True

    def _begin(self, key: str) -> int:
        if places := self._whole.get(key):
            return self._begin_whole(key, places)
        if len(key) < SHORT:
            return self._cursor if self._page.startswith(key, self._cursor) else -1
        begin = self._page.find(key, self._cursor)
        return begin if begin >= 0 else self._page.find(key)

    def _begin_whole(self, key: str, places: Sequence[int]) -> int:
        """Return where the first block that is this line, and was not found yet, begins: after the cursor, else anywhere."""
        ahead = bisect_left(places, self._cursor, key=lambda place: self._ends[place] - len(key))
        for place in places[ahead : ahead + 8]:
            if not self._found[place]:
                return self._ends[place] - len(key)
        free = self._free.get(key, 0)
        while free < len(places) and self._found[places[free]]:
            free += 1
        self._free[key] = free
        return self._ends[places[free]] - len(key) if free < len(places) else -1


def _covered(blocks: Sequence[PageBlock], lines: Sequence[str]) -> set[int]:
    """Return the blocks most of whose word sequences are in the lines that were not found as they stand."""
    known = set().union(*(shingles(line) for line in lines)) if lines else set()
    if not known:
        return set()
    covered = set()
    for block in blocks:
        own = shingles(block.text)
        if len(own) > 1 and sum(one in known for one in own) >= COVERED * len(own):
            covered.add(block.order)
    return covered


def shingles(text: str) -> list[tuple[str, ...]]:
    """Return the runs of four words of a text, or all its words where it has fewer; none for no words."""
    words = _WORD.findall(text)
    return [tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))] if words else []
