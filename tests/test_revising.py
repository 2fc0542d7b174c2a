"""Looking again at pages: within each host's share, conditionally, and with what the answers lead to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.index.dates import iso
from pipeline.ledger import Outcome, Replayable
from pipeline.revising import note_gone, reopen_due, revision_id, superseded, validators_of
from pipeline.stages import STAGES
from pipeline.standing import Change, Check, TakenDown
from pipeline.types import ArticleId, EntryId, Validators
from tests.fakes_fetch import Reply
from tests.index.documents import document
from tests.test_stages import NOON, Desk, _entry, _url

STORY = _url("good")
TEXT = "Ferries stop\nThe ferries stopped on Monday."


def desk_with(reply: object = TEXT) -> Desk:
    """A desk that has taken in one page."""
    desk = Desk({STORY: reply})
    desk.run(desk.make_batch())
    return desk


def look_again(
    desk: Desk, reply: object, *, after: timedelta = timedelta(minutes=20), policy: TakenDown = TakenDown.BEFORE
) -> Outcome | None:
    """Let time pass, sweep, and take in what is due; return how it ended."""
    desk.now += after
    desk.fetcher.script = {STORY: Reply(body=reply.encode()) if isinstance(reply, str) else reply}  # type: ignore[dict-item]
    reopen_due(desk.state, desk.now, host_delay=5.0, every_seconds=900)
    batch_id = desk.make_batch()
    desk.run(batch_id, taken_down=policy)
    return desk.outcomes(batch_id)["good"]


def test_a_page_is_due_again_after_a_quarter_of_an_hour() -> None:
    """And not before; while it is being looked at it is not due either."""
    desk = desk_with()
    assert reopen_due(desk.state, NOON + timedelta(minutes=14), host_delay=5.0, every_seconds=900) == 0
    assert reopen_due(desk.state, NOON + timedelta(minutes=15), host_delay=5.0, every_seconds=900) == 1
    assert reopen_due(desk.state, NOON + timedelta(hours=9), host_delay=5.0, every_seconds=900) == 0


def test_a_host_gets_a_fifth_of_its_requests() -> None:
    """Of the 180 requests that fit between two sweeps, 36."""
    desk = Desk({})
    for number in range(50):
        desk.state.revisions.save_check(
            Check(
                entry_id=EntryId(f"{number:032x}"), article_id=ArticleId("1" * 32), domain="a.example", url="u", validators=Validators(),
                checked_at=NOON, due_at=NOON,
            )
        )  # fmt: skip
    assert reopen_due(desk.state, NOON, host_delay=5.0, every_seconds=900) == 36


def test_a_new_text_is_a_new_revision() -> None:
    """Found by looking again; the old one stays as what it was."""
    desk = desk_with()
    assert look_again(desk, TEXT) is Outcome.UNCHANGED
    assert look_again(desk, TEXT.replace("Monday", "Tuesday")) is Outcome.INDEXED
    (known,) = desk.state.articles.states.values()
    first, second = desk.state.revisions.of(known.article_id)
    assert (first.changes, second.changes) == ((), (Change.SILENT_EDIT, Change.SUBSTANTIAL))


def test_the_request_is_conditional_for_what_we_hold() -> None:
    """With the validators of the page as it was fetched from this address, and no other."""
    desk = desk_with(Reply(body=TEXT.encode(), headers=(("ETag", '"1"'), ("Last-Modified", "Mon"))))
    entry = _entry(STORY)
    assert validators_of(desk.state, entry) == Validators(etag='"1"', last_modified="Mon")
    assert validators_of(desk.state, _entry(_url("other"))) == Validators()
    elsewhere = desk.state.revisions.checks[entry.entry_id]
    desk.state.revisions.save_check(
        Check(**{name: getattr(elsewhere, name) for name in elsewhere.__slots__} | {"url": "https://x.example/"})
    )
    assert validators_of(desk.state, entry) == Validators()


def test_a_page_that_is_gone_is_a_take_down_once() -> None:
    """A revision of its own with the text that was there; back again, it is one more."""
    desk = desk_with()
    assert look_again(desk, Reply(status=410)) is Outcome.REJECTED
    (known,) = desk.state.articles.states.values()
    assert desk.state.revisions.of(known.article_id)[-1].changes == (Change.TAKEN_DOWN,)
    assert desk.state.revisions.of(known.article_id)[-1].text
    assert desk.index.documents[known.article_id]["taken_down_at"] == iso(NOON + timedelta(minutes=20))  # by the batch that found it gone
    assert desk.state.stories.unshown() == {}
    assert not note_gone(desk.state, _entry(STORY), desk.now)
    assert not note_gone(desk.state, _entry(_url("never-seen")), desk.now)
    desk.state.ledger.reopen([_entry(STORY).entry_id], desk.now)
    assert look_again(desk, TEXT) is Outcome.INDEXED
    assert desk.state.revisions.of(known.article_id)[-1].changes == (Change.RESTORED,)
    assert desk.index.documents[known.article_id]["taken_down_at"] is None


def test_the_document_before_becomes_an_earlier_revision() -> None:
    """Under an id of its own, until when it stood; once is enough."""
    desk = Desk({})
    old, new = document("one", title="Old"), document("one", title="New", revision=2, fetched_at="2026-11-21T00:00:00Z")
    desk.index.upsert([old])
    (earlier,) = superseded(desk.index, new)  # type: ignore[arg-type]
    assert (earlier["title"], earlier["revision_of"], earlier["superseded_at"]) == ("Old", old["article_id"], "2026-11-21T00:00:00Z")
    assert earlier["article_id"] == revision_id(ArticleId(old["article_id"]), 1)
    desk.index.upsert([new])
    assert list(superseded(desk.index, new)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("policy", TakenDown)
def test_what_is_there_again_lets_its_earlier_revisions_be_found(policy: TakenDown) -> None:
    """Taken down with all of them, and shown again with the article; one of them says when it was gone, and was not known since."""
    desk = desk_with()
    assert look_again(desk, TEXT.replace("Monday", "Tuesday"), policy=policy) is Outcome.INDEXED
    assert look_again(desk, Reply(status=410), policy=policy) is Outcome.REJECTED
    (known,) = desk.state.articles.states.values()
    assert {one["noindex"] for one in desk.index.documents.values()} == {policy is TakenDown.NEVER}
    desk.state.ledger.reopen([_entry(STORY).entry_id], desk.now)
    assert look_again(desk, TEXT, policy=policy) is Outcome.INDEXED
    again = sorted(desk.index.documents.values(), key=lambda one: one["revision"])
    assert [one["noindex"] for one in again] == [False, False, False]
    assert [one["taken_down_at"] is None for one in again] == [True, False, True]
    assert [one["revision_of"] for one in again] == [known.article_id, known.article_id, None]
    fetched = again[2]["fetched_at"]  # the fetcher's clock stands still
    until = iso(NOON + timedelta(minutes=40)) if policy is TakenDown.BEFORE else fetched
    assert [one["superseded_at"] for one in again] == [fetched, until, None]


def test_what_was_taken_down_stays_so_in_a_replay() -> None:
    """Its page out of the archive makes a new document of the old text, which is as gone as before."""
    desk = desk_with()
    look_again(desk, Reply(status=410))
    (known,) = desk.state.articles.states.values()
    told = desk.state.revisions.of(known.article_id)
    down = desk.index.documents[known.article_id]
    desk.now += timedelta(hours=1)
    page = Replayable(
        entry_id=_entry(STORY).entry_id, feed_id=_entry(STORY).feed_id, domain="example.org", pointer=known.pointer,
        article_id=known.article_id, reason="",
    )  # fmt: skip
    batch_id = desk.state.ledger.replay([page], desk.now).batch_id
    desk.run(batch_id, only=STAGES[1:])
    assert desk.outcomes(batch_id)["good"] is Outcome.INDEXED
    assert desk.state.revisions.of(known.article_id) == told
    again = desk.index.documents[known.article_id]
    assert again["indexed_at"] != down["indexed_at"]
    for name in ("taken_down_at", "superseded_at", "changes", "revision"):
        assert again[name] == down[name]  # type: ignore[literal-required]
