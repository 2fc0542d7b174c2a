from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.enrich import open_enrichers
from pipeline.enrich.corpus import Corpus, Told, learn, read_corpus, write_corpus
from pipeline.enrich.entities import EntityEnricher
from pipeline.enrich.keywords import KeywordEnricher
from pipeline.errors import ConfigurationError
from tests.enrich.articles import make_enriched


def told(number: int, text: str = "The council met.", people: tuple[str, ...] = (), story: str = "") -> Told:
    return Told(story=story or f"{number}", language="en", text=text, people=people, organisations=("Harbour Union",))


def test_rare_words_tell_more() -> None:
    """A word in every article tells nothing, one in none tells all; copies of one story count once."""
    corpus = learn(
        [told(number, "council ferry" if number < 6 else "council bus", story="x" if number > 90 else "") for number in range(100)]
    )
    assert corpus.documents == {"en": 92}
    assert corpus.rarity("council", "en") == pytest.approx(0, abs=0.01)
    assert 0.4 < corpus.rarity("ferry", "en") < 0.8
    assert corpus.rarity("council glacier", "en") == corpus.rarity("glacier", "en") == 1.0
    assert corpus.rarity("council", "de") == 1.0


def test_keywords_follow_the_corpus() -> None:
    """What every article has falls behind."""
    text = "The council spoke about the glacier. The council measured the glacier. The council left. Nobody paid for the council."
    plain, learned = KeywordEnricher(), KeywordEnricher()
    learned.learn(learn([told(number, "The council met again.") for number in range(60)]))
    assert plain.enrich(make_enriched(text, title="")).keywords[0].lower() == "council"
    assert learned.enrich(make_enriched(text, title="")).keywords[0].lower() == "glacier"


def test_names_met_before_are_known_without_a_sign() -> None:
    """Found surely in three stories, a name counts wherever it stands."""
    text = "Much was heard of Quill Marrowby before the storm."
    enricher = EntityEnricher()
    assert [entity.name for entity in enricher.enrich(make_enriched(text)).entities] == []
    enricher.learn(learn([told(number, people=("Quill Marrowby", "Once Only")[: 1 + (number == 0)]) for number in range(3)]))
    assert [(entity.name, entity.label) for entity in enricher.enrich(make_enriched(text)).entities] == [("Quill Marrowby", "PERSON")]
    assert enricher.enrich(make_enriched("It was Once Only again.")).entities == ()


def test_what_was_learned_is_kept_in_a_file(tmp_path: Path) -> None:
    """Read when enrichers are opened; none is none, a damaged one is named."""
    file = tmp_path / "learned.json"
    assert read_corpus(None) == read_corpus(file) == Corpus()
    corpus = learn([told(number) for number in range(60)])
    write_corpus(file, corpus)
    assert read_corpus(file).frequencies == corpus.frequencies
    assert len(open_enrichers(file)) == len(open_enrichers())
    file.write_text("{")
    with pytest.raises(ConfigurationError, match=r"learned\.json"):
        read_corpus(file)
