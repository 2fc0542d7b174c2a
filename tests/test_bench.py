"""One page on the bench of the lab: run as far as needed, compared, and nothing written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from pipeline.bench import Bench
from pipeline.errors import QuarantineError, RetryableError
from pipeline.laboratory import open_lab
from pipeline.learning import Learner
from pipeline.ledger import Replayable, Stage
from pipeline.trials import Difference, FieldChange, Looked, PageFate
from pipeline.types import Article, FeedEntry
from pipeline.wiring import Rooms
from tests.test_importing import NOON, story
from tests.test_replaying import Counted, Newer, NoCleaner
from tests.test_trying import DAY, Place, filled

On = Callable[..., tuple[Looked, Bench]]


class Failing:
    """A cleaner of tomorrow that raises."""

    name = "wireroom-clean/tomorrow"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def clean(self, *_args: object, **_more: object) -> Article:
        raise self._error


class Told:
    """Pages of a home with what the ledger knows of them, on a bench with the code of `rooms`."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def look(self, url: str, *, again: Stage | None = None, day: date = DAY, **code: Any) -> tuple[Looked, Bench]:
        with self._place.rooms(**code) as rooms:
            page, entry = self._of(rooms, url, day)
            bench = Bench(tools=open_lab(rooms).tools, again=again, learner=Learner(rooms.state, rooms.clock, 0))
            return bench.look(page, entry), bench

    def _of(self, rooms: Rooms, url: str, day: date) -> tuple[Replayable, FeedEntry]:
        for page in rooms.state.ledger.replayable(day):
            entry = rooms.state.ledger.listed([page.entry_id])[page.entry_id]
            if entry.url == url:
                return page, entry
        raise AssertionError(url)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One home for all: the bench changes nothing."""
    folder: Path = tmp_path_factory.mktemp("bench")
    yield Told(filled(Place(folder / "home"), folder))


URL = story(1).url
LIST = "https://paper1.example/list"


def test_a_page_that_is_current_is_not_run(told: Told) -> None:
    """Neither stage, unless one is named; then nothing comes out otherwise."""
    looked, bench = told.look(URL, cleaner=NoCleaner())
    assert (looked.fate, bench.kept, bench.documents) == (PageFate.CURRENT, [], [])
    looked, bench = told.look(URL, again=Stage.CLEAN)
    assert (looked.fate, looked.changes, len(bench.kept)) == (PageFate.SAME, (), 1)


def test_only_the_stage_that_changed_is_run(told: Told) -> None:
    """A newer enricher reads the article out of the document: the cleaner is not asked."""
    enricher = Counted("2")
    looked, bench = told.look(URL, cleaner=NoCleaner(), enricher=enricher)
    assert (looked.fate, looked.changes) == (PageFate.CHANGED, (FieldChange(field="keywords", difference=Difference.CHANGED),))
    assert enricher.runs == 1
    (document,) = bench.documents
    assert document["pipeline"]["counted"] == "2"


def test_a_change_is_shown_side_by_side(told: Told) -> None:
    """And the document keeps its place among its like: story and revision are the old one's."""
    looked, bench = told.look(URL, cleaner=Newer())
    (example,) = bench.examples
    (side,) = example.sides
    assert (looked.fate, looked.publisher, example.publisher) == (PageFate.CHANGED, "paper1.example", "paper1.example")
    assert (example.field, example.url) == ("title", URL)
    assert side.after == side.before.upper() != side.before
    (document,) = bench.documents
    assert document["revision"] == 1
    assert document["story_id"]


@pytest.mark.parametrize(
    ("url", "cleaner", "fate", "documents"),
    [
        (URL, Newer(refuses="pier-1"), PageFate.LOST, 0),
        (LIST, Newer(refuses="list"), PageFate.SAME, 0),
        (URL, Newer(moves="pier-1"), PageFate.READDRESSED, 1),
        (URL, Failing(QuarantineError("too deep")), PageFate.FAILED, 0),
        (URL, Failing(ZeroDivisionError("by nothing")), PageFate.FAILED, 0),
    ],
    ids=["lost", "no article still", "readdressed", "quarantined", "a bug"],
)
def test_what_becomes_of_a_page(told: Told, url: str, cleaner: Any, fate: PageFate, documents: int) -> None:
    """Each end is a fate with its reason, and only what is an article has a document."""
    looked, bench = told.look(url, cleaner=cleaner)
    assert (looked.fate, len(bench.documents)) == (fate, documents)
    assert bool(looked.reason) is (fate not in {PageFate.READDRESSED})


def test_a_page_that_was_no_article_is_gained(told: Told) -> None:
    """With the identity it gets."""

    class Generous(Newer):
        def clean(self, page: Any, entry: Any, pointer: Any, **more: Any) -> Any:
            return super().clean(replace(page, body=story(1).body), entry, pointer, **more)

    looked, bench = told.look(LIST, cleaner=Generous())
    (document,) = bench.documents
    assert (looked.fate, looked.article_id) == (PageFate.GAINED, document["article_id"])


def test_what_would_break_on_every_page_is_raised(told: Told) -> None:
    """A disk that is away is no fate of a page."""
    with pytest.raises(RetryableError, match="away"):
        told.look(URL, cleaner=Failing(RetryableError("the disk is away")))


def test_nothing_is_written(told: Told) -> None:
    """What is searched and the ledger are as they were, whatever was looked at before."""
    told.look(URL, cleaner=Newer(moves="pier-1"))
    with told._place.rooms() as rooms:
        assert {one["title"].isupper() for one in cast("Any", rooms.index).documents()} == {False}
        assert rooms.state.ledger.counts() == {"indexed": 7, "rejected": 1}
        assert rooms.clock() == NOON
