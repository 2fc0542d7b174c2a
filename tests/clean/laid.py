"""A page laid out for a rule: its blocks, the candidates among them, what is known around them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import lxml.html

from pipeline.clean.hygiene import bare
from pipeline.clean.outline import PageBlock, outline
from pipeline.clean.phrases import PhraseBook
from pipeline.clean.rules import Page, Rule
from pipeline.clean.selection import layout_of

ENGLISH = PhraseBook().of("en")
Chosen = Callable[[PageBlock], bool]


def everything(block: PageBlock) -> bool:
    """Take every block for a candidate."""
    return True


def laid(
    markup: str, chosen: Chosen = everything, *, titles: Collection[str] = (), authors: Sequence[str] = (), start: int = 0
) -> tuple[list[PageBlock], Page]:
    """Return (the candidates, the page) of a body's markup."""
    blocks = outline(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"))
    candidates = [block for block in blocks if chosen(block)]
    page = Page(
        blocks=blocks,
        layout=layout_of(blocks, {block.order for block in candidates}),
        phrases=ENGLISH,
        titles=tuple(bare(title) for title in titles),
        authors=tuple(authors),
        captions=frozenset(),
        standfirst=frozenset(),
        start=start,
    )
    return candidates, page


def taken(rule: Rule, candidates: Sequence[PageBlock], page: Page) -> dict[str, str]:
    """Return what a rule takes out, by text, with the name it gives."""
    return {page.blocks[order].text: name for order, name in rule(candidates, page).items()}
