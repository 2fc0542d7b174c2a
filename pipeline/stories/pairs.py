"""Which members are copies of which, all pairs at once: whoever shares a band and a time, and is alike enough, and no form.

The work is done on whole columns of fingerprints: of a flood of forms (weather, results) each is held against hundreds of
others, and pair by pair that would take longer than all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.standing import WINDOW, Member
from pipeline.stories.fingerprint import ascending
from pipeline.stories.resemblance import Columns, are_copies, similarities
from pipeline.types import ArticleId

Pair = tuple[int, int]
Numbers = npt.NDArray[np.int64]

_MOST_PAIRS: Final = 2_000_000  # pairs by bands that are held at once
_SALT: Final = np.int64(0x2545F4914F6CDD1D)  # parts the bands of different stories
_MARKS: Final = 2**18 - 1
_AT_ONCE: Final = 8192  # pairs whose fingerprints are laid side by side: as many as the processor's cache holds


def copies(members: Sequence[Member], settled: Mapping[ArticleId, ArticleId]) -> dict[Pair, float]:
    """Return the pairs of which one is a copy of the other, with their similarity.

    Members come in order of time, each with a fingerprint; they are numbered, in a pair the earlier comes first. Pairs whose
    settled stories differ are left out.
    """
    found: dict[Pair, float] = {}
    if len(members) < 2:
        return found
    columns = Columns.of(members)
    times = np.array([one.at.timestamp() for one in members])
    numbers = {story: number for number, story in enumerate(sorted(set(settled.values())))}
    story = np.array([numbers[settled[one.article_id]] if one.article_id in settled else -1 for one in members])
    bands = np.frombuffer(b"".join(one.fingerprint.bands for one in members if one.fingerprint), "<i8").reshape(len(members), -1)
    for ones, others in _portions(_candidates(bands, story)):
        near = times[others] - times[ones] <= WINDOW.total_seconds()
        near &= (story[ones] < 0) | (story[others] < 0) | (story[ones] == story[others])
        some, rest = ones[near], others[near]
        alike = similarities(columns, some, rest)
        same = are_copies(columns, some, rest, alike)
        found.update(zip(zip(some[same].tolist(), rest[same].tolist(), strict=True), alike[same].tolist(), strict=True))
    return found


def _portions(pairs: Iterator[tuple[Numbers, Numbers]]) -> Iterator[tuple[Numbers, Numbers]]:
    for ones, others in pairs:
        for at in range(0, len(ones), _AT_ONCE):
            yield ones[at : at + _AT_ONCE], others[at : at + _AT_ONCE]


def _candidates(bands: Numbers, story: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the numbers of those who share a band, the smaller first, each pair once; of two settled stories no pairs.

    `story` is negative for newcomers. Most who settled are alone in their story (forms, above all), and met by newcomers only.
    """
    fresh = np.flatnonzero(story < 0)
    settled = np.flatnonzero(story >= 0)
    several = settled[np.bincount(story[settled], minlength=1)[story[settled]] > 1]
    for some, keys in ((fresh, bands[fresh]), (several, bands[several] + story[several, None] * _SALT)):
        yield from ((some[ones], some[others]) for ones, others in _sharing(keys))
    yield from _meeting(bands, fresh, settled)


def _meeting(bands: Numbers, fresh: Numbers, settled: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield who of the first shares a band with whom of the others, the smaller number first."""
    keys, sought = bands[fresh].ravel(), bands[settled].ravel()
    keys, of = keys[order := keys.argsort()], np.repeat(fresh, bands.shape[1])[order]
    marked = np.zeros(_MARKS + 1, np.bool_)  # by their last bits most are ruled out at once
    marked[keys & _MARKS] = True
    hits = np.flatnonzero(marked[sought & _MARKS])
    first = np.searchsorted(keys, sought[hits])
    sizes = np.searchsorted(keys, sought[hits], "right") - first
    if int(sizes.sum()) > _MOST_PAIRS:
        for one in fresh:
            others = settled[(bands[settled] == bands[one]).any(axis=1)]
            yield np.minimum(others, one), np.maximum(others, one)
        return
    starts = np.repeat(first - np.append(0, sizes.cumsum()[:-1]), sizes)
    ones, others = of[starts + np.arange(len(starts))], np.repeat(settled[hits // bands.shape[1]], sizes)
    pairs = ascending(np.minimum(ones, others) * len(bands) + np.maximum(ones, others))
    yield pairs // len(bands), pairs % len(bands)


def _sharing(bands: Numbers) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield the numbers of those who share a band, the smaller first, each pair once.

    Keys are sorted to find equal ones. Where so many are equal that the pairs come many times over (a form that hundreds
    have filled in), everybody is held against everybody instead, which takes no more memory than one row.
    """
    count, width = bands.shape
    if count < 2:
        return
    owners = np.repeat(np.arange(count), width)[order := bands.ravel().argsort(kind="stable")]
    keys = bands.ravel()[order]
    starts = np.append(0, np.flatnonzero(keys[1:] != keys[:-1]) + 1)
    sizes = np.diff(starts, append=len(order))
    if int((sizes * (sizes - 1) // 2).sum()) > _MOST_PAIRS:
        for at in range(count - 1):
            others = np.flatnonzero((bands[at + 1 :] == bands[at]).any(axis=1)) + at + 1
            yield np.full(len(others), at), others
        return
    found = [np.empty(0, np.int64)]
    for size in np.unique(sizes[sizes > 1]):
        groups = owners[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(int(size), 1)
        found.append((groups[:, first] * count + groups[:, second]).ravel())
    pairs = ascending(np.concatenate(found))
    yield pairs // count, pairs % count
