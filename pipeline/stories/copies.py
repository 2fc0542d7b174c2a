"""Members → stories: who tells the same one, who told it first, who copied whom. Pure.

A story is whoever is connected by pairs of which one is a copy of the other. What comes out depends on nothing but the set of
members: not on their order, not on how they were stored before. So stories that a newcomer connects merge, and one whose
connecting article was rewritten splits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.standing import WINDOW, Fingerprint, Member, Standing
from pipeline.stories.resemblance import Resemblance, is_copy, kind_of, may_be_copies, resemblance, signatures
from pipeline.types import ArticleId

_FIRST_HAND: Final = 0.1  # how much less alike the origin may be than another copy, and still be what was copied
_MOST_PAIRS: Final = 2_000_000  # pairs by bands that are held at once
_SIGNS = re.compile(r"[\W_]+")
_WIRES: Final[Mapping[str, str]] = {  # what agencies' credits say → what they are called
    "ap": "associatedpress", "theassociatedpress": "associatedpress", "apnews": "associatedpress", "voa": "voiceofamerica",
    "voanews": "voiceofamerica", "dpa": "deutschepresseagentur", "afp": "agencefrancepresse", "upi": "unitedpressinternational",
    "thomsonreuters": "reuters", "pap": "polskaagencjaprasowa", "тасс": "tass", "efe": "agenciaefe",
}  # fmt: skip

Pair = tuple[int, int]


def arrange(members: Sequence[Member], settled: Mapping[ArticleId, ArticleId] = MappingProxyType({})) -> dict[ArticleId, Standing]:
    """Return how each of the members stands.

    `settled` has the stories of those who were arranged before as they are now. It changes nothing but the time this takes:
    of two stories that stayed apart no two members are copies.
    """
    told = sorted((one for one in members if one.fingerprint is not None), key=_when)
    found = _Pairs(told, settled)
    standings = {one.article_id: Standing(story_id=one.article_id) for one in members}
    for story in _stories(len(told), found):
        origin = _origin([told[at] for at in story])
        for at in story:
            standings[told[at].article_id] = _standing(at, story, origin, found)
    return standings


def _when(member: Member) -> tuple[datetime, ArticleId]:
    return member.at, member.article_id


class _Pairs:
    """Which of the members are copies of which, looked at only when asked. Members are numbered in order of time."""

    def __init__(self, members: Sequence[Member], settled: Mapping[ArticleId, ArticleId]) -> None:
        self.members = members
        self.similarities = dict(_candidates(members, settled))
        self._verdicts: dict[Pair, bool] = {}

    def of(self, one: int, other: int) -> Resemblance:
        pair = (min(one, other), max(one, other))
        similarity = self.similarities.get(pair)
        return resemblance(_print_of(self.members[one]), _print_of(self.members[other]), similarity)

    def is_copy(self, one: int, other: int) -> bool:
        pair = (min(one, other), max(one, other))
        if pair not in self.similarities:
            return False
        if pair not in self._verdicts:
            self._verdicts[pair] = is_copy(self.members[pair[0]], self.members[pair[1]], self.of(*pair))
        return self._verdicts[pair]


def _print_of(member: Member) -> Fingerprint:
    assert member.fingerprint is not None
    return member.fingerprint


def _candidates(members: Sequence[Member], settled: Mapping[ArticleId, ArticleId]) -> Iterator[tuple[Pair, float]]:
    """Yield the pairs that share a band and a time, with their similarity."""
    if len(members) < 2:
        return
    prints = [_print_of(one) for one in members]
    signed = signatures(prints)
    bands = np.array([one.bands for one in prints], np.int64)
    sizes = np.array([one.shingles for one in prints], np.float64)
    hours = np.array([one.at.timestamp() for one in members])
    numbers = {story: number for number, story in enumerate(sorted(set(settled.values())))}
    story = np.array([numbers[settled[one.article_id]] if one.article_id in settled else -1 for one in members])
    for ones, others in _sharing(bands):
        near = hours[others] - hours[ones] <= WINDOW.total_seconds()
        near &= (story[ones] < 0) | (story[others] < 0) | (story[ones] == story[others])
        alike: npt.NDArray[np.float64] = (signed[ones[near]] == signed[others[near]]).mean(axis=1)
        shorter, both = np.minimum(sizes[ones[near]], sizes[others[near]]), sizes[ones[near]] + sizes[others[near]]
        enough = may_be_copies(alike, alike * both / (1 + alike) / shorter)
        pairs = zip(ones[near][enough].tolist(), others[near][enough].tolist(), strict=True)
        yield from zip(pairs, alike[enough].tolist(), strict=True)


def _sharing(bands: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Yield the numbers of those who share a band, the smaller first, each pair once.

    Keys are sorted to find equal ones. Where so many are equal that the pairs come many times over (a form that hundreds
    have filled in), everybody is held against everybody instead, which takes no more memory than one row.
    """
    count, width = bands.shape
    owners = np.repeat(np.arange(count), width)[order := bands.ravel().argsort(kind="stable")]
    starts = np.flatnonzero(np.diff(bands.ravel()[order], prepend=bands.ravel()[order[0]] - 1))
    sizes = np.diff(starts, append=len(order))
    if int((sizes * (sizes - 1) // 2).sum()) > _MOST_PAIRS:
        for at in range(count - 1):
            others = np.flatnonzero((bands[at + 1 :] == bands[at]).any(axis=1)) + at + 1
            yield np.full(len(others), at), others
        return
    found = []
    for size in np.unique(sizes[sizes > 1]):
        groups = owners[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(int(size), 1)
        found.append((groups[:, first] * count + groups[:, second]).ravel())
    if found:
        pairs = np.unique(np.concatenate(found))
        yield pairs // count, pairs % count


def _stories(count: int, found: _Pairs) -> Iterator[list[int]]:
    """Yield the connected members, each story in order of time. The most alike are looked at first, which spares most looks."""
    heads = list(range(count))

    def head(at: int) -> int:
        while heads[at] != at:
            heads[at] = heads[heads[at]]
            at = heads[at]
        return at

    for (one, other), _ in sorted(found.similarities.items(), key=lambda each: (-each[1], each[0])):
        first, second = sorted((head(one), head(other)))
        if first != second and found.is_copy(one, other):
            heads[second] = first
    stories: dict[int, list[int]] = defaultdict(list)
    for at in range(count):
        stories[head(at)].append(at)
    yield from stories.values()


def _origin(story: Sequence[Member]) -> ArticleId:
    """Return whose story it is: the agency's that most of the others credit, where its own article is among them; else the first one's.

    A paper's clock, or a day without a time, may put a copy before the wire's own article.
    """
    credits: dict[str, int] = defaultdict(int)
    for one in story:
        if one.agency:
            credits[_named(one.agency)] += 1
    wires = [one for one in story if credits.get(_named(one.publisher), 0)]
    most = max((credits[_named(one.publisher)] for one in wires), default=0)
    return next((one.article_id for one in wires if credits[_named(one.publisher)] == most), story[0].article_id)


def _named(name: str) -> str:
    bare = _SIGNS.sub("", name).casefold()
    return _WIRES.get(bare, bare)


def _standing(at: int, story: Sequence[int], origin: ArticleId, found: _Pairs) -> Standing:
    members = found.members
    if members[at].article_id == origin:
        return Standing(story_id=origin)
    first = next(other for other in story if members[other].article_id == origin)
    before = [first, *(other for other in story if other < at and other != first and (other, at) in found.similarities)]
    ranked = sorted(before, key=lambda other: (-(found.of(at, other).similarity + _FIRST_HAND * (other == first)), other))
    source = next((other for other in ranked if found.is_copy(at, other)), first)
    alike = found.of(at, source)
    return Standing(
        story_id=origin,
        copy_of=members[source].article_id,
        kind=kind_of(_print_of(members[at]), _print_of(members[source]), alike),
        distance=round(1 - alike.similarity, 2),
    )
