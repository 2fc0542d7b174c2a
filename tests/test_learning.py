"""The clean stage learns its sites' templates: the demo's local station loses its promotion without a phrase rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import stages
from pipeline.clean import RULES, body, line_rules, place_rules
from pipeline.clean.cleaner import ArticleCleaner
from pipeline.clean.judge import NoJudge
from pipeline.clean.outline import PageBlock
from pipeline.clean.selection import candidates_of
from pipeline.demo.content import truth
from pipeline.demo.render import Renderer
from pipeline.learning import TEMPLATE_CHANGED, Learner
from pipeline.ledger import Stage
from pipeline.site_memory import ENOUGH, RECENT
from pipeline.status import read_status
from pipeline.types import Article, ArticleId, Block, BlockKind, FeedEntry, FeedId
from pipeline.urls import article_id, entry_id, url_key
from tests.clean.pages import NOON, STORY, article_of, entry_of, page_of, story_page
from tests.fakes_clean import LineCleaner
from tests.fakes_fetch import Reply
from tests.fakes_state import MemoryState
from tests.newsroom import demo_content
from tests.test_stages import Desk

PAGE = article_of(story_page())
PROMO = "Recommended Videos"


def numbered(number: int, *texts: str) -> Article:
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in (f"Only on day {number}.", *texts))
    return replace(PAGE, article_id=ArticleId(f"{number:032x}"), blocks=blocks)


def test_templates_are_learned_and_kept() -> None:
    """For the next batch, through the store; of the site that the page is of."""
    state = MemoryState()
    learner = Learner(state=state, clock=lambda: NOON, least=3)
    for number in range(3):
        learner.learn(numbered(number, PROMO))
    assert state.sites.get("example.org") is None
    learner.keep()
    again = Learner(state=state, clock=lambda: NOON, least=3)
    assert len(again.templates("https://www.example.org/a")) == 1
    assert again.templates("https://example.net/a") == frozenset()


@pytest.mark.parametrize("least", [0, 1])
def test_nothing_is_learned_where_the_setting_says_so(least: int) -> None:
    """And nothing is written."""
    state = MemoryState()
    learner = Learner(state=state, clock=lambda: NOON, least=least)
    learner.learn(numbered(1, PROMO))
    learner.keep()
    assert state.sites.get("example.org") is None


def test_a_change_of_a_site_is_a_decision() -> None:
    """On the article where it was noticed, once."""
    state = MemoryState()
    now = [NOON]
    learner = Learner(state=state, clock=lambda: now[0], least=3)
    for number in range(ENOUGH + 2 * RECENT):
        now[0] += timedelta(minutes=1)
        learner.learn(numbered(number, *(STORY if number < ENOUGH + RECENT else ())))
    learner.keep()
    made = [one for one in state.decisions.made if one.verdict == TEMPLATE_CHANGED]
    assert len(made) == 1
    assert made[0].reason.startswith("example.org: texts of ")
    assert [memory.site for memory in state.sites.changed(NOON)] == ["example.org"]


def _promos(blocks: Sequence[PageBlock]) -> frozenset[int]:
    return frozenset(block.order for block in blocks if block.text == PROMO)


def test_the_demo_s_local_station_loses_its_promotion_without_a_phrase_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the template alone, where the line was voted for: no phrase rule, no model; and no paragraph of any page is lost."""
    monkeypatch.setattr(body, "candidates_of", lambda blocks, *known: candidates_of(blocks, *known) | _promos(blocks))
    monkeypatch.setattr(body, "RULES", tuple(rule for rule in RULES if rule not in {line_rules.phrases, place_rules.boxes}))
    cleaner, renderer = ArticleCleaner(judge=NoJudge()), Renderer()
    station = [article for article in demo_content().articles if article.publisher.publisher_id == "kbay6"]
    learner = Learner(state=MemoryState(), clock=lambda: NOON, least=5)
    found = []
    for _ in range(2):
        for article in station:
            url = f"https://kbay6.example/{article.slug}"
            page = page_of(renderer.page(article, site="https://kbay6.example", path=f"/{article.slug}"), url=url)
            cleaned = cleaner.clean(page, entry_of(url), PAGE.pointer, first_seen_at=NOON, templates=learner.templates(url))
            assert isinstance(cleaned, Article), cleaned
            learner.learn(cleaned)
            found.append(cleaned)
    assert any(PROMO in [block.text for block in cleaned.blocks] for cleaned in found[:5]), "nothing to learn"
    for article, cleaned in zip(station, found[len(station) :], strict=True):
        assert [block.text for block in cleaned.blocks] == list(truth(article).paragraphs)
        assert PROMO in [line.text for line in cleaned.removed if line.rule == "template"]


def _one_batch(desk: Desk, names: Sequence[str], text: str) -> None:
    urls = [f"https://news.example.org/{name}" for name in names]
    desk.fetcher.script = {url: Reply(body=f"Title of {url}\n{text}\nOnly here: {url}.".encode()) for url in urls}
    keys = [url_key(url) for url in urls]
    entries = [
        FeedEntry(entry_id=entry_id(FeedId("feed"), url), feed_id=FeedId("feed"), url=url, url_key=key, article_id=article_id(key))
        for url, key in zip(urls, keys, strict=True)
    ]
    desk.state.ledger.add_entries(entries, desk.now)
    batch_id = desk.make_batch()
    desk.run(batch_id, [Stage.FETCH])
    stages.clean(
        batch_id, state=desk.state, archive=desk.archive, batches=desk.batches, cleaner=LineCleaner(), clock=desk.clock, template_pages=99
    )
    desk.now += timedelta(hours=1)


def test_operators_are_told_of_a_site_that_changed() -> None:
    """From the clean stage into `status` and `explain`, once; a week later it is no news any more."""
    desk = Desk({})
    _one_batch(desk, [f"before-{number}" for number in range(ENOUGH)], " ".join(STORY))
    assert read_status(desk.state, desk.now).changes == ()
    _one_batch(desk, [f"after-{number}" for number in range(RECENT)], "Subscribe.")
    (change,) = read_status(desk.state, desk.now).changes
    assert (change.site, change.change.partition(" of ")[0]) == ("example.org", "texts")
    told = [one for number in range(RECENT) for one in desk.state.decisions.about(url_key(f"https://news.example.org/after-{number}"))]
    assert [(one.stage, one.reason) for one in told if one.verdict == TEMPLATE_CHANGED] == [("clean", f"example.org: {change.change}")]
    assert read_status(desk.state, desk.now + timedelta(days=8)).changes == ()
