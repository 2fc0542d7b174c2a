"""The model of page types: in doubt an article, else the likeliest other kind."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from pipeline.clean.kinds import ARTICLE, FILE, LIMIT, EveryPage, KindModel
from pipeline.clean.page_look import PAGE_TRAITS
from pipeline.errors import ConfigurationError
from tests.clean.trees import dumped
from training.packing import pack

ROW = np.zeros((1, len(PAGE_TRAITS)), np.float32)


def model_of(file: Path, traits: list[str] | None = None, **sums: float) -> KindModel:
    """A model that gives every page these sums."""
    arrays, forests = {}, {}
    for name, total in sums.items():
        made, forests[name] = pack(dumped([{"leaf_value": total}]), name, traits or PAGE_TRAITS)
        arrays |= made
    about = json.dumps({"format": 1, "forests": forests}).encode()
    np.savez_compressed(file, about=np.frombuffer(about, np.uint8), **arrays)
    return KindModel(file)


@pytest.mark.parametrize(
    ("article", "kind"), [(0.0, ARTICLE), (math.log(LIMIT / (1 - LIMIT)) + 0.01, ARTICLE), (math.log(LIMIT / (1 - LIMIT)) - 0.01, "forum")]
)
def test_only_what_is_hardly_an_article_is_another_kind(tmp_path: Path, article: float, kind: str) -> None:
    """By the limit; then the likeliest of the others."""
    assert model_of(tmp_path / "k.npz", article=article, product=-1.0, forum=0.5).kind(ROW) == kind


def test_a_model_of_other_traits_is_refused(tmp_path: Path) -> None:
    """As one without a forest for articles."""
    with pytest.raises(ConfigurationError, match=r"k\.npz: trained on other traits"):
        model_of(tmp_path / "k.npz", ["a"], article=0.0)
    with pytest.raises(ConfigurationError, match=r"k\.npz: trained on other traits"):
        model_of(tmp_path / "k.npz", forum=0.0)


def test_the_project_s_model_knows_kinds() -> None:
    """It is small, and an empty row is no error."""
    assert KindModel().kind(ROW)
    assert FILE.stat().st_size < 2_000_000
    assert EveryPage().kind(ROW) == ARTICLE
