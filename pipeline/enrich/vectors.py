"""A vector of each article, by which others on the same matter are found though they use other words.

Optional: it needs the extra `vectors` (model2vec) and a static model that somebody installed. Nothing is fetched but by
`install_vectors`, which only a command calls.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

import numpy as np

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.types import VECTOR_SIZE

if TYPE_CHECKING:
    import numpy.typing as npt

    from pipeline.types import EnrichedArticle

EXTRA: Final = "pip install 'wireroom[vectors]'"
MODELS: Final = "models"  # below the home
_CHARACTERS: Final = 4_000  # of an article's text: what it is about stands at its beginning
_HUB_NAME = re.compile(r"[\w.-]{1,99}/([A-Za-z0-9][\w.-]{0,99})")
_WEIGHTS: Final = "model.safetensors"


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorModel:
    """The model that a setting names. `trouble` says why it cannot be used and what to do about it; empty: it can."""

    name: str
    folder: Path
    trouble: str = ""


def look_at(folder: Path) -> VectorModel:
    """Return how it stands with the model in a folder. Imports and loads nothing."""
    trouble = ""
    if find_spec("model2vec") is None:
        trouble = f"the extra is not installed: {EXTRA}"
    elif not (folder / _WEIGHTS).is_file():
        trouble = f"there is no model in {folder}: `wireroom models vectors` installs one"
    return VectorModel(name=folder.name, folder=folder, trouble=trouble)


def told(folder: Path | None) -> str:
    """Say in one line what makes vectors."""
    if folder is None:
        return "none (WIREROOM_VECTOR_MODEL is not set)"
    model = look_at(folder)
    return f"none: {model.name}: {model.trouble}" if model.trouble else version_of(folder)


def version_of(folder: Path) -> str:
    """Return the name of a model with a digest of its weights: vectors of different weights cannot be compared."""
    with (folder / _WEIGHTS).open("rb") as file:
        return f"{folder.name}-{file_digest(file, 'sha256').hexdigest()[:8]}"


class VectorEnricher:
    """Sets `vector` and `vector_model`. Its version is the model's, so that a replay brings older articles up to date.

    A vector is the mean over the title and the first 4,000 characters of the text, of 256 signed bytes in hex: longer ones are
    cut (static models have what matters most first), shorter ones filled with zeros. Only directions are compared. An article
    of which the model knows no word has none.
    """

    name = "vector"

    def __init__(self, folder: Path) -> None:
        self.version = version_of(folder)
        self._folder = folder
        self._encode: Encode | None = None

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        self._encode = self._encode or Encode(self._folder)
        article = enriched.article
        vector = self._encode(f"{article.title}\n{article.text[:_CHARACTERS]}")
        model = self.version if vector else None
        return replace(enriched, vector=vector, vector_model=model, enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


class Encode:
    """A loaded model: text → vector in hex, None where it knows none of the words.

    Raises:
        ConfigurationError: what is in the folder is no static model.
    """

    def __init__(self, folder: Path) -> None:
        from model2vec import StaticModel

        try:
            self._model = StaticModel.from_pretrained(folder)
        except Exception as error:  # the libraries below have no common error
            raise ConfigurationError(f"{folder} is no model of model2vec that can be read ({error}); install it anew") from error

    def __call__(self, text: str) -> str | None:
        vector: npt.NDArray[np.float32] = self._model.encode([text])[0][:VECTOR_SIZE]
        largest = float(np.abs(vector).max(initial=0.0))
        if largest == 0.0 or not np.isfinite(largest):
            return None
        whole = np.zeros(VECTOR_SIZE, np.int8)
        whole[: len(vector)] = np.rint(vector * (127 / largest))
        return whole.tobytes().hex()


def install_vectors(source: str, home: Path) -> Path:
    """Put a static model below the home and return its folder; one of that name is replaced.

    Args:
        source: a folder with a model, or the name of one on huggingface.co, "owner/model", which needs the network.
        home: the data folder.

    Raises:
        ConfigurationError: the extra is missing, or that is no static model.
        RetryableError: it could not be fetched.
    """
    if find_spec("model2vec") is None:
        raise ConfigurationError(f"models vectors: the extra is not installed: {EXTRA}")
    asked = _HUB_NAME.fullmatch(source)
    if not asked and not Path(source).is_dir():
        raise ConfigurationError.of("model", source, "a folder, or owner/name of a model on huggingface.co")
    name = Path(source).resolve().name if Path(source).is_dir() or not asked else asked[1]
    models = home / MODELS
    models.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = Path(mkdtemp(dir=models, prefix=".new-"))
    try:
        _fetch(source, new)
        Encode(new)
        rmtree(models / name, ignore_errors=True)
        return new.rename(models / name)
    finally:
        rmtree(new, ignore_errors=True)


def _fetch(source: str, folder: Path) -> None:
    from model2vec import StaticModel

    here = Path(source).is_dir()
    try:
        StaticModel.from_pretrained(source, force_download=not here).save_pretrained(folder)
    except Exception as error:  # see above
        if here:
            raise ConfigurationError(f"{source} is no model of model2vec that can be read ({error})") from error
        raise RetryableError(f"{source}: could not be fetched from huggingface.co ({error})") from error
