"""`wireroom index` over the ingested demo: rebuilt from the archive, and refilled where it was lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import DemoHome, Wireroom, settings


@pytest.fixture
def home(demo_home: DemoHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the ingested demo, to be changed."""
    copy = tmp_path / "home"
    shutil.copytree(demo_home.home, copy)
    settings(monkeypatch, copy, demo_home.port)
    return copy


def test_an_index_is_rebuilt_from_the_archive(wireroom: Wireroom, home: Path) -> None:
    """The same articles are found before and after; the old index is kept until it is dropped."""
    before = wireroom("search", "", "--json").json["total"]
    found = wireroom("index", "rebuild", "--json").json
    assert found["old"] == found["new"] > 0
    assert found["missing"] == 0
    assert wireroom("index", "promote").code == 0
    assert wireroom("search", "", "--json").json["total"] == before
    assert "index.old" in wireroom("index", "drop").err
    assert "only the index in use" in wireroom("index", "drop").err


def test_nothing_is_promoted_that_was_not_built(wireroom: Wireroom, home: Path) -> None:
    """Exit code 2, and the command that builds."""
    ran = wireroom("index", "promote")
    assert ran.code == 2
    assert "wireroom index rebuild" in ran.err


def test_a_lost_index_is_refilled(wireroom: Wireroom, home: Path) -> None:
    """Rebuilt out of nothing but ledger and archive."""
    before = wireroom("search", "", "--json").json["total"]
    shutil.rmtree(home / "index")
    assert wireroom("search", "").code == 3
    assert wireroom("index", "rebuild").code == 0
    assert wireroom("index", "promote").code == 0
    assert wireroom("search", "", "--json").json["total"] == before


def test_two_indices_of_the_same_articles_answer_alike(wireroom: Wireroom, home: Path) -> None:
    """And one that lacks an article is noticed."""
    shutil.copytree(home / "index", home / "twin")
    ran = wireroom("index", "parity", f"embedded://{home / 'twin'}", "--count", "30")
    assert (ran.code, "30 questions, 0 answered differently" in ran.out) == (0, True)
    empty = wireroom("index", "parity", f"embedded://{home / 'empty'}", "--count", "30", "--json")
    assert empty.code == 1
    assert empty.json["differing"][0]["only_first"] > 0
