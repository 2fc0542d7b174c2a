"""What the contract of meetings leaves open."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from pipeline.standing import Sighting
from pipeline.state.store import SqlState
from tests.state.samples import MINUTE, NOON, make_sighting


def _alike(_one: Sighting, _other: Sighting) -> bool:
    return True


def test_of_several_the_first_seen_has_the_article(state: SqlState) -> None:
    """Whichever of them was written down first; a short text comes back without a signature."""
    early, late = make_sighting("early", at=NOON - MINUTE, signature=None), make_sighting("late")
    meet = partial(state.articles.meet, within_seconds=60)
    assert meet(late, lambda _one, _other: False, known=False) is None
    assert meet(early, lambda _one, _other: False, known=False) is None
    assert meet(make_sighting("third", at=NOON - MINUTE / 2), _alike, known=False) == early


def test_who_says_the_same_as_a_twin_of_something_forgotten(state: SqlState) -> None:
    """Belongs to the same article: its id is what is known of it."""
    first, twin = make_sighting("first", at=NOON - 2 * MINUTE), make_sighting("twin")
    meet = partial(state.articles.meet, within_seconds=600)
    meet(first, _alike, known=False)
    meet(twin, _alike, known=False)
    state.prune(NOON - MINUTE)
    assert meet(make_sighting("third"), _alike, known=False) == replace(twin, article_id=first.article_id)
