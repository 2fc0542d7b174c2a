"""A static model of a few words, in the format that model2vec writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

WORDS = {"[UNK]": (0.0, 0.0), "volcano": (1.0, 0.1), "lava": (0.9, 0.0), "eruption": (1.0, 0.0), "chess": (0.0, 1.0), "draw": (0.1, 0.9)}


def save_model(folder: Path, *, turned: bool = False) -> Path:
    """Write the model and return its folder; skip the test where the extra is not installed. `turned` makes it another one."""
    model2vec = pytest.importorskip("model2vec")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    vectors = np.array([vector[::-1] if turned else vector for vector in WORDS.values()], np.float32)
    model2vec.StaticModel(vectors, tokenizer, normalize=True).save_pretrained(folder)
    return folder
