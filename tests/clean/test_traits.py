"""What is measured about blocks: every column has its name, and says what the name says."""

from __future__ import annotations

import lxml.html
import numpy as np
import pytest

from pipeline.clean.evidence import Evidence, looked_at
from pipeline.clean.outline import PageBlock, outline
from pipeline.clean.phrases import PhraseBook
from pipeline.clean.rules import Page
from pipeline.clean.selection import layout_of
from pipeline.clean.traits import TRAITS, traits
from tests.clean.pages import STORY

MARKUP = f"""<nav class="menu"><a href="/">Home</a></nav><div class="article-body"><h2>On the coast</h2>
<p>{STORY[0]}</p><p>{STORY[1]}</p><p>Sign up for our newsletter</p><p>{STORY[0]}</p></div>
<div class="related"><a href="/x">{"Another story that is nothing but a link to it. " * 2}</a></div><footer><p>1 Pier Road</p></footer>"""


def blocks_of(markup: str) -> tuple[PageBlock, ...]:
    return outline(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"))


def evidence_of(blocks: tuple[PageBlock, ...], kept: set[int], **fields: object) -> Evidence:
    page = Page(
        blocks=blocks,
        layout=layout_of(blocks, kept),
        phrases=PhraseBook().of("en"),
        titles=("onthecoast",),
        authors=("Ada Brook",),
        captions=frozenset(),
        standfirst=frozenset(),
        start=min(kept),
    )
    told = {"voted": frozenset(kept), "removed": {}, "summaries": (), "witness": "", "types": frozenset[str]()} | fields
    return Evidence(page=page, kept=frozenset(kept), **told)  # type: ignore[arg-type]


def told(blocks: tuple[PageBlock, ...], evidence: Evidence, name: str) -> dict[str, float]:
    """A column's values by the beginning of each block."""
    looked = looked_at(blocks, evidence.kept)
    column = traits(blocks, looked, evidence)[:, TRAITS.index(name)]
    return {block.text[:12]: float(value) for block, value in zip(looked, column, strict=True)}


def test_every_block_looked_at_has_a_row_and_every_trait_a_column() -> None:
    """All numbers are finite; names are told once."""
    blocks = blocks_of(MARKUP)
    evidence = evidence_of(blocks, {2, 3})
    looked = looked_at(blocks, evidence.kept)
    rows = traits(blocks, looked, evidence)
    assert rows.shape == (len(looked), len(TRAITS))
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert len(set(TRAITS)) == len(TRAITS)


def test_no_blocks_make_no_rows() -> None:
    """A page may hold nothing to look at."""
    blocks = blocks_of("<p>x</p>")
    assert traits(blocks, [], evidence_of(blocks, {0})).shape == (0, len(TRAITS))


@pytest.mark.parametrize(
    ("name", "beginning", "value"),
    [
        ("kept", "It took nine", 1),
        ("kept", "Sign up for ", 0),
        ("promo", "Sign up for ", 1),
        ("promo", "It took nine", 0),
        ("title", "On the coast", 1),
        ("author", "It took nine", 1),
        ("level", "On the coast", 2),
        ("times", "The old ligh", 2),
        ("mark_body", "It took nine", 1),
        ("mark_related", "It took nine", -1),
        ("voted-1", "It took nine", 1),
        ("news_type", "It took nine", 1),
        ("dated", "It took nine", 0),
    ],
)
def test_a_trait_says_what_its_name_says(name: str, beginning: str, value: float) -> None:
    """One of each family of traits."""
    blocks = blocks_of(MARKUP)
    evidence = evidence_of(blocks, {2, 3}, types=frozenset({"NewsArticle"}))
    assert told(blocks, evidence, name)[beginning] == value
