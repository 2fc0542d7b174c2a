"""Lines around the end that are no story but are kept as fields: who else contributed, what was corrected. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.clean.hygiene import phrase_key
from pipeline.clean.line_rules import is_copyright
from pipeline.clean.outline import PageBlock
from pipeline.clean.rules import Page, Verdict
from pipeline.types import BlockKind

MAX_CONTRIBUTORS: Final = 500
MAX_CORRECTION: Final = 900
MAX_AFTER_RULE: Final = 2  # paragraphs under the rule that ends a story
CONTRIBUTORS: Final = "contributors"
CORRECTION: Final = "correction"
_RULE: Final = frozenset("_-—–*• ")
_LABEL: Final = re.compile(r"^[^\s:.]{4,24}(?:\s[^\s:.]{2,16}){0,3}\s*[:–—]\s*")


def contributors(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Lines at the end that name who else worked on the report: by what they say, or after a rule (`___`)."""
    rules = [block.order for block in page.blocks if not block.key and len(block.text) >= 3 and set(block.text) <= _RULE]
    ruled = max((order for order in rules if page.layout.first < order <= page.layout.last), default=None)
    if ruled is not None and sum(block.order > ruled and block.is_prose for block in blocks) > MAX_AFTER_RULE:
        ruled = None  # a rule between two parts of the story, not the one under it
    found = {}
    for place, block in enumerate(blocks):
        if place * 2 < len(blocks) or len(block.text) > MAX_CONTRIBUTORS or block.kind is not BlockKind.PARAGRAPH:
            continue
        key = phrase_key(block.text)
        phrase = page.phrases.contributors.inside(key)
        near = bool(phrase) and (key.find(phrase) < 12 or "contributed" in phrase)
        after_rule = ruled is not None and ruled < block.order <= ruled + 2 and len(block.text) <= 300 and not is_copyright(block.text)
        if (near or after_rule) and not page.phrases.corrections.start(key):
            found[block.order] = CONTRIBUTORS
    return found


def corrections(blocks: Sequence[PageBlock], page: Page) -> Verdict:
    """Notices that say what was put right, wherever they stand."""
    found = {}
    for block in blocks:
        if block.level or len(block.text) > MAX_CORRECTION:
            continue
        named = bool(page.layout.foreign(block, {"correction"}))
        start = page.phrases.corrections.start(phrase_key(block.text[:120]))
        labelled = bool(start) and (len(start.split()) > 2 or block.text[len(start) :].lstrip()[:1] in {":", "–", "—", "-"})
        if labelled or (named and (start or len(block.text) > 30)):
            found[block.order] = CORRECTION
    return found


def correction_text(text: str, page: Page) -> str:
    """Return a notice without its label (`Correction:`); one that begins as a sentence is left whole."""
    start = page.phrases.corrections.start(phrase_key(text[:120]))
    if not start or len(start.split()) > 4:
        return text
    label = _LABEL.match(text)
    if label and phrase_key(label.group()) == start:
        return text[label.end() :]
    return text[len(start) :].lstrip(" :") if len(start.split()) == 1 and text[len(start) :].lstrip()[:1].isupper() else text
