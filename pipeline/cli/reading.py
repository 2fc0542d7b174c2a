"""`wireroom search`, `show` and `explain`: what readers ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

import typer
from rich.text import Text

from pipeline.cli import screen
from pipeline.cli.telling import print_revisions
from pipeline.errors import ConfigurationError
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.printing import to_text
from pipeline.index.query import FACETS, Everything, Hit, SearchPage, SearchRequest, Sort
from pipeline.ledger import Decision
from pipeline.markdown import Piece, markdown_of
from pipeline.types import ArticleId, UrlKey
from pipeline.urls import article_id, fetchable, url_key
from pipeline.wiring import Rooms, open_rooms

NOTHING_FOUND = 3
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")
WHICH = typer.Argument(metavar="URL|ID", help="Address or id of an article.")
ARTICLE_ID = re.compile("[0-9a-f]{32}")


# ── search ────────────────────────────────────────────────────────────────────────────────────────────────────────


def search(
    query: list[str] = typer.Argument(
        None, metavar="QUERY", help='What to find: words, "phrases", -not, OR, prefix*, field:value, since:7d.'
    ),
    size: int = typer.Option(10, metavar="N", min=1, max=1000, help="Hits on a page."),
    sort: Sort = typer.Option(Sort.RELEVANCE, help="Order of the hits."),
    cursor: str = typer.Option(None, metavar="CURSOR", help="Go on where a page ended: its next_cursor."),
    copies: bool = typer.Option(False, "--copies", help="Show every copy of a story as a hit of its own."),
    facets: bool = typer.Option(True, help="Count the hits by day, source, language and so on."),
    as_json: bool = JSON,
) -> None:
    """Search the articles.

    docs/query-language.md has the whole language. Exit code 3 where nothing is found.
    """
    words = query or []
    check_options(words, "search")
    text = " ".join(words)
    with open_rooms() as rooms:
        now = rooms.clock()
        sought = parse_query(text, now=now)
        page = rooms.index.search(
            SearchRequest(
                query=sought, size=size, sort=sort, cursor=cursor, facets=FACETS if facets else (), facet_size=5, collapse=not copies
            )
        )
        meant = None if page.hits else rooms.index.did_you_mean(sought)
        is_empty = not page.hits and (isinstance(sought, Everything) or rooms.index.count() == 0)
    if as_json:
        screen.print_json(_page_as_json(page))
    elif page.hits:
        _print_page(page, now)
    else:
        hint = f"; did you mean {to_text(meant)}?" if meant else ""
        screen.note("the index is empty: `wireroom run --once` fills it" if is_empty else f"nothing found for {text}{hint}")
    if not page.hits:
        raise typer.Exit(NOTHING_FOUND)


def check_options(words: Sequence[str], command: str) -> None:
    """Raise `ConfigurationError` for a mistyped option of a command.

    A word may begin with a dash, so such an option arrives as one; none that is meant begins with two.
    """
    for word in words:
        if word.startswith("--"):
            raise ConfigurationError(f"{word}: no such option; see `wireroom {command} --help`")


def _page_as_json(page: SearchPage) -> dict[str, object]:
    return {
        "total": page.total,
        "milliseconds": round(page.milliseconds, 2),
        "next_cursor": page.next_cursor,
        "facets": {name: {count.value: count.count for count in counts} for name, counts in page.facets.items()},
        "hits": [
            {
                "score": hit.score,
                "also": list(hit.also),
                "snippet": "".join(f"**{part.text}**" if part.marked else part.text for part in hit.snippet),
                **hit.document,
            }
            for hit in page.hits
        ],
    }


def _print_page(page: SearchPage, now: datetime) -> None:
    screen.show((screen.count_of(page.total, "article"), "bold"), f" in {page.milliseconds:.1f} ms\n")
    for number, hit in enumerate(page.hits, 1):
        _print_hit(number, hit, now)
    counted = ((name, " · ".join(f"{one.value} ({one.count})" for one in counts)) for name, counts in page.facets.items() if counts)
    screen.labelled(counted)
    if page.next_cursor:
        screen.note(f"\nmore: add --cursor {page.next_cursor}")


def _print_hit(number: int, hit: Hit, now: datetime) -> None:
    document = hit.document
    published = _time(document["@timestamp"])
    title = screen.marked(hit.title) if hit.title else Text(screen.line(document["title"]))
    title.stylize("bold")
    screen.show((f"{number:>2}  ", "dim"), title)
    when = f"{published:%Y-%m-%d %H:%M} UTC ({screen.ago(published, now)})"
    also = f" · also on {screen.count_of(len(hit.also), 'site')}: {', '.join(map(screen.line, hit.also[:5]))}" if hit.also else ""
    paid = " · paywalled" if document["free_to_read"] is False else ""
    screen.show((f"{screen.line(document['source'])} · {when} · {document['language']}{paid}{also}", "dim"), indent=4)
    if hit.snippet:
        screen.show(screen.marked(hit.snippet), indent=4)
    screen.out.print(Text(f"    {screen.line(document['url'])}\n", style="dim"))  # never wrapped: it is there to be copied


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


# ── show ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def show(
    which: str = WHICH,
    revisions: bool = typer.Option(False, "--revisions", help="Show every text it had, and what was changed from one to the next."),
    removed: bool = typer.Option(True, help="Show the lines that cleaning removed, and where each field came from."),
    markdown: bool = typer.Option(False, "--markdown", help="Show title and text as Markdown; with --json, add it as `markdown`."),
    as_json: bool = JSON,
) -> None:
    """Show one article, and what was removed from its page.

    Exit code 3 where there is none.
    """
    with open_rooms() as rooms:
        article_id = asked_article(rooms, which)
        if revisions:
            print_revisions(rooms.state.revisions.of(article_id), which, as_json=as_json)
            return
        document = rooms.index.get(article_id)
    if document is None:
        screen.note(f"no article of the index has this address or id: {which}; `wireroom explain` tells what became of it")
        raise typer.Exit(NOTHING_FOUND)
    if as_json:
        screen.print_json({**document, "markdown": _markdown(document)} if markdown else document)
        return
    if markdown:
        screen.out.print(Text(screen.plain(_markdown(document))), end="")
        return
    _print_article(document)
    _print_findings(document)
    if removed:
        _print_origin(document)


def _markdown(document: ArticleDocument) -> str:
    return markdown_of((Piece(block["kind"], block["text"], block["level"]) for block in document["blocks"]), document["title"])


def _print_article(document: ArticleDocument) -> None:
    screen.show((screen.line(document["title"]), "bold"))
    by = ", ".join(document["authors"]) or document["agency"]
    facts = (by, document["source"], document["published"], document["section"], document["language"], f"revision {document['revision']}")
    screen.show((" · ".join(screen.line(fact) for fact in facts if fact), "dim"))
    screen.out.print(Text(screen.line(document["url"]) + "\n", style="dim"))
    if document["dateline"]:
        screen.show((screen.line(document["dateline"]), "italic"))
    for block in document["blocks"]:
        mark = {"heading": "## ", "quote": "> ", "enumeration": "- "}.get(block["kind"], "")
        screen.show(mark + screen.plain(block["text"]) + "\n")
    for caption in document["captions"]:
        credit = f" ({screen.line(caption['credit'])})" if caption["credit"] else ""
        screen.show((f"[picture] {screen.line(caption['text'])}{credit}", "dim"))
    for remark in (*document["corrections"], document["contributors"]):
        if remark:
            screen.show((screen.line(remark), "dim"))


def _print_findings(document: ArticleDocument) -> None:
    found = {name: document[name] for name in ("people", "organisations", "places", "keywords")}
    screen.labelled((name, ", ".join(values)) for name, values in found.items() if values)


def _print_origin(document: ArticleDocument) -> None:
    lines = [(one["position"], one["rule"], _score(one["score"]), one["text"]) for one in document["removed"]]
    title = f"\nremoved from the page: {screen.count_of(len(lines), 'line')}"
    screen.table(title, ("place", "rule", "score", "line"), lines, right=("place", "score"), wraps=("line",))
    ordered = sorted(document["candidates"], key=lambda one: one["field"])  # each field's together, in the order of belief
    chosen = [(one["field"], one["source"], "*" if one["chosen"] else "", one["value"]) for one in ordered]
    screen.table("\nwhere the fields came from (* chosen)", ("field", "source", "", "value"), chosen, wraps=("value",))


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"


# ── explain ───────────────────────────────────────────────────────────────────────────────────────────────────────


def explain(url: str = WHICH, as_json: bool = JSON) -> None:
    """Tell every decision about an address, in order.

    From feed to index, with times. Exit code 3 where nothing is known of it.
    """
    with open_rooms() as rooms:
        key = _key(rooms, url)
        decisions = rooms.state.decisions.about(key) if key else ()
    if as_json:
        screen.print_json([{name: getattr(one, name) for name in one.__slots__} for one in decisions])
    elif decisions:
        _print_decisions(decisions)
    else:
        screen.note(f"nothing is known of {url}: no feed that we follow has listed it, or no batch has come to it yet")
    if not decisions:
        raise typer.Exit(NOTHING_FOUND)


def _print_decisions(decisions: Sequence[Decision]) -> None:
    for number, (batch_id, group) in enumerate(groupby(decisions, key=lambda one: one.batch_id)):
        rows = [(f"{one.at:%Y-%m-%d %H:%M:%S}", one.stage, one.verdict, one.reason) for one in group]
        title = f"batch {batch_id}" if batch_id else "outside batches"
        screen.table("\n" * bool(number) + title, ("UTC", "stage", "verdict", "reason"), rows, wraps=("reason",))


def _key(rooms: Rooms, which: str) -> UrlKey | None:
    """Return the key of an address or of a known article; None for the id of none."""
    if ARTICLE_ID.fullmatch(which):
        known = rooms.state.articles.get(ArticleId(which))
        return known.url_key if known else None
    if fetchable(which) is None:
        raise ConfigurationError.of("URL|ID", which, "an absolute http or https address, or an article id of 32 hex digits")
    return url_key(which)


def asked_article(rooms: Rooms, which: str) -> ArticleId:
    """Return the id of the article that is meant by an address or an id, known or not."""
    key = None if ARTICLE_ID.fullmatch(which) else _key(rooms, which)
    return ArticleId(which) if key is None else rooms.state.articles.resolve(key) or article_id(key)
