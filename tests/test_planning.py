"""What sources of the past offer, beside what we hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline import planning
from pipeline.backfill.choice import Choice
from pipeline.backfill.plan import DayPlan
from pipeline.backfilling import import_warcs, spelled_choice
from pipeline.coverage import Survey
from pipeline.errors import ConfigurationError
from pipeline.planning import Span, plan_backfill
from pipeline.settings import Settings
from pipeline.surveying import ARCHIVE_PAGES, SITEMAP, Offer, Surveyed
from pipeline.wiring import Rooms
from tests.test_importing import story, warc

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = date(2024, 5, 3)


@pytest.fixture
def surveyed() -> list[Surveyed]:
    """What sitemaps and feed pages list; tests add to it."""
    return []


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surveyed: list[Surveyed]) -> Iterator[Rooms]:
    """A home that asks nobody."""

    def survey(_rooms: Rooms, _days: Sequence[date], *, plan: bool, **_wanted: object) -> list[Surveyed]:
        assert plan, "a plan writes nothing"
        return surveyed

    monkeypatch.setattr(planning, "survey_days", survey)
    with Rooms(Settings(_env_file=None, home=tmp_path / "home"), clock=lambda: NOON) as opened:
        yield opened


def row(domain: str, source: str, *counts: int, day: date | None = DAY) -> DayPlan:
    offered, held, to_fetch, to_process = counts
    return DayPlan(day=day, domain=domain, source=source, offered=offered, held=held, to_fetch=to_fetch, to_process=to_process)


def test_sitemaps_and_feed_pages_apart(rooms: Rooms, surveyed: list[Surveyed]) -> None:
    """Each with what it lists and what we hold of that; a site that lists nothing is there with nothing."""
    for domain, offers in (
        ("a.example", (Offer(kind=SITEMAP, listed=5, held=2), Offer(kind=ARCHIVE_PAGES, listed=1, held=1))),
        ("b.example", ()),
    ):
        survey = Survey(domain=domain, day=DAY, listed=0, seen=0, both=0, held=0, documents=1, at=NOON)
        surveyed.append(Surveyed(survey=survey, missing=(), offers=offers))
    assert plan_backfill(rooms, Span(days=(DAY,)), Choice()) == [
        row("a.example", ARCHIVE_PAGES, 1, 1, 0, 0),
        row("a.example", SITEMAP, 5, 2, 3, 3),
        row("b.example", SITEMAP, 0, 0, 0, 0),
    ]


def test_files_by_the_day_of_their_pages(rooms: Rooms, tmp_path: Path) -> None:
    """Nothing of them is fetched; a page that we hold is not processed again; other days are not looked at."""
    pages = (story(1), story(2), story(4), story(5, at="2024-06-01T10:00:00Z"))
    import_warcs(rooms, [warc(tmp_path, story(1), name="known.warc.gz")], Choice())
    span = Span(days=(DAY,), warcs=(warc(tmp_path, *pages),))
    found = plan_backfill(rooms, span, spelled_choice([], [], "2024-05-03", "2024-05-03"))
    assert [one for one in found if one.source != "archive"] == [
        row("paper1.example", "a.warc.gz", 2, 1, 0, 1),
        row("paper2.example", "a.warc.gz", 1, 0, 0, 1),
    ]


def test_lists_by_their_dates(rooms: Rooms, tmp_path: Path) -> None:
    """Other days are passed over, addresses without one come last; those of an article we hold under this address are held."""
    import_warcs(rooms, [warc(tmp_path, story(1))], Choice())
    (tmp_path / "list.csv").write_text(
        f"url,date\nhttps://b.example/x,2024-05-03\n{story(1).url},2024-05-03\nhttps://b.example/y,\nhttps://b.example/old,2020-01-01\n"
    )
    wanted = spelled_choice([], [], "2024-05-03", "2024-05-03")
    found = plan_backfill(rooms, Span(days=(DAY,), lists=(str(tmp_path / "list.csv"),)), wanted)
    assert [one for one in found if one.source != "archive"] == [
        row("b.example", "list.csv", 1, 0, 1, 1),
        row("paper1.example", "list.csv", 1, 1, 0, 0),
        row("b.example", "list.csv", 1, 0, 1, 1, day=None),
    ]
    with pytest.raises(ConfigurationError, match="--list: got"):
        plan_backfill(rooms, Span(days=(DAY,), lists=("/nowhere/list.csv",)), Choice())


def test_the_archive_by_what_newer_code_may_read_otherwise(rooms: Rooms, tmp_path: Path) -> None:
    """What is current is held; after a change of the cleaner nothing is."""
    import_warcs(rooms, [warc(tmp_path, story(1), story(4))], Choice())
    assert plan_backfill(rooms, Span(days=(DAY,)), Choice()) == [row("paper1.example", "archive", 2, 2, 0, 0)]
    rooms.cleaner.name = "another"  # type: ignore[misc]
    assert plan_backfill(rooms, Span(days=(DAY,)), Choice()) == [row("paper1.example", "archive", 2, 0, 0, 2)]
    assert plan_backfill(rooms, Span(days=(DAY,), domains=("other.example",)), Choice()) == []
