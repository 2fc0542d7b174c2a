"""Which blocks are candidates for the body: those voted for, and those that stand among them and were passed over. Pure.

trafilatura drops subheadings before short sections, points of lists and lines inside wrappers. What stands between two
voted blocks, near the element that holds most of them, and inside nothing that is named as something else, belongs too.
The limits were read off 1,050 labelled pages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.clean.extraction import shingles
from pipeline.clean.hygiene import bare
from pipeline.clean.marks import FOREIGN
from pipeline.clean.outline import PageBlock, Region
from pipeline.types import BlockKind

MINOR: Final = 0.4  # a marked element with less of the text than this is what its mark says
COLUMN: Final = 0.6  # the element that holds this much of the text is its column
SECOND_COLUMN: Final = 0.15  # so is any element that holds this much directly
NEAR: Final = 2  # levels below a column
LONG: Final = 80  # characters
MUCH_MORE: Final = 4
_NEVER: Final = ("aside", "comments", "footer", "hidden", "nav", "newsletter", "related")
WITNESSED: Final = 0.8  # share of a block's shingles in the page's own copy of the body


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the text lies: shares by region number, and the numbers of the elements that are its columns."""

    shares: dict[int, float]
    columns: frozenset[int]
    first: int
    last: int

    def foreign(self, block: PageBlock, marks: Collection[str] = FOREIGN) -> str:
        """Return the mark of the smaller region around a block that says it holds something else; '' where none does."""
        for region in reversed(block.regions):
            if self.shares.get(region.number, 0.0) < MINOR and not region.marks.isdisjoint(marks):
                return min(region.marks & set(marks))
        return ""

    def depth(self, block: PageBlock) -> int:
        """Return how many levels below the nearest column a block's parent stands; a large number for outside."""
        return next((level for level, number in enumerate(reversed(block.path[:-1])) if number in self.columns), 99)


def layout_of(blocks: Iterable[PageBlock], chosen: Collection[int]) -> Layout:
    """Return the layout that these blocks make."""
    paths: dict[tuple[int, ...], int] = defaultdict(int)
    around: dict[tuple[Region, ...], int] = defaultdict(int)
    shares, below, direct = (defaultdict[int, int](int) for _ in range(3))
    for block in blocks:
        if block.order in chosen:
            size = len(block.text)
            paths[block.path[:-1]] += size
            around[block.regions] += size
            direct[_parent(block)] += size
    for path, size in paths.items():  # of blocks in one element, all at once
        for number in path:
            below[number] += size
    for regions, size in around.items():
        for region in regions:
            shares[region.number] += size
    total = sum(paths.values())
    column = max((number for number, size in below.items() if size >= COLUMN * total), default=0)
    columns = {number for number, size in direct.items() if size > SECOND_COLUMN * total} | {column}
    return Layout(
        shares={number: size / total for number, size in shares.items()},
        columns=frozenset(columns),
        first=min(chosen, default=0),
        last=max(chosen, default=-1),
    )


def candidates_of(blocks: Sequence[PageBlock], voted: Collection[int], witness: str = "") -> frozenset[int]:
    """Return the orders of the candidate blocks. `witness` is the page's own copy of the body (JSON-LD), '' for none."""
    chosen = _first_choice(blocks, voted)
    chosen |= _witnessed(blocks, chosen, witness)
    if not chosen:
        return frozenset()
    chosen |= _alike(blocks, chosen)
    layout = layout_of(blocks, chosen)
    found = chosen | {block.order for block in blocks if block.order not in chosen and _belongs(block, layout)}
    return frozenset(order for order in found if order in chosen or _heads_something(blocks, order, found))


def column_votes(blocks: Sequence[PageBlock]) -> frozenset[int]:
    """Return what a glance at the page votes for: all that stands in the element with the most prose, and is named nothing else."""
    sizes: Counter[int] = Counter()
    for block in blocks:
        if block.is_prose and block.link_share < 0.3 and not block.has(*FOREIGN):
            sizes[_parent(block)] += len(block.text)
    best = max(sizes, key=lambda number: sizes[number], default=0)
    inside = {block.order for block in blocks if best in block.path[:-1]}
    layout = layout_of(blocks, {order for order in inside if blocks[order].is_prose})
    return frozenset(
        order
        for order in inside
        if not layout.foreign(blocks[order]) and blocks[order].link_share <= 0.5 and layout.depth(blocks[order]) <= NEAR
    )


def _heads_something(blocks: Sequence[PageBlock], order: int, found: Collection[int]) -> bool:
    """Whether a block that was added is no heading, or one with text of the body right after it."""
    return blocks[order].kind is not BlockKind.HEADING or any(
        after.order in found and after.kind is not BlockKind.HEADING for after in blocks[order + 1 : order + 3]
    )


def _belongs(block: PageBlock, layout: Layout) -> bool:
    if block.order < layout.first or block.tag == "h1" or layout.foreign(block) or layout.foreign(block, {"figure"}):
        return False
    long, linked, near = len(block.text) > LONG, block.link_share > 0.5, layout.depth(block) <= NEAR
    if block.order > layout.last:
        return long and near and not linked
    if near and not long and block.kind is BlockKind.PARAGRAPH:
        return block.tag == "p" and not linked
    if near:
        return long or not linked or block.kind is BlockKind.HEADING
    return long and not linked and block.tag != "div"


def _alike(blocks: Sequence[PageBlock], chosen: Collection[int]) -> set[int]:
    """Return long blocks in elements of the very names that hold the chosen ones, where most such blocks were chosen."""
    kept: Counter[tuple[str, str]] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        if len(block.text) > LONG and block.link_share < 0.3:
            (kept if block.order in chosen else passed)[_signature(block)] += 1
    steady = {signature for signature, count in kept.items() if count >= 3 and signature[1] and count * 2 >= passed[signature]}
    first = min(chosen, default=0)
    prose = (block for block in blocks if block.order > first and len(block.text) > LONG and block.link_share < 0.3)
    return {block.order for block in prose if _signature(block) in steady and not block.has("hidden", "related")}


def _signature(block: PageBlock) -> tuple[str, str]:
    return block.tag, block.regions[-1].words if block.regions else ""


def _first_choice(blocks: Sequence[PageBlock], voted: Collection[int]) -> set[int]:
    """Return the votes, unless one element's paragraphs hold several times as much prose: then those."""
    long = [block for block in blocks if len(block.text) > LONG and block.link_share < 0.3 and not block.level]
    prose = [block for block in long if not block.has(*_NEVER)] or long
    sizes: Counter[int] = Counter()
    for block in prose:
        sizes[_parent(block)] += len(block.text)
    best, size = max(sizes.items(), key=lambda found: found[1], default=(-1, 0))
    won = sum(len(block.text) for block in blocks if block.order in voted and block.is_prose)
    return set(voted) if voted and won * MUCH_MORE >= size else {block.order for block in prose if _parent(block) == best}


def _parent(block: PageBlock) -> int:
    return block.path[-2:][0] if block.path else 0


def _witnessed(blocks: Sequence[PageBlock], chosen: Collection[int], witness: str) -> set[int]:
    """Return blocks that the page's own copy of the body holds, where that copy tells of the same text as the chosen."""
    known = set(shingles(witness))
    if len(known) < 20:
        return set()
    own = [one for block in blocks if block.order in chosen for one in shingles(block.text)]
    if own and sum(one in known for one in own) * 2 < len(own):
        return set()
    seen = {block.key for block in blocks if block.order in chosen}
    found = set()
    for block in blocks:
        parts = shingles(block.text)
        fits = len(parts) > 3 and sum(one in known for one in parts) >= WITNESSED * len(parts)
        if fits and block.key not in seen and not block.has("hidden", "nav", "footer"):
            found.add(block.order)
            seen.add(block.key)
    return found


def witness_text(body: str) -> str:
    """Return the page's own copy of the body if it is one: long enough, and no markup or placeholder."""
    return body if len(bare(body[:2000])) > 200 else ""
