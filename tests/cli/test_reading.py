"""`wireroom search`, `show` and `explain` over the ingested demo: what is found, how it is shown, and what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.index.document import ArticleDocument
from pipeline.types import ArticleId
from pipeline.wiring import open_rooms
from tests.cli.conftest import DemoHome, Wireroom

UNKNOWN = "0123456789abcdef0123456789abcdef"


def first_hit(wireroom: Wireroom, *query: str) -> dict[str, Any]:
    """The document of the best hit."""
    return wireroom("search", *query, "--json", "--size", "1").json["hits"][0]


# ── search ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_search_shows_hits_with_snippets_and_facets(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """The search of the README finds something; each hit has title, source, time, language, snippet, address."""
    ran = wireroom("search", "ferry strike", "--size", "2")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert re.fullmatch(r"\d+ articles in \d+\.\d ms", lines[0])
    assert re.match(r" 1  .*[Ff]err", lines[2])
    assert re.fullmatch(r"    .+ · 2026-11-\d\d \d\d:\d\d UTC \(.+ ago\) · en( · also on \d sites?: .+)?", lines[3])
    assert "paywalled" not in lines[3]
    assert "strike" in lines[4]
    assert re.fullmatch(r"    http://\S+", lines[5])
    assert lines[7].startswith(" 2  ")
    assert {line.split()[0] for line in lines[12:]} >= {"day", "source", "language", "people"}
    assert re.fullmatch(r"language +en \(\d+\)", next(line for line in lines if line.startswith("language")))
    assert ran.err.startswith("\nmore: add --cursor ")


def test_search_as_json_holds_the_whole_document(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """With score, snippet, facets and the cursor of the next page."""
    page = wireroom("search", "ferry", "strike", "--size", "2", "--json").json
    assert set(page) == {"total", "milliseconds", "next_cursor", "facets", "hits"}
    assert page["total"] > 2
    assert sum(page["facets"]["language"].values()) == page["total"]
    hit = page["hits"][0]
    assert set(ArticleDocument.__annotations__) | {"score", "snippet", "also"} == set(hit)
    assert re.search(r"\*\*\w*\*\*", hit["snippet"])


def test_pages_follow_each_other(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """The cursor of one leads to the next, without repeating; together they are all."""
    seen: list[str] = []
    cursor: list[str] = []
    for _ in range(9):
        page = wireroom("search", "", "--size", "10", "--sort", "newest", "--copies", "--no-facets", "--json", *cursor).json
        assert page["facets"] == {}
        seen += [hit["article_id"] for hit in page["hits"]]
        if page["next_cursor"] is None:
            break
        cursor = ["--cursor", page["next_cursor"]]
    assert len(seen) == len(set(seen)) == page["total"] == 80


@pytest.mark.parametrize(
    "query", [["-strike", "ferry"], ["ferry", "-strike"], ['-"no such phrase"', "ferry"], ["-hope", "-x*", "a*"], ["--", "-ferry"]]
)
def test_a_query_may_begin_with_a_dash(wireroom: Wireroom, demo_home: DemoHome, query: list[str]) -> None:
    """As the query language has it; it is no option."""
    ran = wireroom("search", "--json", *query)
    assert ran.code == 0
    assert 0 < ran.json["total"] < 80


def test_nothing_found(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Exit code 3; JSON is a page without hits."""
    ran = wireroom("search", "xylophonic [red]zebras[/]")
    assert (ran.code, ran.out, ran.err) == (3, "", "nothing found for xylophonic [red]zebras[/]\n")
    ran = wireroom("search", "xylophonic", "--json")
    assert (ran.code, ran.json["total"], ran.json["hits"]) == (3, 0, [])


def test_an_empty_index_is_told(wireroom: Wireroom, home: Path) -> None:
    """Nobody has to wonder about the query."""
    for query in ("ferry", ""):
        ran = wireroom("search", query)
        assert (ran.code, ran.err) == (3, "the index is empty: `wireroom run --once` fills it\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["date:2026-13-45"], "query: date: got '2026-13-45'; allowed: 2026-11-20,"),
        (["since:yesterweek"], "query: since: got 'yesterweek'; allowed: "),
        (["athor:x"], "query: no field 'athor' in 'athor:x'; did you mean author:? allowed: title, body, source,"),
        (["x" * 2001], "query: got 'xxxx"),
        (["language:english!"], "query: language: got 'english"),
        (["ferry", "--cursor", "nonsense"], "cursor: got 'nonsense'; allowed: the next_cursor of a page of the same query and sort"),
    ],
)
def test_a_wrong_query_is_named(wireroom: Wireroom, demo_home: DemoHome, arguments: list[str], complaint: str) -> None:
    """Field, value, what is allowed; exit code 2."""
    ran = wireroom("search", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"error: {complaint}")


def test_search_fits_a_terminal(wireroom: Wireroom, demo_home: DemoHome, terminal: Callable[[int], None]) -> None:
    """Only addresses may be longer than its lines: they are there to be copied."""
    terminal(80)
    lines = wireroom("search", "ferry strike").out.splitlines()
    assert all(len(line) <= 80 or line.strip().startswith("http://") for line in lines)
    assert sum(len(line) > 80 for line in lines) > 0


# ── show ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_show_has_the_article_and_what_was_removed(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Title, byline, dateline, body, captions with credits, findings, removed lines with their rules, where fields came from."""
    document = first_hit(wireroom, "ferry strike shuts sailings sable sound")
    ran = wireroom("show", document["url"])
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == document["title"]
    assert document["authors"][0] in lines[1]
    assert "revision 1" in lines[1]
    assert lines[2] == document["url"]
    assert lines[4] == document["dateline"]
    for block in document["blocks"]:
        assert block["text"] in lines
    assert f"[picture] {document['captions'][0]['text']} ({document['captions'][0]['credit']})" in lines
    assert f"removed from the page: {len(document['removed'])} lines" in lines
    for removed in document["removed"]:
        start = rf" *{removed['position']} +{re.escape(removed['rule'])} "
        assert any(re.match(start, line) and line.endswith(removed["text"]) for line in lines)
    scored = [removed for removed in document["removed"] if removed["score"] is not None]
    assert all(any(f" {removed['score']:.2f} " in line and line.endswith(removed["text"]) for line in lines) for removed in scored)
    assert any(re.match(r"title +\S+ +\*  ", line) for line in lines)


def test_show_without_what_was_removed(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """The article alone."""
    assert "removed from the page" not in wireroom("show", first_hit(wireroom, "ferry")["url"], "--no-removed").out


def test_show_knows_an_article_by_any_of_its_addresses_and_by_its_id(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Another spelling, a tracker, the id; as JSON it is the document."""
    document = first_hit(wireroom, "ferry")
    for which in (document["url"], document["url"].rstrip("/") + "/?utm_source=x#top", document["article_id"]):
        assert wireroom("show", which, "--json").json["article_id"] == document["article_id"]


def test_marks_of_blocks_are_shown(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Headings, points of a list, quotes."""
    documents = wireroom("search", "", "--size", "1000", "--json").json["hits"]
    for kind, mark in (("heading", "## "), ("enumeration", "- "), ("quote", "> ")):
        which, block = next((one["article_id"], block) for one in documents for block in one["blocks"] if block["kind"] == kind)
        assert f"{mark}{block['text']}" in wireroom("show", which, "--no-removed").out.splitlines()


def test_an_article_as_markdown(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Title and text, ready for a file; with --json beside the other fields."""
    documents = wireroom("search", "", "--size", "1000", "--json").json["hits"]
    document = next(one for one in documents if {"heading", "enumeration"} <= {block["kind"] for block in one["blocks"]})
    ran = wireroom("show", document["article_id"], "--markdown")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# ")
    assert "\n\n## " in ran.out
    assert re.search(r"\n\n- .+\n- ", ran.out)
    assert "removed from the page" not in ran.out
    assert wireroom("show", document["article_id"], "--markdown", "--json").json["markdown"] == ran.out
    assert "markdown" not in wireroom("show", document["article_id"], "--json").json


@pytest.mark.parametrize("which", ["http://northern-wire.localhost/none", UNKNOWN])
def test_an_article_that_is_not_there(wireroom: Wireroom, demo_home: DemoHome, which: str) -> None:
    """Exit code 3, and the command that tells more."""
    ran = wireroom("show", which)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f"no article of the index has this address or id: {which}; `wireroom explain` tells what became of it\n"


@pytest.mark.parametrize("command", ["show", "explain"])
@pytest.mark.parametrize("which", ["ferry", "0123", UNKNOWN.upper(), "ftp://example.org/x"])
def test_what_is_neither_address_nor_id_is_named(wireroom: Wireroom, demo_home: DemoHome, command: str, which: str) -> None:
    """Exit code 2."""
    ran = wireroom(command, which)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: URL|ID: got '{which}'; allowed: an absolute http or https address, or an article id of 32 hex digits\n"


# ── explain ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_explain_tells_every_decision_from_feed_to_index(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """In order, with times: which feed listed it, and how each stage ended."""
    document = first_hit(wireroom, "ferry strike shuts sailings sable sound")
    ran = wireroom("explain", document["url"])
    assert (ran.code, ran.err) == (0, "")
    rows = [line.split(maxsplit=4) for line in ran.out.splitlines() if line.startswith("20")]
    assert [row[2:4] for row in rows] == [
        ["poll", "new"],
        ["fetch", "passed"],
        ["clean", "passed"],
        ["enrich", "passed"],
        ["relate", "passed"],
        ["index", "indexed"],
    ]
    assert rows[0][4] == f"listed by feed {document['feed_id']}"
    assert rows == sorted(rows, key=lambda row: row[:2])
    assert sum(line.startswith("batch ") for line in ran.out.splitlines()) == 1
    told = wireroom("explain", document["article_id"], "--json").json
    (enriched,) = (one for one in told if one["stage"] == "enrich")
    assert enriched["reason"].endswith("entities by entities-builtin/2") or "_core_" in enriched["reason"]
    assert [(one["stage"], one["verdict"]) for one in told] == [(row[2], row[3]) for row in rows]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", one["at"]) for one in told)


def test_a_duplicate_is_explained(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """An address that two feeds list: one entry is taken, the other says why not."""
    keys = [hit["url_keys"][0] for hit in wireroom("search", "", "--size", "1000", "--json").json["hits"]]
    with open_rooms() as rooms:
        twice = next(key for key in keys if any(one.verdict == "duplicate" for one in rooms.state.decisions.about(key)))
    told = wireroom("explain", twice, "--json").json
    assert sum(one["verdict"] == "new" for one in told) == 2
    assert next(one["reason"] for one in told if one["verdict"] == "duplicate").startswith("same address as another entry ")


@pytest.mark.parametrize("which", ["http://northern-wire.localhost/none", UNKNOWN])
def test_nothing_known(wireroom: Wireroom, demo_home: DemoHome, which: str) -> None:
    """Exit code 3; JSON is an empty list."""
    ran = wireroom("explain", which)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"nothing is known of {which}: ")
    assert wireroom("explain", which, "--json").json == []


def test_explain_fits_a_terminal(wireroom: Wireroom, demo_home: DemoHome, terminal: Callable[[int], None]) -> None:
    """Reasons wrap, times and verdicts are whole."""
    terminal(80)
    ran = wireroom("explain", first_hit(wireroom, "ferry")["article_id"])
    assert max(map(len, ran.out.splitlines())) <= 80
    assert all(word in ran.out for word in ("passed", "indexed", "listed by feed"))


# ── hostile text ──────────────────────────────────────────────────────────────────────────────────────────────────

EVIL = "[red]x[/] [/] :warning: \x1b[2J\x1b]0;owned\x07 \u202egpj.exe [link=http://evil.example]y[/link]"
SHOWN = "[red]x[/] [/] :warning: [2J]0;owned gpj.exe [link=http://evil.example]y[/link]"


@pytest.fixture
def evil_home(ingested: DemoHome, home: Path) -> str:
    """A home whose one article has hostile text in every field; returns its id."""
    with open_rooms() as rooms:
        settings = rooms.settings.model_copy(update={"index_url": f"embedded://{ingested.home}/index"})
        with open_rooms(settings) as others:
            some = others.index.search(_everything()).hits[0].document
        document = {key: _poisoned(key, value) for key, value in some.items()}
        document |= {"authors": [EVIL], "people": [EVIL], "captions": [{"text": EVIL, "credit": EVIL}], "dateline": EVIL}
        document |= {"removed": [{"text": EVIL, "rule": EVIL, "position": 0, "score": None}]}
        document |= {"candidates": [{"field": EVIL, "value": EVIL, "source": EVIL, "chosen": True}]}
        document |= {"free_to_read": False}
        document |= {"blocks": [{"kind": "paragraph", "text": EVIL, "level": 0}], "contributors": EVIL, "corrections": [EVIL]}
        assert rooms.index.upsert([document]) == {}  # type: ignore[list-item]
        rooms.index.refresh()
        assert rooms.index.get(ArticleId(document["article_id"])) is not None
    return str(document["article_id"])


def _everything() -> Any:
    from pipeline.index.query import Everything, SearchRequest

    return SearchRequest(query=Everything(), size=1)


def _poisoned(key: str, value: Any) -> Any:
    return EVIL if key in {"title", "summary", "body", "source", "section", "agency"} else value


def test_a_hostile_article_is_printed_as_it_is_written(wireroom: Wireroom, evil_home: str, terminal: Callable[[int], None]) -> None:
    """No escape sequence acts, no markup is read, in no field; in a pipe and on a terminal."""
    for width in (0, 300):
        if width:
            terminal(width)
        for ran in (wireroom("search", "title:warning"), wireroom("search", "body:warning"), wireroom("show", evil_home)):
            assert ran.code == 0, ran
            assert SHOWN in ran.out
            assert not set(ran.out) & {"\x1b", "\x07", "\u202e"}
    assert wireroom("show", evil_home).out.count(SHOWN) >= 12
    assert " · paywalled" in wireroom("search", "title:warning").out
    assert wireroom("show", evil_home, "--json").json["title"] == EVIL
