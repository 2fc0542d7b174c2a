"""From a page's blocks to its body: candidates, the rules over them, and the fields that lie between the lines. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.clean import RULES, closing, line_rules, place_rules
from pipeline.clean.captions import caption_orders
from pipeline.clean.closing import CONTRIBUTORS, CORRECTION, correction_text
from pipeline.clean.datelines import Dateline, read_dateline
from pipeline.clean.evidence import Evidence
from pipeline.clean.judge import MODEL, Judge, decide
from pipeline.clean.opening import body_start, standfirst
from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import Phrases
from pipeline.clean.place_rules import regions
from pipeline.clean.rules import Page, run
from pipeline.clean.selection import candidates_of, layout_of
from pipeline.site_memory import line_key
from pipeline.types import Block, BlockKind, Removed

AFTERWARDS: Final = 12  # blocks after the last candidate that are still told
MOST_PASSED: Final = 60
MOST_TOLD: Final = 300
MOST_REMOVED: Final = 2_000  # lines; the most on 1,050 real pages were 448
LONGEST_REMOVED: Final = 20_000  # characters; the longest there 14,000
TEMPLATE: Final = "template"
LITTLE: Final = 400  # characters: of less nobody can be sure
# What judge and template leave must pass the rules on what a line says, and on doubles and empty headings, once more.
AGAIN: Final = frozenset(
    {
        closing.contributors,
        closing.corrections,
        line_rules.credits,
        line_rules.phrases,
        line_rules.promotions,
        line_rules.rights,
        line_rules.signs,
        place_rules.bylines,
        place_rules.doubles,
        place_rules.empty_headings,
    }
)
FIRST_PARAGRAPHS: Final = 2  # among which a dateline may stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What was found: the blocks kept, and each that was taken out by its rule."""

    kept: tuple[PageBlock, ...]
    removed: tuple[Removed, ...]
    page: Page
    contributors: str | None
    corrections: tuple[str, ...]
    dateline: Dateline | None
    dateline_order: int  # of the block the dateline is cut from, -1 for none
    summary: str  # the standfirst, '' where there is none
    doubt: float  # share of the text that the judge was not sure of, 0 to 1; 1 where there is no judge, or hardly any text


def find_body(
    blocks: Sequence[PageBlock],
    voted: frozenset[int],
    *,
    witness: str,
    phrases: Phrases,
    titles: tuple[str, ...],
    authors: tuple[str, ...],
    summaries: tuple[str, ...],
    types: frozenset[str],
    judge: Judge,
    templates: frozenset[str] = frozenset(),
) -> Body:
    """Return the body of a page. `titles` and `summaries` are `bare` keys; `witness` is the page's own copy of the body.

    `types` is what the page calls itself, as `evidence.page_types` has it; `templates` are the keys of the lines that recur on
    its site's pages.
    """
    chosen = candidates_of(blocks, voted, witness)
    candidates = [block for block in blocks if block.order in chosen]
    page = Page(
        blocks=tuple(blocks),
        layout=layout_of(blocks, chosen),
        phrases=phrases,
        titles=titles,
        authors=authors,
        captions=frozenset(),
        standfirst=frozenset(),
        start=0,
    )
    above = standfirst(blocks, page.layout, candidates, titles, summaries)
    before = {*regions(candidates, page), *(block.order for block in above)}
    start = body_start(candidates, page.layout, titles, before)
    captions = frozenset(caption_orders(blocks, page.layout, start))
    page = replace(page, start=start, standfirst=frozenset(block.order for block in above), captions=captions)
    kept, removed = run(RULES, candidates, page)
    orders = frozenset(block.order for block in kept)
    evidence = Evidence(page=page, voted=voted, kept=orders, removed=removed, summaries=summaries, witness=witness, types=types)
    return _judged(evidence, judge.chances(blocks, evidence), templates)


def _judged(evidence: Evidence, chances: Mapping[int, float], templates: frozenset[str]) -> Body:
    """Return the body after the judge's say and the site's template. What comes must pass the last rules, too."""
    page = evidence.page
    go, come = decide(chances, evidence)
    if not come and go == set(evidence.kept):  # whatever the page is, that is for page types to say
        go = set()
    candidates = [block for block in page.blocks if block.order in evidence.kept or block.order in evidence.removed or block.order in come]
    left = [block for block in candidates if (block.order in evidence.kept and block.order not in go) or block.order in come]
    recurring = _recurring(left, templates)
    kept, twice = run([rule for rule in RULES if rule in AGAIN], [block for block in left if block.order not in recurring], page)
    removed = {order: rule for order, rule in evidence.removed.items() if order not in come}
    removed |= dict.fromkeys(go, MODEL) | dict.fromkeys(recurring, TEMPLATE) | twice
    return _told(page, candidates, kept, removed, chances)


def _recurring(blocks: Sequence[PageBlock], templates: frozenset[str]) -> set[int]:
    """Return the blocks that are their site's template; none where these are half the text: then the page is shown elsewhere, too."""
    found = [block for block in blocks if line_key(block.text) in templates] if templates else []
    whole = sum(len(block.text) for block in blocks)
    return {block.order for block in found} if 2 * sum(len(block.text) for block in found) < whole else set()


def _told(
    page: Page, candidates: Sequence[PageBlock], kept: list[PageBlock], removed: Mapping[int, str], chances: Mapping[int, float]
) -> Body:
    position = {block.order: place for place, block in enumerate(candidates)}
    taken = [
        Removed(
            text=page.blocks[order].text[:LONGEST_REMOVED],
            rule=rule,
            position=position[order],
            score=round(chances[order], 4) if rule == MODEL else None,
        )
        for order, rule in removed.items()
    ]
    dateline, order = _dateline(kept, page.phrases)
    if dateline:
        head = page.blocks[order].text.removesuffix(dateline.rest).strip()
        taken.append(Removed(text=head, rule="dateline", position=position[order]))
    taken += _passed_over(page, candidates)
    named = [page.blocks[order].text for order, rule in sorted(removed.items()) if rule == CONTRIBUTORS]
    righted = [correction_text(page.blocks[order].text, page) for order, rule in sorted(removed.items()) if rule == CORRECTION]
    return Body(
        kept=tuple(kept),
        removed=tuple(sorted(taken, key=lambda one: (one.position, one.rule))[:MOST_REMOVED]),
        page=page,
        contributors=" ".join(named)[:LONGEST_REMOVED] or None,
        corrections=tuple(text[:LONGEST_REMOVED] for text in righted[:MOST_PASSED]),
        dateline=dateline,
        dateline_order=order,
        summary=" ".join(page.blocks[order].text for order in sorted(page.standfirst)),
        doubt=_doubt(page, kept, chances),
    )


def _doubt(page: Page, kept: Sequence[PageBlock], chances: Mapping[int, float]) -> float:
    """Return how much text may be judged wrongly, as a share of what is kept."""
    size = sum(len(block.text) for block in kept if block.order in chances)
    if size < LITTLE:
        return 1.0
    return min(1.0, sum(len(page.blocks[order].text) * min(chance, 1 - chance) for order, chance in chances.items()) / size)


def _passed_over(page: Page, candidates: Sequence[PageBlock]) -> list[Removed]:
    """Return the lines that stand among the text and were never candidates: what a reader of the page saw and we did not keep.

    Menus above and footers below are left out, and no more than MOST_PASSED lines are told, cut at MOST_TOLD characters.
    """
    if not candidates:
        return []
    orders = {block.order: position for position, block in enumerate(candidates)}
    told, position = [], 0
    for block in page.blocks[candidates[0].order : candidates[-1].order + 1 + AFTERWARDS]:
        position = orders.get(block.order, position)
        if block.order not in orders and block.order not in page.captions and block.key:
            mark = page.layout.foreign(block)
            told.append(Removed(text=block.text[:MOST_TOLD], rule=f"region:{mark}" if mark else "passed-over", position=position))
    return told[:MOST_PASSED]


def _dateline(kept: Sequence[PageBlock], phrases: Phrases) -> tuple[Dateline | None, int]:
    prose = [block for block in kept if block.kind is BlockKind.PARAGRAPH][:FIRST_PARAGRAPHS]
    for block in prose:
        if dateline := read_dateline(block.text, phrases):
            return dateline, block.order
    return None, -1


def article_blocks(body: Body) -> tuple[Block, ...]:
    """Return the body's blocks as the article keeps them, the dateline cut off."""
    made = []
    for block in body.kept:
        text = body.dateline.rest if body.dateline and block.order == body.dateline_order else block.text
        made.append(Block(kind=block.kind, text=text, level=block.level))
    return tuple(made)


def told_blocks(witness: str) -> tuple[Block, ...]:
    """Return the page's own copy of the body as paragraphs, for pages that draw their text by script."""
    lines = (" ".join(line.split()) for line in witness.splitlines())
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line)
