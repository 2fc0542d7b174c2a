"""From candidates to the body: rules, then the judge's say, then the site's template; all of it told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from pipeline.clean.body import article_blocks, find_body, told_blocks
from pipeline.clean.evidence import Evidence
from pipeline.clean.outline import PageBlock
from pipeline.clean.phrases import PhraseBook
from pipeline.site_memory import line_key
from pipeline.types import BlockKind
from tests.clean.pages import STORY
from tests.clean.test_traits import blocks_of

ENGLISH = PhraseBook().of("en")
PARAGRAPHS = "".join(f"<p>{text}</p>" for text in STORY)


class Opinion:
    """A judge that thinks so of the blocks that begin so, and nothing of the others."""

    def __init__(self, **chances: float) -> None:
        self._chances = {beginning.replace("_", " "): chance for beginning, chance in chances.items()}
        self.evidence: Evidence | None = None

    def chances(self, blocks: Sequence[PageBlock], evidence: Evidence) -> Mapping[int, float]:
        self.evidence = evidence
        return {block.order: chance for block in blocks for beginning, chance in self._chances.items() if block.text.startswith(beginning)}


def body_of(markup: str, *, judge: Opinion | None = None, templates: frozenset[str] = frozenset(), also: str = "REYKJAVIK"):
    blocks = blocks_of(markup)
    voted = frozenset(block.order for block in blocks if block.text in STORY or block.text.startswith(also))
    return find_body(
        blocks,
        voted,
        witness="",
        phrases=ENGLISH,
        titles=(),
        authors=(),
        summaries=(),
        types=frozenset(),
        judge=judge or Opinion(),
        templates=templates,
    )


def texts(body) -> list[str]:
    return [block.text for block in body.kept]


def test_the_judge_takes_lines_out_and_brings_others_in() -> None:
    """With its score on what went, by the name of `model`."""
    outside = "A block that everybody missed stands here, outside of the column."
    markup = f"<div>{PARAGRAPHS}</div><section><div><div><div><p>{outside}</p></div></div></div></section>"
    assert texts(body_of(markup)) == list(STORY)
    body = body_of(markup, judge=Opinion(It_took_nine=0.125, A_block_that=0.9))
    assert texts(body) == [STORY[0], *STORY[2:], outside]
    gone = [line for line in body.removed if line.rule == "model"]
    assert [(line.text, line.score, line.position) for line in gone] == [(STORY[1], 0.125, 1)]


def test_the_judge_alone_leaves_no_page_without_text() -> None:
    """Whether a page has a text at all is for page types to say."""
    judge = Opinion(**{text.partition(" ")[0]: 0.0 for text in STORY})
    assert texts(body_of(f"<div>{PARAGRAPHS}</div>", judge=judge)) == list(STORY)


def test_the_judge_sees_what_votes_and_rules_made_of_the_page() -> None:
    """Also what the rules took out, and by which name."""
    judge = Opinion()
    body_of(f"<div>{PARAGRAPHS}<p>Photo: Jo Bell</p></div>", judge=judge, also="Photo")
    assert judge.evidence is not None
    assert set(judge.evidence.kept) == set(range(len(STORY)))
    assert judge.evidence.removed == {len(STORY): "credit"}


def test_what_the_judge_brings_passes_the_last_rules() -> None:
    """A heading at the end has nothing under it, whoever wants it."""
    body = body_of(f"<div>{PARAGRAPHS}</div><h2>Weather tomorrow</h2>", judge=Opinion(Weather=1.0))
    assert texts(body) == list(STORY)
    assert [line.rule for line in body.removed if line.text == "Weather tomorrow"] == ["empty-heading"]


def test_a_site_s_template_goes() -> None:
    """By the name of `template`, however it is printed."""
    templates = frozenset({line_key("From the harbor desk")})
    markup = f"<div>{PARAGRAPHS}<p>From the Harbor Desk!</p></div>"
    assert texts(body_of(markup, also="From"))[-1] == "From the Harbor Desk!"
    body = body_of(markup, templates=templates, also="From")
    assert texts(body) == list(STORY)
    assert [line.text for line in body.removed if line.rule == "template"] == ["From the Harbor Desk!"]


def test_a_page_that_is_half_template_is_left_alone() -> None:
    """It is shown elsewhere, too."""
    templates = frozenset(line_key(text) for text in STORY[1:])
    assert texts(body_of(f"<div>{PARAGRAPHS}</div>", templates=templates)) == list(STORY)


@pytest.mark.parametrize("line", ["Correction: An earlier version misstated the price.", "Pia Carrow contributed to this report."])
def test_fields_are_taken_out_of_the_text(line: str) -> None:
    """And kept as what they are, also where only the judge wanted them."""
    body = body_of(f"<div>{PARAGRAPHS}<p>{line}</p></div>", judge=Opinion(Correction=1.0, Pia=1.0))
    assert texts(body) == list(STORY)
    assert body.corrections or body.contributors == line


def test_the_dateline_is_cut_off_the_first_paragraph() -> None:
    """And told as removed."""
    body = body_of(f"<div><p>REYKJAVIK – {STORY[0]}</p>{PARAGRAPHS}</div>")
    assert article_blocks(body)[0].text == STORY[0]
    assert body.dateline is not None
    assert [line.text for line in body.removed if line.rule == "dateline"] == ["REYKJAVIK –"]


def test_what_was_passed_over_among_the_text_is_told() -> None:
    """A reader of the page saw it; menus above are not told."""
    markup = f'<nav><p>Home</p></nav><div><p>{STORY[0]}</p><div class="newsletter"><p>Sign up</p></div><p>{STORY[1]}</p></div>'
    told = {line.text: line.rule for line in body_of(markup).removed}
    assert told == {"Sign up": "region:newsletter"}


def test_the_page_s_own_copy_becomes_paragraphs() -> None:
    """Line by line, blanks made one, empty ones gone."""
    made = told_blocks("One  line\n\n Another\tone \n")
    assert [(block.kind, block.text) for block in made] == [(BlockKind.PARAGRAPH, "One line"), (BlockKind.PARAGRAPH, "Another one")]


@pytest.mark.parametrize(
    ("judge", "doubt"),
    [(Opinion(), 1.0), (Opinion(The=1.0, It=1.0, We=1.0, Residents=1.0), 0.0), (Opinion(The=0.9, It=0.9, We=0.9, Residents=0.9), 0.1)],
)
def test_doubt_is_the_share_that_may_be_wrong(judge: Opinion, doubt: float) -> None:
    """All of it where nobody judges; nothing where the judge is certain."""
    assert body_of(f"<div>{PARAGRAPHS}</div>", judge=judge).doubt == pytest.approx(doubt, abs=0.02)


def test_nobody_is_sure_of_a_few_words() -> None:
    """However certain the judge is."""
    assert body_of(f"<div><p>{STORY[0]}</p></div>", judge=Opinion(The=1.0)).doubt == 1.0
