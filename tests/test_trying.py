"""The replay lab on real adapters and both indices: what is tried is told, and nothing else changes until it is promoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from pipeline.backfill.choice import Choice
from pipeline.backfilling import import_warcs, replay_day
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.document import ArticleDocument
from pipeline.laboratory import open_lab, open_notebook, refuse_beside_a_trial
from pipeline.ledger import Outcome
from pipeline.rebuilding import RebuildableIndex
from pipeline.replaying import Need
from pipeline.settings import Settings
from pipeline.trials import Difference, PageFate, Question, TrialState
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.backfill.warcs import Written
from tests.index.clusters import empty_elastic
from tests.test_importing import NOON, story, warc
from tests.test_replaying import Counted, Newer, NoCleaner

BACKENDS = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.xdist_group("elasticsearch"))]
DAY = date(2024, 5, 3)
ALL = Question()
TITLE_ONLY = {"title": {Difference.CHANGED: 6}}


class Place:
    """A home with six articles of one day, a page that is none, an article of the next day; and the index they are in."""

    def __init__(self, home: Path, url: str | None = None) -> None:
        self.home, self.url = home, url

    def rooms(self, *, cleaner: Any = None, enricher: Any = None, **settings: Any) -> Rooms:
        rooms = Rooms(Settings(_env_file=None, home=self.home, batch_size=3, local_newsroom="127.0.0.1:9", **settings), clock=lambda: NOON)  # type: ignore[call-arg]
        rooms.__dict__["enrichers"] = (enricher or Counted("1"),)
        if cleaner is not None:
            rooms.__dict__["cleaner"] = cleaner
        if self.url is not None:
            from pipeline.index.elastic import ElasticIndex
            from pipeline.index.elastic_mapping import Names

            rooms.__dict__["index"] = ElasticIndex(self.url, names=Names("test-lab"))
        return rooms


def filled(place: Place, folder: Path) -> Place:
    listing = Written(url="https://paper1.example/list", body=b"<html><body>" + b"<a href=/a>Read</a>" * 30)
    pages = [*(story(n) for n in range(6)), listing, story(7, at="2024-05-04T10:00:00Z")]
    with place.rooms() as rooms:
        assert import_warcs(rooms, [warc(folder, *pages)], Choice()).outcomes == {"indexed": 7, "rejected": 1}
    return place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """With the embedded index."""
    return filled(Place(tmp_path / "home"), tmp_path)


@pytest.fixture(params=BACKENDS)
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """With one index and with the other."""
    if request.param == "embedded":
        yield filled(Place(tmp_path / "home"), tmp_path)
        return
    url = request.getfixturevalue("elasticsearch_url")
    empty = empty_elastic(url, "test-lab")
    yield filled(Place(tmp_path / "home", url), tmp_path)
    empty.close()


def document(rooms: Rooms, number: int) -> ArticleDocument | None:
    return rooms.index.get(article_id(url_key(story(number).url)))


def everything(rooms: Rooms) -> dict[str, ArticleDocument]:
    return {one["article_id"]: one for one in cast("RebuildableIndex", rooms.index).documents()}


def ledger(rooms: Rooms) -> list[object]:
    """Whatever of the ledger a trial might touch."""
    ids = [article_id(url_key(story(n).url)) for n in (*range(6), 7)]
    states = rooms.state
    return [
        states.ledger.counts(), [batch.batch_id for batch in states.ledger.batches()], states.stories.standings(ids),
        *([states.articles.get(one), states.revisions.of(one), states.decisions.about(url_key(f"https://x.example/{one}"))] for one in ids),
        states.sites.get("paper1.example"), states.ledger.replayable(DAY),
    ]  # fmt: skip


def test_a_change_is_told_and_nothing_else_is_touched(either: Place) -> None:
    """By publisher and field, with examples side by side; what is searched and the ledger stay."""
    with either.rooms(cleaner=Newer(refuses="pier-1")) as rooms:
        before, remembered = everything(rooms), ledger(rooms)
        report = open_lab(rooms).run(ALL)
        assert report.fates == {PageFate.SAME: 1, PageFate.CHANGED: 6, PageFate.LOST: 1}
        assert report.fields == TITLE_ONLY
        assert report.reasons == {"lost: not-an-article:listing": 1}
        assert {(one.publisher, one.pages, one.touched) for one in report.publishers} == {
            ("paper0.example", 2, 2), ("paper1.example", 4, 3), ("paper2.example", 2, 2),
        }  # fmt: skip
        example = next(one for one in report.examples if one.url == story(3).url)
        assert (example.field, example.difference) == ("title", Difference.CHANGED)
        (side,) = example.sides
        assert side.after == side.before.upper() != side.before
        assert everything(rooms) == before
        assert ledger(rooms) == remembered
        new = cast("RebuildableIndex", rooms.index).building()
        assert new is not None
        shadow = new.get(article_id(url_key(story(3).url)))
        assert shadow is not None
        assert shadow["title"] == side.after
        assert new.get(article_id(url_key(story(1).url))) is None
        new.close()


def test_a_span_is_promoted_by_moving_the_alias(either: Place) -> None:
    """And the ledger follows: a replay finds everything current, a later capture of the same text is unchanged."""
    with either.rooms(cleaner=Newer(refuses="pier-1", moves="pier-2")) as rooms:
        lab = open_lab(rooms)
        lab.run(Question(first=DAY, last=DAY))
        counts = lab.promote()
        assert counts == {"indexed": 5, "rejected": 2}
        titles = {number: one and one["title"] for number in (0, 1, 2, 7) for one in [document(rooms, number)]}
        assert titles[0] == "PIER NUMBER 0 IS TO BE REBUILT BEFORE THE WINTER"
        assert (titles[1], titles[2]) == (None, None)
        assert titles[7] == "Pier number 7 is to be rebuilt before the winter"
        assert rooms.index.get(article_id(url_key(story(2).url + "/canonical"))) is not None
        assert rooms.index.count() == 6
        assert rooms.state.ledger.counts() == {Outcome.INDEXED: 6, Outcome.REJECTED: 2}
        known = rooms.state.articles.get(article_id(url_key(story(0).url)))
        assert known is not None
        assert (known.title, known.revision) == (titles[0], 1)
        assert set(replay_day(rooms, DAY)) == {"current"}
        assert lab.report().trial.state is TrialState.PROMOTED
        assert lab.promote() == {}
        assert cast("RebuildableIndex", rooms.index).drop()  # the one before was kept


def test_a_sample_is_promoted_by_replaying_its_span(place: Place) -> None:
    """Every page of it, not only those that were drawn; its index is dropped."""
    with place.rooms(cleaner=Newer()) as rooms:
        lab = open_lab(rooms)
        report = lab.run(Question(sample=2))
        assert report.looked == report.trial.pages == 2
        assert lab.promote() == {"cleaned again": 8, "indexed": 7, "rejected": 1}
        assert {one["title"] for one in everything(rooms).values()} == {
            f"PIER NUMBER {n} IS TO BE REBUILT BEFORE THE WINTER" for n in (*range(6), 7)
        }
        assert cast("RebuildableIndex", rooms.index).building() is None


def test_a_seed_draws_the_same_pages_again(place: Place) -> None:
    """Whatever else is asked; another seed draws others."""
    with place.rooms(cleaner=Newer()) as rooms:
        lab = open_lab(rooms)

        def drawn(seed: int) -> list[str]:
            found = [page.entry_id for page in lab._sampled(Question(sample=4, seed=seed))]
            assert len(found) == 4
            return found

        assert drawn(1) == drawn(1)
        assert len({tuple(drawn(seed)) for seed in range(5)}) > 1
        assert set(drawn(1)) < {page.entry_id for page in lab._sampled(Question(sample=7, seed=1))}


def test_only_stages_whose_version_changed_run(place: Place) -> None:
    """A newer enricher cleans nothing; what is current is not run at all, unless a stage is named."""
    with place.rooms(cleaner=NoCleaner()) as rooms:
        assert open_lab(rooms).run(ALL).fates == {PageFate.CURRENT: 8}
        open_lab(rooms).drop()
    enricher = Counted("2")
    with place.rooms(cleaner=NoCleaner(), enricher=enricher) as rooms:
        report = open_lab(rooms).run(ALL)
        assert report.fates == {PageFate.CURRENT: 1, PageFate.CHANGED: 7}
        assert report.fields == {"keywords": {Difference.CHANGED: 7}}
        assert enricher.runs == 7
        open_lab(rooms).drop()
    with place.rooms() as rooms:
        assert open_lab(rooms).run(Question(stage="clean")).fates == {PageFate.SAME: 8}


def test_a_setting_of_cleaning_is_tried(place: Place) -> None:
    """A line that a site's pages share is its template once it is learned: tried with another number of pages, the body alone is longer."""
    shared = "<p>Subscribe to the harbour letter and get the tides by post every single morning of the year.</p>"
    pages = [story(n, at="2024-05-05T10:00:00Z") for n in range(10, 40, 3)]
    pages = [replace(one, body=one.body.replace(b"</article>", shared.encode() + b"</article>")) for one in pages]
    with place.rooms() as rooms:
        import_warcs(rooms, [warc(place.home, *pages, name="more.warc.gz")], Choice())
        day = Question(first=date(2024, 5, 5), stage="clean")
        learned = open_lab(rooms).run(day)
        open_lab(rooms).drop()
    with place.rooms(template_pages=0) as rooms:
        without = open_lab(rooms).run(day)
    body = {name: dict(counts) for name, counts in learned.fields.items()}
    assert body["body"] == {Difference.SHORTER: 8}  # the first eight were cleaned before it was known
    assert set(body) <= {"body", "words", "reading_minutes"}
    assert without.fields["body"] == {Difference.LONGER: 2}
    sides = [side for one in without.examples if one.field == "body" for side in one.sides]
    assert {(side.before, side.after) for side in sides} == {("", shared[3:-4])}


def test_a_trial_that_was_killed_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it was: what is done is not run again, and what comes out is the same."""
    enricher = Counted("2")
    with place.rooms(enricher=enricher) as rooms:
        lab = open_lab(rooms)
        monkeypatch.setattr(type(lab.notebook), "save", _dies_at(2, type(lab.notebook).save))
        with pytest.raises(KeyboardInterrupt):
            lab.run(ALL)
        assert lab.left(ALL) == 2
        assert lab.report().trial.state is TrialState.RUNNING
        with pytest.raises(ConfigurationError, match="not done"):
            lab.promote()
        monkeypatch.undo()
        report = lab.run(ALL)
        assert report.fates == {PageFate.CURRENT: 1, PageFate.CHANGED: 7}
        assert enricher.runs == 7 + 3  # the portion that was under way
        assert lab.run(ALL) == report


def test_promoting_that_was_killed_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the alias has moved, and in the middle of the ledger; a trial that is half promoted cannot be dropped."""
    with place.rooms(cleaner=Newer()) as rooms:
        lab = open_lab(rooms)
        lab.run(ALL)
        monkeypatch.setattr(type(lab.notebook), "mark", _dies_at(2, type(lab.notebook).mark))
        with pytest.raises(KeyboardInterrupt):
            lab.promote()
        monkeypatch.undo()
        with pytest.raises(ConfigurationError, match="being promoted"):
            lab.drop()
        lab.promote()
        assert {one["pipeline"]["clean"] for one in everything(rooms).values()} == {Newer.name}
        assert all(lab.tools.replayer.need(page) is Need.NOTHING for page in rooms.state.ledger.replayable(DAY) if page.article_id)
        titles = {state.title for n in range(6) if (state := rooms.state.articles.get(article_id(url_key(story(n).url))))}
        assert titles == {f"PIER NUMBER {n} IS TO BE REBUILT BEFORE THE WINTER" for n in range(6)}


def _dies_at(number: int, real: Any) -> Any:
    calls = iter(range(1, 100))

    def dies(*args: object) -> object:
        if next(calls) == number:
            raise KeyboardInterrupt
        return real(*args)

    return dies


def test_what_came_meanwhile_is_not_overwritten(place: Place, tmp_path: Path) -> None:
    """A page that live news fetched again after the trial keeps its newer text."""
    newer = replace(story(0, at="2024-06-01T10:00:00Z"), body=story(0).body.replace(b"council", b"mayor"))
    with place.rooms(cleaner=Newer()) as rooms:
        lab = open_lab(rooms)
        lab.run(ALL)
        _recapture(rooms, newer)
        known = rooms.state.revisions.of(article_id(url_key(newer.url)))
        lab.promote()
        assert rooms.state.revisions.of(article_id(url_key(newer.url))) == known
        kept = document(rooms, 0)
        assert kept is not None
        assert "mayor" in kept["body"]
        assert "council" not in kept["body"]


def _recapture(rooms: Rooms, page: Written) -> None:
    """As if the page had been fetched again."""
    from datetime import datetime

    from pipeline.backfill.warc_pages import page_of
    from pipeline.backfilling import ingest
    from pipeline.ledger import Replayable
    from pipeline.types import FeedId

    fetched = page_of(page.url, page.body, at=datetime.fromisoformat(page.at))
    pointer = rooms.archive.add(fetched, kind="page")
    (old,) = [one for one in rooms.state.ledger.replayable(DAY) if one.article_id == article_id(url_key(page.url))]
    batch = rooms.state.ledger.replay(
        [Replayable(entry_id=old.entry_id, feed_id=FeedId("x"), domain=old.domain, pointer=pointer, article_id=None)], NOON
    )
    assert ingest(rooms, batch.batch_id) == {"indexed": 1}


def test_one_trial_at_a_time(place: Place) -> None:
    """Another question, other code, another index being built, another process: each is told what to do."""
    with place.rooms(cleaner=Newer()) as rooms:
        lab = open_lab(rooms)
        for call in (lab.report, lab.promote, lab.drop):
            with pytest.raises(ConfigurationError, match="there is no trial"):
                call()
        lab.run(ALL)
        with pytest.raises(ConfigurationError, match="another trial stands"):
            lab.run(Question(sample=1))
        with pytest.raises(ConfigurationError, match="a trial of the lab stands"):
            refuse_beside_a_trial(rooms.settings)
        with open_notebook(rooms.settings).alone(), pytest.raises(RetryableError, match="another process"):
            lab.run(ALL)
    with place.rooms() as rooms:
        lab = open_lab(rooms)
        with pytest.raises(ConfigurationError, match="another clean"):
            lab.promote()
        assert lab.drop()
        refuse_beside_a_trial(rooms.settings)
        cast("RebuildableIndex", rooms.index).begin_building().close()
        with pytest.raises(ConfigurationError, match="is being built"):
            lab.run(ALL)


def test_a_page_that_breaks_is_told(place: Place) -> None:
    """And the others go on."""

    class Breaks(Newer):
        def clean(self, page: Any, entry: Any, pointer: Any, **more: Any) -> Any:
            if "pier-3" in entry.url:
                raise ValueError("no such tree")
            return super().clean(page, entry, pointer, **more)

    with place.rooms(cleaner=Breaks()) as rooms:
        report = open_lab(rooms).run(ALL)
        assert report.fates == {PageFate.SAME: 1, PageFate.CHANGED: 6, PageFate.FAILED: 1}
        assert report.reasons == {"failed: unexpected ValueError: no such tree": 1}
        open_lab(rooms).promote()
        old = document(rooms, 3)
        assert old is not None
        assert old["title"] == "Pier number 3 is to be rebuilt before the winter"
