"""What the contract of decisions leaves open."""

from __future__ import annotations

from pipeline.state.endings import LONGEST_REASON
from pipeline.state.store import SqlState
from pipeline.types import UrlKey
from tests.state.samples import NOON, make_decision


def test_a_decision_about_a_wild_url(state: SqlState) -> None:
    """Long keys, NUL and half surrogates are found again; a long reason is cut, but still told from another one."""
    key = UrlKey("https://kbay.example/" + "x" * 5000 + "\0\ud800")
    made = [make_decision(url_key=key, reason="r" * 9999 + end) for end in "ab"]
    state.decisions.add(made)
    state.decisions.add(made)
    found = state.decisions.about(key)
    assert [decision.reason for decision in found] == ["r" * LONGEST_REASON] * 2
    assert [decision.at for decision in found] == [NOON, NOON]


def test_more_decisions_than_fit_one_statement(state: SqlState) -> None:
    """None is lost, none doubled."""
    many = [make_decision(reason=str(number)) for number in range(1201)]
    state.decisions.add(many)
    state.decisions.add(many[600:])
    assert len(state.decisions.about(many[0].url_key, limit=5000)) == 1201
