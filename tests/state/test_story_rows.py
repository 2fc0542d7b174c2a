from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.state.story_rows import band_bases, band_rows, hours_between
from tests.stories.wires import member, story

WIRE = member(1, story(1))


def test_times_before_1970_and_after_2089_have_keys() -> None:
    """A page may claim any year; such articles meet those of the first and of the last hour, and are told apart by their times."""
    early, late = (replace(WIRE, at=datetime(year, 1, 1, tzinfo=UTC)) for year in (1912, 2412))
    assert hours_between(early.at, late.at) == (0, 2**20 - 1)
    assert {key & (2**20 - 1) for key, _ in band_rows(early, 1)} == {0}
    assert all(-(2**63) <= key < 2**63 for key, _ in band_rows(late, 1))


def test_a_key_is_its_band_and_then_its_hour() -> None:
    """So that one range of keys holds a band's articles of some days, and no other band's."""
    (hour, _), bases = hours_between(WIRE.at, WIRE.at), band_bases([WIRE])
    assert {key for key, _ in band_rows(WIRE, 7)} == {base + hour for base in bases}
    assert all(base % 2**20 == 0 for base in bases)
    assert {number for _, number in band_rows(WIRE, 7)} == {7}
    assert len(bases) == 42
