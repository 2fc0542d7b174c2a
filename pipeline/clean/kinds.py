"""The model of page types: whether a page is an article at all, and if not, what it is. Pure but for reading its file.

It is asked only about pages that no rule of `pagetype` knows. The limit is set so that hardly any article is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.clean.forest import read_forests
from pipeline.clean.page_look import PAGE_TRAITS
from pipeline.errors import ConfigurationError

FILE: Final = Path(__file__).with_name("kinds.npz")
ARTICLE: Final = "article"
LIMIT: Final = 0.06  # a page less likely to be an article than this is none; picked in cross-validation


class KindJudge(Protocol):
    """Says what kind of page a row is of."""

    def kind(self, row: NDArray[np.float32]) -> str:
        """Return the kind, `article` in doubt."""
        ...


class EveryPage:
    """Takes every page for an article."""

    def kind(self, row: NDArray[np.float32]) -> str:
        """Return `article`."""
        return ARTICLE


class KindModel:
    """A judge out of a file that `python -m training` wrote: one forest a kind."""

    def __init__(self, file: Path = FILE) -> None:
        """Read the model. Raises `ConfigurationError` naming the file, also where it was trained on other traits."""
        self._forests, self.about = read_forests(file)
        if ARTICLE not in self._forests or any(forest.traits != PAGE_TRAITS for forest in self._forests.values()):
            raise ConfigurationError(f"{file}: trained on other traits than these; run python -m training")

    def kind(self, row: NDArray[np.float32]) -> str:
        """Return the likeliest other kind where an article is unlikely."""
        if float(self._forests[ARTICLE].chances(row)[0]) >= LIMIT:
            return ARTICLE
        others = {name: float(forest.sums(row)[0]) for name, forest in self._forests.items() if name != ARTICLE}
        return max(others, key=lambda name: others[name])
