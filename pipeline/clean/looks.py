"""What a block is by itself, what was made of it so far, and what it says: the first columns of its traits. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from pipeline.clean.evidence import Evidence, Matrix
from pipeline.clean.extraction import shingles
from pipeline.clean.hygiene import bare, phrase_key
from pipeline.clean.opening import is_title, says_summary
from pipeline.clean.outline import PageBlock
from pipeline.types import BlockKind

_LOOKS_WORDS: Final = "length words link_share prose level tag kind ending stops capitals digits quote pictured lower colon"
_JUDGED_WORDS: Final = "voted chosen kept rule caption standfirst witnessed"
_SAID_WORDS: Final = "title summary author phrase start promo end byline credit update"
LOOKS: Final = tuple(_LOOKS_WORDS.split())
JUDGED: Final = tuple(_JUDGED_WORDS.split())
SAID: Final = tuple(_SAID_WORDS.split())
KINDS: Final = {kind: number for number, kind in enumerate(BlockKind)}
_TAG_WORDS: Final = "p div li h1 h2 h3 h4 h5 h6 td th tr dt dd figcaption blockquote pre span section article header footer aside summary"
_TAGS: Final = {tag: number for number, tag in enumerate(_TAG_WORDS.split(), 1)}
_RULE_WORDS: Final = (
    "next-article correction contributors region caption separator counter title byline date summary before-title before-body credit "
    "after-end box phrase read-more promo copyright initials author-bio link-line link-list double pull-quote empty-heading"
)
_RULES: Final = {name: number for number, name in enumerate(_RULE_WORDS.split(), 1)}
_SENTENCE: Final = frozenset(".!?…。！？")
_WRAPPED: Final = "\"'”’»)]"
SHORT: Final = 200  # characters; only shorter blocks are looked up among the phrases


def looks(blocks: Sequence[PageBlock]) -> Matrix:
    """Return the columns of LOOKS."""
    return np.array([_looks(block) for block in blocks], np.float32)


def _looks(block: PageBlock) -> tuple[float, ...]:
    text = block.text
    size = len(text)
    head = text[:80]
    last = text.rstrip(_WRAPPED)[-1:]
    letters = sum(map(str.isalpha, head)) or 1
    return (
        math.log1p(size),
        math.log1p(text.count(" ")),
        block.link_share,
        block.is_prose,
        block.level,
        _TAGS.get(block.tag, 0),
        KINDS[block.kind],
        1 if last in _SENTENCE else 2 if last in {":", "："} else 3 if last in {",", ";"} else 0,
        sum(map(text.count, ".,!?。，、")) * 100 / size,
        sum(map(str.isupper, head)) / letters,
        sum(map(str.isdigit, head)) / len(head),
        head[0] in "\"'“”„«»‘’「",
        bool(block.pictured),
        head[0].islower(),
        ":" in head[:40],
    )


def judged(blocks: Sequence[PageBlock], evidence: Evidence) -> Matrix:
    """Return the columns of JUDGED: what trafilatura, the rules and the page's own copy say."""
    known = set(shingles(evidence.witness)) if evidence.witness else set()
    rows = []
    for block in blocks:
        rule = evidence.removed.get(block.order, "")
        own = shingles(block.text) if known else ()
        rows.append(
            (
                block.order in evidence.voted,
                block.order in evidence.kept or bool(rule),
                block.order in evidence.kept,
                _RULES.get(rule, _RULES["region"]) if rule else 0 if block.order in evidence.kept else -1,
                block.order in evidence.page.captions,
                block.order in evidence.page.standfirst,
                sum(one in known for one in own) / len(own) if own else -1.0,
            )
        )
    return np.array(rows, np.float32)


def said(blocks: Sequence[PageBlock], evidence: Evidence) -> Matrix:
    """Return the columns of SAID: what the block says, by the page's title, people and the phrase lists."""
    page, phrases = evidence.page, evidence.page.phrases
    names = [name for name in page.authors if len(name) > 4]
    keys = {bare(name) for name in page.authors}
    rows = []
    for block in blocks:
        text = block.text
        named = 2 if block.key in keys else any(name in text for name in names) if len(text) < 600 else 0
        head = (is_title(block, page.titles), says_summary(block, evidence.summaries), named)
        if len(text) > SHORT:
            key = phrase_key(text[:80])
            rows.append((*head, 0, bool(phrases.starts.start(key)), 0, 0, bool(phrases.bylines.start(key)), 0, key in phrases.updates))
            continue
        key = phrase_key(text)
        rows.append(
            (
                *head,
                phrases.lines.is_line(key),
                bool(phrases.starts.start(key)),
                bool(phrases.promos.inside(key)),
                phrases.ends.is_line(key),
                bool(phrases.bylines.start(key)),
                bool(phrases.credits.start(key)),
                bool(phrases.dates.start(key)),
            )
        )
    return np.array(rows, np.float32)
