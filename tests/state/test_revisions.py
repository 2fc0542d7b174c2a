"""Revisions and looks at pages: what their contract leaves open."""

from __future__ import annotations

from dataclasses import replace

from pipeline.standing import Change, Check, Revision
from pipeline.state.store import SqlState
from pipeline.types import Digest, Validators
from tests.state.samples import DAY, HOUR, NOON, make_entry, make_pointer

ENTRY = make_entry()
REVISION = Revision(
    article_id=ENTRY.article_id,
    number=1,
    known_at=NOON,
    text_digest=Digest("ab" * 32),
    pointer=make_pointer(),
    title="A “story” 記事",
    text="First block.\n\nSecond — “quoted” 記事.",
    corrections=("An earlier version was wrong.",),
    modified=NOON - HOUR,
    changes=(Change.CORRECTION, Change.NUMBERS),
)
CHECK = Check(
    entry_id=ENTRY.entry_id,
    article_id=ENTRY.article_id,
    domain="kbay.example",
    url=ENTRY.url,
    validators=Validators(etag='W/"a"', last_modified="Wed, 18 Nov 2026 12:00:00 GMT"),
    checked_at=NOON,
    due_at=NOON + HOUR,
    unchanged=2,
)


def test_every_field_of_a_revision_comes_back(state: SqlState) -> None:
    """In the order of their numbers; the same number again takes its place."""
    later = replace(REVISION, number=2, text="Shorter.", changes=(Change.SILENT_EDIT,))
    state.revisions.add(later)
    state.revisions.add(replace(REVISION, text="A first try."))
    state.revisions.add(REVISION)
    assert state.revisions.of(ENTRY.article_id) == (REVISION, later)
    assert state.revisions.latest(ENTRY.article_id) == later
    assert state.revisions.of(make_entry(2).article_id) == ()
    assert state.revisions.latest(make_entry(2).article_id) is None


def test_a_text_that_a_database_cannot_hold_is_kept_as_far_as_it_can(state: SqlState) -> None:
    """Half of a surrogate pair is no character in UTF-8; the words around it stay."""
    state.revisions.add(replace(REVISION, text="before \ud83d after"))
    (found,) = state.revisions.of(ENTRY.article_id)
    assert found.text.startswith("before ")
    assert found.text.endswith(" after")


def test_every_field_of_a_look_comes_back(state: SqlState) -> None:
    """One an entry."""
    state.revisions.save_check(replace(CHECK, unchanged=0))
    state.revisions.save_check(CHECK)
    assert state.revisions.check(ENTRY.entry_id) == CHECK
    assert state.revisions.check(make_entry(2).entry_id) is None


def test_what_is_due_by_host_and_time(state: SqlState) -> None:
    """Each host's longest overdue ones, so many of each and of all."""
    for number in range(1, 5):
        one = make_entry(number, domain="other.example" if number == 4 else "kbay.example")
        domain = "other.example" if number == 4 else "kbay.example"
        state.revisions.save_check(
            replace(CHECK, entry_id=one.entry_id, article_id=one.article_id, url=one.url, domain=domain, due_at=NOON - number * HOUR)
        )
    state.revisions.save_check(replace(CHECK, entry_id=make_entry(9).entry_id, due_at=None))
    names = {make_entry(number).entry_id: number for number in range(1, 4)} | {make_entry(4, domain="other.example").entry_id: 4}
    due = [names[check.entry_id] for check in state.revisions.due(NOON, per_domain=2)]
    assert due == [4, 3, 2]
    assert [names[check.entry_id] for check in state.revisions.due(NOON, per_domain=2, limit=1)] == [4]
    assert state.revisions.due(NOON - DAY, per_domain=2) == ()
