"""The block model's say over what the rules left: lines that no one should keep go, blocks that all missed come. Pure.

The model was trained on pages that are no part of the project; training/report.md tells on how many, and what it gained on
sites it had never seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

from pipeline.clean.evidence import Evidence, looked_at
from pipeline.clean.forest import read_forests
from pipeline.clean.outline import PageBlock
from pipeline.clean.traits import TRAITS, traits
from pipeline.errors import ConfigurationError
from pipeline.types import BlockKind

FILE: Final = Path(__file__).with_name("blocks.npz")
KEEP: Final = 0.4  # kept blocks below this chance go
ADD: Final = 0.45  # blocks at this chance or above come; both limits picked in cross-validation
KEEP_POINTS: Final = 0.25  # the same for the points of a list and the rows of a table, which go or stay together
MODEL: Final = "model"  # the rule's name on what goes
# What a rule took out by what it says, or as a field, stays out whatever the model thinks: it has a place of its own, or none.
_SETTLED_WORDS: Final = (
    "correction contributors separator counter title byline date summary copyright initials double pull-quote caption credit phrase promo "
    "read-more link-line link-list author-bio empty-heading next-article region-caption region-author region-infobox"
)
SETTLED: Final = frozenset(_SETTLED_WORDS.split())


class Judge(Protocol):
    """Says how likely each block is body."""

    def chances(self, blocks: Sequence[PageBlock], evidence: Evidence) -> Mapping[int, float]:
        """Return chances, 0 to 1, by order; blocks that were not looked at are missing."""
        ...


class NoJudge:
    """Leaves everything to the rules."""

    def chances(self, blocks: Sequence[PageBlock], evidence: Evidence) -> Mapping[int, float]:
        """Return nothing."""
        return {}


class BlockModel:
    """A judge out of a file that `python -m training` wrote."""

    def __init__(self, file: Path = FILE) -> None:
        """Read the model. Raises `ConfigurationError` naming the file, also where it was trained on other traits."""
        forests, self.about = read_forests(file)
        if "body" not in forests or forests["body"].traits != TRAITS:
            raise ConfigurationError(f"{file}: trained on other traits than these; run python -m training")
        self._forest = forests["body"]

    def chances(self, blocks: Sequence[PageBlock], evidence: Evidence) -> Mapping[int, float]:
        """Return chances of the blocks that may be body."""
        looked = looked_at(blocks, {*evidence.kept, *evidence.removed})
        rows = traits(blocks, looked, evidence)
        return {block.order: float(chance) for block, chance in zip(looked, self._forest.chances(rows), strict=True)}


def decide(chances: Mapping[int, float], evidence: Evidence) -> tuple[set[int], set[int]]:
    """Return (orders of kept blocks that go, orders of others that come)."""
    kept, page = set(evidence.kept), evidence.page
    shared = _shared(chances, [page.blocks[order] for order in sorted(kept)])
    go = {order for order in kept if shared.get(order, chances.get(order, 1.0)) < (KEEP_POINTS if order in shared else KEEP)}
    keys = {page.blocks[order].key for order in kept if page.blocks[order].is_prose}
    come = set()
    for order, chance in chances.items():
        block = page.blocks[order]
        rule = evidence.removed.get(order)
        boxed = rule == "box" and not block.is_prose  # a title under `Read more`: the rule saw the box, the model sees a line
        settled = rule in SETTLED or boxed or order in page.captions or order in page.standfirst
        if chance >= ADD and order not in kept and not settled and block.key and not (block.is_prose and block.key in keys):
            come.add(order)
            keys.add(block.key)
    return go, come


def _shared(chances: Mapping[int, float], kept: Sequence[PageBlock]) -> dict[int, float]:
    """Return for each point of a list and row of a table the mean chance of all that were kept of it."""
    together: dict[tuple[int, ...], list[int]] = {}
    for block in kept:
        if block.kind in {BlockKind.ENUMERATION, BlockKind.TABLE} and block.order in chances:
            path = block.path if block.kind is BlockKind.TABLE else block.path[:-1] if block.tag == "li" else block.path[:-2]
            together.setdefault(path, []).append(block.order)
    means = {path: sum(chances[order] for order in orders) / len(orders) for path, orders in together.items()}
    return {order: means[path] for path, orders in together.items() for order in orders}
