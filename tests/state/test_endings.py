"""Which word about an entry stands."""

from __future__ import annotations

import pytest

from pipeline.ledger import Outcome
from pipeline.state.endings import FINAL, WAITING, cause, supersedes


def test_every_outcome_is_passing_waiting_or_final() -> None:
    """A new outcome must be given its place."""
    assert {Outcome.PASSED} | WAITING | FINAL == set(Outcome)
    assert {Outcome.INDEXED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.REJECTED, Outcome.QUARANTINED} == FINAL


@pytest.mark.parametrize("new", Outcome)
@pytest.mark.parametrize("old", [None, *Outcome])
def test_which_word_stands(old: Outcome | None, new: Outcome) -> None:
    """PASSED never ends; what is final gives way to nothing that would try again, nor INDEXED to what we hold already."""
    if old is Outcome.PASSED:
        return  # is never written
    expected = new is not Outcome.PASSED
    if old in FINAL and new in WAITING:
        expected = False
    if old is Outcome.INDEXED and new in {Outcome.UNCHANGED, Outcome.DUPLICATE}:
        expected = False
    assert supersedes(new, old) is expected


@pytest.mark.parametrize(("reason", "counted"), [("gone: 410", "gone"), ("robots", "robots"), ("", ""), ("x" * 90 + ": y", "x" * 80)])
def test_reasons_are_counted_by_their_first_words(reason: str, counted: str) -> None:
    """What follows the colon differs from entry to entry."""
    assert cause(reason) == counted
