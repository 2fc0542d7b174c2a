"""Bodies as Markdown, read back by a Markdown parser."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.markdown import Piece, escaped, markdown_of
from pipeline.types import BlockKind

PARAGRAPH, HEADING, QUOTE, POINT, ROW = BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.QUOTE, BlockKind.ENUMERATION, BlockKind.TABLE
READER = MarkdownIt("gfm-like", {"html": True, "linkify": False})  # it would render HTML if it came through


def rendered(*pieces: Piece, title: str = "") -> str:
    """The HTML of pieces, without line breaks."""
    return READER.render(markdown_of(pieces, title)).replace("\n", "")


def test_structure() -> None:
    """Paragraphs, headings, quotes, lists and tables come out as such."""
    pieces = [
        Piece(PARAGRAPH, "First."),
        Piece(HEADING, "Part", 3),
        Piece(QUOTE, "So she said."),
        Piece(POINT, "one"),
        Piece(POINT, "two"),
        Piece(PARAGRAPH, "Between."),
        Piece(POINT, "three"),
        Piece(ROW, "Town | Votes"),
        Piece(ROW, "Harbor City | 12 | recount"),
    ]
    assert rendered(*pieces, title="Storm") == (
        "<h1>Storm</h1><p>First.</p><h3>Part</h3><blockquote><p>So she said.</p></blockquote><ul><li>one</li><li>two</li></ul>"
        "<p>Between.</p><ul><li>three</li></ul><table><thead><tr><th>Town</th><th>Votes</th><th></th></tr></thead>"
        "<tbody><tr><td>Harbor City</td><td>12</td><td>recount</td></tr></tbody></table>"
    )


def test_how_it_is_written() -> None:
    """As people would write it, ending with one line break."""
    pieces = [Piece(PARAGRAPH, "It cost 1.2 million – “all of it” – in 2026 (May)."), Piece(POINT, "one"), Piece(POINT, "two")]
    assert markdown_of(pieces, "Storm") == "# Storm\n\nIt cost 1.2 million – “all of it” – in 2026 (May).\n\n- one\n- two\n"
    assert markdown_of([]) == ""


@pytest.mark.parametrize("level", [0, 1, 2, 6, 9])
def test_levels(level: int) -> None:
    """The title's level is the title's alone."""
    shown = min(6, max(2, level))
    assert rendered(Piece(HEADING, "Part", level)) == f"<h{shown}>Part</h{shown}>"


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](http://tracker.example/a.gif)",
    "[x]: http://tracker.example",
    "# no heading",
    "## no heading ##",
    "- no point",
    "+ no point",
    "* no point",
    "1. no point",
    "1986) no point",
    "> no quote",
    "---",
    "===",
    "***",
    "___",
    "```",
    "~~~ python",
    "`code`",
    "*loud* _loud_ **loud** __loud__ ~~gone~~",
    "a | b",
    "| --- |",
    "back\\slash at the end\\",
    "&lt;b&gt; &amp; &#60; & Co. AT&T;",
    "https://evil.example/x http://evil.example www.evil.example jane@paper.example",
    "<https://evil.example>",
    "$$x$$",
    "[ ] no task",
    "[^1] no note",
    "    no code",
    "\tno code",
    "-",
    "1.",
    "{.class}",
    ":smile: a:b",
]


@pytest.mark.parametrize("kind", [PARAGRAPH, HEADING, QUOTE, POINT])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, kind: str) -> None:
    """Whatever it holds, it is read as the words it is."""
    wrapped = {PARAGRAPH: "<p>{}</p>", HEADING: "<h2>{}</h2>", QUOTE: "<blockquote><p>{}</p></blockquote>", POINT: "<ul><li>{}</li></ul>"}
    assert rendered(Piece(kind, text, 2)) == wrapped[BlockKind(kind)].format(html.escape(" ".join(text.split())).replace("&#x27;", "'"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_cells_stay_cells(text: str) -> None:
    """A bar in a cell ends no cell, unless it stands as it does between cells."""
    table = rendered(Piece(ROW, "Town | Votes"), Piece(ROW, f"x | {text}"))
    cells = [html.unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", table)]
    assert " | ".join(cell for cell in cells if cell).rstrip() == f"x | {' '.join(text.split())}".rstrip()


def test_addresses_become_no_links() -> None:
    """Not even with readers that make links of bare addresses."""
    reader = MarkdownIt("commonmark", {"linkify": False}).enable("table")
    for address in ("https://evil.example/x", "www.evil.example", "jane@paper.example"):
        assert "\\" in escaped(address)
        assert "<a" not in reader.render(escaped(address))


LINES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(list(BlockKind)), LINES), max_size=6))
def test_any_text(told: list[tuple[BlockKind, str]]) -> None:
    """No text makes a tag that the structure does not."""
    markup = READER.render(markdown_of([Piece(kind, text, 2) for kind, text in told]))
    tags = set(re.findall(r"</?([a-z0-9]+)", markup))
    assert tags <= {"p", "h2", "blockquote", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"}
