"""What a rule is, and how rules are run: each takes blocks out and says by which name. Pure.

A rule sees the blocks that the rules before it left, and what is known about the page, and returns the orders of those
that are not the body, with the name under which they are taken out. It never changes a block.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import Phrases
from pipeline.clean.selection import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What rules may know about the page around the candidates."""

    blocks: tuple[PageBlock, ...]  # all of the page
    layout: Layout
    phrases: Phrases
    titles: tuple[str, ...]  # every reading of the title, as `bare` keys
    authors: tuple[str, ...]
    captions: frozenset[int]  # orders of the blocks that are captions or credits
    standfirst: frozenset[int]  # orders of the blocks above the body that sum it up
    start: int  # order of the first paragraph of the body


Verdict = Mapping[int, str]
Rule = Callable[[Sequence[PageBlock], Page], Verdict]


def run(rules: Sequence[Rule], candidates: Sequence[PageBlock], page: Page) -> tuple[list[PageBlock], dict[int, str]]:
    """Return (the blocks that every rule left, the name of the rule that took out each other block, by its order)."""
    kept = list(candidates)
    removed: dict[int, str] = {}
    for rule in rules:
        verdict = rule(kept, page)
        if verdict:
            removed.update(verdict)
            kept = [block for block in kept if block.order not in verdict]
    return kept, removed
