"""What is remembered of a site: what recurs is template, what is one page's own never is; changes are noticed once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.site_memory import ENOUGH, MOST_LINES, RECENT, WINDOW, Look, SiteMemory, learned, line_key, noticed, template_lines
from pipeline.types import Article, ArticleId, Block, BlockKind, Removed
from tests.clean.pages import NOON, article_of, story_page

STORY = article_of(story_page())
PROMO = "Recommended Videos"


def page(number: int, *lines: str, removed: tuple[Removed, ...] = (), **fields: object) -> Article:
    """One article of its site with these lines around one that only it has."""
    texts = (f"What happened on day {number} was this and nothing else.", *lines)
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=text) for text in texts)
    return replace(STORY, article_id=ArticleId(f"{number:032x}"), blocks=blocks, removed=removed, **fields)  # type: ignore[arg-type]


def memory_of(*articles: Article) -> SiteMemory:
    memory = SiteMemory(site="harbor.example")
    for number, article in enumerate(articles):
        memory = learned(memory, article, NOON + timedelta(minutes=number))
    return memory


def test_a_line_on_many_pages_is_template_and_a_page_s_own_is_not() -> None:
    """However it is printed; other lines never are."""
    memory = memory_of(*(page(number, PROMO) for number in range(6)))
    assert template_lines(memory, least=5) == {line_key("RECOMMENDED  videos!")}


@pytest.mark.parametrize(("pages", "least"), [(4, 5), (6, 0), (6, 1), (0, 5)])
def test_few_pages_make_no_template(pages: int, least: int) -> None:
    """Nor does a setting that switches learning off."""
    assert template_lines(memory_of(*(page(number, PROMO) for number in range(pages))), least=least) == frozenset()
    assert template_lines(None, least=least) == frozenset()


def test_the_same_article_again_counts_once() -> None:
    """A page that is cleaned nine times is one page."""
    memory = memory_of(*(page(1, PROMO) for _ in range(9)))
    assert memory.pages == 1
    assert template_lines(memory, least=2) == frozenset()


def test_a_line_on_few_of_many_pages_is_no_template() -> None:
    """The same wire paragraph on six of a hundred pages."""
    memory = memory_of(*(page(number, *([PROMO] if number < 6 else [])) for number in range(100)))
    assert template_lines(memory, least=5) == frozenset()


def test_what_was_taken_out_is_learned_from_too() -> None:
    """Else a template would be forgotten for being removed; what never was a candidate is not."""
    gone = (Removed(text=PROMO, rule="template", position=1), Removed(text="Menu", rule="region:nav", position=1))
    memory = memory_of(*(page(number, removed=gone) for number in range(6)))
    assert template_lines(memory, least=5) == {line_key(PROMO)}


def test_templates_fade() -> None:
    """A line that is gone from the pages is forgotten after some hundreds."""
    memory = memory_of(*(page(number, PROMO) for number in range(WINDOW)))
    assert line_key(PROMO) in template_lines(memory, least=5)
    for number in range(WINDOW, 4 * WINDOW):
        memory = learned(memory, page(number), NOON)
    assert line_key(PROMO) not in template_lines(memory, least=5)
    assert memory.pages < WINDOW


def test_memory_is_bounded() -> None:
    """What one page only had goes first."""
    memory = memory_of(*(page(number, PROMO, *(f"line {number} {line}" for line in range(399))) for number in range(12)))
    assert len(memory.lines) == MOST_LINES
    assert memory.lines[line_key(PROMO)] == 12


def _looks(*looks: Look) -> SiteMemory:
    return SiteMemory(site="harbor.example", looks=tuple(looks))


USUAL = Look(length=3000, missing=0.0, boilerplate=0.05)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (USUAL, ""),
        (replace(USUAL, length=400), "texts of 400 characters, 3000 before"),
        (replace(USUAL, length=9000), "texts of 9000 characters, 3000 before"),
        (replace(USUAL, missing=1 / 3), "33% of title, authors and time missing, 0% before"),
        (replace(USUAL, boilerplate=0.6), "60% of the text taken out, 5% before"),
    ],
)
def test_a_change_of_pages_is_noticed(now: Look, told: str) -> None:
    """By length, by missing fields, by what is taken out; once, because what was before is forgotten."""
    memory = noticed(_looks(*[USUAL] * ENOUGH, *[now] * RECENT), NOON)
    assert memory.change == told
    assert (memory.changed_at is None) == (not told)
    assert noticed(replace(memory, change=""), NOON).change == ""


def test_too_few_articles_tell_no_change() -> None:
    """A site that has just begun has no usual look."""
    assert noticed(_looks(*[USUAL] * (ENOUGH - 1), *[replace(USUAL, length=1)] * RECENT), NOON).changed_at is None
