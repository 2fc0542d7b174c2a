from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.standing import Fingerprint
from pipeline.stories.fingerprint import _WORD, BANDS, PLACES, SAMPLE, _western, fingerprint
from tests.stories.wires import rewritten, story


def keys(found: Fingerprint) -> set[int]:
    return set(np.frombuffer(found.bands, "<i8").tolist())


def test_the_same_words_give_the_same_fingerprint() -> None:
    """Case, line breaks, dashes and the shape of quotes are no words."""
    text = story(1)
    assert fingerprint(text) == fingerprint(text.replace("\n\n", " — ").replace(" ", "  "))
    assert fingerprint(text) != fingerprint(story(2))


def test_its_size_is_fixed() -> None:
    """128 numbers, 42 bands of three, samples of 64, however long the text."""
    found = fingerprint(story(3, 5000))
    assert found is not None
    assert len(found.signature) == 4 * PLACES
    assert len(found.bands) == 8 * BANDS
    assert len(keys(found)) == BANDS
    assert len(found.names) == len(found.plain) == 4 * SAMPLE
    assert found.shingles == pytest.approx(4998, abs=5)


@pytest.mark.parametrize("text", ["", "Too short to tell.", " ".join(["word"] * 49), "東京" * 20, "\ud800 " * 40])
def test_short_texts_have_none(text: str) -> None:
    """Below fifty words nothing is claimed."""
    assert fingerprint(text) is None


def test_texts_without_spaces_are_read_by_letters() -> None:
    """A Chinese or Thai text of a hundred letters has a fingerprint, and a cut one shares bands with it."""
    chinese = "".join(chr(0x4E00 + (at * 7919) % 5000) for at in range(600))
    whole, cut = fingerprint(chinese), fingerprint(chinese[:480])
    assert whole is not None
    assert cut is not None
    assert keys(whole) & keys(cut)
    assert fingerprint("".join(chr(0x0E01 + (at * 31) % 40) for at in range(200))) is not None


def test_what_is_quoted_is_not_in_the_plain_sample() -> None:
    """Two texts with one long quote in common share words, but no plain ones."""
    quote = " ".join(story(4, 80).split())
    found = [fingerprint(f"{story(seed, 80)} “{quote}” {story(seed + 50, 40)}") for seed in (5, 6)]
    plain = [set(np.frombuffer(one.plain, "<u4").tolist()) for one in found if one]
    shared = [set(np.frombuffer(one.signature, "<u4").tolist()) for one in found if one]
    assert not plain[0] & plain[1]
    assert len(shared[0] & shared[1]) > 20


def test_other_processes_find_the_same() -> None:
    """Nothing hangs on the seed of Python's hashes."""
    code = "from tests.stories.wires import story, fingerprint; print(fingerprint(story(7)).bands.hex())"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": "77", "PATH": ""})
    found = fingerprint(story(7))
    assert found is not None
    assert run.stdout.strip() == found.bands.hex()


def test_signatures_are_as_alike_as_the_texts() -> None:
    """The share of equal numbers is about the Jaccard similarity of the shingles."""
    text = story(8, 600)
    other = rewritten(text, 9, 0.3)
    ones, others = ({tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (text.split(), other.split()))
    found = [fingerprint(one) for one in (text, other)]
    equal = np.mean([np.frombuffer(found[0].signature, "<u4") == np.frombuffer(found[1].signature, "<u4")])  # type: ignore[union-attr]
    assert equal == pytest.approx(len(ones & others) / len(ones | others), abs=0.12)


@given(st.text(alphabet=st.one_of(st.characters(max_codepoint=255), st.sampled_from("’‘“”„—–…ł中 ")), max_size=80))
def test_words_are_found_the_same_either_way(text: str) -> None:
    """The short way of western European texts splits where the expression does, whatever signs and blanks there are."""
    assert _western(text) == _WORD.findall(text)
