"""Old pages through newer code, on real adapters and without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.backfill.choice import Choice
from pipeline.backfilling import days_of, import_warcs, ingest, replay_day
from pipeline.clean.cleaner import ArticleCleaner
from pipeline.errors import ConfigurationError
from pipeline.index.document import ArticleDocument
from pipeline.ledger import BatchState, Outcome, Stage
from pipeline.replaying import wanted_of
from pipeline.settings import Settings
from pipeline.types import Article, EnrichedArticle, Rejected
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.backfill.warcs import Written
from tests.test_importing import NOON, story, warc

DAY = date(2024, 5, 3)


class Newer:
    """The cleaner of tomorrow: shouts titles, and thinks otherwise about some pages."""

    name = "wireroom-clean/tomorrow"

    def __init__(self, refuses: str = "", moves: str = "") -> None:
        self._now = ArticleCleaner()
        self._refuses, self._moves = refuses, moves

    def clean(self, page: Any, entry: Any, pointer: Any, *, first_seen_at: datetime, templates: Any = frozenset()) -> Article | Rejected:
        if self._refuses and self._refuses in entry.url:
            return Rejected(url=entry.url, reason="not-an-article:listing")
        cleaned = self._now.clean(page, entry, pointer, first_seen_at=first_seen_at, templates=templates)
        if isinstance(cleaned, Rejected):
            return cleaned
        if self._moves and self._moves in entry.url:
            key = url_key(entry.url + "/canonical")
            cleaned = replace(cleaned, url_key=key, article_id=article_id(key))
        return replace(cleaned, title=cleaned.title.upper(), cleaner=self.name)


class Counted:
    """An enricher whose version can be told, and how often it ran."""

    def __init__(self, version: str) -> None:
        self.name, self.version, self.runs = "counted", version, 0

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        self.runs += 1
        return replace(enriched, keywords=(f"by {self.version}",), enrichers=(*enriched.enrichers, f"{self.name}/{self.version}"))


class NoCleaner:
    """A cleaner of today's name that must not be asked."""

    name = ArticleCleaner.name

    def clean(self, *_args: object, **_more: object) -> Article:
        raise AssertionError("cleaned again without need")


def opened(home: Path, *, cleaner: Any = None, enricher: Any = None) -> Rooms:
    """Rooms with other code in them; the fetcher would meet a closed port."""
    rooms = Rooms(Settings(_env_file=None, home=home, batch_size=4, local_newsroom="127.0.0.1:9"), clock=lambda: NOON)
    rooms.__dict__["enrichers"] = (enricher or Counted("1"),)
    if cleaner is not None:
        rooms.__dict__["cleaner"] = cleaner
    return rooms


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home with six articles of one day, one page that was no article, and one article of another day."""
    listing = Written(url="https://paper1.example/list", body=b"<html><body>" + b"<a href=/a>Read</a>" * 30)
    pages = [*(story(n) for n in range(6)), listing, story(7, at="2024-05-04T10:00:00Z")]
    with opened(tmp_path / "home") as rooms:
        assert import_warcs(rooms, [warc(tmp_path, *pages)], Choice()).outcomes == {"indexed": 7, "rejected": 1}
    return tmp_path / "home"


def documents(rooms: Rooms) -> dict[int, ArticleDocument | None]:
    return {n: rooms.index.get(article_id(url_key(story(n).url))) for n in (*range(6), 7)}


def test_a_current_day_is_left_alone(home: Path) -> None:
    """Nothing runs, nothing is written; a day without pages neither."""
    with opened(home, cleaner=NoCleaner()) as rooms:
        before = documents(rooms)
        assert replay_day(rooms, DAY) == {"current": 7}
        assert replay_day(rooms, date(2020, 1, 1)) == {}
        assert documents(rooms) == before
        assert len(rooms.state.ledger.batches()) == 2


def test_what_our_own_code_made_is_current(tmp_path: Path) -> None:
    """By the cleaner and the enrichers that are wired, whatever they call what they chose."""
    with Rooms(Settings(_env_file=None, home=tmp_path / "home", local_newsroom="127.0.0.1:9"), clock=lambda: NOON) as rooms:
        import_warcs(rooms, [warc(tmp_path, story(1), story(2))], Choice())
        assert replay_day(rooms, DAY) == {"current": 2}


def test_a_newer_cleaner_runs_over_the_day_and_only_over_it(home: Path) -> None:
    """Documents are replaced under the same id and version; a second replay finds everything current."""
    with opened(home, cleaner=Newer()) as rooms:
        before = documents(rooms)
        assert replay_day(rooms, DAY, dry_run=True) == {"cleaned again": 7}
        assert documents(rooms) == before
        assert replay_day(rooms, DAY) == {"cleaned again": 7, "indexed": 6, "rejected": 1}
        after = documents(rooms)
        for number in range(6):
            old, new = before[number], after[number]
            assert old is not None
            assert new is not None
            assert new["title"] == old["title"].upper()
            assert (new["version"], new["revision"], new["first_seen_at"]) == (old["version"], old["revision"], old["first_seen_at"])
        assert after[7] == before[7]
        assert replay_day(rooms, DAY) == {"current": 7}
        assert rooms.state.ledger.counts() == {Outcome.INDEXED: 7, Outcome.REJECTED: 1}
        assert rooms.index.count() == 7
        assert {batch.state for batch in rooms.state.ledger.batches()} == {BatchState.FINISHED}


def test_a_newer_enricher_needs_no_cleaning(home: Path) -> None:
    """Only what follows runs again, over what the document says."""
    enricher = Counted("2")
    with opened(home, cleaner=NoCleaner(), enricher=enricher) as rooms:
        before = documents(rooms)
        assert replay_day(rooms, DAY) == {"enriched again": 6, "indexed": 6, "current": 1}
        assert enricher.runs == 6
        for number in range(6):
            old, new = before[number], documents(rooms)[number]
            assert old is not None
            assert new is not None
            assert new["keywords"] == ["by 2"]
            assert new["pipeline"] == {**old["pipeline"], "counted": "2"}
            later = {"keywords", "pipeline", "language"}
            assert {k: v for k, v in new.items() if k not in later} == {k: v for k, v in old.items() if k not in later}
        assert replay_day(rooms, DAY) == {"current": 7}


def test_what_newer_code_takes_for_no_article_leaves_the_index(home: Path) -> None:
    """As it would not be there after a rebuild; one that is another article now is there once, under its new id."""
    with opened(home, cleaner=Newer(refuses="pier-1", moves="pier-2")) as rooms:
        counts = replay_day(rooms, DAY)
        assert counts == {"cleaned again": 7, "indexed": 5, "rejected": 2, "dropped from the index": 2}
        assert documents(rooms)[1] is None
        assert documents(rooms)[2] is None
        moved = rooms.index.get(article_id(url_key(story(2).url + "/canonical")))
        assert moved is not None
        assert rooms.index.count() == 6
        assert rooms.state.ledger.counts() == {Outcome.INDEXED: 6, Outcome.REJECTED: 2}
        assert set(replay_day(rooms, DAY)) == {"current"}


def test_only_some_pages(home: Path) -> None:
    """Of some domains or feeds; and a stage that is to run although it is current."""
    with opened(home, cleaner=Newer()) as rooms:
        assert replay_day(rooms, DAY, wanted_of(["nobody"], []), dry_run=True) == {}
        assert replay_day(rooms, DAY, wanted_of(["import-warc"], ["Paper0.example"]), dry_run=True) == {"cleaned again": 2}
    with opened(home) as rooms:
        assert replay_day(rooms, DAY, wanted_of([], [], Stage.CLEAN), dry_run=True) == {"cleaned again": 7}
        assert replay_day(rooms, DAY, wanted_of([], [], Stage.ENRICH), dry_run=True) == {"enriched again": 6, "current": 1}


def test_a_replay_that_was_killed_is_finished_by_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its batch is unfinished, so the sweep finds it, and it goes through all stages without asking anybody for a page."""
    with opened(home, cleaner=Newer()) as rooms:
        run = rooms.run

        def dies(stage: Stage, batch_id: Any, **more: Any) -> Any:
            if stage is Stage.INDEX:
                raise KeyboardInterrupt
            return run(stage, batch_id, **more)

        monkeypatch.setattr(rooms, "run", dies)
        with pytest.raises(KeyboardInterrupt):
            replay_day(rooms, DAY)
        monkeypatch.undo()
        assert replay_day(rooms, DAY) == {"cleaned again": 3, "indexed": 2, "rejected": 1}
        (left,) = rooms.unfinished()
        assert ingest(rooms, left) == {"indexed": 4}
        assert replay_day(rooms, DAY) == {"current": 7}


def test_days() -> None:
    """Both ends included; a span that runs backwards is refused."""
    assert days_of("2024-02-28", "2024-03-01") == [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
    assert days_of("2024-02-28", None) == [date(2024, 2, 28)]
    with pytest.raises(ConfigurationError, match="--to"):
        days_of("2024-02-28", "2024-02-27")
