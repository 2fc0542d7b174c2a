"""What every enricher promises."""

from __future__ import annotations

import dataclasses
import re

import pytest

from pipeline.enrich import ENRICHERS, open_enrichers
from pipeline.ports import Enricher
from tests.enrich.articles import make_article, make_enriched

# The fields each kind sets; a new enricher gets its line.
SETS = {
    "language": "language", "entities": "entities", "places": "places", "quotes": "quotes", "keywords": "keywords", "words": "words",
    "pace": "reading_minutes", "gist": "gist",
}  # fmt: skip

TEXTS = ["", "x", "\x00\ufffd\u202e", "Joe Biden in Nice. " * 50, "東京 " * 50, "a" * 300_000, "A. " * 40_000]


@pytest.fixture(params=range(len(ENRICHERS)), ids=[enricher.name for enricher in open_enrichers()])
def enricher(request: pytest.FixtureRequest) -> Enricher:
    return open_enrichers()[request.param]


class TestEnricherContract:
    def test_it_sets_its_field_and_no_other(self, enricher: Enricher) -> None:
        """The article and what others found come back untouched."""
        before = make_enriched()
        after = enricher.enrich(before)
        names = {field.name for field in dataclasses.fields(after)}
        changed = {name for name in names if getattr(before, name) != getattr(after, name)}
        assert changed <= {SETS[enricher.name], "enrichers"}
        assert after.article is before.article

    def test_it_signs_what_it_did(self, enricher: Enricher) -> None:
        """With its name and version, one slash between them, after those that ran before."""
        after = enricher.enrich(dataclasses.replace(make_enriched(), enrichers=("earlier/1",)))
        assert after.enrichers[0] == "earlier/1"
        assert len(after.enrichers) == 2
        assert re.fullmatch(rf"{enricher.name}(-[\w.-]+)?/{enricher.version}", after.enrichers[1])

    def test_it_is_pure(self, enricher: Enricher) -> None:
        """The same article gives the same knowledge, whatever came between."""
        first = enricher.enrich(make_enriched())
        enricher.enrich(make_enriched("Die Kanzlerin ist in Berlin.", language="de"))
        assert enricher.enrich(make_enriched()) == first

    @pytest.mark.parametrize("language", ["en", "no", "zh", "und", "zu"])
    @pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
    def test_any_text_in_any_language_is_taken(self, enricher: Enricher, text: str, language: str) -> None:
        """Nothing raises, and every mention lies within the text."""
        after = enricher.enrich(make_enriched(text, language=language, title=text[:500]))
        for entity in after.entities:
            assert entity.name
            assert all(0 <= start < end <= len(after.article.text) for start, end in entity.mentions)


def test_they_run_together() -> None:
    """In the order of the registry each finds what it needs."""
    enriched = make_enriched(language="und", dateline="OSLO, Norway")
    for enricher in open_enrichers():
        enriched = enricher.enrich(enriched)
    assert enriched.language == "en"
    assert enriched.article == make_article(dateline="OSLO, Norway")
    assert [place.name for place in enriched.places][:3] == ["Oslo", "France", "Reading"]
    assert len(enriched.keywords) <= 10
    assert enriched.words > 100
    assert [name.split("/")[0].split("-")[0] for name in enriched.enrichers] == list(SETS)


def test_they_are_opened_once() -> None:
    """What they load is loaded once per process."""
    assert open_enrichers() is open_enrichers()
    assert [enricher.name for enricher in open_enrichers()] == list(SETS)
