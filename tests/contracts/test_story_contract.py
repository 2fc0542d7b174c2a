"""What every store of stories and revisions promises."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from pipeline.ports import StateStore
from pipeline.standing import Change, Check, CopyKind, Member, Revision, Standing
from pipeline.stories.copies import arrange
from pipeline.types import ArticleId, Digest, EntryId, Validators
from tests.fakes_state import MemoryState
from tests.state.samples import DAY, HOUR, MINUTE, NOON, make_article_state, make_pointer
from tests.stories.wires import member, rewritten, story

ONE, TWO, THREE = (ArticleId(f"{at:032x}") for at in (1, 2, 3))


def wire(name: int, text: int = 1, hours: int = 0, **changes: object) -> Member:
    return replace(member(name, story(text), at=timedelta(hours=hours)), **changes)


class TestStories:
    def test_newcomers_join_and_shift_others(self, state: StateStore) -> None:
        """Who comes first is the origin, also when it comes to us last; all who stand differently are told."""
        assert {shift.article_id for shift in state.stories.settle([wire(2, hours=2), wire(3, 9)], arrange)} == {TWO, THREE}
        shifts = state.stories.settle([wire(1)], arrange)
        assert {shift.article_id: (shift.before and shift.before.story_id, shift.after.story_id) for shift in shifts} == {
            ONE: (None, ONE),
            TWO: (TWO, ONE),
        }
        assert state.stories.standings([TWO, ArticleId("f" * 32)]) == {
            TWO: Standing(story_id=ONE, copy_of=ONE, kind=CopyKind.VERBATIM, distance=0.0)
        }
        assert [teller.member for teller in state.stories.story(TWO)] == [wire(1), wire(2, hours=2)]
        assert state.stories.story(ArticleId("f" * 32)) == ()

    def test_again_is_once(self, state: StateStore) -> None:
        """The same articles again shift nobody."""
        newcomers = [wire(1), wire(2, hours=1), wire(3, 9), wire(4, fingerprint=None)]
        assert len(state.stories.settle(newcomers, arrange)) == 4
        assert state.stories.settle(newcomers, arrange) == state.stories.settle([], arrange) == ()
        assert len(state.stories.story(ArticleId(f"{4:032x}"))) == 1

    def test_stories_merge_and_split(self, state: StateStore) -> None:
        """A text between two merges their stories; when it is another text, they part again."""
        left, right = story(1, 200), story(2, 200)
        ends = [member(1, left), member(2, right, at=HOUR)]
        state.stories.settle(ends, arrange)
        between = member(3, left + " " + right, at=2 * HOUR)
        state.stories.settle([between], arrange)
        assert {one.story_id for one in state.stories.standings([ONE, TWO, THREE]).values()} == {ONE}
        shifts = state.stories.settle([member(3, story(5), at=2 * HOUR)], arrange)
        assert {shift.article_id for shift in shifts} == {TWO, THREE}
        assert len({one.story_id for one in state.stories.standings([ONE, TWO, THREE]).values()}) == 3

    def test_only_near_articles_are_asked(self, state: StateStore) -> None:
        """The same text weeks apart: neither is handed to `arrange` with the other."""
        asked: list[int] = []
        state.stories.settle([wire(1)], arrange)
        state.stories.settle(
            [wire(2, hours=400), wire(3, 9)], lambda members, settled: asked.append(len(members)) or arrange(members, settled)
        )
        assert asked == [2]

    def test_many_in_any_order(self, state: StateStore) -> None:
        """Forty articles of eight stories, one by one and batch by batch, stand as if they had come together."""
        texts = [rewritten(story(at % 8, 150), at, 0.15) for at in range(40)]
        members = [member(at, text, at=timedelta(hours=at * 5 % 31)) for at, text in enumerate(texts, 1)]
        random.Random(3).shuffle(members)
        for at in range(0, 30, 10):
            state.stories.settle(members[at : at + 10], arrange)
        for one in members[30:]:
            state.stories.settle([one], arrange)
        assert state.stories.standings([one.article_id for one in members]) == arrange(members)

    def test_what_documents_do_not_show_yet(self, state: StateStore) -> None:
        """Only of indexed articles, until it is marked; a standing that changed meanwhile stays unshown."""
        state.stories.settle([wire(1, hours=1)], arrange)
        assert state.stories.unshown() == {}
        state.articles.save(replace(make_article_state(), article_id=ONE, indexed_at=NOON), ())
        alone = state.stories.unshown()
        assert alone == {ONE: Standing(story_id=ONE)}
        state.stories.settle([wire(2)], arrange)
        state.stories.mark_shown(alone)
        assert list(state.stories.unshown()) == [ONE]
        state.stories.mark_shown(state.stories.unshown())
        assert state.stories.unshown() == {}
        state.stories.settle([wire(1, hours=1)], arrange)
        assert state.stories.unshown() == {}

    def test_originality(self, state: StateStore) -> None:
        """By publisher: articles, copies by kind, and what others copied."""
        cut = "\n\n".join(story(1).split("\n\n")[:3])
        state.stories.settle([wire(1), replace(member(2, cut, at=HOUR), publisher="Paper 3"), wire(3, 9)], arrange)
        found = {one.publisher: one for one in state.stories.originality()}
        assert [(one.articles, one.copies, one.copied, one.own) for one in found.values()] == [
            (1, {}, 1, 1.0),
            (2, {CopyKind.CUT: 1}, 0, 0.5),
        ]
        assert state.stories.originality(since=NOON + 10 * DAY) == ()


def revision(number: int, **changes: object) -> Revision:
    made = Revision(
        article_id=ONE, number=number, known_at=NOON + number * HOUR, text_digest=Digest(f"{number:064x}"), pointer=make_pointer(number),
        title="Ferries", text="Öl\n\nNo ferries.", corrections=("A correction.",), modified=NOON,
        changes=(Change.CORRECTION, Change.NUMBERS),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def check(name: int, **changes: object) -> Check:
    made = Check(
        entry_id=EntryId(f"{name:032x}"), article_id=ONE, domain="paper.example", url="https://paper.example/1",
        validators=Validators(etag='"ä"', last_modified="Mon"), checked_at=NOON, due_at=NOON + name * MINUTE, unchanged=1,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


class TestRevisions:
    def test_every_revision_is_kept(self, state: StateStore) -> None:
        """In order, whole, and replaced where the number is the same."""
        for one in (revision(2), revision(1), revision(2, title="Ferries stop"), revision(1, article_id=TWO)):
            state.revisions.add(one)
        assert state.revisions.of(ONE) == (revision(1), revision(2, title="Ferries stop"))
        assert state.revisions.latest(ONE) == revision(2, title="Ferries stop")
        assert state.revisions.of(THREE) == ()
        assert state.revisions.latest(THREE) is None

    def test_what_no_database_takes_is_replaced(self, state: StateStore) -> None:
        """A half surrogate in a text of the wild does not stop the rest."""
        if not isinstance(state, MemoryState):
            state.revisions.add(revision(1, text="a \ud800 b\x00", title="a \ud800"))
            (kept,) = state.revisions.of(ONE)
            assert kept.text.startswith("a ")

    def test_checks_are_due_in_their_turn(self, state: StateStore) -> None:
        """Longest overdue first, no more of a domain than its share; those that are never due again are not."""
        for one in (check(3), check(1), check(2), check(4, domain="other.example"), check(5, due_at=None), check(9)):
            state.revisions.save_check(one)
        due = state.revisions.due(NOON + 5 * MINUTE, per_domain=2)
        assert due == (check(1), check(2), check(4, domain="other.example"))
        assert state.revisions.due(NOON + 5 * MINUTE, per_domain=9, limit=1) == (check(1),)
        state.revisions.save_check(check(1, due_at=NOON + DAY, validators=Validators()))
        assert state.revisions.check(check(1).entry_id) == check(1, due_at=NOON + DAY, validators=Validators())
        assert state.revisions.check(EntryId("e" * 32)) is None
