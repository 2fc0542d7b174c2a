"""A text → what it is recognised by: a MinHash signature with bands, and samples that tell copies from templates.

One-permutation MinHash (Li, Owen, Zhang 2012) over word 3-grams, empty places filled by optimal densification (Shrivastava
2017); 42 bands of three of its 128 numbers. Letters in fives where words stand without spaces. Deterministic over processes,
machines and versions of numpy: everything is arithmetic on CRC-32.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple, TypeVar
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.standing import Fingerprint

PLACES: Final = 128
BANDS: Final = 42
ROWS: Final = 3
SAMPLE: Final = 64  # of each kind of shingle
FEWEST_WORDS: Final = 50  # below, what two texts share may be chance or furniture
MOST_CHARACTERS: Final = 60_000
_LETTERS: Final = 5  # in a shingle of a text without spaces

_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_SIGNS: Final = "’‘“”„—–…"  # what most western European texts have beyond Latin-1
_SPACED: Final = bytes(point if _WORD.match(chr(point)) else 32 for point in range(256))
_QUOTED = re.compile(r"(“[^“”]{1,1500}”|„[^„“”]{1,1500}[“”]|«[^«»]{1,1500}»|\"[^\"\n]{1,1500}\"|「[^「」]{1,1500}」)")

Numbers = npt.NDArray[np.uint64]
Number = TypeVar("Number", np.uint32, np.uint64, np.int64)
_MULTIPLIERS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5, 0x85EBCA77C2B2AE63], np.uint64)
_EDGES = np.arange(PLACES, dtype=np.uint64) << np.uint64(57)
_BAND_SALT = np.arange(BANDS, dtype=np.uint64) * _MULTIPLIERS[3]


class _Words(NamedTuple):
    """The words of a text in order, and for each whether it is quoted."""

    words: list[str]
    quoted: npt.NDArray[np.bool_]


def fingerprint(text: str) -> Fingerprint | None:
    """Return the fingerprint of a body; None where it is too short to tell anything (50 words, 100 letters without spaces)."""
    text = text[:MOST_CHARACTERS]
    spaced = len(_UNSPACED.findall(text)) * 3 < len(text)
    words, quoted = _words(text, _WORD if spaced else re.compile(r"\w"))
    width = 3 if spaced else _LETTERS
    if len(words) < (FEWEST_WORDS if spaced else 2 * FEWEST_WORDS):
        return None
    folded = " ".join(words).casefold().encode("utf-8", "surrogatepass").split(b" ")
    shingles = _shingles(np.fromiter(map(crc32, folded), np.uint64, len(words)), width)
    first = "".join([word[0] for word in words])
    points = np.frombuffer(first.encode("utf-32-le", "surrogatepass"), "<u4")
    with_number = _touching(_every_letter(str.isdecimal)[points], width)
    with_name = _touching(_every_letter(str.isupper)[points], width)
    signature = _signature(different := ascending(shingles))
    return Fingerprint(
        shingles=len(different),
        signature=signature.tobytes(),
        bands=_bands(signature),
        numbers=_sample(shingles[with_number]),
        names=_sample(shingles[with_name]),
        plain=_sample(shingles[~_touching(quoted, width)]),
    )


@cache
def _every_letter(is_one: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    return np.fromiter(map(is_one, map(chr, range(sys.maxunicode + 1))), np.bool_, sys.maxunicode + 1)


def _words(text: str, pattern: re.Pattern[str]) -> _Words:
    words: list[str] = []
    lengths: list[int] = []
    for part in _QUOTED.split(text):  # what is quoted stands at the odd places
        found = _western(part) if pattern is _WORD else pattern.findall(part)
        words += found
        lengths.append(len(found))
    return _Words(words, np.repeat(np.arange(len(lengths)) % 2 == 1, lengths))


def _western(text: str) -> list[str]:
    """Find what `_WORD` finds, in a third of the time where every letter is a western European one."""
    try:
        letters = text.encode("latin-1")
    except UnicodeEncodeError:
        bare = text
        for sign in _SIGNS:
            bare = bare.replace(sign, " ")
        try:
            letters = bare.encode("latin-1")
        except UnicodeEncodeError:
            return _WORD.findall(text)
    return letters.translate(_SPACED).decode("latin-1").split()


def _shingles(hashes: Numbers, width: int) -> Numbers:
    last = len(hashes) - width + 1
    mixed = np.zeros(last, np.uint64)
    for place in range(width):
        mixed += (hashes[place : place + last] + np.uint64(place + 1)) * _MULTIPLIERS[place]
    return _mixed(mixed)


def _mixed(numbers: Numbers) -> Numbers:
    """Spread the numbers evenly over 64 bits (the finaliser of MurmurHash3)."""
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return numbers ^ (numbers >> np.uint64(33))


def _touching(marked: npt.NDArray[np.bool_], width: int) -> npt.NDArray[np.bool_]:
    """Return for each shingle whether one of its words is marked."""
    last = len(marked) - width + 1
    touched = marked[:last].copy()
    for place in range(1, width):
        touched |= marked[place : place + last]
    return touched


def _signature(different: Numbers) -> npt.NDArray[np.uint32]:
    """The smallest number of each 128th of the range; the numbers come sorted, so that it is the first one there."""
    first = np.searchsorted(different, _EDGES)
    inside = np.minimum(first, len(different) - 1)
    filled = (first < len(different)) & (different[inside] >> np.uint64(57) == np.arange(PLACES, dtype=np.uint64))
    signature = (different[inside] >> np.uint64(25)).astype(np.uint32)
    empty = np.flatnonzero(~filled)
    if len(empty):
        order = _detours()[empty]
        signature[empty] = signature[order[np.arange(len(empty)), filled[order].argmax(axis=1)]]
    return signature


@cache
def _detours() -> npt.NDArray[np.int64]:
    """For each place the order in which an empty one asks the others for theirs."""
    scattered = _mixed(np.arange(PLACES * PLACES, dtype=np.uint64) * _MULTIPLIERS[4] + np.uint64(1))
    return scattered.reshape(PLACES, PLACES).argsort(axis=1, kind="stable")


def _bands(signature: npt.NDArray[np.uint32]) -> bytes:
    rows = signature[: BANDS * ROWS].reshape(BANDS, ROWS).astype(np.uint64)
    keys: Numbers = _mixed((rows * _MULTIPLIERS[:ROWS]).sum(axis=1, dtype=np.uint64) + _BAND_SALT)
    return keys.astype("<u8").tobytes()


def _sample(shingles: Numbers) -> bytes:
    """The smallest of them: of two samples, what lies below the end of both is a fair sample of the union (bottom-k)."""
    highest = (shingles >> np.uint64(32)).astype("<u4")
    if len(highest) > 4 * SAMPLE:  # a few hundred of the smallest hold 64 different ones, unless a text repeats itself
        found = ascending(np.partition(highest, 3 * SAMPLE)[: 3 * SAMPLE])[:SAMPLE]
        if len(found) == SAMPLE:
            return found.tobytes()
    return ascending(highest)[:SAMPLE].tobytes()


def ascending(numbers: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return the different ones in order. `np.unique` hashes them first, which takes three times as long here."""
    ordered = np.sort(numbers)
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]
