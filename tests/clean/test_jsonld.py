"""JSON-LD as pages hold it: whole, broken, endless."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement, document_fromstring

from pipeline.clean.jsonld import MAX_DEPTH, MAX_NODES, MAX_SCRIPT, Node, article_node, read_nodes, text_of, types_of, unescaped

STORY = '{"@type": "NewsArticle", "headline": "Storm"}'


def root_of(*scripts: str, kind: str = "application/ld+json") -> HtmlElement:
    root = document_fromstring("<html><head></head><body></body></html>")
    for text in scripts:
        script = root.makeelement("script", {"type": kind})
        script.text = text
        root.find("head").append(script)
    return root


def nodes(*scripts: str, kind: str = "application/ld+json") -> tuple[Node, ...]:
    return read_nodes(root_of(*scripts, kind=kind))


def told(*scripts: str) -> list[object]:
    """What each node is called."""
    return [node.get("headline") or node.get("name") for node in nodes(*scripts)]


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        f"\n\t {STORY} \n",
        f"\ufeff{STORY}",
        f"<!-- {STORY} -->",
        f"<!--\n{STORY}\n//-->",
        f"<![CDATA[{STORY}]]>",
        f"//<![CDATA[\n{STORY}\n//]]>",
        f"/*<![CDATA[*/{STORY}/*]]>*/",
        f"{STORY};",
        f"//<!--\n{STORY};\n//-->",
        f"<!-- //<![CDATA[\n{STORY}\n//]]> -->",
        f"{STORY}{STORY}",
        f"{STORY} trailing words",
        STORY.replace('"', "&quot;"),
        '{"headline": "Storm",}',
        '{"headline": "Storm", "image": [] ,}',
        '[{"headline": "Storm"},\n]',
        '<!-- {"headline": "Storm" , \n } -->',
        '{"headline": "Storm", "datePublished": "2026-11-18',
        '{"headline": "Storm", "text": "an "unescaped" quote"}',
        r'{"headline": "Storm", "text": "a wrong \x escape"}',
        '{"headline": "Storm" /* a comment */}',
        '{"position": ' + "9" * 5000 + ', "headline": "Storm"}',
    ],
)
def test_broken_in_the_usual_ways(text: str) -> None:
    """Wrappings, signs too many and tails cut off cost nothing but what they break."""
    assert told(text)[0] == "Storm"


@pytest.mark.parametrize(
    "text", ["", "   ", "null", "12", '"Storm"', "true", "undefined", "{", "[", "}", "<!--", "]]>", "{'headline': 'Storm'}"]
)
def test_nothing_to_read(text: str) -> None:
    """What is no object has no nodes."""
    assert nodes(text) == ()


def test_line_breaks_in_strings() -> None:
    """Control characters stand raw in strings though they may not."""
    assert told('{"headline": "Storm\n\thits"}') == ["Storm\n\thits"]


def test_what_is_salvaged() -> None:
    """Of a block nobody can read, the plain fields, the first of each, and the author."""
    (first, *_) = nodes(
        '{"headline": "Storm", "headline": "Other", "datePublished" : "2026-11-18", "articleBody": "It \\"hit\\" \\u00fcber",'
        ' "author": [{"name": "Ana"}], "image": {"url": "x"}, "broken": "'
    )
    assert first == {
        "@type": "NewsArticle",
        "headline": "Storm",
        "datePublished": "2026-11-18",
        "articleBody": 'It "hit" über',
        "author": [{"name": "Ana"}],
    }


def test_nothing_is_salvaged_without_a_headline() -> None:
    """A description alone may be the site's."""
    assert nodes('{"description": "About us", "broken": "') == ()


def test_outer_before_inner() -> None:
    """Every object is a node, in the order in which it begins."""
    assert told('[{"name": "a", "x": {"name": "b", "y": [{"name": "c"}]}}, {"name": "d"}]', '{"name": "e"}') == ["a", "b", "c", "d", "e"]


def test_references() -> None:
    """An `@id` that is told elsewhere stands for what is told there; one that is not, and one of a node with a name, for itself."""
    graph = {
        "@graph": [
            {"headline": "Storm", "author": [{"@id": "#p"}, "Bo"], "publisher": {"@id": "#h"}, "editor": {"@id": "#p", "name": "Cy"}},
            {"@id": "#p", "@type": "Person", "name": "Ana"},
        ]
    }
    story = next(node for node in nodes(json.dumps(graph)) if "headline" in node)
    assert [text_of(one) for one in story["author"]] == ["Ana", "Bo"]
    assert (story["publisher"], story["editor"]["name"]) == ({"@id": "#h"}, "Cy")


@pytest.mark.parametrize(
    "text",
    [
        '{"@id": "#a", "name": {"@id": "#a"}, "x": 1}',
        '[{"@id": "#a", "name": {"@id": "#b"}, "x": 1}, {"@id": "#b", "name": {"@id": "#a"}, "x": 1}]',
        '{"@id": 5, "author": {"@id": ["#a"]}, "x": {"@id": null}}',
        '[{"@id": "#a", "name": ""}, {"@id": "#a", "x": {"@id": "#a"}, "y": 1}]',
    ],
)
def test_references_in_circles(text: str) -> None:
    """Who refers to himself says nothing more."""
    assert {text_of(node) for node in nodes(text)} == {""}


@pytest.mark.parametrize(
    ("kind", "read"),
    [
        ("application/ld+json", True),
        ("APPLICATION/LD+JSON; charset=utf-8", True),
        ("application/json", False),
        ("text/javascript", False),
        ("", False),
    ],
)
def test_kinds_of_script(kind: str, read: bool) -> None:
    """Only scripts of the type are read."""
    assert bool(nodes(STORY, kind=kind)) is read


BOUNDS = [
    ("a script too long", '{"headline": "' + "x" * MAX_SCRIPT + '"}', 0),
    ("a long one", '{"headline": "' + "x" * (MAX_SCRIPT // 2) + '"}', 1),
    ("many nodes", "[" + ",".join([STORY] * (MAX_NODES + 100)) + "]", MAX_NODES),
    ("objects in objects", '{"a":' * 100 + "1" + "}" * 100, MAX_DEPTH),
    ("objects in objects without end", '{"a":' * 100_000 + "1" + "}" * 100_000, 0),
    ("lists in lists without end", "[" * 100_000 + "]" * 100_000, 0),
    ("lists in lists", "[" * 100 + STORY + "]" * 100, 0),
]


@pytest.mark.parametrize(("text", "count"), [row[1:] for row in BOUNDS], ids=[row[0] for row in BOUNDS])
def test_bounds(text: str, count: int) -> None:
    """However much a page holds, so much is read."""
    assert len(nodes(text)) == count


def test_bound_over_scripts() -> None:
    """Many scripts make no more nodes than one."""
    assert len(nodes(*["[" + ",".join(["{}"] * 900) + "]"] * 4)) == MAX_NODES


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1,' + " " * 300_000 + '"b": c}',
        '{"headline": "Storm",' + "\n" * 300_000,
        ("{," + " " * 500) * 500,
        "/*<!--" * 50_000,
        "{" + "-" * 300_000,
        '"headline":"' * 30_000,
        '"author":[' * 30_000,
        '"author":{' * 30_000,
        '{"headline":"' + "\\\\" * 100_000,
        "," * 300_000,
        "{" + "]]>" * 100_000 + " ",
        "&quot;" * 50_000,
    ],
)
def test_broken_without_end(text: str) -> None:
    """Mending takes time by the length of the text, whatever is repeated in it."""
    nodes(text)


ARTICLE = {"@type": "NewsArticle", "headline": "Storm", "author": "Ana"}
SHORT = {"@type": "Article", "headline": "Storm"}
URL = "https://paper.example/storm"


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ((), None),
        (({"@type": "WebPage", "headline": "Storm"},), None),
        (({"headline": "Storm"},), None),
        (({"@type": "NewsArticle"},), None),
        ((SHORT,), 0),
        ((SHORT, ARTICLE), 1),
        ((ARTICLE, SHORT), 0),
        (({"@type": "CreativeWork", "headline": "x", "author": "y", "image": "z"}, SHORT), 1),
        (({"@type": "CreativeWork", "headline": "x"},), 0),
        ((ARTICLE, SHORT | {"url": URL}), 1),
        ((ARTICLE, SHORT | {"@id": URL + "/#article"}), 1),
        ((ARTICLE, SHORT | {"mainEntityOfPage": URL + "/"}), 1),
        ((ARTICLE, SHORT | {"mainEntityOfPage": {"@type": "WebPage", "@id": URL}}), 1),
        ((ARTICLE, SHORT | {"mainEntityOfPage": {"url": URL}}), 1),
        ((ARTICLE, SHORT | {"url": URL + "/other"}), 0),
        ((ARTICLE, SHORT | {"url": 5, "@id": [URL], "mainEntityOfPage": [None]}), 0),
        (({"@type": ["Thing", "https://schema.org/NewsArticle"], "headline": "x"},), 0),
    ],
)
def test_article_node(others: tuple[Node, ...], chosen: int | None) -> None:
    """Of the types of articles, the one about this page, then the more special, then the one that tells most."""
    assert article_node(others, URL) == ({} if chosen is None else others[chosen])


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ("NewsArticle", {"NewsArticle"}),
        ("http://schema.org/NewsArticle", {"NewsArticle"}),
        ("schema:NewsArticle", {"NewsArticle"}),
        (["Article", "https://schema.org/Report", 5, None, ["x"]], {"Article", "Report"}),
        (None, set()),
        ({"a": "b"}, set()),
    ],
)
def test_types_of(kinds: object, expected: set[str]) -> None:
    """The names alone, one or many, whatever else is there."""
    assert types_of({"@type": kinds}) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Storm", "Storm"),
        ("  Storm ", "Storm"),
        ("Sturm &amp; Drang", "Sturm & Drang"),
        ("Sturm &amp;amp; Drang", "Sturm & Drang"),
        (12, "12"),
        (0, "0"),
        (True, ""),
        (None, ""),
        ([], ""),
        (["", None, "Storm", "Other"], "Storm"),
        ([None] * 5 + ["Storm"], ""),
        ({"name": "Ana"}, "Ana"),
        ({"name": ["Ana", "Bo"]}, "Ana"),
        ({"@value": "Storm", "@language": "en"}, "Storm"),
        ({"url": "https://paper.example/i.jpg"}, "https://paper.example/i.jpg"),
        ({"other": "x"}, ""),
        (object(), ""),
    ],
)
def test_text_of(value: object, text: str) -> None:
    """A value as text, as publishers write values."""
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("text", "expected"), [(r"a \ud800 b", "a  b"), (r"\u0000a\u0001", "a"), (r"\ud83d\ude00", "😀"), ("&#xD800;", "�")]
)
def test_text_can_be_written_down(text: str, expected: str) -> None:
    """JSON may escape what no text may hold: halves of pairs, NULs. Texts come without."""
    (node,) = nodes(f'{{"headline": "{text}"}}')
    assert text_of(node["headline"]) == unescaped(json.loads(f'"{text}"')) == expected
    expected.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "@graph", "name", "headline", "url", "author", "mainEntityOfPage", "@value"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
SIGNS = st.lists(st.sampled_from([*'{}[],:"\\', '"headline"', '"author"', "<!--", "]]>", "//", "&quot;", " ", "\n", "1", "ü"]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json(value: object) -> None:
    """Any value may stand where any is looked for."""
    found = nodes(json.dumps(value))
    node = article_node(found, URL)
    for one in (*found, node):
        types_of(one)
        for part in one.values():
            text_of(part).encode()


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=60)
    | SIGNS.map("".join)
)
def test_any_script(text: str) -> None:
    """Any text has its nodes, or none."""
    assert all(isinstance(node, dict) for node in nodes(text))
