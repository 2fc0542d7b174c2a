"""What is known of a page besides its blocks when they are judged, and which of its blocks are worth judging. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.jsonld import types_of
from pipeline.clean.metadata import PageFacts
from pipeline.clean.outline import PageBlock
from pipeline.clean.rules import Page

Matrix = NDArray[np.float32]
AROUND_KEPT: Final = 15  # blocks
LONG_LINK: Final = 150  # characters
NEWS_TYPES: Final = frozenset({"NewsArticle", "ReportageNewsArticle", "LiveBlogPosting", "AnalysisNewsArticle", "OpinionNewsArticle"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a page besides its blocks when they are judged."""

    page: Page
    voted: Collection[int]  # trafilatura's, by order
    kept: Collection[int]  # what the rules left
    removed: Mapping[int, str]  # what they took, and by which rule
    summaries: Sequence[str]
    witness: str
    types: frozenset[str]  # as `page_types` has them


def looked_at(blocks: Sequence[PageBlock], kept: Collection[int]) -> list[PageBlock]:
    """Return the blocks that may be body: those kept, all prose, and what stands around either and is more than links."""
    near = {order + step for order in kept for step in (-AROUND_KEPT, AROUND_KEPT)}
    first, last = min(near, default=0), max(near, default=-1)
    beside = {block.order + step for block in blocks if block.is_prose for step in (-2, -1, 1, 2)}
    return [
        block
        for block in blocks
        if block.order in kept
        or block.is_prose
        or ((first <= block.order <= last or block.order in beside) and (block.link_share <= 0.9 or len(block.text) >= LONG_LINK))
    ]


def page_types(facts: PageFacts) -> frozenset[str]:
    """Return what a page calls itself: its JSON-LD types, `og:article`, and `dated` where its head tells a time."""
    told = {kind for node in facts.nodes for kind in types_of(node)}
    if facts.head.first("og:type").lower() == "article":
        told.add("og:article")
    return frozenset(told | {"dated"} if facts.head.first("article:published_time") else told)
