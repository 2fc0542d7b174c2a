"""`wireroom search`, `show` and `explain`: what readers ask."""

from __future__ import annotations

from datetime import datetime

import typer
from rich.markup import escape
from rich.text import Text

from pipeline.cli import screen
from pipeline.errors import ConfigurationError
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.query import FACETS, Hit, SearchPage, SearchRequest, Sort
from pipeline.types import ArticleId, UrlKey
from pipeline.urls import article_id, fetchable, url_key
from pipeline.wiring import Rooms, open_rooms

NOTHING_FOUND = 3
JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


def search(
    query: list[str] = typer.Argument(None, help='What to find: words, "phrases", -not, OR, prefix*, field:value, since:7d.'),
    size: int = typer.Option(10, min=1, max=1000, help="Hits on a page."),
    sort: Sort = typer.Option(Sort.RELEVANCE, help="Order of the hits."),
    cursor: str = typer.Option(None, help="Go on where a page ended: its next_cursor."),
    facets: bool = typer.Option(True, help="Count the hits by day, source, language and so on."),
    as_json: bool = JSON,
) -> None:
    """Search the articles. Exit code 3 where nothing is found."""
    text = " ".join(query or ())
    with open_rooms() as rooms:
        request = SearchRequest(
            query=parse_query(text, now=rooms.clock()), size=size, sort=sort, cursor=cursor, facets=FACETS if facets else (), facet_size=5
        )
        page = rooms.index.search(request)
        now = rooms.clock()
    if as_json:
        screen.print_json(_page_as_json(page))
    else:
        _print_page(page, now)
    if not page.hits:
        raise typer.Exit(NOTHING_FOUND)


def _page_as_json(page: SearchPage) -> dict[str, object]:
    return {
        "total": page.total,
        "milliseconds": round(page.milliseconds, 2),
        "next_cursor": page.next_cursor,
        "facets": {name: {count.value: count.count for count in counts} for name, counts in page.facets.items()},
        "hits": [
            {
                "score": hit.score,
                "snippet": "".join(f"**{part.text}**" if part.marked else part.text for part in hit.snippet),
                **hit.document,
            }
            for hit in page.hits
        ],
    }


def _print_page(page: SearchPage, now: datetime) -> None:
    screen.out.print(f"[bold]{page.total}[/] articles in {page.milliseconds:.1f} ms\n")
    for number, hit in enumerate(page.hits, 1):
        _print_hit(number, hit, now)
    for name, counts in page.facets.items():
        if counts:
            screen.out.print(f"[dim]{name:>13}[/]  " + escape("   ".join(f"{screen.plain(one.value)} {one.count}" for one in counts)))
    if page.next_cursor:
        screen.note(f"\nmore: add --cursor {page.next_cursor}")


def _print_hit(number: int, hit: Hit, now: datetime) -> None:
    document = hit.document
    published = datetime.fromisoformat(document["@timestamp"].replace("Z", "+00:00"))
    title = screen.marked(hit.title) if hit.title else Text(screen.plain(document["title"]))
    screen.out.print(f"[dim]{number:>3}[/]", title, style="bold")
    when = f"{published:%Y-%m-%d %H:%M} UTC ({screen.ago(published, now)})"
    screen.out.print(f"    [dim]{escape(screen.plain(document['source']))} · {when} · {escape(document['language'])}[/]")
    if hit.snippet:
        screen.out.print("   ", screen.marked(hit.snippet))
    screen.out.print(f"    [dim]{escape(screen.plain(document['url']))}  {document['article_id']}[/]\n")


def show(
    which: str = typer.Argument(metavar="URL|ID", help="Address or id of an article."),
    removed: bool = typer.Option(True, help="Show the lines that cleaning removed, and why."),
    as_json: bool = JSON,
) -> None:
    """Show one article as it is indexed, with what was removed from its page and where each field came from."""
    with open_rooms() as rooms:
        document = rooms.index.get(_article_id(rooms, which))
    if document is None:
        raise ConfigurationError.of("URL|ID", which, "an article of the index; `wireroom explain URL` tells what became of an address")
    if as_json:
        screen.print_json(document)
        return
    _print_article(document)
    if removed:
        rows = ((one["rule"], one["text"]) for one in document["removed"])
        screen.table(f"\nremoved from the page ({len(document['removed'])} lines)", ("rule", "line"), rows)
        chosen = ((one["field"], one["source"], "*" if one["chosen"] else "", one["value"]) for one in document["candidates"])
        screen.table("\nwhere the fields came from (* chosen)", ("field", "source", "", "value"), chosen)


def _print_article(document: ArticleDocument) -> None:
    screen.out.print(escape(screen.plain(document["title"])), style="bold")
    by = ", ".join(document["authors"]) or document["agency"] or ""
    facts = (by, document["source"], document["published"], document["section"], document["language"], f"revision {document['revision']}")
    screen.out.print(escape(screen.plain(" · ".join(str(fact) for fact in facts if fact))), style="dim")
    screen.out.print(escape(screen.plain(document["url"])) + "\n", style="dim")
    if document["dateline"]:
        screen.out.print(escape(screen.plain(document["dateline"])), style="italic")
    for block in document["blocks"]:
        mark = {"heading": "## ", "quote": "> ", "enumeration": "- "}.get(block["kind"], "")
        screen.out.print(escape(mark + screen.plain(block["text"])) + "\n")
    for caption in document["captions"]:
        screen.out.print(escape(screen.plain(f"[picture] {caption['text']} ({caption['credit']})")), style="dim")
    if document["contributors"]:
        screen.out.print(escape(screen.plain(document["contributors"])), style="dim")
    for name in ("people", "organisations", "places", "keywords"):
        values = document[name]
        if values:
            screen.out.print(f"[dim]{name:>13}[/]  " + escape(screen.plain(", ".join(values))))


def explain(url: str = typer.Argument(metavar="URL|ID", help="Address or id of an article."), as_json: bool = JSON) -> None:
    """Tell every decision about an address from feed to index, in order, with times. Exit code 3 where there is none."""
    with open_rooms() as rooms:
        decisions = rooms.state.decisions.about(_key(rooms, url))
    if as_json:
        screen.print_json([{name: getattr(one, name) for name in one.__slots__} for one in decisions])
    elif decisions:
        rows = ((f"{one.at:%Y-%m-%d %H:%M:%S}", one.stage, one.verdict, one.reason, one.batch_id or "") for one in decisions)
        screen.table(f"{len(decisions)} decisions about {url}", ("UTC", "stage", "verdict", "reason", "batch"), rows)
    else:
        screen.note(f"nothing is known of {url}: no feed that we follow has listed it")
    if not decisions:
        raise typer.Exit(NOTHING_FOUND)


def _looks_like_id(which: str) -> bool:
    return len(which) == 32 and all(character in "0123456789abcdef" for character in which)


def _key(rooms: Rooms, which: str) -> UrlKey:
    if not _looks_like_id(which):
        if fetchable(which) is None:
            raise ConfigurationError.of("URL|ID", which, "an absolute http or https address, or an article id of 32 hex digits")
        return url_key(which)
    known = rooms.state.articles.get(ArticleId(which))
    if known is None:
        raise ConfigurationError.of("URL|ID", which, "the id of an article that was indexed; give its address instead")
    return known.url_key


def _article_id(rooms: Rooms, which: str) -> ArticleId:
    if _looks_like_id(which):
        return ArticleId(which)
    key = _key(rooms, which)
    return rooms.state.articles.resolve(key) or article_id(key)
