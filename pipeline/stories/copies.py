"""Members → stories: who tells the same one, who told it first, who copied whom. Pure.

A story is whoever is connected by pairs of which one is a copy of the other. What comes out depends on nothing but the set of
members: not on their order, not on how they were stored before. So stories that a newcomer connects merge, and one whose
connecting article was rewritten splits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from pipeline.standing import Fingerprint, Member, Standing
from pipeline.stories.pairs import Pair, copies
from pipeline.stories.resemblance import kind_of, resemblance
from pipeline.types import ArticleId

_FIRST_HAND: Final = 0.1  # how much less alike the origin may be than another copy, and still be what was copied
_SIGNS = re.compile(r"[\W_]+")
_WIRES: Final[Mapping[str, str]] = {  # what agencies' credits say → what they are called
    "ap": "associatedpress", "theassociatedpress": "associatedpress", "apnews": "associatedpress", "voa": "voiceofamerica",
    "voanews": "voiceofamerica", "dpa": "deutschepresseagentur", "afp": "agencefrancepresse", "upi": "unitedpressinternational",
    "thomsonreuters": "reuters", "pap": "polskaagencjaprasowa", "тасс": "tass", "efe": "agenciaefe",
}  # fmt: skip


def arrange(members: Sequence[Member], settled: Mapping[ArticleId, ArticleId] = MappingProxyType({})) -> dict[ArticleId, Standing]:
    """Return how each of the members stands.

    `settled` has the stories of those who were arranged before as they are now. It changes nothing but the time this takes:
    of two stories that stayed apart no two members are copies.
    """
    told = sorted((one for one in members if one.fingerprint is not None), key=_when)
    found = copies(told, settled)
    standings = {one.article_id: Standing(story_id=one.article_id) for one in members}
    for story in _stories(len(told), found):
        if len(story) == 1:
            continue
        origin = _origin([told[at] for at in story])
        for at in story:
            standings[told[at].article_id] = _standing(at, told, story, origin, found)
    return standings


def _when(member: Member) -> tuple[datetime, ArticleId]:
    return member.at, member.article_id


def _print_of(member: Member) -> Fingerprint:
    assert member.fingerprint is not None
    return member.fingerprint


def connected(count: int, pairs: Iterable[Pair]) -> list[int]:
    """Return for each number below `count` the smallest one that pairs connect it with: its own where none do."""
    heads = list(range(count))

    def head(at: int) -> int:
        while heads[at] != at:
            heads[at] = heads[heads[at]]
            at = heads[at]
        return at

    for one, other in pairs:
        first, second = sorted((head(one), head(other)))
        heads[second] = first
    return [head(at) for at in range(count)]


def _stories(count: int, found: Iterable[Pair]) -> Iterator[list[int]]:
    """Yield the connected members, each story in order of time."""
    stories: dict[int, list[int]] = defaultdict(list)
    for at, first in enumerate(connected(count, found)):
        stories[first].append(at)
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


def _standing(at: int, members: Sequence[Member], story: Sequence[int], origin: ArticleId, found: Mapping[Pair, float]) -> Standing:
    """Say what one was copied from: the origin or an earlier copy, whichever it is most like; the origin where it is like none."""
    if members[at].article_id == origin:
        return Standing(story_id=origin)
    first = next(other for other in story if members[other].article_id == origin)
    sources = {other: found.get((min(at, other), max(at, other))) for other in story if other < at or other == first}
    ranked = [(alike + _FIRST_HAND * (other == first), -other) for other, alike in sources.items() if alike is not None]
    source = -max(ranked)[1] if ranked else first
    own, other = _print_of(members[at]), _print_of(members[source])
    alike = resemblance(own, other, sources[source])
    return Standing(
        story_id=origin,
        copy_of=members[source].article_id,
        kind=kind_of(own, other, alike),
        distance=round(1 - alike.similarity, 2),
    )
