"""What a page looks like in numbers."""

from __future__ import annotations

import lxml.html
import numpy as np
import pytest

from pipeline.clean.metadata import read_facts
from pipeline.clean.outline import outline
from pipeline.clean.page_look import PAGE_TRAITS, page_row
from pipeline.clean.pagetype import sight_of
from tests.clean.pages import STORY, entry_of, page_of


def row_of(body: str, *, url: str = "https://harbor.example/a", head: str = "") -> dict[str, float]:
    page = page_of(f"<html><head>{head}</head><body>{body}</body></html>", url=url)
    root = lxml.html.document_fromstring(page.body)
    blocks = outline(root)
    sight = sight_of(read_facts(root, page, entry_of(url)), url, blocks, blocks, told=0, scripts=0)
    row = page_row(sight, blocks, blocks, root)
    assert row.shape == (1, len(PAGE_TRAITS))
    assert np.isfinite(row).all()
    return dict(zip(PAGE_TRAITS, row[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("body", "fields", "trait"),
    [
        ("<p>$ 12</p>", {}, "prices"),
        ("<p>Add to cart</p>", {}, "buys"),
        ("<p>Contact us</p>", {}, "asks"),
        ("<p>3 replies</p>", {}, "posts"),
        ("<p>2 hours ago</p>", {}, "moments"),
        ("<p>Is it open?</p>", {}, "questions"),
        ("<pre>x = 1</pre>", {}, "tags_pre"),
        ("<h1>One</h1>", {}, "h1"),
        (f"<p>{STORY[0]}</p>", {}, "kept_prose"),
        ("<ul><li>a</li></ul>", {}, "kept_points"),
        ("<p>a</p>", {"url": "https://harbor.example/product/oar"}, "address_shop"),
        ("<p>a</p>", {"url": "https://docs.harbor.example/api/oar"}, "address_docs"),
        ("<p>a</p>", {"url": "https://harbor.example/forum/oars"}, "address_forum"),
        ("<p>a</p>", {"url": "https://harbor.example/2026/11/oars"}, "address_story"),
        ("<p>a</p>", {"head": '<meta property="og:type" content="product">'}, "type_product"),
    ],
)
def test_a_trait_is_seen_where_it_is_and_only_there(body: str, fields: dict[str, str], trait: str) -> None:
    """Each against a page that has nothing of it."""
    assert row_of(body, **fields)[trait] > 0
    assert row_of("<p>Nothing</p>")[trait] == 0


def test_an_empty_page_has_a_row() -> None:
    """Of finite numbers."""
    row_of("")
