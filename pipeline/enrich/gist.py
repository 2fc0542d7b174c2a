"""Two sentences of an article that say most of it."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.enrich.pipelines import stop_words
from pipeline.enrich.scripts import UNSPACED, main_script
from pipeline.sentences import sentences

if TYPE_CHECKING:
    from pipeline.types import EnrichedArticle

SENTENCES: Final = 2
_MOST_CHARACTERS: Final = 20_000  # of a text; the news is not further down
_FEWEST_WORDS, _MOST_WORDS = 8, 60
_HALF_WAY: Final = 6  # sentences: so far down one counts half of what it would at the top
_WORD = re.compile(r"\w+")
_CHARACTERS = re.compile(r"\w\w")


class GistEnricher:
    """Sets `gist`: two sentences as they stand in the text, in its order; nothing where it has no more than these.

    Weighed by how often their words come in the article and its title (after Luhn, 1958), and by how far up they stand:
    news says first what matters. Sentences that only quote somebody are left out.
    """

    name = "gist"
    version = "1"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        article = enriched.article
        gist = choose(article.title[:1000], article.text[:_MOST_CHARACTERS], enriched.language)
        return replace(enriched, gist=gist, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


def choose(title: str, text: str, language: str) -> str:
    """Return the two sentences, a blank between."""
    found = sentences(text)
    pattern = _CHARACTERS if main_script(text[:1000] or title) in UNSPACED else _WORD
    skipped = stop_words(language)
    words = [[word for word in pattern.findall(one.lower()) if word not in skipped and not word.isdigit()] for one in found]
    weights = Counter(word for one in words for word in one)
    weights.update(word for word in pattern.findall(title.lower()) if word not in skipped for _ in range(3))
    usable = [
        place for place, one in enumerate(found) if _FEWEST_WORDS <= len(pattern.findall(one)) <= _MOST_WORDS and one[0] not in '“„«"「'
    ]
    if len(usable) <= SENTENCES:
        return ""
    scores = {place: _score(words[place], weights) / (1 + place / _HALF_WAY) for place in usable}
    best = sorted(usable, key=lambda place: (-scores[place], place))[:SENTENCES]
    return " ".join(found[place] for place in sorted(best))


def _score(words: list[str], weights: Counter[str]) -> float:
    """The weight of a sentence's different words; long ones need more of it."""
    return sum(math.log1p(weights[word]) for word in set(words)) / math.sqrt(len(words) + 1)
