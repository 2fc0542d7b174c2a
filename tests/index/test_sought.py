from __future__ import annotations

import pytest

from pipeline.index.analysis import QueryToken
from pipeline.index.query import Phrase, Prefix, Word
from pipeline.index.sought import Sought, sought_by


@pytest.mark.parametrize(
    ("leaf", "sought"),
    [
        (Word(text="Wahlen"), Sought((QueryToken(0, "wahlen"),), None, "wahlen")),
        (Word(text="Russia's", field="body"), Sought((QueryToken(0, "russia"),), "body", "russia")),
        (Word(text="well-known"), Sought((QueryToken(0, "well"), QueryToken(1, "known")), None)),
        (Word(text="東京"), Sought((QueryToken(0, "東京"),), None)),
        (Word(text="東"), Sought((QueryToken(0, "東", open=True),), None)),
        (Phrase(text="Wahlen"), Sought((QueryToken(0, "wahlen"),), None)),
        (Prefix(text="Wah"), Sought((QueryToken(0, "wah", open=True),), None)),
        (Word(text="?"), Sought((), None)),
    ],
)
def test_what_a_leaf_looks_for(leaf: Word | Phrase | Prefix, sought: Sought) -> None:
    """Only a single word is stemmed; whoever asks for Russia's means Russia."""
    assert sought_by(leaf) == sought


def test_stems_are_of_the_texts_language() -> None:
    """The same word has a stem in each language, and none where it is not to be stemmed."""
    assert sought_by(Word(text="Wahlen")).stem("de") == "de:wahl"
    assert sought_by(Phrase(text="Wahlen")).stem("de") is None
