"""Where a block stands, what its elements are called, and what is around it: the other columns of its traits. Pure."""

from __future__ import annotations

import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.evidence import Evidence, Matrix
from pipeline.clean.marks import MARK_WORDS
from pipeline.clean.outline import PageBlock, Region

_PLACES_WORDS: Final = (
    "times first depth column above parent_share parent_count region_share regions place from_end text_place from_start from_first "
    "from_last grand_share name_known"
)
_GROUPS_WORDS: Final = "since_kept until_kept kept_before kept_after parent_kept signature_kept signature_blocks same_before same_after"
_MASS_WORDS: Final = (
    "prose_parent prose_grand prose_great prose_signature prose_tag prose_region prose_best distance_best prose_before prose_after"
)
PLACES: Final = tuple(_PLACES_WORDS.split())
GROUPS: Final = tuple(_GROUPS_WORDS.split())
MASS: Final = tuple(_MASS_WORDS.split())
MARKS: Final = (*MARK_WORDS, "article", "aside", "body", "details", "figure", "form", "header", "hidden", "li", "main")
NAME_BINS: Final = 48  # words of the elements' names, hashed
NAMES: Final = (*(f"mark_{mark}" for mark in MARKS), *(f"name_{number}" for number in range(NAME_BINS)))


def places(blocks: Sequence[PageBlock], looked: Sequence[PageBlock], evidence: Evidence) -> Matrix:
    """Return the columns of PLACES."""
    layout, start, count = evidence.page.layout, evidence.page.start, len(blocks)
    times, members = Counter(block.key for block in blocks), Counter(_up(block, 2) for block in blocks)
    first = {block.key: block.order for block in reversed(blocks)}
    before = list(accumulate((len(block.text) for block in blocks), initial=0))
    below: defaultdict[int, int] = defaultdict(int)
    for block in looked:
        if block.order in evidence.kept:
            size = len(block.text)
            for number in block.path[:-1]:
                below[number] += size
    whole = max(below.values(), default=0) or 1
    main = {number for number, size in below.items() if size >= 0.6 * whole}
    rows = []
    for block in looked:
        region, order = block.regions[-1] if block.regions else None, block.order
        row = (
            min(times[block.key], 20),
            first[block.key] == order,
            len(block.path),
            min(layout.depth(block), 30),
            next((step for step, number in enumerate(reversed(block.path)) if number in main), 30),
            below[_up(block, 2)] / whole,
            math.log1p(members[_up(block, 2)]),
            layout.shares.get(region.number, 0.0) if region else -1.0,
            len(block.regions),
            order / count,
            math.log1p(count - order),
            before[order] / before[-1],
            *(max(-60, min(60, order - edge)) for edge in (start, layout.first, layout.last)),
            below[_up(block, 3)] / whole,
            bool(region and region.words),
        )
        rows.append(row)
    return np.array(rows, np.float32)


def _up(block: PageBlock, levels: int) -> int:
    """Return the number of the element so many levels above the text, 0 for none."""
    return block.path[-levels] if len(block.path) >= levels else 0


def names(blocks: Sequence[PageBlock], evidence: Evidence) -> Matrix:
    """Return the columns of NAMES. Blocks in the same region share them."""
    shares = evidence.page.layout.shares
    known: dict[int, NDArray[np.float32]] = {0: np.full(len(MARKS) + NAME_BINS, -1.0, np.float32)}
    known[0][len(MARKS) :] = 0.0
    rows = np.empty((len(blocks), len(MARKS) + NAME_BINS), np.float32)
    for place, block in enumerate(blocks):
        number = block.regions[-1].number if block.regions else 0
        if number not in known:
            known[number] = _region_row(block.regions, shares)
        rows[place] = known[number]
    return rows


def _region_row(regions: Sequence[Region], shares: Mapping[int, float]) -> NDArray[np.float32]:
    """Return for each mark the share of the text in the innermost region that bears it (-1 for none), and the names' hashes."""
    row = np.full(len(MARKS) + NAME_BINS, -1.0, np.float32)
    row[len(MARKS) :] = 0.0
    for region in regions:
        for mark in region.marks:
            if mark in _MARK_PLACES:
                row[_MARK_PLACES[mark]] = shares.get(region.number, 0.0)
    for region in regions[-3:]:
        for word in region.words.split("-"):
            if word and not word.isdigit():
                row[len(MARKS) + zlib.crc32(word.encode()) % NAME_BINS] = 1.0
    return row


_MARK_PLACES: Final = {mark: place for place, mark in enumerate(MARKS)}


def shifted(columns: Matrix, step: int) -> Matrix:
    """Return the columns of the block so many places after (before, where negative) each; -2 beyond the page's ends."""
    moved = np.full_like(columns, -2.0)
    if step > 0:
        moved[:-step] = columns[step:]
    else:
        moved[-step:] = columns[:step]
    return moved


def groups(blocks: Sequence[PageBlock], kept: NDArray[np.float32]) -> Matrix:
    """Return the columns of GROUPS: how much of what is near, or alike, was kept."""
    sizes = np.array([len(block.text) for block in blocks], np.float32)
    order = np.arange(len(blocks))
    last = np.maximum.accumulate(np.where(kept > 0, order, -60))
    following = np.minimum.accumulate(np.where(kept > 0, order, len(blocks) + 60)[::-1])[::-1]
    running = np.cumsum(sizes * kept)
    whole = running[-1] or 1.0
    parents = [_up(block, 2) for block in blocks]
    signatures = [(block.tag, block.regions[-1].words if block.regions else "") for block in blocks]
    parent_kept, _ = grouped(parents, kept, sizes)
    signature_kept, signature_blocks = grouped(signatures, kept, sizes)
    keys = np.array(parents)
    same = np.zeros((2, len(blocks)), np.float32)
    same[0, 1:] = same[1, :-1] = keys[1:] == keys[:-1]
    since, until = np.minimum(order - last, 60), np.minimum(following - order, 60)
    return np.stack(
        [since, until, running / whole, 1 - running / whole, parent_kept, signature_kept, np.log1p(signature_blocks), *same], axis=1
    ).astype(np.float32)


def mass(blocks: Sequence[PageBlock], looked: Sequence[PageBlock]) -> Matrix:
    """Where the prose of the page lies, whatever anybody voted for: shares of all of it, by element, name and place."""
    prose = {block.order: len(block.text) * (1 - block.link_share) for block in blocks if block.is_prose and not block.has(*_NEVER)}
    whole = sum(prose.values()) or 1.0
    below: dict[object, float] = defaultdict(float)
    parents: dict[int, float] = defaultdict(float)
    for block in blocks:
        if size := prose.get(block.order):
            parents[_up(block, 2)] += size
            places: tuple[object, ...] = (*block.path[:-1], _signature(block), block.tag, _region(block))
            for one in places:
                below[one] += size
    best = max(parents, key=lambda number: parents[number], default=0)
    path = next((block.path[:-1] for block in blocks if _up(block, 2) == best), ())
    before = list(accumulate((prose.get(block.order, 0.0) for block in blocks), initial=0.0))
    rows = []
    for block in looked:
        shared = sum(one == other for one, other in zip(path, block.path, strict=False))
        held: tuple[object, ...] = (_up(block, 2), _up(block, 3), _up(block, 4), _signature(block), block.tag)
        row = (
            *(below[one] / whole for one in held),
            below[_region(block)] / whole if block.regions else -1.0,
            _up(block, 2) == best,
            len(block.path) + len(path) - 2 * shared,
            before[block.order] / whole,
            1 - before[block.order + 1] / whole,
        )
        rows.append(row)
    return np.array(rows, np.float32)


def _region(block: PageBlock) -> tuple[int, ...]:
    return tuple(region.number for region in block.regions[-1:])


def _signature(block: PageBlock) -> tuple[str, str]:
    return block.tag, block.regions[-1].words if block.regions else ""


_NEVER: Final = ("aside", "comments", "footer", "hidden", "nav", "newsletter", "related")


def grouped(keys: Sequence[object], values: NDArray[np.float32], weights: NDArray[np.float32]) -> tuple[Matrix, Matrix]:
    """Return (the weighted mean of the values in each one's group, itself left out; the group's size). -1 where it is alone."""
    numbers: dict[object, int] = {}
    groups = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
    total = np.bincount(groups, weights)[groups] - weights
    got = np.bincount(groups, weights * values)[groups] - weights * values
    sizes = np.bincount(groups)[groups]
    mean = np.where(sizes > 1, got / np.maximum(total, 1e-6), -1.0)
    return mean.astype(np.float32), sizes.astype(np.float32)
