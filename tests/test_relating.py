"""Stories and revisions over the demo newsroom: what three sites made of one wire story, and what was changed later."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.demo.addresses import page_path
from pipeline.demo.content import DemoArticle
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.query import Hit, SearchRequest
from pipeline.ledger import Outcome
from pipeline.relating import member_of
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.stages import STAGES
from pipeline.types import DatePrecision
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.enrich.articles import make_enriched
from tests.fakes_state import MemoryState
from tests.newsroom import RunningNewsroom, demo_content, open_newsroom
from tests.state.samples import make_article_state

NOON, HOUR = datetime(2026, 11, 20, 12, tzinfo=UTC), timedelta(hours=1)
pytestmark = pytest.mark.xdist_group("the revised demo")  # its fixture is made once


class Desk:
    """The newsroom and the rooms that follow it, by one clock."""

    def __init__(self, news: RunningNewsroom, rooms: Rooms) -> None:
        self.news, self.rooms = news, rooms

    def work(self) -> None:
        """Take in whatever waits."""
        for batch_id in self.rooms.sweep():
            for stage in STAGES:
                self.rooms.run(stage, batch_id)

    def url(self, article: DemoArticle) -> str:
        return self.news.url(article.publisher.publisher_id, page_path(article))

    def document(self, article: DemoArticle) -> ArticleDocument:
        key = url_key(self.url(article))
        document = self.rooms.index.get(self.rooms.state.articles.resolve(key) or article_id(key))
        assert document is not None, article.slug
        return document

    def hits(self, text: str, **asked: object) -> tuple[Hit, ...]:
        return self.rooms.index.search(SearchRequest(query=parse_query(text, now=self.news.now), size=50, **asked)).hits  # type: ignore[arg-type]


def of_slug(beginning: str) -> DemoArticle:
    """The demo article whose slug begins so."""
    return next(article for article in demo_content().articles if article.slug.startswith(beginning))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """All of the newsroom, taken in at its opening and looked at again over five days."""
    home: Path = tmp_path_factory.mktemp("stories")
    news = open_newsroom()
    write_feed_file(home / "feeds.toml", news.feeds())
    settings = Settings(_env_file=None, home=home, local_newsroom=f"127.0.0.1:{news.port}", host_delay=0, feed_host_delay=0)  # type: ignore[call-arg]
    ticks = time.monotonic()  # a clock that stands still would make every request wait its turn for ever
    with Rooms(settings, clock=lambda: news.now + timedelta(seconds=time.monotonic() - ticks)) as rooms:
        opened = Desk(news, rooms)
        rooms.sync_feeds()
        rooms.poll()
        opened.work()
        for minutes in (15, 6 * 60, 12 * 60, 4 * 24 * 60):
            news.advance(minutes)
            opened.work()
        yield opened
    news.close()


@pytest.mark.parametrize("wire", ["ferry-strike", "harbor-dredging-grant", "reykjavik-fisheries-talks"])
def test_a_wire_story_is_one_story_with_its_origin(desk: Desk, wire: str) -> None:
    """Every site that has it, from the agency that wrote it, each copy of its kind."""
    told = [article for article in demo_content().articles if article.wire == wire]
    (origin,) = [article for article in told if article.origin]
    story = desk.document(origin)["story_id"]
    assert story == desk.document(origin)["article_id"]
    for article in told:
        document = desk.document(article)
        if article.copy != "rewritten" or document["copy_of"]:  # what was wholly rewritten is another article
            assert (document["story_id"], document["copy_kind"]) == (story, article.copy)
            assert document["copy_of"] == (None if article.origin else story)
    assert {hit.article_id for hit in desk.hits(f"story:{story}")} == {
        desk.document(article)["article_id"] for article in told if desk.document(article)["story_id"] == story
    }


def test_no_other_article_is_a_copy(desk: Desk) -> None:
    """Forecasts, scores and timetables of one form stay apart."""
    alone = [article for article in demo_content().articles if article.wire is None]
    held = [desk.document(article) for article in alone]
    assert [document["url"] for document in held if document["story_id"] != document["article_id"]] == []


def test_hits_collapse_by_story(desk: Desk) -> None:
    """One hit for the strike, which names the other sites."""
    wire = of_slug("ferry-crews-walk-off")
    story = desk.document(wire)["story_id"]
    (hit,) = [hit for hit in desk.hits("ferry strike", collapse=True) if hit.document["story_id"] == story]
    assert len(hit.also) >= 2


def test_a_silent_edit_comes_out_as_one(desk: Desk) -> None:
    """The text was changed, the page does not say so; both texts can be asked for."""
    document = desk.document(of_slug("water-main-break"))
    assert "silent-edit" in document["changes"]
    assert "correction" not in document["changes"]
    first, second = desk.rooms.state.revisions.of(article_id(url_key(document["url"])))
    assert (first.number, second.number, document["revision"]) == (1, 2, 2)
    assert first.text != second.text
    assert {hit.document["revision"] for hit in desk.hits(f"revisions:all url:{document['url']}")} == {1, 2}
    before = desk.hits(f"as_of:{desk.news.newsroom.opened_at + timedelta(minutes=10):%Y-%m-%dT%H:%M}Z url:{document['url']}")
    assert [hit.document["body"] for hit in before] == [first.text]


def test_a_correction_comes_out_as_one(desk: Desk) -> None:
    """The page has a notice."""
    document = desk.document(of_slug("hospitals-are-short-of-2-150"))
    assert "correction" in document["changes"]
    assert "silent-edit" not in document["changes"]


def test_what_was_taken_down_is_kept_and_not_found(desk: Desk) -> None:
    """The page is gone; the record stays, with the time; its text is found as of before alone."""
    document = desk.document(of_slug("police-name-valley-falls-man"))
    assert document["taken_down_at"] is not None
    assert document["changes"] == ["taken-down"]
    assert document["body"]
    assert desk.hits(f"url:{document['url']}") == ()
    which = f"id:{document['article_id']}"
    assert desk.hits(f"as_of:{document['taken_down_at']} {which}") == ()
    (known,) = desk.hits(f"as_of:{document['fetched_at']} {which}")  # it was known then
    assert [hit.article_id for hit in desk.hits(f"revisions:all {which}")] == [known.article_id] == [document["article_id"]]


def test_pages_are_asked_conditionally_and_ever_more_rarely(desk: Desk) -> None:
    """Most answers are 304; after two of them the pause doubles; old articles are left alone."""
    counts = desk.rooms.state.ledger.counts()
    assert set(counts) <= {Outcome.INDEXED, Outcome.DUPLICATE, Outcome.UNCHANGED, Outcome.REJECTED}
    path = page_path(of_slug("water-main-break"))
    asked = [request.status for request in desk.news.requests if request.path.startswith(path)]
    assert asked[0] == 200
    assert asked.count(200) == 2
    assert 304 in asked


def test_each_decision_can_be_explained(desk: Desk) -> None:
    """Story, copy and change are told, and the take-down."""
    told = {}
    for beginning in ("ferry-crews-walk-off", "no-boats-at-pier-4", "water-main-break", "police-name"):
        key = url_key(desk.url(of_slug(beginning)))
        told[beginning] = [(one.stage, one.verdict, one.reason) for one in desk.rooms.state.decisions.about(key)]
    assert any(stage == "relate" and "cut, distance" in reason for stage, _, reason in told["no-boats-at-pier-4"])
    assert any(stage == "relate" and "first told here" in reason for stage, _, reason in told["ferry-crews-walk-off"])
    assert any(stage == "index" and "silent-edit" in reason for stage, _, reason in told["water-main-break"])
    assert any(stage == "fetch" and "taken down" in reason for stage, _, reason in told["police-name"])


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"published": NOON}, NOON),
        ({"published": None}, NOON + HOUR),
        ({"published": NOON + 9 * HOUR}, NOON + HOUR),
        ({"published": NOON - 30 * HOUR, "published_precision": DatePrecision.DAY}, NOON - 6 * HOUR),
        ({"published": NOON - 3 * HOUR, "published_precision": DatePrecision.DAY}, NOON + HOUR),
    ],
)
def test_when_an_article_counts_as_told(changed: dict[str, object], at: datetime) -> None:
    """As the page says, but not later than it was first seen; a day without a time is the end of that day."""
    article = replace(make_enriched("Words. " * 60).article, first_seen_at=NOON + HOUR, **changed)  # type: ignore[arg-type]
    assert member_of(MemoryState(), article).at == at


def test_what_is_met_again_counts_as_told_when_it_was_met_first() -> None:
    """A replay or another feed brings it later; its story does not turn around."""
    state, article = MemoryState(), replace(make_enriched("Words. " * 60).article, published=None, first_seen_at=NOON + HOUR)
    state.articles.save(replace(make_article_state(), article_id=article.article_id, first_seen_at=NOON), ())
    assert member_of(state, article).at == NOON
