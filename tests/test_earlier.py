"""Earlier revisions made anew, beside the documents that were there."""

from __future__ import annotations

import pytest

from pipeline.earlier import Restorer
from pipeline.ledger import Outcome
from pipeline.standing import TakenDown
from tests.fakes_clean import LineCleaner
from tests.fakes_fetch import Reply
from tests.test_revising import TEXT, desk_with, look_again
from tests.test_stages import Desk, NamingEnricher, _entry, _url


def restorer(desk: Desk, policy: TakenDown = TakenDown.BEFORE) -> Restorer:
    """What makes them from the desk's ledger and archive."""
    return Restorer(
        state=desk.state,
        archive=desk.archive,
        cleaner=LineCleaner(),
        enrichers=(NamingEnricher(),),
        templates=lambda _url: frozenset(),
        clock=desk.clock,
        policy=policy,
    )


def forgotten(desk: Desk) -> dict[str, dict[str, object]]:
    """Take the earlier revisions out of the index and return them, but for when they were made."""
    gone = {name: one for name, one in desk.index.documents.items() if one["revision_of"]}
    for name in gone:
        del desk.index.documents[name]
    return {name: _shown(one) for name, one in gone.items()}


def _shown(document: object) -> dict[str, object]:
    return {field: value for field, value in dict(document).items() if field != "indexed_at"}  # type: ignore[call-overload]


@pytest.mark.parametrize("policy", TakenDown)
def test_they_are_what_they_were(policy: TakenDown) -> None:
    """A text that was changed, and one that was taken down before the page came back: field by field, and only those that lack."""
    desk = desk_with()
    assert look_again(desk, TEXT.replace("Monday", "Tuesday"), policy=policy) is Outcome.INDEXED
    assert look_again(desk, Reply(status=410), policy=policy) is Outcome.REJECTED
    desk.state.ledger.reopen([_entry(_url("good")).entry_id], desk.now)
    assert look_again(desk, TEXT, policy=policy) is Outcome.INDEXED
    before = forgotten(desk)
    assert len(before) == 2
    assert restorer(desk, policy).restore(desk.index) == 2  # type: ignore[arg-type]
    assert {name: _shown(one) for name, one in desk.index.documents.items() if one["revision_of"]} == before
    assert restorer(desk, policy).restore(desk.index) == 0  # type: ignore[arg-type]


def test_what_is_gone_still_has_no_document_of_its_own() -> None:
    """The article's document is that of the text that was taken down."""
    desk = desk_with()
    assert look_again(desk, Reply(status=410)) is Outcome.REJECTED
    assert restorer(desk).restore(desk.index) == 0  # type: ignore[arg-type]


def test_a_page_that_the_archive_holds_no_more_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    """It is told, and the others are made."""
    desk = desk_with()
    assert look_again(desk, TEXT.replace("Monday", "Tuesday")) is Outcome.INDEXED
    assert look_again(desk, TEXT.replace("Monday", "Friday")) is Outcome.INDEXED
    forgotten(desk)
    desk.archive.forgotten.add(0)
    assert restorer(desk).restore(desk.index) == 1  # type: ignore[arg-type]
    assert "revision 1 of" in caplog.text
