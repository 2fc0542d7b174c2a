"""Which blocks trafilatura votes for, and that no page makes the vote costly."""

from __future__ import annotations

import lxml.html
import pytest

from pipeline.clean import extraction
from pipeline.clean.extraction import MAX_BLOCKS, MAX_NAME, shingles, vote, votes
from pipeline.clean.outline import outline
from tests.clean.pages import STORY


def blocks_of(markup: str):
    """The blocks of a page's markup."""
    return outline(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"))


def texts(markup: str, lines: list[str]) -> list[str]:
    """The blocks that the lines vote for."""
    blocks = blocks_of(markup)
    return [block.text for block in blocks if block.order in votes(blocks, lines)]


def test_the_story_is_voted_for() -> None:
    """The paragraphs of a plain page, not its menu."""
    markup = "<nav><a href='/'>Home</a></nav><article>" + "".join(f"<p>{text}</p>" for text in STORY) + "</article>"
    root = lxml.html.document_fromstring(f"<html><body>{markup}</body></html>")
    blocks = outline(root)
    assert [block.text for block in blocks if block.order in vote(root, blocks)] == list(STORY)


@pytest.mark.parametrize(
    ("markup", "lines", "expected"),
    [
        ("<p>One line.</p><p>Two.</p>", ["One line."], ["One line."]),
        ("<p>One</p><p>line</p>", ["One line"], ["One", "line"]),
        ("<p>Same</p><p>Other</p><p>Same</p>", ["Other", "Same"], ["Other", "Same"]),
        ("<p>Same</p><p>Other</p><p>Same</p>", ["Other", "Same", "Same"], ["Same", "Other", "Same"]),
        ("<p>a</p><p>b</p>", ["nothing of it"], []),
        ("<p>a</p>", [], []),
    ],
)
def test_votes(markup: str, lines: list[str], expected: list[str]) -> None:
    """Lines find their blocks in reading order, whole or in pieces, each block once."""
    assert texts(markup, lines) == expected


def test_equal_lines_take_equal_blocks_in_turn() -> None:
    """However often a line stands on a page, each time is found, and none twice."""
    markup = "<p>Same line</p>" * 30 + "<p>End of it</p>"
    assert len(texts(markup, ["Same line"] * 12)) == 12
    assert len(texts(markup, ["End of it", *["Same line"] * 40])) == 31


@pytest.mark.timeout(20)
def test_equal_lines_cost_no_square() -> None:
    """Tens of thousands of equal lines are matched in the time that as many different ones take."""
    blocks = blocks_of("<p>Same line</p>" * 30_000)
    assert len(votes(blocks, ["Same line"] * 30_000)) == 30_000


def test_a_page_of_too_many_blocks_has_no_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    """trafilatura is not asked at all."""

    def ask(*_: object, **__: object) -> list[str]:
        raise AssertionError("asked")

    monkeypatch.setattr(extraction, "_lines", ask)
    root = lxml.html.document_fromstring("<html><body>" + "<p>x</p>" * (MAX_BLOCKS + 1) + "</body></html>")
    assert vote(root, outline(root)) == frozenset()


def test_long_class_names_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the tree that trafilatura sees, not in ours."""
    seen: list[int] = []
    monkeypatch.setattr(extraction, "_lines", lambda tree, **_: seen.append(max(len(one) for one in tree.xpath("//@class"))) or [])
    root = lxml.html.document_fromstring(f"<html><body><p class='{'a-' * MAX_NAME}'>x</p></body></html>")
    vote(root, outline(root))
    assert set(seen) == {MAX_NAME}
    assert len(root.xpath("//p/@class")[0]) == 2 * MAX_NAME


def test_shingles() -> None:
    """Runs of four words, all of fewer, none of none."""
    assert shingles("a b c d e") == [("a", "b", "c", "d"), ("b", "c", "d", "e")]
    assert shingles("a, b") == [("a", "b")]
    assert shingles(" – ") == []
