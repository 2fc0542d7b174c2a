"""What can be measured about a page's blocks: one row a block, one column a trait. What the block model judges by. Pure.

No column knows a word of any language but through the phrase lists; columns say how a block looks, where it stands, what
its elements are called, what trafilatura and the rules made of it, and the same of its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.evidence import NEWS_TYPES, Evidence, Matrix
from pipeline.clean.looks import JUDGED, KINDS, LOOKS, SAID, judged, looks, said
from pipeline.clean.outline import PageBlock
from pipeline.clean.surroundings import GROUPS, MASS, NAMES, PLACES, groups, mass, names, places, shifted
from pipeline.types import BlockKind

_AROUND_WORDS: Final = "length link_share prose level voted kept rule ending parent_share tag"
_PAGE_WORDS: Final = (
    "blocks kept_blocks kept_length prose_kept prose_left witness_told voted_share unspaced heads mean_link median_length lists "
    "news_type article_type og_article dated"
)
OWN: Final = (*LOOKS, *PLACES, *JUDGED, *SAID)
AROUND: Final = tuple(_AROUND_WORDS.split())
REACH: Final = (-3, -2, -1, 1, 2, 3)
PAGE: Final = tuple(_PAGE_WORDS.split())
TRAITS: Final = (*OWN, *NAMES, *(f"{name}{step:+d}" for step in REACH for name in AROUND), *GROUPS, *MASS, *PAGE)


def traits(blocks: Sequence[PageBlock], looked: Sequence[PageBlock], evidence: Evidence) -> Matrix:
    """Return one row for each block that is looked at, with the columns of TRAITS. `blocks` are all of the page."""
    if not looked:
        return np.zeros((0, len(TRAITS)), np.float32)
    own = np.hstack([looks(looked), places(blocks, looked, evidence), judged(looked, evidence), said(looked, evidence)])
    near = own[:, [OWN.index(name) for name in AROUND]]
    around = np.hstack([shifted(near, step) for step in REACH])
    page = np.broadcast_to(_page(blocks, looked, own, evidence), (len(looked), len(PAGE)))
    parts = [own, names(looked, evidence), around, groups(looked, column(own, "kept")), mass(blocks, looked), page]
    return np.ascontiguousarray(np.hstack(parts), np.float32)


def column(own: Matrix, name: str) -> NDArray[np.float32]:
    """Return one of a block's own traits, by name."""
    return own[:, OWN.index(name)]


def _page(blocks: Sequence[PageBlock], looked: Sequence[PageBlock], own: Matrix, evidence: Evidence) -> NDArray[np.float32]:
    sizes = np.array([len(block.text) for block in looked], np.float32)
    kept, prose, voted = column(own, "kept"), column(own, "prose"), column(own, "voted")
    in_kept = kept > 0
    text = "".join(block.text[:40] for block in looked[:60])
    size = float((sizes * kept).sum())
    return np.array(
        [
            math.log1p(len(blocks)),
            math.log1p(float(kept.sum())),
            math.log1p(size),
            math.log1p(float((prose * kept).sum())),
            math.log1p(float((prose * (1 - kept)).sum())),
            bool(evidence.witness),
            float((sizes * voted * kept).sum()) / (size or 1.0),
            sum("\u2e80" <= letter <= "\ud7af" for letter in text) / (len(text) or 1),
            float((kept * (column(own, "level") > 0)).sum()),
            float(column(own, "link_share")[in_kept].mean()) if in_kept.any() else -1.0,
            float(np.median(sizes[in_kept])) if in_kept.any() else 0.0,
            float((kept * (column(own, "kind") == KINDS[BlockKind.ENUMERATION])).sum()) / (float(kept.sum()) or 1.0),
            *(bool(evidence.types & types) for types in _TYPES),
            "og:article" in evidence.types,
            "dated" in evidence.types,
        ],
        np.float32,
    )


_TYPES: Final = (NEWS_TYPES, frozenset({"Article", "BlogPosting"}))
