from __future__ import annotations

import pytest

from tests.cli.conftest import DemoHome, Wireroom


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
