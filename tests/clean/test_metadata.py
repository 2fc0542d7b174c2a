"""What a page says of itself, place by place."""

from __future__ import annotations

import lxml.html
import pytest

from pipeline.clean.metadata import author_readings, read_facts
from pipeline.clean.outline import outline
from pipeline.clean.phrases import PhraseBook
from tests.clean.pages import URL, entry_of, page_of

BOOK = PhraseBook()
ENGLISH = BOOK.of("en")


def root_of(body: str = "", head: str = "") -> lxml.html.HtmlElement:
    """The tree of a page."""
    return lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")


def signed(body: str = "", head: str = "", **fields: object) -> list[tuple[str, tuple[str, ...]]]:
    """Who signs, place by place."""
    root, entry = root_of(body, head), entry_of(**fields)
    return author_readings(read_facts(root, page_of("", url=URL), entry), root, outline(root), entry, ENGLISH)


@pytest.mark.parametrize(
    ("body", "place", "names"),
    [
        ("<h1>Storm</h1><p>By Jane Doe</p>", "byline", ("By Jane Doe",)),
        ("<h1>Storm</h1><div class='author'>Jane Doe</div>", "visible", ("Jane Doe",)),
        ("<h1>Storm</h1><div class='author'>Published</div><div class='author'>Jane Doe</div>", "visible", ("Jane Doe",)),
        ("<h1>Storm</h1><div class='author'>Written by</div><div class='author'>Jane Doe</div>", "visible", ("Jane Doe",)),
        ("<h1>Storm</h1><p>x <a rel='author' href='/jane'>Jane Doe</a></p>", "markup", ("Jane Doe",)),
    ],
)
def test_who_signs_on_the_page(body: str, place: str, names: tuple[str, ...]) -> None:
    """The line that says so, the element that is named so, the markup; labels beside a name are not it."""
    assert dict(signed(body))[place] == names
