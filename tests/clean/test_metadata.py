"""What a page says of itself, place by place."""

from __future__ import annotations

import json

import lxml.html
import pytest

from pipeline.clean.choices import choose_people
from pipeline.clean.metadata import MAX_TIMES, author_readings, date_readings, read_facts, title_readings, visible_times
from pipeline.clean.outline import outline
from pipeline.clean.particulars import MAX_TAGS, tag_readings
from pipeline.clean.people import MAX_AUTHORS
from pipeline.clean.phrases import PhraseBook
from pipeline.clean.title import choose_title
from tests.clean.pages import URL, entry_of, page_of

BOOK = PhraseBook()
ENGLISH = BOOK.of("en")


LONG = "The sea had come within a stone’s throw of its door. " * 5


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
        ("<h1>Storm</h1><p>x <a rel='author'>Updated March 11, 2026</a><a rel='author'>Jane Doe</a></p>", "markup", ("Jane Doe",)),
        ("<h1>Storm</h1><div class='author'>October 17, 2023</div><div class='author'>Jane Doe</div>", "visible", ("Jane Doe",)),
        ("<h1>Storm</h1><div class='author'>email</div><div class='author'>Jane Doe</div>", "visible", ("Jane Doe",)),
        ("<h1>Storm</h1><p>Written by:</p><p>Jane Doe</p>", "byline", ("Written by Jane Doe",)),
        (f"<h1>Storm</h1><p>{LONG}</p><p>By Jane Doe</p>", "byline", ("By Jane Doe",)),
        ("<h1>Storm</h1><p>By Jane Doe</p><p>By John Roe</p>", "byline", ("By Jane Doe", "By John Roe")),
        (f"<h1>Storm</h1><p>By Jane Doe</p><p>{LONG}</p><p>x</p><p>By John Roe</p>", "byline", ("By Jane Doe",)),
        ("<h1>Storm</h1><div class='author'>Dec 17, 2025 Jane Doe</div>", "visible", ("Dec 17, 2025 Jane Doe",)),
        (f"<h1>Storm</h1><p>Jane Doe</p><p>{LONG}</p><p>Jane Doe</p>", "visible", ("Jane Doe",)),
        (f"<h1>Storm</h1><p><a href='/j'>Jane Doe</a></p><p>{LONG}</p><p>Jane Doe is a reporter.</p>", "visible", ("Jane Doe",)),
        ("<nav><h1>Storm</h1><p>By Jane Doe</p></nav>", "byline", ("By Jane Doe",)),
        (f"<h1>Storm</h1>{f'<p>{LONG}</p>' * 4}<p>Written by Jane Doe</p>", "byline", ("Written by Jane Doe",)),
        (f"<h1>Storm</h1>{f'<p>{LONG}</p>' * 4}<p>Written by Ana Li</p><p>Author: Jane Doe</p>", "byline", ("Author: Jane Doe",)),
    ],
)
def test_who_signs_on_the_page(body: str, place: str, names: tuple[str, ...]) -> None:
    """The line that says so, the element that is named so, the markup; labels beside a name are not it."""
    assert dict(signed(body))[place] == names


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Storm</h1><p>By the sea</p>",
        f"<h1>Storm</h1>{f'<p>{LONG}</p>' * 4}<p>By Jane Doe</p>",
        f"<h1>Storm</h1>{f'<p>{LONG}</p>' * 4}<div class='related'><p>Written by Jane Doe</p></div>",
        "<h1>Storm</h1><p>Written by</p>",
        "<h1>Storm</h1><p>Written by</p><p>the sea, of all things</p>",
        "<h1>Storm</h1><nav><p>By Jane Doe</p></nav>",
    ],
)
def test_who_does_not_sign(body: str) -> None:
    """Sentences that begin with `By`, lines of other stories and of menus are no bylines."""
    assert "byline" not in dict(signed(body))


def test_where_names_come_from() -> None:
    """JSON-LD before tags before the page before the feed; organisations are told apart; tags of every name, each once."""
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Storm", "author": [{"@type": "Person", "name": "Ana Li"},'
        ' {"@type": "Organization", "name": "Reuters"}]}</script>'
        '<meta name="author" content="Bo Ek"><meta name="dc.creator" content="Bo Ek">'
        '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Cy Fox">'
    )
    found = signed("<h1>Storm</h1><p>By Di Gil</p>", head, authors=("Ed Hay",))
    assert found == [("json-ld", ("Ana Li",)), ("meta", ("Bo Ek", "Cy Fox")), ("byline", ("By Di Gil",)), ("feed", ("Ed Hay",))]


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://www.paper.example/a", {"paper.example", "paper"}),
        ("https://blog.paper.co.uk/a", {"blog.paper.co.uk", "blog.paper.co", "paper"}),
        ("http://localhost:8000/a", {"localhost"}),
    ],
)
def test_names_out_of_the_address(url: str, names: set[str]) -> None:
    """A site is called by its host, without what all hosts share, and by the name somebody registered."""
    assert set(read_facts(root_of(), page_of("", url=url), entry_of(url)).site_names) == names


def test_whoever_writes_alone_is_a_person() -> None:
    """Plugins call the owner of a site both a person and an organisation: no house, and no name of the site."""
    both = '{"@type": ["Person", "Organization"], "name": "Jane Doe"}'
    head = f'<script type="application/ld+json">{{"@type": "Article", "headline": "x", "publisher": {both}, "author": {both}}}</script>'
    facts = read_facts(root_of(head=head), page_of("", url=URL), entry_of())
    assert facts.organisations == ()
    assert "Jane Doe" not in facts.site_names
    assert dict(signed(head=head))["json-ld"] == ("Jane Doe",)


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Storm</h1><p>Jane Doe</p><p>{LONG}</p>",  # nowhere else
        f"<h1>Storm</h1><p><a href='/t'>Trade Programme</a></p><p>{LONG}</p><p>Trade Programme</p>",  # a link in a menu
        f"<h1>Storm</h1><p>JANE DOE</p><p>{LONG}</p><p>JANE DOE</p>",  # a label
        f"<h1>Storm</h1><h2>Jane Doe</h2><p>{LONG}</p><h2>Jane Doe</h2>",
        "<h1>Storm</h1><div class='author'>Dec 17, 2025</div>",
        "<h1>Storm</h1><div id='comments'><div><span class='comment-author'>Jane Doe</span></div></div>",
        "<h1>Storm</h1><ul class='recent-comments'><li><span class='author-name'>Jane Doe</span></li></ul>",
    ],
)
def test_who_stands_there_but_signs_nothing(body: str) -> None:
    """A name alone must come again as in a box about the writer; readers and days sign nothing."""
    assert signed(body) == []


def test_names_of_the_site() -> None:
    """What head, JSON-LD and feed call it come before the address, each once."""
    head = '<meta property="og:site_name" content="Harbor News">'
    head += '<script type="application/ld+json">{"@type": "WebSite", "name": "Harbor"}</script>'
    facts = read_facts(root_of(head=head), page_of(""), entry_of(publisher="Harbor News Ltd"))
    assert facts.site_names[:3] == ("Harbor News", "Harbor", "Harbor News Ltd")


@pytest.mark.parametrize(
    ("head", "language"),
    [
        ("", None),
        ('<meta http-equiv="content-language" content="de_at">', "de-AT"),
        ('<meta property="og:locale" content="fr_FR">', "fr-FR"),
        ('<meta property="og:locale" content="none!">', None),
        ('<script type="application/ld+json">{"@type": "Article", "headline": "x", "inLanguage": "EN-us"}</script>', "en-US"),
    ],
)
def test_language(head: str, language: str | None) -> None:
    """What is declared, in the form of BCP 47; None for what is no language."""
    assert read_facts(root_of(head=head), page_of(""), entry_of()).language == language


def test_titles() -> None:
    """Each place by its name, the first heading that is shown, and nothing of places that say nothing."""
    head = '<title>A | Site</title><meta property="og:title" content="B">'
    head += '<meta name="twitter:title" content="C"><meta name="dc.title" content="D">'
    root = root_of("<nav><h1>Harbor News menu</h1></nav><h1>Storm hits the coast</h1><h1>Another heading</h1>", head)
    entry = entry_of(title="E")
    facts = read_facts(root, page_of(""), entry)
    assert dict(title_readings(facts, outline(root), entry)) == {
        "og": "B",
        "h1": "Storm hits the coast",
        "feed": "E",
        "twitter": "C",
        "title": "A | Site",
        "meta": "D",
    }


def told(**fields: object) -> str:
    """A head with JSON-LD of these fields."""
    return f'<script type="application/ld+json">{json.dumps({"@type": "Article", "headline": "x", **fields})}</script>'


HOSTILE = {
    "many tags": ("", '<meta name="author" content="Jane Doe"><meta property="article:tag" content="x y">' * 50_000),
    "a long tag": ("", f'<meta name="author" content="{"Jane Doe, " * 100_000}">'),
    "many authors": ("", told(author=[{"name": "Jane Doe"}] * 20_000)),
    "a long author": ("", told(author="(((" * 300_000)),
    "long keywords": ("", told(keywords="a, " * 300_000)),
    "names everywhere": ("<h1>x</h1>" + "<span class='author-name' rel='author'>Jane Doe</span>" * 50_000, ""),
    "names in one another": ("<h1>x</h1>" + "<span class='byline'>" * 200 + "x" * 100_000, ""),
    "bylines everywhere": ("<h1>x</h1>" + "<p>By Jane Doe</p>" * 20_000, ""),
    "labels everywhere": ("<p>Written by</p>" * 20_000, ""),
    "times everywhere": ("<time datetime='2026-11-18T07:42:00Z'>x</time>" * 50_000, ""),
    "times in one another": ("<div datetime='1'>" * 200, ""),
    "titles everywhere": ("<h1>A title of the page</h1>" * 20_000, "<title>" + "a | " * 100_000 + "</title>"),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_metadata(kind: str) -> None:
    """However much of it there is, it is read in time, and what is read is short."""
    body, head = HOSTILE[kind]
    root, page, entry = root_of(body, head), page_of("", url=URL), entry_of()
    facts, blocks = read_facts(root, page, entry), outline(root)
    names = author_readings(facts, root, blocks, entry, ENGLISH)
    byline, _ = choose_people(names, ENGLISH, facts.site_names)
    shown, later = visible_times(root, ENGLISH)
    choose_title(title_readings(facts, blocks, entry), facts.site_names)
    assert len(byline.people) <= MAX_AUTHORS
    assert len(shown) + len(later) <= MAX_TIMES
    assert len(date_readings(facts, shown, page, entry)) < 100
    assert sum(len(tags) for _, tags in tag_readings(facts, entry)) <= 3 * MAX_TAGS
