"""How long an article is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.enrich.scripts import count_unspaced

if TYPE_CHECKING:
    from pipeline.types import EnrichedArticle

_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_LETTERS_A_WORD = 2  # about what a Chinese, Japanese or Thai word has


class WordCounter:
    """Sets `words`. Where words stand without spaces, two letters count as one."""

    name = "words"
    version = "1"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        words = count_words(enriched.article.text)
        return replace(enriched, words=words, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


def count_words(text: str) -> int:
    """Count words; hyphens, apostrophes and decimal points hold one together ("state-of-the-art", "1.5")."""
    unspaced = count_unspaced(text)
    if unspaced:
        text = re.sub(r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3041-\u9fff\uf900-\uff9f]+", " ", text)
    return len(_WORD.findall(text)) + -(-unspaced // _LETTERS_A_WORD)
