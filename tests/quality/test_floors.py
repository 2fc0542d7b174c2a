"""Floors: missed ones are told, pinning raises them, and only a reason lowers one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality.floors import FILE, Floors, missed, pinned, read_floors, write_floors

CORPUS = {"news": "aa11"}
FLOORS = Floors(corpus=CORPUS, floors={"news": {"f1": 0.96, "exact": 0.4}})


@pytest.mark.parametrize(
    ("measured", "corpus", "told"),
    [
        ({"f1": 0.96, "exact": 0.5}, "aa11", ""),
        ({"f1": 0.9599, "exact": 0.5}, "aa11", "news.f1: 0.9599 is below the floor of 0.9600"),
        ({"exact": 0.5}, "aa11", "news.f1: not measured; the floor is 0.9600"),
        ({"f1": 1.0, "exact": 1.0}, "bb22", "news: the floors are of corpus aa11, this one is bb22: pin anew"),
    ],
)
def test_a_missed_floor_is_told(measured: dict[str, float], corpus: str, told: str) -> None:
    """By set, measure, figure and floor."""
    assert missed(FLOORS, {"news": measured}, {"news": corpus}) == ([told] if told else [])


def test_pinning_raises_and_never_lowers_by_itself() -> None:
    """What was reached stays; new measures get a floor."""
    now = pinned(FLOORS, {"news": {"f1": 0.97, "exact": 0.3, "title": 0.9}}, CORPUS)
    assert now.floors["news"] == {"f1": 0.9695, "exact": 0.4, "title": 0.8995}
    assert now.lowered == ()


def test_a_floor_sinks_for_a_reason_that_stays() -> None:
    """The note says what, from where to where, when and why."""
    now = pinned(FLOORS, {"news": {"f1": 0.95, "exact": 0.4005}}, CORPUS, reason="truth was put right", day="2026-05-01")
    assert now.floors["news"] == {"f1": 0.9495, "exact": 0.4}
    note = {"floor": "news.f1", "from": "0.9600", "to": "0.9495", "day": "2026-05-01", "reason": "truth was put right"}
    assert now.lowered == (note,)


def test_another_corpus_starts_anew() -> None:
    """Figures of other pages say nothing about these."""
    now = pinned(FLOORS, {"news": {"f1": 0.9}}, {"news": "bb22"})
    assert (now.corpus["news"], now.floors["news"], now.lowered) == ("bb22", {"f1": 0.8995}, ())


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    """Reasons may hold quotes and line breaks."""
    floors = Floors(corpus=CORPUS, floors={"news": {"f1": 0.96}}, lowered=({"floor": "news.f1", "reason": 'a "new"\ntruth \\ here'},))
    write_floors(floors, tmp_path / "floors.toml")
    back = read_floors(tmp_path / "floors.toml")
    assert back.floors == floors.floors
    assert back.lowered == ({"floor": "news.f1", "reason": 'a "new" truth \\ here'},)


def test_the_project_has_floors() -> None:
    """For both sets, for the text at least, and every one that was lowered says why."""
    floors = read_floors(FILE)
    assert set(floors.floors) == set(floors.corpus) == {"news", "web"}
    assert all({"f1", "exact", "precision", "recall"} <= set(measures) for measures in floors.floors.values())
    assert all(note.get("reason") for note in floors.lowered)
