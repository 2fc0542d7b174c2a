from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.enrich.models import MODELS, in_use, install, told
from pipeline.errors import ConfigurationError, RetryableError


def test_the_names_are_spacys() -> None:
    """Web text for English and Chinese, news for the others."""
    assert (MODELS["en"], MODELS["de"], MODELS["no"], MODELS["zh"]) == (
        "en_core_web_sm",
        "de_core_news_sm",
        "nb_core_news_sm",
        "zh_core_web_sm",
    )
    assert set(in_use()) >= {*MODELS, "*"}


def test_models_of_other_makers_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed under a name of spaCy's kind is used, so that it has to be told; what is no such name is not."""
    for name in ("hu-core-news-lg", "nb_core_news_md", "hu-core-news-huge"):
        folder = tmp_path / f"{name.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = in_use()
    assert (found["hu"], found["no"], found["*"]) == ("hu_core_news_lg", "nb_core_news_md", "builtin")
    assert "nb" not in found


def test_what_finds_names_is_told_in_a_line() -> None:
    """Trained models by language, the built-in pipeline for the rest."""
    assert told({"de": "builtin", "en": "en_core_web_sm"}) == "en en_core_web_sm, every other language builtin"
    assert told({"de": "builtin", "en": "builtin"}) == "every language builtin"


def test_a_model_is_installed_by_pip_and_only_when_asked() -> None:
    """spaCy's own command, which checks that model and library fit."""
    ran: list[Sequence[str]] = []
    assert install("de", run=lambda command: ran.append(command) or 0) == "de_core_news_sm"
    assert ran == [[sys.executable, "-m", "spacy", "download", "de_core_news_sm"]]


def test_what_cannot_be_installed_is_told() -> None:
    """An unknown language, and a network that is not there."""
    with pytest.raises(ConfigurationError, match="language: got 'tlh'; allowed: ca"):
        install("tlh", run=lambda _: 0)
    with pytest.raises(RetryableError, match="de_core_news_sm"):
        install("de", run=lambda _: 1)
