"""A tree's blocks in reading order, with what stands around each."""

from __future__ import annotations

import lxml.html
import pytest

from pipeline.clean.outline import outline
from pipeline.types import BlockKind


def blocks_of(markup: str):
    """The blocks of a page's markup."""
    return outline(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"))


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>One.</p><p>Two.</p>", ["One.", "Two."]),
        ("<p>One <b>bold</b> word.</p>", ["One bold word."]),
        ("<div>One<br>line</div>", ["One line"]),
        ("<div>One<br><br>Two</div>", ["One", "Two"]),
        ("<p>One</p><script>var x</script><style>p{}</style><p>Two</p>", ["One", "Two"]),
        ("<div>Loose text<p>One</p>after it</div>", ["Loose text", "One", "after it"]),
        ("<p>  much \n white\t space </p>", ["much white space"]),
        ("<p></p><p> </p>", []),
        ("<p><span>Built in 1802</span><span>The second, </span>in 1911</p>", ["Built in 1802 The second, in 1911"]),
        ("<p><b>Storm</b><i>Hits</i></p>", ["Storm Hits"]),
        ("<p><b>It came.</b><i>It went,</i><b>and</b> so on</p>", ["It came. It went, and so on"]),
        ("<p>H<sub>2</sub>O at 1<b>,000</b> m, 5<b>G</b>, <b>W</b>ord</p>", ["H2O at 1,000 m, 5G, Word"]),
        ("<p>mid<b>word</b></p>", ["midword"]),
    ],
)
def test_blocks_end_where_readers_see_an_end(markup: str, texts: list[str]) -> None:
    """At block-level tags and double line breaks, and nowhere else."""
    assert [block.text for block in blocks_of(markup)] == texts


def test_kinds_are_told_by_what_stands_around() -> None:
    """Headings with their level, quotes, points of lists, rows of tables."""
    found = blocks_of("<h2>Head</h2><blockquote><p>Quote</p></blockquote><ul><li>Point</li></ul><p>Text</p>")
    assert [(block.kind, block.level) for block in found] == [
        (BlockKind.HEADING, 2),
        (BlockKind.QUOTE, 0),
        (BlockKind.ENUMERATION, 0),
        (BlockKind.PARAGRAPH, 0),
    ]


def test_marks_come_from_tags_names_and_roles() -> None:
    """Evidence for the rules: a newsletter box, a footer, what is hidden."""
    news, foot, gone = blocks_of('<div class="newsletterBox"><p>a</p></div><footer><p>b</p></footer><p hidden>c</p>')
    assert news.has("newsletter")
    assert foot.has("footer")
    assert gone.has("hidden")
    assert not news.has("footer", "hidden")


def test_the_share_of_links_is_counted_in_characters() -> None:
    """0 for prose, 1 for a line that is a link."""
    plain, half, whole = blocks_of('<p>plain</p><p>abcd<a href="/x">efgh</a></p><p><a href="/x">link</a></p>')
    assert (plain.link_share, half.link_share, whole.link_share) == (0.0, 0.5, 1.0)


def test_orders_count_from_nought() -> None:
    """Rules name blocks by their order."""
    assert [block.order for block in blocks_of("<p>a</p><p>b</p><p>c</p>")] == [0, 1, 2]
