"""spaCy pipelines."""

from __future__ import annotations

import importlib
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.enrich.entities import EntityEnricher
from pipeline.enrich.pipelines import load_pipeline, stop_words, trained_package
from tests.enrich.articles import make_enriched

REPO = Path(__file__).parents[2]


@pytest.fixture
def trained_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Train a small Icelandic model, install it into a folder as pip would, and take it away again."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed

    fix_random_seed(7)
    nlp = spacy.blank("is")
    recogniser = nlp.add_pipe("ner")
    examples = []
    for name, label in (("Alma", "PER"), ("Bjarki", "PER"), ("Hekla", "LOC"), ("Marel", "ORG")):
        recogniser.add_label(label)
        for words in (f"{name} er hér", f"nú kom {name} heim", f"þar er {name}"):
            start = words.index(name)
            examples.append(Example.from_dict(nlp.make_doc(words), {"entities": [(start, start + len(name), label)]}))
    optimizer = nlp.initialize(lambda: examples)
    order = random.Random(7)
    for _ in range(20):
        order.shuffle(examples)
        nlp.update(examples, sgd=optimizer)
    package = tmp_path / "site" / "is_core_news_sm"
    nlp.meta["version"] = "1.2.3"
    package.mkdir(parents=True)
    nlp.to_disk(package / "model")
    (package / "__init__.py").write_text(
        "from pathlib import Path\nfrom spacy.util import load_model_from_path\n\n\n"
        "def load(**overrides):\n    return load_model_from_path(Path(__file__).parent / 'model', **overrides)\n"
    )
    metadata = package.parent / "is_core_news_sm-1.2.3.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: is_core_news_sm\nVersion: 1.2.3\n")
    monkeypatch.syspath_prepend(str(package.parent))
    importlib.invalidate_caches()
    yield "is"
    sys.modules.pop("is_core_news_sm", None)


def test_an_installed_model_is_used(trained_model: str) -> None:
    """Found by its package's name; its labels become ours, and the document says whose they are."""
    assert trained_package(trained_model) == "is_core_news_sm"
    enriched = EntityEnricher().enrich(make_enriched("Alma er hér\n\nnú kom Marel heim\n\nþar er Hekla", language=trained_model))
    assert [(entity.name, entity.label) for entity in enriched.entities] == [("Alma", "PERSON"), ("Marel", "ORG"), ("Hekla", "LOC")]
    assert enriched.enrichers == ("entities-is_core_news_sm-1.2.3/2",)


def test_without_a_model_the_built_in_pipeline_is_used() -> None:
    """The same loading, the same stages for whoever asks."""
    assert trained_package("is") is None
    pipeline = load_pipeline("is")
    assert pipeline.name == "builtin"
    assert pipeline.nlp.lang == "is"
    assert pipeline.nlp.pipe_names == ["sentencizer", "wireroom_names"]


@pytest.mark.parametrize("language", ["en", "no", "ja", "ko", "th", "vi", "zh", "zu", "und", "fr", "../etc", ""])
def test_any_language_has_a_pipeline(language: str) -> None:
    """Also those whose tokenizers spaCy has no packages for, and what is no language at all."""
    nlp = load_pipeline(language).nlp
    text = "London 東京で U.S.-led\n\n a  b 😀"
    with nlp.memory_zone():
        doc = nlp(text)
        assert doc.text == text
        assert doc.ents[0].text == "London"


def test_tokens_end_where_words_do() -> None:
    """Whatever the pipeline finds begins and ends with a token, letters of scripts without spaces included."""
    english = load_pipeline("en").nlp.make_doc("Biden-Putin, U.S.-Russian (don’t)")
    assert [token.text for token in english] == ["Biden", "-", "Putin", ",", "U.S.", "-", "Russian", "(", "don", "’", "t", ")"]
    assert [token.text for token in load_pipeline("ja").nlp.make_doc("東京 で")] == ["東", "京", "で"]


def test_stop_words_are_read_without_the_language() -> None:
    """Of French too, whose package takes seconds to import; unknown languages have none."""
    assert {"le", "la"} <= stop_words("fr")
    assert "og" in stop_words("no")
    assert stop_words("zu") == stop_words("und") == stop_words("..") == frozenset()


def test_spacy_waits_until_it_is_needed() -> None:
    """Whoever imports the room pays nothing for what it may never use."""
    code = (
        "import sys, pipeline.enrich; pipeline.enrich.open_enrichers(); "
        "print([name for name in ('spacy', 'pycountry', 'py3langid') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_memory_stays_flat() -> None:
    """Words that come once leave nothing behind."""
    letters = random.Random(3)
    enricher = EntityEnricher()
    enricher.enrich(make_enriched("Joe Biden met Anna Quell."))
    nlp = enricher._pipelines["en"].nlp
    before = sum(1 for _ in nlp.vocab), sum(1 for _ in nlp.vocab.strings)
    for _ in range(50):
        words = " ".join("".join(letters.choices("abcdefghij", k=9)).capitalize() for _ in range(200))
        enricher.enrich(make_enriched(words))
    assert (sum(1 for _ in nlp.vocab), sum(1 for _ in nlp.vocab.strings)) == before
