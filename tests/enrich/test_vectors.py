from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.enrich import open_enrichers
from pipeline.enrich.vectors import VectorEnricher, install_vectors, look_at, told
from pipeline.errors import ConfigurationError
from pipeline.types import VECTOR_SIZE
from tests.enrich.articles import make_enriched
from tests.enrich.vector_models import save_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_model(tmp_path / "tiny")


def numbers(vector: str | None) -> list[int]:
    assert vector is not None
    return memoryview(bytes.fromhex(vector)).cast("b").tolist()


def test_a_vector_points_where_the_words_do(model: Path) -> None:
    """The largest number fills a byte, what the model has no number for is 0, and the model is named with its digest."""
    enricher = VectorEnricher(model)
    found = enricher.enrich(make_enriched("Lava ran down.", title="Volcano: an eruption"))
    assert len(numbers(found.vector)) == VECTOR_SIZE
    assert numbers(found.vector)[0] == 127
    assert 0 < numbers(found.vector)[1] < 20
    assert not any(numbers(found.vector)[2:])
    assert found.vector_model == enricher.version
    assert enricher.version.startswith("tiny-")
    assert found.enrichers[-1] == f"vector/{enricher.version}"
    assert numbers(enricher.enrich(make_enriched("A draw at chess.")).vector)[1] == 127


def test_an_article_of_unknown_words_has_none(model: Path) -> None:
    """Neither vector nor model; it was seen all the same."""
    found = VectorEnricher(model).enrich(make_enriched("Quux.", title="Quuux"))
    assert (found.vector, found.vector_model) == (None, None)
    assert found.enrichers[-1].startswith("vector/")


def test_only_the_beginning_counts(model: Path) -> None:
    """What stands behind four thousand characters is not looked at."""
    enricher = VectorEnricher(model)
    long = enricher.enrich(make_enriched("volcano " + "word " * 1000 + "chess " * 1000))
    assert long.vector == enricher.enrich(make_enriched("volcano")).vector


def test_another_model_is_another_version(model: Path, tmp_path: Path) -> None:
    """By its weights, whatever it is called."""
    other = save_model(tmp_path / "below" / "tiny", turned=True)
    assert VectorEnricher(model).version != VectorEnricher(other).version


def test_enrichers_with_and_without(model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It runs last where there is a model; one that is not there is told, and the articles go on without."""
    assert open_enrichers(None, model)[-1].name == "vector"
    without = open_enrichers(None, tmp_path / "nothing")
    assert "vector" not in {one.name for one in without}
    assert "articles get no vectors: nothing: there is no model in" in caplog.text
    assert told(None) == "none (WIREROOM_VECTOR_MODEL is not set)"
    assert told(model).startswith("tiny-")


def test_without_the_extra_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking is enough: nothing is imported."""
    monkeypatch.setattr("pipeline.enrich.vectors.find_spec", lambda _: None)
    assert look_at(tmp_path).trouble == "the extra is not installed: pip install 'wireroom[vectors]'"
    with pytest.raises(ConfigurationError, match=r"pip install 'wireroom\[vectors\]'"):
        install_vectors("owner/model", tmp_path)


def test_nothing_is_imported_before_the_first_article(model: Path) -> None:
    """Opening reads a digest; the libraries wait."""
    opened = f"from pathlib import Path; import pipeline.enrich; pipeline.enrich.open_enrichers(None, Path({str(model)!r}))"
    code = f"{opened}; import sys; sys.exit('model2vec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_install_from_a_folder(model: Path, tmp_path: Path) -> None:
    """It is copied below the home, in place of one of that name, and nothing else is left there."""
    home = tmp_path / "home"
    folder = install_vectors(str(model), home)
    assert folder == home / "models" / "tiny"
    first = VectorEnricher(folder).version
    shutil.rmtree(model)
    save_model(model, turned=True)
    assert VectorEnricher(install_vectors(str(model), home)).version != first
    assert [path.name for path in (home / "models").iterdir()] == ["tiny"]


def test_what_is_no_model_changes_nothing(model: Path, tmp_path: Path) -> None:
    """A damaged folder is refused by name, before the old one goes."""
    folder = install_vectors(str(model), tmp_path)
    (model / "model.safetensors").write_bytes(b"nothing of the kind")
    with pytest.raises(ConfigurationError, match="tiny is no model of model2vec that can be read"):
        install_vectors(str(model), tmp_path)
    assert look_at(folder).trouble == ""
    assert numbers(VectorEnricher(folder).enrich(make_enriched("volcano")).vector)[0] == 127
    with pytest.raises(ConfigurationError, match="is no model of model2vec that can be read"):
        VectorEnricher(model).enrich(make_enriched("volcano"))


@pytest.mark.parametrize("source", ["nowhere", "owner/", "owner/a b", "/nowhere/model", "owner/.hidden"])
def test_a_name_that_is_none(source: str, tmp_path: Path) -> None:
    """It is refused before anything is asked for."""
    pytest.importorskip("model2vec")
    with pytest.raises(ConfigurationError, match="owner/name of a model"):
        install_vectors(source, tmp_path)
