from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.standing import CopyKind, Member
from pipeline.stories.copies import arrange
from tests.fakes_state import MemoryState
from tests.stories.wires import member, rewritten, story

HOUR = timedelta(hours=1)
WIRE = story(1, 400)
CUT = "\n\n".join(WIRE.split("\n\n")[:4])


def test_a_story_on_three_sites() -> None:
    """The first is the origin; the others are copies of it, each of its kind and distance."""
    members = [member(1, WIRE), member(2, WIRE, at=HOUR), member(3, CUT, at=2 * HOUR), member(4, story(2), at=HOUR)]
    stands = arrange(members)
    ids = [one.article_id for one in members]
    assert [stands[one].story_id for one in ids] == [ids[0], ids[0], ids[0], ids[3]]
    assert [stands[one].copy_of for one in ids] == [None, ids[0], ids[0], None]
    assert [stands[one].kind for one in ids] == [None, CopyKind.VERBATIM, CopyKind.CUT, None]
    assert stands[ids[1]].distance == 0.0
    assert 0.3 < (stands[ids[2]].distance or 0) < 0.7


def test_rewritten_and_extended_copies() -> None:
    """A third of it in other words is rewritten; a local paragraph more is not."""
    members = [member(1, WIRE), member(2, rewritten(WIRE, 5, 0.35), at=HOUR), member(3, WIRE + "\n\n" + story(9, 40), at=HOUR)]
    stands = arrange(members)
    assert [stands[one.article_id].kind for one in members] == [None, CopyKind.REWRITTEN, CopyKind.VERBATIM]


def test_the_credited_agency_is_the_origin_whatever_the_clocks_say() -> None:
    """A paper's day without a time puts its copy before the wire's own article."""
    wire = member(1, WIRE, at=3 * HOUR, site="Northern Wire")
    members = [member(2, WIRE, agency="NORTHERN WIRE"), wire, member(3, WIRE, at=HOUR)]
    assert {standing.story_id for standing in arrange(members).values()} == {wire.article_id}
    assert arrange(members)[members[0].article_id].copy_of == wire.article_id


def test_agencies_are_known_by_more_than_one_name() -> None:
    """Papers credit "(AP)", whose own site calls itself The Associated Press."""
    wire = member(1, WIRE, at=3 * HOUR, site="The Associated Press")
    members = [member(2, WIRE, agency="AP"), wire, member(3, WIRE, at=HOUR, agency="A.P.")]
    assert {standing.story_id for standing in arrange(members).values()} == {wire.article_id}


def test_time_says_who_is_first_not_the_id() -> None:
    """Ids are hashes of addresses; they only part who came in the same second."""
    late, early = member(1, WIRE, at=HOUR), member(9, WIRE)
    assert {standing.story_id for standing in arrange([late, early]).values()} == {early.article_id}


def test_nobody_copies_what_came_later() -> None:
    """Of two equal papers the first took it from the wire, and the second from the first where the wire is far less alike."""
    paper = rewritten(WIRE, 5, 0.35)
    wire, first, second = member(1, WIRE), member(2, paper, at=HOUR), member(3, paper, at=2 * HOUR)
    stands = arrange([wire, first, second])
    assert stands[first.article_id].copy_of == wire.article_id
    assert stands[second.article_id].copy_of == first.article_id


def test_what_is_nearly_as_like_the_origin_was_taken_from_it() -> None:
    """Papers cut and mend the same wire in the same ways without reading one another."""
    paper = rewritten(WIRE, 5, 0.04)
    wire, first, second = member(1, WIRE), member(2, paper, at=HOUR), member(3, paper, at=2 * HOUR)
    assert paper != WIRE
    assert arrange([wire, first, second])[second.article_id].copy_of == wire.article_id


def test_far_apart_in_time_is_not_one_story() -> None:
    """A text that comes back after a week was published again, not copied."""
    members = [member(1, WIRE), member(2, WIRE, at=timedelta(hours=121))]
    assert len({standing.story_id for standing in arrange(members).values()}) == 2
    between = member(3, WIRE, at=timedelta(hours=60))
    assert len({standing.story_id for standing in arrange([*members, between]).values()}) == 1


def form(seed: int, *, numbers: int, names: int) -> str:
    """A form of 160 words with places for numbers and names, filled in."""
    fixed, chance = story(77, 160).split(), random.Random(seed)
    fixed = [word.lower() if not word[0].isdigit() else "some" for word in fixed]
    for at in range(0, 160, 160 // numbers):
        fixed[at] = str(chance.randrange(1, 99))
    for at in range(3, 160, 160 // max(names, 1)):
        fixed[at] = "".join(chance.choices("abcdefghij", k=7)).capitalize()
    return " ".join(fixed)


def test_filled_in_forms_are_no_copies() -> None:
    """Weather, results and lottery numbers: the words are the same, what they are about is not."""
    weather = [member(at, form(at, numbers=16, names=1), at=at * HOUR) for at in range(1, 6)]
    results = [member(at, form(at, numbers=8, names=20), at=at * HOUR) for at in range(11, 16)]
    assert len({standing.story_id for standing in arrange([*weather, *results]).values()}) == 10
    same = form(3, numbers=16, names=1)
    assert len({standing.story_id for standing in arrange([member(1, same), member(2, same)]).values()}) == 1


def test_one_speech_makes_no_copy() -> None:
    """Two reports with the same long quotes."""
    speech = " ".join(f"“{' '.join(story(30 + at, 50).split())}”" for at in range(3))
    members = [member(at, f"{story(40 + at, 110)} {speech}") for at in range(2)]
    assert len({standing.story_id for standing in arrange(members).values()}) == 2


def test_phrases_of_one_site_make_no_copy() -> None:
    """On one site articles have furniture in common; only nearly the same text is the same story."""
    shared = story(60, 150)
    here = [member(at, f"{shared} {story(70 + at, 100)}", site="one.example") for at in range(2)]
    there = [member(at, f"{shared} {story(70 + at, 100)}") for at in range(2)]
    assert len({standing.story_id for standing in arrange(here).values()}) == 2
    assert len({standing.story_id for standing in arrange(there).values()}) == 1


# ── whatever the order ────────────────────────────────────────────────────────────────────────────────────────────

TEXTS = [
    text
    for seed in range(3)
    for text in (
        story(seed, 200), rewritten(story(seed, 200), seed, 0.2), rewritten(story(seed, 200), seed + 9, 0.4),
        story(seed, 100), story(seed, 150) + story((seed + 1) % 3, 150), story(seed + 20, 200),
    )
]  # fmt: skip
POOL = [member(name, text, at=(name * 37 % 140) * HOUR, agency="Paper 4" if name % 3 else None) for name, text in enumerate(TEXTS)]

_members = st.lists(st.tuples(st.integers(0, len(POOL) - 1), st.integers(0, len(TEXTS) - 1)), min_size=1, max_size=14)


def _as_told(told: tuple[int, int]) -> Member:
    """The article of that number with the text of that number: an article may be told again with another text."""
    number, text = told
    return Member(
        article_id=POOL[number].article_id, at=POOL[number].at, site=POOL[number].site, publisher=POOL[number].publisher,
        agency=POOL[number].agency, fingerprint=POOL[text].fingerprint,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(history=_members, cuts=st.lists(st.integers(0, 14), max_size=4), seed=st.integers(0, 999))
def test_stories_depend_on_the_set_alone(history: list[tuple[int, int]], cuts: list[int], seed: int) -> None:
    """Whatever the order, the batches and the texts in between: who stands how follows from what everybody says in the end."""
    final = {one.article_id: one for one in map(_as_told, history)}
    expected = arrange(list(final.values()))
    state = MemoryState()
    bounds = sorted({0, len(history), *(cut for cut in cuts if cut < len(history))})
    for start, end in pairwise(bounds):
        batch = {one.article_id: one for one in map(_as_told, history[start:end])}
        state.stories.settle(list(batch.values()), arrange)
        state.stories.settle(list(batch.values()), arrange)  # as often as one likes
    assert state.stories.standings(list(final)) == expected
    shuffled = list(final.values())
    random.Random(seed).shuffle(shuffled)
    other = MemoryState()
    for one in shuffled:
        other.stories.settle([one], arrange)
    assert other.stories.standings(list(final)) == expected
