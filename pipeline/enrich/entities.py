"""Who and what an article names."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.enrich.corpus import Corpus
from pipeline.enrich.gazetteer import LearnedNames
from pipeline.enrich.mentions import GPE, LOC, ORG, PERSON, Mention, resolve, without_overlaps
from pipeline.enrich.pipelines import COUNTRY, TEXT, Pipeline, load_pipeline

if TYPE_CHECKING:
    from spacy.tokens import Span

    from pipeline.types import EnrichedArticle

log = logging.getLogger(__name__)

MOST_CHARACTERS: Final = 100_000  # of an article's text; what follows is not looked at
MOST_ENTITIES: Final = 500
_ENDLESS_WORD = re.compile(r"\S{1000,}")

# What trained models call them.
_LABELS = {
    "PERSON": PERSON,
    "PER": PERSON,
    "persName": PERSON,
    "ORG": ORG,
    "orgName": ORG,
    "GPE": GPE,
    "GPE_LOC": GPE,
    "placeName": GPE,
    "LOC": LOC,
    "FAC": LOC,
    "geogName": LOC,
}
_NOT_ASKED: Final = ("sentencizer",)  # takes a fifth of the time, and entities need no sentences
_TRIM = re.compile(r"^(?:the|The)\s+|['’]s$")


class EntityEnricher:
    """Sets `entities`: people, organisations and places with their mentions in `Article.text`.

    Looks at the first 100,000 characters and keeps 500 entities; words of more than a thousand letters are passed over.
    A pipeline is loaded when its language first comes up, and stays. The name among `enrichers` tells which one it was:
    "entities-builtin/2", "entities-en_core_web_sm-3.8.0/2".
    """

    name = "entities"
    version = "2"

    def __init__(self) -> None:
        self._pipelines: dict[str, Pipeline] = {}
        self._corpus = Corpus()
        self._names: dict[str, LearnedNames] = {}

    def learn(self, corpus: Corpus) -> None:
        """From now on know the people and organisations that this corpus has named often enough."""
        self._corpus, self._names = corpus, {}

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        pipeline = self._pipeline(enriched.language)
        text = _bounded(enriched)
        mentions = _mentions(pipeline, text, enriched.article.country)
        mentions = without_overlaps([*mentions, *self._learned(enriched.language).find(text)])
        stamp = f"{self.name}-{pipeline.name}/{self.version}"
        return replace(enriched, entities=resolve(mentions)[:MOST_ENTITIES], enrichers=(*enriched.enrichers, stamp))

    def _learned(self, language: str) -> LearnedNames:
        if language not in self._names:
            corpus = self._corpus
            self._names[language] = LearnedNames(corpus.people.get(language, ()), corpus.organisations.get(language, ()))
        return self._names[language]

    def _pipeline(self, language: str) -> Pipeline:
        if language not in self._pipelines:
            self._pipelines[language] = load_pipeline(language)
        return self._pipelines[language]


def _bounded(enriched: EnrichedArticle) -> str:
    text = enriched.article.text
    if len(text) > MOST_CHARACTERS:
        log.warning("%s: only the first %d of %d characters were searched for names", enriched.article.url, MOST_CHARACTERS, len(text))
    return _ENDLESS_WORD.sub(lambda match: " " * len(match.group()), text[:MOST_CHARACTERS])


def _mentions(pipeline: Pipeline, text: str, country: str | None) -> list[Mention]:
    """Run the pipeline; what it allocates for one text is given back after it."""
    with pipeline.nlp.memory_zone():
        doc = pipeline.nlp.make_doc(text)
        doc.user_data.update({COUNTRY: country, TEXT: text})
        return [mention for span in pipeline.nlp(doc, disable=_NOT_ASKED).ents if (mention := _mention(span)) is not None]


def _mention(span: Span) -> Mention | None:
    label = _LABELS.get(span.label_)
    name = span.id_ or _TRIM.sub("", span.text.strip())
    if label is None or not name:
        return None
    return Mention(start=span.start_char, end=span.end_char, label=label, name=name)
