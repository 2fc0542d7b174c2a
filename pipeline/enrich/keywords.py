"""What an article is about, in its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from pipeline.enrich.corpus import Corpus
from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.pipelines import stop_words
from pipeline.enrich.scripts import UNSPACED, main_script
from pipeline.enrich.sequences import capital_letters

if TYPE_CHECKING:
    from pipeline.types import EnrichedArticle

MOST_KEYWORDS: Final = 10
MOST_CHARACTERS: Final = 50_000  # of title and text; what follows is not looked at
_SHORTEST = 3
_LONGEST = 40
_IN_TITLE = 2.0  # a word of the title weighs so many times as much
_PHRASE = 1.5  # two words say more than one
_OFTEN = 2.0
_ENOUGH = 5
_WORD = re.compile(r"[^\W\d_]\w*(?:[-'’](?!s\b)\w+)*")
_RUN = re.compile(r"[\u3400-\u9fff\u30a1-\u30fa\u30fc]{2,8}")  # Han or katakana: what lies between particles


class KeywordEnricher:
    """Sets `keywords`: at most ten words and capitalised phrases, the weightiest first, as they are written.

    Weighed by how often they come, and doubly so in the title; a phrase outweighs its words and drops them. Looks at the
    first 50,000 characters. For languages written without spaces it takes runs of Han and katakana, for Thai and its
    neighbours nothing.
    """

    name = "keywords"
    version = "2"

    def __init__(self) -> None:
        self._corpus = Corpus()

    def learn(self, corpus: Corpus) -> None:
        """From now on weigh words by how rare they are in this corpus, too (TF-IDF)."""
        self._corpus = corpus

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        article = enriched.article
        keywords = weigh(article.title[:1000], article.text[:MOST_CHARACTERS], enriched.language, self._corpus)
        return replace(enriched, keywords=keywords, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


def weigh(title: str, text: str, language: str, corpus: Corpus | None = None) -> tuple[str, ...]:
    """Return the keywords of a title and a text; those first that are rare in the corpus."""
    if main_script(text[:1000] or title) in UNSPACED:
        return _ranked(Counter(_RUN.findall(text)) + Counter(_RUN.findall(title) * int(_IN_TITLE)))
    skipped = _skipped(language)
    spellings: dict[str, dict[str, int]] = {}
    weights: dict[str, float] = {}
    for part, weight in ((title, _IN_TITLE), (text, 1.0)):
        for word, count in Counter(_WORD.findall(part)).items():
            key = word.lower()
            if _SHORTEST <= len(word) <= _LONGEST and key not in skipped:
                written = spellings.setdefault(key, {})
                written[word] = written.get(word, 0) + count
                weights[key] = weights.get(key, 0.0) + weight * count
    for phrase, count in Counter(_phrases(f"{title}\n{text}", skipped)).items():
        if count > 1:
            _weigh_phrase(phrase, count, weights, spellings)
    ranked = _ranked(weights, partial(corpus.rarity, language=language) if corpus else None)
    return tuple(max(spellings[key], key=spellings[key].__getitem__) for key in ranked)  # as it is written most often


def _weigh_phrase(phrase: str, count: int, weights: dict[str, float], spellings: dict[str, dict[str, int]]) -> None:
    """Count a phrase for itself, and no longer for its words."""
    weights[phrase.lower()] = _PHRASE * count
    spellings[phrase.lower()] = {phrase: 1}
    for word in phrase.split(" "):
        if word.lower() in weights:
            weights[word.lower()] -= count
            written = spellings[word.lower()]
            written[word] = written.get(word, 0) - count


def _phrases(text: str, skipped: frozenset[str]) -> Iterator[str]:
    for match in _phrase_pattern().finditer(text):
        words = match.group().split(" ")
        while words and words[0].lower() in skipped:
            words = words[1:]
        if len(words) > 1 and len(" ".join(words)) <= _LONGEST:
            yield " ".join(words)


def _ranked(weights: Mapping[str, float], rarity: Callable[[str], float] | None = None) -> tuple[str, ...]:
    """Return the weightiest, those that came first before others of the same weight; what came once only if little else did."""
    ranked = sorted((key for key in weights if weights[key] > 0), key=lambda key: -weights[key] * (rarity(key) if rarity else 1.0))
    often = [key for key in ranked if weights[key] >= _OFTEN]
    return tuple((often if len(often) >= _ENOUGH else ranked)[:MOST_KEYWORDS])


@cache
def _phrase_pattern() -> re.Pattern[str]:
    word = rf"[{capital_letters()}]\w+(?:[-'’](?!s\b)\w+)*"
    return re.compile(rf"(?<![\w'’-]){word}(?: {word}){{1,3}}")


@cache
def _skipped(language: str) -> frozenset[str]:
    lexicon = load_lexicon(language)
    return stop_words(language) | {word.lower() for word in lexicon.calendar} | lexicon.speech | lexicon.titles
