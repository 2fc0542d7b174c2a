"""From feed to searchable article over the demo newsroom, without Airflow: what a reader gets is what a writer wrote."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.demo.addresses import page_path
from pipeline.demo.content import Caption, DemoArticle, truth
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.query import SearchRequest
from pipeline.ledger import Outcome
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.stages import STAGES
from pipeline.types import ArticleId
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.newsroom import RunningNewsroom, demo_content, open_newsroom

pytestmark = pytest.mark.xdist_group("spine")  # its fixture is made once

FURNITURE = (
    "Recommended Videos", "Loading", "1 / 8", "63º", "Cloudy icon", "Skip to main content", "___", "Advertisement", "Sign up", "Subscribe",
)  # fmt: skip


def copied_story(shared: Path) -> tuple[DemoArticle, list[str]]:
    """A page that a person copied, as an article of the local station; and its paragraphs."""
    lines = [line.strip() for line in (shared / "seed" / "article.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    counter, end = lines.index("1 / 8"), lines.index("___")
    caption, _, credit = lines[counter + 1].rpartition(" (")
    dateline, _, lead = lines[counter + 2].partition(" – ")
    paragraphs = [lead, *(line for line in lines[counter + 3 : end] if line != "Recommended Videos")]
    station = next(article for article in demo_content().articles if article.publisher.publisher_id == "kbay6")
    story = replace(
        station, slug="top-us-russia-diplomats-spar", title=lines[counter - 1], body="\n\n".join(paragraphs), authors=(), agency=None,
        dateline=dateline, dateline_agency=None, contributors=lines[end + 1], captions=(Caption(text=caption, credit=credit.rstrip(")")),),
        gallery=8, revisions=(), modified=None, wire=None, section="World", tags=(), summary="Talks in Iceland.",
    )  # fmt: skip
    return story, paragraphs


@pytest.fixture(scope="module")
def news() -> Iterator[RunningNewsroom]:
    """The newsroom, open for the whole module."""
    running = open_newsroom()
    yield running
    running.close()


@pytest.fixture(scope="module")
def rooms(news: RunningNewsroom, shared_or_none: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    """A ledger and an index into which all of the newsroom was taken, once."""
    home = tmp_path_factory.mktemp("spine")
    if shared_or_none is not None:
        story, _ = copied_story(shared_or_none)
        news.add(replace(story, published=news.now - timedelta(minutes=5)))
    write_feed_file(home / "feeds.toml", news.feeds())
    opened_at, ticks = news.now, time.monotonic()
    settings = Settings(_env_file=None, home=home, local_newsroom=f"127.0.0.1:{news.port}", host_delay=0, feed_host_delay=0)
    with Rooms(settings, clock=lambda: opened_at + timedelta(seconds=time.monotonic() - ticks)) as opened:
        opened.sync_feeds()
        opened.poll()
        for batch_id in opened.announce():
            for stage in STAGES:
                opened.run(stage, batch_id)
        yield opened


def document_of(rooms: Rooms, url: str) -> ArticleDocument:
    key = url_key(url)
    document = rooms.index.get(rooms.state.articles.resolve(key) or article_id(key))
    assert document is not None, url
    return document


def test_every_entry_has_one_outcome_and_every_page_is_searchable(rooms: Rooms) -> None:
    """As many articles as pages; what several feeds list is there once."""
    counts = rooms.state.ledger.counts()
    assert set(counts) == {Outcome.INDEXED, Outcome.DUPLICATE}
    assert counts[Outcome.INDEXED] == rooms.index.count() >= 80
    for batch in rooms.state.ledger.batches():
        members = rooms.state.ledger.batch_entries(batch.batch_id)
        ended = sum(
            n
            for report in rooms.state.ledger.reports(batch.batch_id)
            for outcome, n in report.counts.items()
            if outcome is not Outcome.PASSED
        )
        assert ended == len(members) == batch.size


@pytest.mark.parametrize("place", range(80))
def test_the_body_is_what_was_written(rooms: Rooms, news: RunningNewsroom, place: int) -> None:
    """Paragraph for paragraph, with title, dateline, language and date right, though half of the metadata lies."""
    article = demo_content().articles[place]
    document = document_of(rooms, news.url(article.publisher.publisher_id, page_path(article)))
    expected = truth(article)
    assert [block["text"] for block in document["blocks"]] == list(expected.paragraphs)
    assert document["title"] == expected.title
    assert document["dateline"] == expected.dateline
    assert document["language"] == expected.language
    assert document["contributors"] == expected.contributors
    assert (document["published"] or "")[:16] == f"{expected.published:%Y-%m-%dT%H:%M}"
    assert [(one["text"], one["credit"]) for one in document["captions"]] == [(one.text, one.credit) for one in expected.captions]


def test_a_copied_page_comes_out_as_its_story(rooms: Rooms, news: RunningNewsroom, shared_or_none: Path | None) -> None:
    """The story's paragraphs and nothing else; dateline, contributors, caption and credit in their fields; found by name."""
    if shared_or_none is None:
        pytest.skip("the copied page text is not here: set WIREROOM_SHARED to the folder with seed/article.txt")
    story, paragraphs = copied_story(shared_or_none)
    page = rooms.index.search(SearchRequest(query=parse_query("blinken lavrov", now=news.now)))
    (hit,) = page.hits
    assert {part.text.lower() for part in hit.snippet if part.marked} & {"blinken", "lavrov"}
    document = rooms.index.get(ArticleId(hit.article_id))
    assert document is not None
    assert [block["text"] for block in document["blocks"]] == paragraphs
    assert paragraphs[0].startswith("Top diplomats from the United States")
    assert paragraphs[-1].endswith("for its facilities to function.")
    assert not [line for line in FURNITURE if line in document["body"]]
    assert (document["title"], document["dateline"], document["contributors"]) == (story.title, "REYKJAVIK", story.contributors)
    (caption,) = document["captions"]
    assert (caption["text"], caption["credit"]) == (story.captions[0].text, "Saul Loeb/Pool Photo via AP")
    assert {"Antony Blinken", "Sergey Lavrov"} <= set(document["people"])
    assert any("Recommended Videos" in one["text"] for one in document["removed"])


def test_the_second_poll_finds_nothing_new(rooms: Rooms, news: RunningNewsroom) -> None:
    """Conditional requests, 304s, no batch."""
    news.server.requests.clear()
    counts = rooms.poll(every=True)
    assert set(counts) <= {"not-modified", "unchanged"}
    assert [request.status for request in news.requests].count(304) == counts["not-modified"] >= 8
    assert rooms.announce() == []
