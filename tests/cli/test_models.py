from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import DemoHome, Wireroom
from tests.enrich.vector_models import save_model


def test_list_shows_what_is_in_use(wireroom: Wireroom) -> None:
    """The built-in pipeline wherever nothing is installed."""
    found = wireroom("models", "list", "--json").json
    assert found["en"] in {"builtin", "en_core_web_sm"}
    assert "de_core_news_sm" in wireroom("models", "list").out


def test_install_says_what_it_can(wireroom: Wireroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown language is wrong use; a known one is handed to spaCy."""
    from pipeline.enrich import models

    assert wireroom("models", "install", "tlh").code == 2
    monkeypatch.setitem(models.install.__kwdefaults__, "run", lambda _: 0)
    ran = wireroom("models", "install", "de")
    assert ran.code == 0
    assert "de_core_news_sm is installed" in ran.err


def test_learning_reads_the_index(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Each story once."""
    assert 60 < wireroom("models", "learn", "--json").json["articles"] < 80
    assert "learned from" in wireroom("models", "learn").err


def test_vectors_are_installed_and_told(wireroom: Wireroom, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command says what to set; `status` tells which model there is, or why there is none."""
    model = save_model(tmp_path / "tiny")
    assert "vectors for `similar` by: none (WIREROOM_VECTOR_MODEL is not set)" in wireroom("status").out
    ran = wireroom("models", "vectors", str(model))
    assert (ran.code, "set WIREROOM_VECTOR_MODEL=tiny" in ran.err) == (0, True)
    monkeypatch.setenv("WIREROOM_VECTOR_MODEL", "tiny")
    assert wireroom("status", "--json").json["vectors_by"].startswith("tiny-")
    assert "used from now on" in wireroom("models", "vectors", str(model)).err
    (home / "models" / "tiny" / "model.safetensors").unlink()
    assert "by: none: tiny: there is no model in" in " ".join(wireroom("status").out.split())
    assert wireroom("models", "vectors", "nowhere").code == 2
