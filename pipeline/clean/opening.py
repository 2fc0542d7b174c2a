"""Where the body begins: the title's repetitions and the standfirst come before it. Pure.

A standfirst sums the article up above the body. It is told from a first paragraph by where it stands: outside the
column, and saying what the page gives as its description (or named so, right under the title).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from pipeline.clean.outline import PageBlock
from pipeline.clean.selection import NEAR, Layout
from pipeline.types import BlockKind

MIN_SUMMARY: Final = 25  # letters and digits
MAX_SUMMARY: Final = 1200  # characters
SAME_BEGINNING: Final = 60
MOST: Final = 4  # paragraphs of a standfirst
_NAMED: Final = re.compile(
    r"-(?:standfirst|vorspann|dek|deck|subtitle|subline|subheadline|sub-headline|subheading|chapo|chapeau|ingress|entradilla|perex|sommario"
    r"|preamble|teaser|article-(?:summary|intro|lead|description)|excerpt)-"
)
_ELSEWHERE: Final = frozenset({"aside", "author", "caption", "comments", "figure", "hidden", "nav", "related"})
_ANYWAY: Final = frozenset({"author", "comments"})  # marks that do not outweigh what says the page's own description
_NOWHERE: Final = frozenset({"hidden", "nav"})


def is_title(block: PageBlock, titles: Collection[str]) -> bool:
    """Whether a block says the title: a main heading, the same letters, or a heading that says the title and little more."""
    if block.tag == "h1" or block.key in titles:
        return True
    if len(block.key) < 15:
        return False
    return any(
        len(title) > 15 and (title in block.key or block.key in title) and abs(len(block.key) - len(title)) <= 60 for title in titles
    )


def says_summary(block: PageBlock, summaries: Collection[str]) -> bool:
    """Whether a block begins as one of the page's descriptions does, perhaps after a place name, or the other way round."""
    if len(block.key) < MIN_SUMMARY:
        return False
    ahead = block.key[: SAME_BEGINNING + MIN_SUMMARY]
    return any(
        summary[:SAME_BEGINNING] in ahead or summary.startswith(block.key[:SAME_BEGINNING])
        for summary in summaries
        if len(summary) >= MIN_SUMMARY
    )


def standfirst(
    blocks: Sequence[PageBlock], layout: Layout, candidates: Sequence[PageBlock], titles: Collection[str], summaries: Collection[str]
) -> list[PageBlock]:
    """Return the blocks between title and body that sum the article up; usually one or none."""
    title = _title_block(blocks, titles)
    head = title.order if title else -1
    chosen = {block.order for block in candidates}
    near = [block for block in candidates if _opens(block) and block.order > head]
    body = next((block.order for block in near if layout.depth(block) <= NEAR), near[0].order if near else 0)
    heads = [title, *(block for block in blocks[head + 1 : body] if block.level and is_title(block, titles))]
    found: list[PageBlock] = []
    for block in blocks[head + 1 : body]:
        if len(block.key) < MIN_SUMMARY or len(block.text) > MAX_SUMMARY or _is_other(block, titles):
            continue
        own = block.regions[-1] if block.regions else None
        lead = own is not None and ("lead" in own.marks or bool(_NAMED.search(own.words)))
        says = says_summary(block, summaries)
        if layout.foreign(block, _NOWHERE if lead else _ELSEWHERE - _ANYWAY if says else _ELSEWHERE):
            continue
        outside = layout.depth(block) > NEAR or block.order not in chosen
        named = lead and own is not None and bool(_NAMED.search(own.words)) and block.order <= head + 4
        under = any(_sits_under(one, block) for one in heads)
        if ((outside or lead) and (says or (outside and (named or under)))) or (outside and lead and _goes_on(found, block)):
            found.append(block)
    return found[:MOST]


def _is_other(block: PageBlock, titles: Collection[str]) -> bool:
    return block.kind is BlockKind.ENUMERATION or is_title(block, titles)


def _goes_on(found: Sequence[PageBlock], block: PageBlock) -> bool:
    """Whether a paragraph stands right after one of the standfirst, in the same element."""
    last = found[-1] if found else None
    return last is not None and block.order == last.order + 1 and block.tag == last.tag == "p" and block.path[:-1] == last.path[:-1]


def _title_block(blocks: Sequence[PageBlock], titles: Collection[str]) -> PageBlock | None:
    exact = (block for block in blocks if block.tag == "h1" and block.key in titles)
    alike = (block for block in blocks if is_title(block, titles) and not block.has("nav", "hidden"))
    return next(exact, None) or next(alike, None)


def _sits_under(title: PageBlock | None, block: PageBlock) -> bool:
    """Whether a whole sentence stands in the title's own element, or in the page's header for it, right below."""
    if title is None or block.order > title.order + 3 or block.link_share > 0.3 or block.text[-1:] not in ".?!…":
        return False
    same = len(title.path) > 1 and title.path[-2] in block.path
    return len(block.text) >= 60 and (same or any("header" in region.marks for region in block.regions if region in title.regions))


def _opens(block: PageBlock) -> bool:
    return block.kind is not BlockKind.HEADING and len(block.text) >= 40


def body_start(candidates: Sequence[PageBlock], layout: Layout, titles: Collection[str], before: Collection[int]) -> int:
    """Return the order of the first paragraph of the body: prose that is neither title nor in `before`; 0 for none."""
    for block in candidates:
        if block.is_prose and block.order not in before and not is_title(block, titles):
            return block.order
    return next((block.order for block in candidates if layout.depth(block) <= NEAR), 0)
