"""What is known of a page besides its blocks, and which of them are looked at."""

from __future__ import annotations

import lxml.html

from pipeline.clean.evidence import looked_at, page_types
from pipeline.clean.metadata import read_facts
from tests.clean.pages import STORY, entry_of, page_of
from tests.clean.test_traits import MARKUP, blocks_of


def test_links_and_menus_far_off_are_not_looked_at() -> None:
    """Only what is kept, prose, or near to it and more than links."""
    blocks = blocks_of(MARKUP + "<p>x</p>" * 20 + "<p>far away</p>")
    texts = [block.text for block in looked_at(blocks, {2, 3})]
    assert STORY[1] in texts
    assert "Home" not in texts
    assert "far away" not in texts


def test_a_page_says_what_it_is() -> None:
    """By its JSON-LD, og:type, and the time in its head."""
    head = '<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-18T07:42:00Z">'
    page = page_of(f'<html><head>{head}<script type="application/ld+json">{{"@type": "NewsArticle"}}</script></head><body></body></html>')
    facts = read_facts(lxml.html.document_fromstring(page.body), page, entry_of())
    assert page_types(facts) == {"NewsArticle", "og:article", "dated"}
